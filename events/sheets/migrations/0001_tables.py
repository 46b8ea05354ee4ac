from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("schedule", "0003_requests_and_edits")]

    initial = True

    operations = [
        ops.CreateModel(
            name="ImportRun",
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
                        related_name="imports",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="imports",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("name", fields.CharField(max_length=200)),
                ("size", fields.IntField()),
                ("sha256", fields.CharField(max_length=64)),
                ("data", fields.BinaryField(null=True)),
                (
                    "rights",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("state", fields.CharField(max_length=12)),
                ("stage", fields.CharField(default="", db_default="", max_length=12)),
                ("found", fields.CharField(default="", db_default="", max_length=200)),
                ("seen", fields.CharField(default="", db_default="", max_length=64)),
                (
                    "counts",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "lines",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "faults",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("why", fields.CharField(default="", db_default="", max_length=500)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "import_run",
                "app": "sheets",
                "pk_attr": "id",
                "table_description": "A file that somebody chose to bring into an event.",
            },
            bases=["Model"],
        ),
    ]
