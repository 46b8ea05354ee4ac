"""Places that presenters and exhibitors have by rule."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0018_taxes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Allotment",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="allotments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=120)),
                (
                    "budget",
                    fields.ForeignKeyField(
                        "registration.FreePlaces",
                        source_field="budget_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="allotments",
                        on_delete=OnDelete.RESTRICT,
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
                        related_name="allotments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("party", fields.CharField(max_length=12)),
                ("roles", ArrayField(default=list, element_type="TEXT")),
                ("places", fields.IntField(default=1, db_default=1)),
                ("per_size", fields.IntField(default=1, db_default=1)),
                ("position", fields.IntField(default=0, db_default=0)),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "allotment",
                "app": "registration",
                "unique_together": (("event", "name"),),
                "pk_attr": "id",
                "table_description": "A rule by which presenters or exhibitors get complimentary places out of a budget.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Exhibitor",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="exhibitors",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=200)),
                ("email", fields.CharField(default="", db_default="", max_length=254)),
                ("booth", fields.CharField(default="", db_default="", max_length=60)),
                ("size", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "exhibitor",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "Who has a stand at an event. Personal data: email; blanked a while after the event. size: in booths.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Allotted",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "allotment",
                    fields.ForeignKeyField(
                        "registration.Allotment",
                        source_field="allotment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="given",
                        on_delete=OnDelete.RESTRICT,
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
                        related_name="allotted",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "exhibitor",
                    fields.ForeignKeyField(
                        "registration.Exhibitor",
                        source_field="exhibitor_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="allotted",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "voucher",
                    fields.OneToOneField(
                        "registration.Voucher",
                        source_field="voucher_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="allotted",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("places", fields.IntField()),
                ("given_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "given_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="given_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="allotments_given",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(default="", db_default="", max_length=300)),
            ],
            options={
                "table": "allotted",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "That somebody was given what a rule says, by a code. One of person and exhibitor, until the person is forgotten.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__, "rules_of_allotments.sql")),
    ]
