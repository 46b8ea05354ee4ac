"""Reviewers who left: their reviews stay. The column is empty at first, so nothing is rewritten and nobody waits."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("calls", "0004_decision_texts")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Reviewer",
            name="left_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
