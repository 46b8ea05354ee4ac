from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_tables"),
        ("catalogue", "0002_rules"),
        ("catalogue", "0003_zones_and_sets"),
        ("people", "0003_merges"),
        ("registration", "0001_tables"),
        ("registration", "0002_rules"),
    ]

    initial = True

    operations = [
        ops.CreateModel(
            name="AccountNumber",
            fields=[
                ("account", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20)),
                ("number", fields.CharField(max_length=20)),
            ],
            options={
                "table": "account_number",
                "app": "books",
                "pk_attr": "account",
                "table_description": "The number that the association's own books have for one of our accounts (`books.accounts`).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Closing",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("month", fields.DateField(unique=True)),
                ("closed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "closed_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="closed_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="closings",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "closing",
                "app": "books",
                "pk_attr": "id",
                "table_description": "A month whose postings are kept as they were. month: its first day.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GlCode",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "ticket_type",
                    fields.ForeignKeyField(
                        "registration.TicketType",
                        source_field="ticket_type_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gl_codes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("code", fields.CharField(max_length=40)),
                (
                    "unit",
                    fields.ForeignKeyField(
                        "people.Unit",
                        source_field="unit_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gl_codes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "given_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="given_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gl_codes",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "gl_code",
                "app": "books",
                "unique_together": (("ticket_type", "since"),),
                "pk_attr": "id",
                "table_description": "What a ticket type is booked under since a moment; earlier sales keep the code of their day. Only added to.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Posting",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "closing",
                    fields.ForeignKeyField(
                        "books.Closing",
                        source_field="closing_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="postings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("day", fields.DateField()),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="postings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "unit",
                    fields.ForeignKeyField(
                        "people.Unit",
                        source_field="unit_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="postings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("account", fields.CharField(max_length=20)),
                ("code", fields.CharField(default="", db_default="", max_length=40)),
                ("currency", fields.CharField(max_length=3)),
                ("amount", fields.BigIntField()),
                ("source", fields.CharField(max_length=100)),
                ("order_code", fields.CharField(default="", db_default="", max_length=12)),
            ],
            options={
                "table": "posting",
                "app": "books",
                "pk_attr": "id",
                "table_description": "One side of a booking of a closed month, as it was exported. Never changed.",
            },
            bases=["Model"],
        ),
    ]
