"""What comes back of a ticket's price as data: what stood with each ticket type becomes its first policy."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0002_rules")]

    operations = [
        ops.CreateModel(
            name="RefundPolicy",
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
                        related_name="refund_policies",
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
                        related_name="refund_policies",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "steps",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "saved_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="saved_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="refund_policies",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "refund_policy",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "What comes back of a ticket's price, from `since` on: the newest row before an order was placed is its own.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__, "rules_of_refund_policies.sql")),
    ]
