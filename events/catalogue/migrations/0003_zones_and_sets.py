# Stops the old version: nobody can write a room while two indexes over some hundred rows are built.
from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_rules")]

    initial = False

    operations = [
        ops.CreateModel(
            name="RoomSet",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "room",
                    fields.ForeignKeyField(
                        "catalogue.Room",
                        source_field="room_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sets",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=20)),
                ("capacity", fields.IntField()),
            ],
            options={
                "table": "room_set",
                "app": "catalogue",
                "unique_together": (("room", "name"),),
                "pk_attr": "id",
                "table_description": "How many people a room holds when it is set so. A room without rows can be set in any way, for its `capacity`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Zone",
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
                        related_name="zones",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=120)),
                ("position", fields.IntField(default=0, db_default=0)),
            ],
            options={
                "table": "zone",
                "app": "catalogue",
                "unique_together": (("venue", "name"),),
                "pk_attr": "id",
                "table_description": "A part of a venue within which nobody has to hurry: a floor of a centre, one hotel.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Walk",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "one",
                    fields.ForeignKeyField(
                        "catalogue.Zone",
                        source_field="one_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="walks_one",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "other",
                    fields.ForeignKeyField(
                        "catalogue.Zone",
                        source_field="other_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="walks_other",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("minutes", fields.IntField()),
            ],
            options={
                "table": "walk",
                "app": "catalogue",
                "unique_together": (("one", "other"),),
                "pk_attr": "id",
                "table_description": "Whole minutes from one zone to the other, the same in both directions; one row a pair, the smaller id first.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="Building",
            options={
                "table": "building",
                "app": "catalogue",
                "unique_together": (("venue", "name"),),
                "pk_attr": "id",
                "table_description": "zone: where its rooms are, unless a room says otherwise.",
            },
        ),
        ops.AddField(
            model_name="Building",
            name="zone",
            field=fields.ForeignKeyField(
                "catalogue.Zone",
                source_field="zone_id",
                null=True,
                db_index=True,
                db_constraint=True,
                to_field="id",
                related_name="buildings",
                on_delete=OnDelete.SET_NULL,
            ),
        ),
        ops.AddField(
            model_name="Room",
            name="equipment",
            field=ArrayField(default=list, db_default=[], element_type="TEXT"),
        ),
        ops.AddField(
            model_name="Room",
            name="hearing_loop",
            field=fields.BooleanField(null=True),
        ),
        ops.AddField(
            model_name="Room",
            name="step_free",
            field=fields.BooleanField(null=True),
        ),
        ops.AddField(
            model_name="Room",
            name="zone",
            field=fields.ForeignKeyField(
                "catalogue.Zone",
                source_field="zone_id",
                null=True,
                db_index=True,
                db_constraint=True,
                to_field="id",
                related_name="rooms",
                on_delete=OnDelete.SET_NULL,
            ),
        ),
        ops.RunSQL(rules(__file__, "rules_of_sets.sql")),
    ]
