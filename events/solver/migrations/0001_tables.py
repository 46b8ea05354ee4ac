from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("schedule", "0003_requests_and_edits")]

    initial = True

    operations = [
        ops.CreateModel(
            name="Arrangement",
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
                        related_name="arrangements",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("state", fields.CharField(default="waiting", db_default="waiting", max_length=12)),
                ("wishes", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "asked_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="asked_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="arrangements",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("watched_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("stop_asked", fields.BooleanField(default=False, db_default=False)),
                (
                    "progress",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("error", fields.CharField(default="", db_default="", max_length=300)),
            ],
            options={
                "table": "arrangement",
                "app": "solver",
                "pk_attr": "id",
                "table_description": "One run of the machine: asked for, watched by a worker, over; its places are the proposal.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ArrangementPlace",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "arrangement",
                    fields.ForeignKeyField(
                        "solver.Arrangement",
                        source_field="arrangement_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="places",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "session",
                    fields.ForeignKeyField(
                        "schedule.Session",
                        source_field="session_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="arrangement_places",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("slot_id", fields.BigIntField(null=True)),
                ("slot_version", fields.IntField(null=True)),
                ("session_version", fields.IntField()),
                ("starts_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("room_ids", ArrayField(default=list, element_type="INT")),
                (
                    "reasons",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("command", fields.UUIDField(null=True)),
            ],
            options={
                "table": "arrangement_place",
                "app": "solver",
                "pk_attr": "id",
                "table_description": "Where one time of a session would lie, or (no time) why it has no place.",
            },
            bases=["Model"],
        ),
    ]
