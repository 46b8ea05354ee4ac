from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [("people", "0002_rules")]

    operations = [
        ops.CreateModel(
            name="Venue",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("slug", fields.CharField(unique=True, max_length=80)),
                ("name", fields.CharField(max_length=200)),
                ("address", fields.TextField(default="", db_default="", unique=False)),
                ("city", fields.CharField(default="", db_default="", max_length=120)),
                ("timezone", fields.CharField(max_length=60)),
            ],
            options={
                "table": "venue",
                "app": "catalogue",
                "pk_attr": "id",
                "table_description": 'A place with rooms: a convention centre, a hotel, or "online".',
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Building",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "venue",
                    fields.ForeignKeyField(
                        "catalogue.Venue",
                        source_field="venue_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="buildings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=200)),
                ("position", fields.IntField(default=0, db_default=0)),
            ],
            options={"table": "building", "app": "catalogue", "unique_together": (("venue", "name"),), "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Event",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guid", fields.UUIDField(unique=True)),
                ("slug", fields.CharField(unique=True, max_length=80)),
                ("kind", fields.CharField(max_length=20)),
                ("mode", fields.CharField(max_length=20)),
                ("state", fields.CharField(default="draft", db_default="draft", max_length=20)),
                ("title", fields.CharField(max_length=300)),
                ("summary", fields.CharField(default="", db_default="", max_length=500)),
                ("description", fields.TextField(default="", db_default="", unique=False)),
                (
                    "unit",
                    fields.ForeignKeyField(
                        "people.Unit",
                        source_field="unit_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "venue",
                    fields.ForeignKeyField(
                        "catalogue.Venue",
                        source_field="venue_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("timezone", fields.CharField(max_length=60)),
                ("starts_on", fields.DateField(null=True)),
                ("ends_on", fields.DateField(null=True)),
                ("starts_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("language", fields.CharField(default="en", db_default="en", max_length=12)),
                ("level", fields.CharField(default="", db_default="", max_length=20)),
                ("topics", ArrayField(default=list, element_type="TEXT")),
                ("accent", fields.CharField(default="blue", db_default="blue", max_length=20)),
                ("currency", fields.CharField(default="USD", db_default="USD", max_length=3)),
                ("join_link", fields.CharField(default="", db_default="", max_length=500)),
                ("contact_email", fields.CharField(default="", db_default="", max_length=254)),
                ("reminder_minutes", ArrayField(default=list, element_type="INT")),
                (
                    "translations",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("version", fields.IntField(default=1, db_default=1)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("changed_at", fields.DatetimeField(auto_now=True, auto_now_add=False)),
            ],
            options={
                "table": "event",
                "app": "catalogue",
                "pk_attr": "id",
                "table_description": "One of the five kinds (conference, forum, webinar, course, celebration).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Celebration",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.OneToOneField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="celebration",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("rule", fields.CharField(default="", db_default="", max_length=200)),
                ("duration_days", fields.IntField(default=1, db_default=1)),
                (
                    "derived_from",
                    fields.ForeignKeyField(
                        "catalogue.Celebration",
                        source_field="derived_from_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="derived",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("offset_days", fields.IntField(default=0, db_default=0)),
                (
                    "resources",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
            ],
            options={
                "table": "celebration",
                "app": "catalogue",
                "pk_attr": "id",
                "table_description": "How the dates of an event of kind celebration come about; exactly one way.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CelebrationYear",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "celebration",
                    fields.ForeignKeyField(
                        "catalogue.Celebration",
                        source_field="celebration_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="years",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("year", fields.IntField()),
                ("starts_on", fields.DateField()),
                ("ends_on", fields.DateField()),
                ("source", fields.CharField(max_length=20)),
            ],
            options={
                "table": "celebration_year",
                "app": "catalogue",
                "unique_together": (("celebration", "year"),),
                "pk_attr": "id",
                "table_description": 'One year\'s dates of a celebration, both days included. `source`: "rule", "derived" or "listed".',
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Entry",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=120)),
                ("kind", fields.CharField(max_length=12)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="entries",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("slot_id", fields.BigIntField(null=True, unique=True)),
                (
                    "celebration_year",
                    fields.OneToOneField(
                        "catalogue.CelebrationYear",
                        source_field="celebration_year_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="entry",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("session_code", fields.CharField(default="", db_default="", max_length=12)),
                ("track", fields.CharField(default="", db_default="", max_length=80)),
                ("unit_id", fields.IntField(null=True)),
                ("room_names", ArrayField(default=list, element_type="TEXT")),
                ("audience", fields.CharField(default="public", db_default="public", max_length=12)),
                ("title", fields.CharField(default="", db_default="", max_length=300)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sequence", fields.IntField(default=0, db_default=0)),
                ("status", fields.CharField(default="CONFIRMED", db_default="CONFIRMED", max_length=12)),
                ("last_modified", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ics", fields.BinaryField()),
                ("block", fields.BinaryField()),
                ("crc", fields.BigIntField()),
            ],
            options={
                "table": "entry",
                "app": "catalogue",
                "pk_attr": "id",
                "table_description": "A VEVENT as it was published: of a slot, of an event, or of one year's celebration. Its uid never changes.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EventMove",
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
                        related_name="moves",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("old", fields.CharField(max_length=20)),
                ("new", fields.CharField(max_length=20)),
                ("moved_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "moved_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="moved_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="event_moves",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "event_move",
                "app": "catalogue",
                "pk_attr": "id",
                "table_description": "Who moved an event from which state to which, and when. Kept as long as the event.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EventSlug",
            fields=[
                ("slug", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=80)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="slugs",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "event_slug",
                "app": "catalogue",
                "pk_attr": "slug",
                "table_description": "Every slug an event ever had; never given to another.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Feed",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("key", fields.CharField(unique=True, max_length=300)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="feeds",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("revision", fields.IntField(default=1, db_default=1)),
                ("etag", fields.CharField(max_length=80)),
                ("last_modified", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("body", fields.BinaryField()),
                ("gzip", fields.BinaryField()),
                ("brotli", fields.BinaryField(null=True)),
            ],
            options={
                "table": "feed",
                "app": "catalogue",
                "pk_attr": "id",
                "table_description": "A public feed's stored bytes: `calendars/all`, `calendars/webinars`, `events/{id}/schedule`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Room",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guid", fields.UUIDField(unique=True)),
                (
                    "venue",
                    fields.ForeignKeyField(
                        "catalogue.Venue",
                        source_field="venue_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="rooms",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "building",
                    fields.ForeignKeyField(
                        "catalogue.Building",
                        source_field="building_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="rooms",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("name", fields.CharField(max_length=120)),
                ("kind", fields.CharField(default="room", db_default="room", max_length=20)),
                ("exclusive", fields.BooleanField(default=True, db_default=True)),
                ("capacity", fields.IntField(null=True)),
                ("part_ids", ArrayField(default=list, element_type="INT")),
                ("position", fields.IntField(default=0, db_default=0)),
            ],
            options={
                "table": "room",
                "app": "catalogue",
                "unique_together": (("venue", "name"),),
                "pk_attr": "id",
                "table_description": "One room of a venue.",
            },
            bases=["Model"],
        ),
    ]
