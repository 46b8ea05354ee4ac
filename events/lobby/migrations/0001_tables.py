from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_zones_and_sets")]

    initial = True

    operations = [
        ops.CreateModel(
            name="Lobby",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.OneToOneField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lobby",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("is_on", fields.BooleanField(default=False, db_default=False)),
                ("round", fields.IntField(default=0, db_default=0)),
                ("inside", fields.IntField(default=200, db_default=200)),
                ("per_minute", fields.IntField(default=120, db_default=120)),
                ("opens_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("early_minutes", fields.IntField(default=60, db_default=60)),
                ("stay_minutes", fields.IntField(default=15, db_default=15)),
                ("network_most", fields.IntField(default=300, db_default=300)),
                ("version", fields.IntField(default=1, db_default=1)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "changed_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="changed_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="lobbies_changed",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "lobby",
                "app": "lobby",
                "pk_attr": "id",
                "table_description": "How an event lets people to its tickets. The line itself is in Redis, under `round`; nothing of it is here.",
            },
            bases=["Model"],
        ),
    ]
