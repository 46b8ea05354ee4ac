"""As many places are set aside as people wait for, and what fewer of them want is free again.

`quota.waiting` counts people now. The old version counts entries into it, which sets aside fewer places for a moment;
the next round counts again.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0013_waiting"), ("waitlist", "0001_tables")]

    operations = [ops.RunSQL(rules(__file__, "rules_of_people.sql"))]
