"""What was given up of an order, by whom and why."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0005_reminders"), ("registration", "0017_write_off")]

    initial = False

    operations = [
        ops.CreateModel(
            name="WriteOff",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "registration.Order",
                        source_field="order_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="write_offs",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount", fields.BigIntField()),
                ("reason", fields.CharField(default="", db_default="", max_length=300)),
                ("written_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "written_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="written_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="write_offs",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "write_off",
                "app": "invoicing",
                "pk_attr": "id",
                "table_description": "What an order still owed and nobody will pay, given up by somebody for a reason. Only added to.",
            },
            bases=["Model"],
        ),
        ops.RunSQL("ALTER TABLE write_off ADD CONSTRAINT write_off_amount CHECK (amount > 0);\n"),
    ]
