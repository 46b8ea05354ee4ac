"""Orders found by a word of their purchase order or of the institution that pays, and by a check's number.

Stops the old version: its purchase orders and receipts wait while those there are indexed, a tenth of a second for
10,000 of them."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0002_rules"), ("registration", "0010_cards")]

    operations = [
        ops.RunSQL(
            "CREATE INDEX due_search ON due USING gin"
            " (search_words(institution || ' ' || number || ' ' || reference));\n"
            "CREATE INDEX receipt_by_number ON receipt (upper(number));"
        )
    ]
