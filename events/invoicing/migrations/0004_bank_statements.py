"""Banks' statements and their lines, each once."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0003_finding"), ("registration", "0016_documents")]

    initial = False

    operations = [
        ops.CreateModel(
            name="BankStatement",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(max_length=200)),
                (
                    "body",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "reading",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("head", fields.CharField(max_length=64)),
                ("sent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "sent_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="sent_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="bank_statements",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("read_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "bank_statement",
                "app": "invoicing",
                "pk_attr": "id",
                "table_description": "A bank's statement as somebody sent it. Until its columns are confirmed it is only a table.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BankLine",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "statement",
                    fields.ForeignKeyField(
                        "invoicing.BankStatement",
                        source_field="statement_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("fingerprint", fields.CharField(unique=True, max_length=64)),
                ("dated", fields.DateField()),
                ("amount", fields.BigIntField()),
                ("currency", fields.CharField(max_length=3)),
                ("reference", fields.CharField(default="", db_default="", max_length=1000)),
                ("payer", fields.CharField(default="", db_default="", max_length=300)),
                ("state", fields.CharField(max_length=10)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "registration.Order",
                        source_field="order_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="bank_lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sure", fields.BooleanField(default=False, db_default=False)),
                ("reason", fields.CharField(default="", db_default="", max_length=300)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "changed_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="changed_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="bank_lines",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "bank_line",
                "app": "invoicing",
                "pk_attr": "id",
                "table_description": "One line of a bank's statement, of however many files it stands in.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__, "rules_of_bank_statements.sql")),
    ]
