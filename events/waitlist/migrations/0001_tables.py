"""Places in line, and how long an offer stands."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0013_waiting")]

    initial = True

    operations = [
        ops.CreateModel(
            name="WaitlistEntry",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="waitlist",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="waitlist",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("name", fields.CharField(max_length=200)),
                ("email", fields.CharField(max_length=254)),
                ("locale", fields.CharField(default="en", db_default="en", max_length=12)),
                ("ticket_types", ArrayField(element_type="INT")),
                ("party", fields.IntField()),
                ("together", fields.BooleanField(default=True, db_default=True)),
                ("priority", fields.IntField(default=0, db_default=0)),
                ("reason", fields.CharField(default="", db_default="", max_length=300)),
                ("state", fields.CharField(default="WAITING", db_default="WAITING", max_length=10)),
                ("joined_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "changed_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="changed_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="waitlist_changes",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("offered_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "registration.Order",
                        source_field="order_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="waitlist",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "part_of",
                    fields.ForeignKeyField(
                        "waitlist.WaitlistEntry",
                        source_field="part_of_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="parts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "waitlist_entry",
                "app": "waitlist",
                "pk_attr": "id",
                "table_description": "Somebody's place in line for one event.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WaitlistRules",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.OneToOneField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="waitlist_rules",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("hours", fields.IntField()),
                ("shut", fields.BooleanField(default=False, db_default=False)),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "waitlist_rules",
                "app": "waitlist",
                "pk_attr": "id",
                "table_description": "What organizers chose for an event's waitlist. hours: how long an offer stands; shut: nobody new gets in line.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__)),
    ]
