"""Who waits for a quota, what is set aside for them, and whether an order was offered to somebody who waited.

A trigger keeps it: while somebody waits, what comes free is theirs, whoever freed it, also in the old version."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0012_kinds")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Order",
            name="source",
            field=fields.CharField(default="", db_default="", max_length=12),
        ),
        ops.AddField(
            model_name="Quota",
            name="set_aside",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Quota",
            name="waiting",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.RunSQL(rules(__file__, "rules_of_waiting.sql")),
    ]
