"""The last digits of the card an order was paid with, so that a registrar finds it when somebody reads them out.

Stops the old version: its payment pages wait while checkout sessions are looked through once, a tenth of a second for
100,000 of them."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("registration", "0009_vouchers")]

    operations = [
        ops.AddField(
            model_name="CheckoutSession",
            name="paid_with",
            field=fields.CharField(default="", db_default="", max_length=24),
        ),
        ops.AddField(
            model_name="CheckoutSession",
            name="last4",
            field=fields.CharField(default="", db_default="", max_length=4),
        ),
        ops.RunSQL(
            "CREATE INDEX checkout_session_by_card ON checkout_session (last4, id) WHERE last4 <> '';\n"
            "ALTER TABLE checkout_session ADD CONSTRAINT checkout_session_last4"
            " CHECK (last4 ~ '^([0-9]{4})?$') NOT VALID;\n"
            "ALTER TABLE checkout_session VALIDATE CONSTRAINT checkout_session_last4;"
        ),
    ]
