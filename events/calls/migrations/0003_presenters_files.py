"""Files of presenters, and questions that are asked no more.

Stops the old version: its writes to these two small tables wait while their indexes are built, well under a second.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0002_rules"),
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
        ops.AddField(
            model_name="CallQuestion",
            name="retired_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="ProposalFile",
            name="presenter",
            field=fields.ForeignKeyField(
                "calls.ProposalPerson",
                source_field="presenter_id",
                null=True,
                db_index=True,
                db_constraint=True,
                to_field="id",
                related_name="files",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.RunSQL(rules(__file__, "rules_of_presenters_files.sql")),
    ]
