"""A kind of ledger row for what nobody will pay."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("registration", "0016_documents")]

    operations = [
        ops.RunSQL(
            "ALTER TABLE ledger DROP CONSTRAINT ledger_kind;\n"
            "ALTER TABLE ledger ADD CONSTRAINT ledger_kind CHECK (kind IN ('charge', 'waiver', 'payment', 'refund',"
            " 'fee', 'dispute', 'dispute_won', 'write_off')) NOT VALID;\n"
            "ALTER TABLE ledger VALIDATE CONSTRAINT ledger_kind;"
        )
    ]
