"""To whom the invoice goes of an order that is paid by card."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0006_write_offs"), ("registration", "0018_taxes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Billing",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.OneToOneField(
                        "registration.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="billing",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("institution", fields.CharField(default="", db_default="", max_length=200)),
                ("address", fields.CharField(default="", db_default="", max_length=600)),
                ("reference", fields.CharField(default="", db_default="", max_length=120)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "billing",
                "app": "invoicing",
                "pk_attr": "id",
                "table_description": "To whom the invoice of an order goes that is paid by card. Personal data: blanked with the order's accounts.",
            },
            bases=["Model"],
        ),
    ]
