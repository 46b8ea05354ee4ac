"""Orders whose places an institution gives to its staff: a registration may be nobody's yet."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("registration", "0013_waiting")]

    operations = [
        ops.AddField(
            model_name="Order",
            name="for_staff",
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
