"""Disputes, and the two kinds of ledger rows that they make."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0003_refund_policies")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Dispute",
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
                        related_name="disputes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("stripe_id", fields.CharField(unique=True, max_length=120)),
                ("charge", fields.CharField(default="", db_default="", max_length=120)),
                ("payment_intent", fields.CharField(db_index=True, max_length=120)),
                ("amount", fields.BigIntField()),
                ("currency", fields.CharField(max_length=3)),
                ("state", fields.CharField(max_length=24)),
                ("reason", fields.CharField(default="", db_default="", max_length=60)),
                ("due_by", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "dispute",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "A payment that its buyer's bank wants back, as Stripe last told us of it (`registration.states.DisputeState`).",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__, "rules_of_disputes.sql")),
    ]
