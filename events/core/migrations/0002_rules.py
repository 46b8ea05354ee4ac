"""Constraints and indexes of this slice, which the models cannot say."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("core", "0001_tables")]

    operations = [ops.RunSQL(rules(__file__))]
