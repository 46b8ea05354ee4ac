"""What calls write to those they decided about, and roles that somebody left.

Stops the old version: its writes to the small table of edit requests wait while an index is built, well under a second.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0003_presenters_files"),
        ("catalogue", "0001_tables"),
        ("catalogue", "0002_rules"),
        ("catalogue", "0003_zones_and_sets"),
        ("people", "0001_tables"),
        ("people", "0002_rules"),
        ("schedule", "0001_tables"),
        ("schedule", "0002_rules"),
        ("schedule", "0003_requests_and_edits"),
    ]

    initial = False

    operations = [
        ops.CreateModel(
            name="DecisionText",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "call",
                    fields.ForeignKeyField(
                        "calls.Call",
                        source_field="call_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="decision_texts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("becomes", fields.CharField(max_length=12)),
                ("subject", fields.CharField(max_length=200)),
                ("body", fields.TextField(unique=False)),
                ("confirm_by", fields.DateField(null=True)),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "decision_text",
                "app": "calls",
                "unique_together": (("call", "becomes"),),
                "pk_attr": "id",
                "table_description": "What a call writes to everybody of one outcome, with places to be filled; a call without one has the usual.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Vacancy",
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
                        related_name="vacancies",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("role", fields.CharField(max_length=20)),
                ("name", fields.CharField(max_length=200)),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "vacancy",
                "app": "calls",
                "unique_together": (("session", "role"),),
                "pk_attr": "id",
                "table_description": "A role in a session that somebody who does not come was taken out of, until somebody else has it.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Decision",
            name="confirm_by",
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name="Decision",
            name="reminded_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Decision",
            name="version",
            field=fields.IntField(default=1, db_default=1),
        ),
        ops.RunSQL(rules(__file__, "rules_of_decisions.sql")),
    ]
