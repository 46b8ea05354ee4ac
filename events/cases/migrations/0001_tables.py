from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("people", "0004_role_care"), ("schedule", "0004_release_name")]

    initial = True

    operations = [
        ops.CreateModel(
            name="CareCase",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("code", fields.CharField(unique=True, max_length=8)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="care_cases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="care_cases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("state", fields.CharField(max_length=12)),
                ("kinds", ArrayField(default=list, element_type="TEXT")),
                ("words", fields.TextField(default="", db_default="", unique=False)),
                ("scope", fields.CharField(default="event", db_default="event", max_length=10)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="owner_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="care_cases_owned",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("due_on", fields.DateField(null=True)),
                ("version", fields.IntField(default=1, db_default=1)),
                ("wish_version", fields.IntField(default=1, db_default=1)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "care_case",
                "app": "cases",
                "pk_attr": "id",
                "table_description": "One thing, or several that belong together, that a person needs in an event.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CareMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "case",
                    fields.ForeignKeyField(
                        "cases.CareCase",
                        source_field="case_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                (
                    "by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="care_messages",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("words", fields.TextField(unique=False)),
                ("written_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "care_message",
                "app": "cases",
                "pk_attr": "id",
                "table_description": "kind: theirs (from the person), ours (to the person), note (between handlers).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CareMove",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "case",
                    fields.ForeignKeyField(
                        "cases.CareCase",
                        source_field="case_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="moves",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("new", fields.CharField(max_length=12)),
                ("reason", fields.TextField(default="", db_default="", unique=False)),
                (
                    "by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="care_moves",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("moved_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "care_move",
                "app": "cases",
                "pk_attr": "id",
                "table_description": "Who brought a case into a state, when, and why (the person reads the reason).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CareReading",
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
                        related_name="care_readings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "case",
                    fields.ForeignKeyField(
                        "cases.CareCase",
                        source_field="case_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="readings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "reader",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="reader_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="care_readings",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("read_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "care_reading",
                "app": "cases",
                "pk_attr": "id",
                "table_description": "That somebody opened a case, or (case null) the list of an event's cases, which shows names and kinds.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CareSession",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "case",
                    fields.ForeignKeyField(
                        "cases.CareCase",
                        source_field="case_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
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
                        related_name="care_sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("asked", fields.BooleanField(default=False, db_default=False)),
                (
                    "resource",
                    fields.ForeignKeyField(
                        "planning.Resource",
                        source_field="resource_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="care_sessions",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("arranged", fields.CharField(default="", db_default="", max_length=300)),
                ("added", fields.BooleanField(default=False, db_default=False)),
                ("seen", fields.TextField(default="", db_default="", unique=False)),
                ("kept", fields.BooleanField(default=False, db_default=False)),
                ("booked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "care_session",
                "app": "cases",
                "unique_together": (("case", "session"),),
                "pk_attr": "id",
                "table_description": "A session that something is asked or arranged for.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NeedKind",
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
                        related_name="need_kinds",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("key", fields.CharField(max_length=40)),
                ("about", fields.CharField(max_length=10)),
                ("name", fields.CharField(default="", db_default="", max_length=120)),
                ("offered", fields.BooleanField(default=True, db_default=True)),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "need_kind",
                "app": "cases",
                "unique_together": (("event", "key"),),
                "pk_attr": "id",
                "table_description": "What differs in an event from `cases.kinds.USUAL`: another name, not offered here, or a kind of its own.",
            },
            bases=["Model"],
        ),
    ]
