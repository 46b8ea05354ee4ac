"""On which days who has not paid gets a mail, and that they did."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0004_bank_statements")]

    initial = False

    operations = [
        ops.CreateModel(
            name="DueReminder",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "registration.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="due_reminders",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("day", fields.IntField()),
                ("sent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "due_reminder",
                "app": "invoicing",
                "unique_together": (("order", "day"),),
                "pk_attr": "id",
                "table_description": "A mail about an order that is not paid, once for each of its days around the due day.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="PaymentTerms",
            name="reminders",
            field=ArrayField(null=True, element_type="INT"),
        ),
        ops.RunSQL("ALTER TABLE due_reminder ADD CONSTRAINT due_reminder_day CHECK (day BETWEEN -999 AND 999);\n"),
    ]
