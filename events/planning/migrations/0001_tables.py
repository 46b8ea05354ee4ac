from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_zones_and_sets")]

    initial = True

    operations = [
        ops.CreateModel(
            name="Availability",
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
                        related_name="availabilities",
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
                        related_name="availabilities",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "room",
                    fields.ForeignKeyField(
                        "catalogue.Room",
                        source_field="room_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="availabilities",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "availability",
                "app": "planning",
                "pk_attr": "id",
                "table_description": "A time when a person or a room is there. Who has rows is away at other times; who has none is always there.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Block",
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
                        related_name="blocks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("series", fields.UUIDField(db_index=True)),
                ("kind", fields.CharField(default="block", db_default="block", max_length=12)),
                ("title", fields.CharField(max_length=200)),
                ("room_ids", ArrayField(default=list, element_type="INT")),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("local_start", fields.CharField(max_length=19)),
                ("local_end", fields.CharField(max_length=19)),
                ("timezone", fields.CharField(max_length=60)),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "block",
                "app": "planning",
                "pk_attr": "id",
                "table_description": "A time in which rooms take nothing (a block) or everybody rests (a break).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Budget",
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
                        related_name="budgets",
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
                        related_name="budgets",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("slots", fields.IntField()),
                ("due_on", fields.DateField(null=True)),
                ("note", fields.CharField(default="", db_default="", max_length=300)),
            ],
            options={
                "table": "budget",
                "app": "planning",
                "unique_together": (("event", "unit"),),
                "pk_attr": "id",
                "table_description": "How many slots a unit may fill in an event, and until which day (included, local) it may ask.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ConflictLevel",
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
                        related_name="conflict_levels",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                ("level", fields.CharField(max_length=8)),
            ],
            options={
                "table": "conflict_level",
                "app": "planning",
                "unique_together": (("event", "kind"),),
                "pk_attr": "id",
                "table_description": "How serious a kind of conflict is in this event, where it is not as `schedule.conflicts.LEVELS` says.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProtectedTime",
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
                        related_name="protected_times",
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
                        related_name="protected_times",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=200)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "protected_time",
                "app": "planning",
                "pk_attr": "id",
                "table_description": "A time when nothing of a unit may clash with it: its membership meeting, an awards lunch. Aware UTC.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Resource",
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
                        related_name="resources",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                ("name", fields.CharField(max_length=120)),
                ("note", fields.CharField(default="", db_default="", max_length=300)),
            ],
            options={
                "table": "resource",
                "app": "planning",
                "unique_together": (("event", "name"),),
                "pk_attr": "id",
                "table_description": "Something that is booked and cannot be in two places: an interpreter pair, a CART writer, a recording crew.",
            },
            bases=["Model"],
        ),
    ]
