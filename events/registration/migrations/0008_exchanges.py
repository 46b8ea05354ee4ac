"""A ticket changed into another type, and the order line that waits for it."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_tables"),
        ("catalogue", "0002_rules"),
        ("catalogue", "0003_zones_and_sets"),
        ("people", "0001_tables"),
        ("people", "0002_rules"),
        ("people", "0003_merges"),
        ("people", "0004_role_care"),
        ("registration", "0001_tables"),
        ("registration", "0002_rules"),
        ("registration", "0003_refund_policies"),
        ("registration", "0004_disputes"),
        ("registration", "0005_calling_off"),
        ("registration", "0006_changes"),
        ("registration", "0007_desk"),
        ("schedule", "0001_tables"),
        ("schedule", "0002_rules"),
        ("schedule", "0003_requests_and_edits"),
        ("schedule", "0004_release_name"),
    ]

    initial = False

    operations = [
        ops.CreateModel(
            name="Exchange",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "registration.Order",
                        source_field="order_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="exchanges",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "registration.Registration",
                        source_field="registration_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="exchanges",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "old_line",
                    fields.ForeignKeyField(
                        "registration.OrderLine",
                        source_field="old_line_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="exchanged_for",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "new_line",
                    fields.ForeignKeyField(
                        "registration.OrderLine",
                        source_field="new_line_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="came_of",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "ticket_type",
                    fields.ForeignKeyField(
                        "registration.TicketType",
                        source_field="ticket_type_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="exchanges",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount", fields.BigIntField()),
                (
                    "quote",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("difference", fields.BigIntField()),
                ("back", fields.BigIntField(default=0, db_default=0)),
                ("state", fields.CharField(max_length=12)),
                ("held_until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "checkout_session",
                    fields.ForeignKeyField(
                        "registration.CheckoutSession",
                        source_field="checkout_session_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="exchanges",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "started_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="started_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="exchanges",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "exchange",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "One ticket of somebody changed into another type (`states.EXCHANGE_MOVES`).",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="OrderLine",
            name="pending",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.RunSQL(rules(__file__, "rules_of_exchanges.sql")),
    ]
