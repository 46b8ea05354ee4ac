from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("schedule", "0002_rules"), ("planning", "0002_rules")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AcceptedConflict",
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
                        related_name="accepted_conflicts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                (
                    "one",
                    fields.ForeignKeyField(
                        "schedule.Slot",
                        source_field="one_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="conflicts_one",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "other",
                    fields.ForeignKeyField(
                        "schedule.Slot",
                        source_field="other_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="conflicts_other",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("subject", fields.BigIntField()),
                ("reason", fields.CharField(max_length=200)),
                ("accepted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "accepted_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="accepted_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="accepted_conflicts",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "accepted_conflict",
                "app": "schedule",
                "unique_together": (("kind", "one", "other", "subject"),),
                "pk_attr": "id",
                "table_description": "A conflict, not about a room, that somebody looked at and lets stand. Lapses when one of its slots moves.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Edit",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="edits",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
                ("command", fields.UUIDField()),
                ("undoes", fields.UUIDField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="edits",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("what", fields.CharField(max_length=16)),
                ("session_id", fields.BigIntField(null=True)),
                ("slot_id", fields.BigIntField(null=True)),
                (
                    "before",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                (
                    "after",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
            ],
            options={
                "table": "edit",
                "app": "schedule",
                "unique_together": (("event", "number"),),
                "pk_attr": "id",
                "table_description": "One change to an event's draft: what its history shows, what undo turns round, what other editors are told.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SessionRequest",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "session",
                    fields.OneToOneField(
                        "schedule.Session",
                        source_field="session_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="request",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("state", fields.CharField(default="draft", db_default="draft", max_length=12)),
                ("headcount", fields.IntField(null=True)),
                ("room_set", fields.CharField(default="", db_default="", max_length=20)),
                ("minutes", fields.IntField(default=60, db_default=60)),
                ("equipment", ArrayField(default=list, element_type="TEXT")),
                ("needs", ArrayField(default=list, element_type="TEXT")),
                ("food", fields.CharField(default="", db_default="", max_length=300)),
                ("note", fields.TextField(default="", db_default="", unique=False)),
                ("submitted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1, db_default=1)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session_request",
                "app": "schedule",
                "pk_attr": "id",
                "table_description": "What a unit asks staff for: one session's room, set, equipment, food. Its times are `SessionWish`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RequestStep",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "request",
                    fields.ForeignKeyField(
                        "schedule.SessionRequest",
                        source_field="request_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="steps",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="request_steps",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("what", fields.CharField(max_length=12)),
                ("words", fields.TextField(default="", db_default="", unique=False)),
                (
                    "changes",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
            ],
            options={
                "table": "request_step",
                "app": "schedule",
                "pk_attr": "id",
                "table_description": "Who did what to a request, when, and what they said: the table's history and the conversation in one.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SessionResource",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "session",
                    fields.ForeignKeyField(
                        "schedule.Session",
                        source_field="session_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="resources",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "resource",
                    fields.ForeignKeyField(
                        "planning.Resource",
                        source_field="resource_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "session_resource",
                "app": "schedule",
                "unique_together": (("session", "resource"),),
                "pk_attr": "id",
                "table_description": "A bookable resource that a session has.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SessionUnit",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "session",
                    fields.ForeignKeyField(
                        "schedule.Session",
                        source_field="session_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="units",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "unit",
                    fields.ForeignKeyField(
                        "people.Unit",
                        source_field="unit_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sponsored_sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "session_unit",
                "app": "schedule",
                "unique_together": (("session", "unit"),),
                "pk_attr": "id",
                "table_description": "A unit that sponsors a session beside the one that owns it; its editors may edit it too.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SessionWish",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "session",
                    fields.ForeignKeyField(
                        "schedule.Session",
                        source_field="session_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="wishes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=12)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session_wish",
                "app": "schedule",
                "pk_attr": "id",
                "table_description": "A time a session would like (`preferred`) or cannot have (`impossible`). Aware UTC.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Session",
            name="topics",
            field=ArrayField(default=list, db_default=[], element_type="TEXT"),
        ),
        ops.AlterModelOptions(
            name="SessionPerson",
            options={
                "table": "session_person",
                "app": "schedule",
                "unique_together": (("session", "person", "role"),),
                "pk_attr": "id",
                "table_description": "A person in a role of a session: one of `schedule.roles.ROLES`.",
            },
        ),
        ops.AddField(
            model_name="Slot",
            name="pinned",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.RunSQL(rules(__file__, "rules_of_requests.sql")),
    ]
