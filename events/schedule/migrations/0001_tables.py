from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [("catalogue", "0002_rules")]

    operations = [
        ops.CreateModel(
            name="Redaction",
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
                        related_name="redactions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("what", fields.CharField(max_length=120)),
                ("reason", fields.TextField(unique=False)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "made_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="made_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="redactions",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "redaction",
                "app": "schedule",
                "pk_attr": "id",
                "table_description": "A recorded blanking of a text or a person in every release, entry and cache.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Release",
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
                        related_name="releases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
                ("published_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "published_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="published_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="releases",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("note", fields.TextField(default="", db_default="", unique=False)),
                ("public", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                (
                    "registrants",
                    fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                (
                    "changes",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
            ],
            options={
                "table": "release",
                "app": "schedule",
                "unique_together": (("event", "number"),),
                "pk_attr": "id",
                "table_description": "A published, numbered version of an event's programme. Immutable but for a recorded redaction.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SessionType",
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
                        related_name="session_types",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("slug", fields.CharField(max_length=80)),
                ("name", fields.CharField(max_length=200)),
            ],
            options={
                "table": "session_type",
                "app": "schedule",
                "unique_together": (("event", "slug"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Track",
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
                        related_name="tracks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("slug", fields.CharField(max_length=80)),
                ("name", fields.CharField(max_length=200)),
                ("colour", fields.IntField(default=1, db_default=1)),
                ("position", fields.IntField(default=0, db_default=0)),
            ],
            options={
                "table": "track",
                "app": "schedule",
                "unique_together": (("event", "slug"),),
                "pk_attr": "id",
                "table_description": "colour: 1 to 12, a place in the palette of frontend/styles/tracks.css.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guid", fields.UUIDField()),
                ("code", fields.CharField(max_length=12)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "unit",
                    fields.ForeignKeyField(
                        "people.Unit",
                        source_field="unit_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "track",
                    fields.ForeignKeyField(
                        "schedule.Track",
                        source_field="track_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "type",
                    fields.ForeignKeyField(
                        "schedule.SessionType",
                        source_field="type_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("title", fields.CharField(max_length=300)),
                ("subtitle", fields.CharField(default="", db_default="", max_length=300)),
                ("abstract", fields.TextField(default="", db_default="", unique=False)),
                ("description", fields.TextField(default="", db_default="", unique=False)),
                ("language", fields.CharField(default="", db_default="", max_length=12)),
                ("level", fields.CharField(default="", db_default="", max_length=20)),
                ("visibility", fields.CharField(default="public", db_default="public", max_length=12)),
                ("state", fields.CharField(default="confirmed", db_default="confirmed", max_length=12)),
                ("capacity", fields.IntField(null=True)),
                ("ticketed", fields.BooleanField(default=False, db_default=False)),
                ("join_link", fields.CharField(default="", db_default="", max_length=500)),
                ("do_not_record", fields.BooleanField(default=False, db_default=False)),
                (
                    "links",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "attachments",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "translations",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("source", fields.CharField(null=True, max_length=200)),
                ("version", fields.IntField(default=1, db_default=1)),
                ("changed_at", fields.DatetimeField(auto_now=True, auto_now_add=False)),
            ],
            options={
                "table": "session",
                "app": "schedule",
                "unique_together": (("event", "code"), ("event", "guid"), ("event", "source")),
                "pk_attr": "id",
                "table_description": "An item of an event's programme, as its editors have it (the draft). The public sees releases.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SessionPerson",
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
                        related_name="people",
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
                        related_name="session_roles",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("role", fields.CharField(default="speaker", db_default="speaker", max_length=20)),
                ("position", fields.IntField(default=0, db_default=0)),
            ],
            options={
                "table": "session_person",
                "app": "schedule",
                "unique_together": (("session", "person", "role"),),
                "pk_attr": "id",
                "table_description": "A person in a role of a session: speaker, moderator, panelist, chair, organizer, interpreter.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Slot",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.UUIDField(unique=True)),
                (
                    "session",
                    fields.ForeignKeyField(
                        "schedule.Session",
                        source_field="session_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="slots",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("starts_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("local_start", fields.CharField(default="", db_default="", max_length=19)),
                ("local_end", fields.CharField(default="", db_default="", max_length=19)),
                ("timezone", fields.CharField(max_length=60)),
                ("setup_minutes", fields.IntField(default=0, db_default=0)),
                ("teardown_minutes", fields.IntField(default=0, db_default=0)),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "slot",
                "app": "schedule",
                "pk_attr": "id",
                "table_description": "One time, and the room or rooms, of a session.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AcceptedOverlap",
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
                        related_name="accepted_overlaps",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "one",
                    fields.ForeignKeyField(
                        "schedule.Slot",
                        source_field="one_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="overlaps_one",
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
                        related_name="overlaps_other",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "room",
                    fields.ForeignKeyField(
                        "catalogue.Room",
                        source_field="room_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="accepted_overlaps",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("reason", fields.CharField(max_length=200)),
                ("accepted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "accepted_overlap",
                "app": "schedule",
                "unique_together": (("one", "other", "room"),),
                "pk_attr": "id",
                "table_description": "Two slots that may share a room although it is exclusive. Lapses when either moves.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SlotRoom",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "slot",
                    fields.ForeignKeyField(
                        "schedule.Slot",
                        source_field="slot_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="rooms",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "room",
                    fields.ForeignKeyField(
                        "catalogue.Room",
                        source_field="room_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="slot_rooms",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "named",
                    fields.ForeignKeyField(
                        "catalogue.Room",
                        source_field="named_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="named_slot_rooms",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("taken_from", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("taken_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("exclusive", fields.BooleanField(default=True, db_default=True)),
                ("accepted", fields.BooleanField(default=False, db_default=False)),
            ],
            options={
                "table": "slot_room",
                "app": "schedule",
                "unique_together": (("slot", "room"),),
                "pk_attr": "id",
                "table_description": "A physical room that a slot takes, over its time with set-up and tear-down.",
            },
            bases=["Model"],
        ),
    ]
