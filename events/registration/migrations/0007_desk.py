"""The registrar's desk: anybody found by a word of theirs, lists that are kept, mails that left.

Stops the old version: its writes to orders and registrations wait while their words are indexed, some three seconds
for 100,000 of them."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0006_changes")]

    operations = [
        ops.CreateModel(
            name="OrderMail",
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
                        related_name="mails",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("message", fields.BigIntField(unique=True)),
                ("topic", fields.CharField(max_length=60)),
                ("left_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "order_mail",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "A mail about an order that left: kept when its outbox message goes, for as long as the order.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SavedList",
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
                        related_name="saved_lists",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="saved_lists",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=80)),
                ("query", fields.CharField(max_length=500)),
                ("shared", fields.BooleanField(default=False, db_default=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "saved_list",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "A filter of an event's orders with a name: one person's own, or shared with all who may read the orders.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__, "rules_of_the_desk.sql")),
    ]
