"""Constraints that belong to the table of the migration before."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("lobby", "0001_tables")]

    operations = [ops.RunSQL(rules(__file__, "rules.sql"))]
