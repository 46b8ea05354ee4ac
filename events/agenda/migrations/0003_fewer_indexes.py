"""Indexes that another one contains, on tables that a release writes by the thousand."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0002_rules"),
        ("catalogue", "0001_tables"),
        ("catalogue", "0002_rules"),
        ("people", "0001_tables"),
        ("people", "0002_rules"),
        ("registration", "0001_tables"),
        ("registration", "0002_rules"),
        ("schedule", "0001_tables"),
        ("schedule", "0002_rules"),
    ]

    initial = False

    operations = [
        ops.AlterField(
            model_name="Notice",
            name="person",
            field=fields.ForeignKeyField(
                "people.Person",
                source_field="person_id",
                db_constraint=True,
                to_field="id",
                related_name="notices",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.AlterField(
            model_name="Reminder",
            name="due_at",
            field=fields.DatetimeField(auto_now=False, auto_now_add=False),
        ),
        ops.AlterField(
            model_name="Reminder",
            name="person",
            field=fields.ForeignKeyField(
                "people.Person",
                source_field="person_id",
                db_constraint=True,
                to_field="id",
                related_name="reminders",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.RunSQL(rules(__file__, "rules_fewer_indexes.sql")),
    ]
