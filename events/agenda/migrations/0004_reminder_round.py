"""Until when reminders were rung: they follow from entries now, and are written for nobody in advance."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0003_fewer_indexes"),
        ("catalogue", "0001_tables"),
        ("catalogue", "0002_rules"),
        ("catalogue", "0003_zones_and_sets"),
        ("people", "0001_tables"),
        ("people", "0002_rules"),
        ("registration", "0001_tables"),
        ("registration", "0002_rules"),
        ("schedule", "0001_tables"),
        ("schedule", "0002_rules"),
        ("schedule", "0003_requests_and_edits"),
    ]

    initial = False

    operations = [
        ops.CreateModel(
            name="ReminderRound",
            fields=[
                ("id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "reminder_round",
                "app": "agenda",
                "pk_attr": "id",
                "table_description": "Until when reminders were rung. One row: everything that falls due follows from entries and who keeps them.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="Reminder",
            options={
                "table": "reminder",
                "app": "agenda",
                "unique_together": (("person", "entry", "minutes"),),
                "pk_attr": "id",
                "table_description": "What the version before wrote in advance, a row for each reminder: read once more, so that none is sent twice.",
            },
        ),
        ops.RunSQL(rules(__file__, "rules_of_reminders.sql")),
    ]
