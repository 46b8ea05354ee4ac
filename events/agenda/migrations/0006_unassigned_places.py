"""A place that an institution has given to nobody yet seats nobody: not the buyer either."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("agenda", "0005_transferred_seats"), ("registration", "0014_institutions")]

    operations = [ops.RunSQL(rules(__file__, "rules_of_unassigned_places.sql"))]
