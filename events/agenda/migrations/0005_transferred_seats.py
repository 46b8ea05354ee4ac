"""A seat that went to another person has an invitation of each: the old one cancelled, and theirs.

Stops the old version: its jobs that write invitations fail until it is replaced, and the outbox tries them again.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("agenda", "0004_reminder_round"), ("registration", "0006_changes")]

    operations = [
        ops.RemoveConstraint(model_name="Invitation", name=None, fields=["line", "entry"]),
        ops.AddConstraint(
            model_name="Invitation", constraint=UniqueConstraint(fields=("line", "entry", "email"), name=None)
        ),
    ]
