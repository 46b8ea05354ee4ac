"""Which tax is in the prices, and certificates of who pays none."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0017_write_off")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Exemption",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.OneToOneField(
                        "registration.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="exemption",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("institution", fields.CharField(default="", db_default="", max_length=200)),
                ("number", fields.CharField(default="", db_default="", max_length=60)),
                ("issued_by", fields.CharField(default="", db_default="", max_length=80)),
                ("valid_until", fields.DateField(null=True)),
                ("file", fields.CharField(default="", db_default="", max_length=200)),
                ("media_type", fields.CharField(default="", db_default="", max_length=100)),
                ("size", fields.IntField(default=0, db_default=0)),
                ("sha256", fields.CharField(default="", db_default="", max_length=64)),
                ("state", fields.CharField(default="asked", db_default="asked", max_length=10)),
                ("answer", fields.CharField(default="", db_default="", max_length=300)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "answered_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="answered_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="exemptions_answered",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "exemption",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "A certificate that the buyer of an order pays no tax. Personal data: blanked with the order; its file goes then.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ExemptedLine",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "line",
                    fields.OneToOneField(
                        "registration.OrderLine",
                        source_field="line_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="exempted",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "exemption",
                    fields.ForeignKeyField(
                        "registration.Exemption",
                        source_field="exemption_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("tax", fields.BigIntField()),
                ("exempted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "exempted_line",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "The tax that was taken off a line, once; its amount is without it since then. tax: minor units.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TaxRule",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="tax_rules",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "ticket_type",
                    fields.ForeignKeyField(
                        "registration.TicketType",
                        source_field="ticket_type_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="tax_rules",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(default="", db_default="", max_length=40)),
                ("rate", fields.IntField(null=True)),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "saved_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="saved_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="tax_rules",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "tax_rule",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "Which tax is in the prices from `since` on: the newest row before an order was placed is its own.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__, "rules_of_taxes.sql")),
    ]
