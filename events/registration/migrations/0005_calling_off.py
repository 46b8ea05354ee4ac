"""An event cancelled as a whole, with what became of each of its orders."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0004_disputes")]

    operations = [
        ops.CreateModel(
            name="CallingOff",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="callings_off",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("keep", fields.BigIntField(null=True)),
                ("words", fields.CharField(max_length=1000)),
                ("state", fields.CharField(max_length=12)),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "started_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="started_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="callings_off",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("finished_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "calling_off",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "An event cancelled as a whole: what every live order gets back, and how far the work is.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CalledOffOrder",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "calling_off",
                    fields.ForeignKeyField(
                        "registration.CallingOff",
                        source_field="calling_off_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="orders",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "order",
                    fields.ForeignKeyField(
                        "registration.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="called_off",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("state", fields.CharField(max_length=12)),
                ("refunded", fields.BigIntField(default=0, db_default=0)),
                ("by_hand", fields.BigIntField(default=0, db_default=0)),
                ("error", fields.CharField(default="", db_default="", max_length=300)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "called_off_order",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "An order of an event that is called off; done in the transaction that cancels it.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__, "rules_of_calling_off.sql")),
    ]
