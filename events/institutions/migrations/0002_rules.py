"""Constraints and indexes that belong to the tables of the migration before."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("institutions", "0001_tables")]

    operations = [ops.RunSQL(rules(__file__))]
