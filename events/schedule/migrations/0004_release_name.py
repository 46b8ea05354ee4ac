"""A release has a name beside its number. The column has a constant default, so nothing is rewritten and nobody waits."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("schedule", "0003_requests_and_edits")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Release",
            name="name",
            field=fields.CharField(default="", db_default="", max_length=100),
        ),
    ]
