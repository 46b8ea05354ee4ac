"""What buyers agree to, by version, and that they did."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0015_questions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Document",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="documents",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                ("title", fields.CharField(default="", db_default="", max_length=200)),
                ("text", fields.TextField(default="", db_default="", unique=False)),
                ("version", fields.IntField()),
                ("required", fields.BooleanField()),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended", fields.BooleanField(default=False, db_default=False)),
                (
                    "saved_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="saved_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="documents",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "document",
                "app": "registration",
                "unique_together": (("event", "kind", "version"),),
                "pk_attr": "id",
                "table_description": "One version of what buyers agree to; never changed. kind: `registration.documents.KINDS`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Acceptance",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "registration.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="acceptances",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "document",
                    fields.ForeignKeyField(
                        "registration.Document",
                        source_field="document_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="acceptances",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("accepted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "acceptance",
                "app": "registration",
                "unique_together": (("order", "document"),),
                "pk_attr": "id",
                "table_description": "That the buyer of an order accepted one version of a document, and when.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__, "rules_of_documents.sql")),
    ]
