"""A role for those who handle what people need to take part (`events.cases`)."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("people", "0003_merges")]

    operations = [ops.RunSQL(rules(__file__, "rules_of_role_care.sql"))]
