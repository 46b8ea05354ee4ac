from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_zones_and_sets"), ("people", "0003_merges"), ("registration", "0006_changes")]

    initial = True

    operations = [
        ops.CreateModel(
            name="Due",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "registration.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="dues",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("way", fields.CharField(max_length=16)),
                ("number", fields.CharField(default="", db_default="", max_length=60)),
                ("institution", fields.CharField(default="", db_default="", max_length=200)),
                ("address", fields.CharField(default="", db_default="", max_length=600)),
                ("reference", fields.CharField(default="", db_default="", max_length=120)),
                ("seller", fields.CharField(default="", db_default="", max_length=600)),
                ("pay_to", fields.CharField(default="", db_default="", max_length=600)),
                ("due_on", fields.DateField()),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "due",
                "app": "invoicing",
                "pk_attr": "id",
                "table_description": "An order that is paid by purchase order, check or transfer. Personal data: blanked with the order's accounts.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Invoice",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("year", fields.IntField()),
                ("serial", fields.IntField()),
                ("kind", fields.CharField(max_length=12)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "registration.Order",
                        source_field="order_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="invoices",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "credits",
                    fields.ForeignKeyField(
                        "invoicing.Invoice",
                        source_field="credits_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="credit_notes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("currency", fields.CharField(max_length=3)),
                ("total", fields.BigIntField()),
                (
                    "body",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("blanked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "invoice",
                "app": "invoicing",
                "unique_together": (("year", "serial"),),
                "pk_attr": "id",
                "table_description": "An invoice or a credit note, as it was issued. A trigger keeps it so; only its names go, once, after years.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="InvoiceCounter",
            fields=[
                ("year", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("given", fields.IntField()),
            ],
            options={
                "table": "invoice_counter",
                "app": "invoicing",
                "pk_attr": "year",
                "table_description": "The last number of a year; its row is locked while one is given.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PaymentTerms",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="payment_terms",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("ways", ArrayField(default=list, element_type="TEXT")),
                ("due_days", fields.IntField(default=30, db_default=30)),
                ("grace_days", fields.IntField(default=7, db_default=7)),
                ("orders_confirm", fields.BooleanField(default=True, db_default=True)),
                ("seller", fields.CharField(default="", db_default="", max_length=600)),
                ("pay_to", fields.CharField(default="", db_default="", max_length=600)),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "payment_terms",
                "app": "invoicing",
                "pk_attr": "id",
                "table_description": "Which ways to pay an event takes beside the card. No row: none.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Receipt",
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
                        related_name="receipts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("way", fields.CharField(max_length=16)),
                ("number", fields.CharField(max_length=60)),
                ("dated", fields.DateField()),
                ("amount", fields.BigIntField()),
                ("currency", fields.CharField(max_length=3)),
                ("note", fields.CharField(default="", db_default="", max_length=200)),
                ("booked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "booked_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="booked_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="receipts",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "receipt",
                "app": "invoicing",
                "pk_attr": "id",
                "table_description": "Money that came by check or transfer, or that was given back so. Only added to.",
            },
            bases=["Model"],
        ),
    ]
