"""Our copy of Stripe's books: its lines, its payouts, and where they differ from ours."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [
        ("books", "0002_rules"),
        ("catalogue", "0001_tables"),
        ("catalogue", "0002_rules"),
        ("catalogue", "0003_zones_and_sets"),
        ("people", "0001_tables"),
        ("people", "0002_rules"),
        ("people", "0003_merges"),
        ("people", "0004_role_care"),
        ("registration", "0007_desk"),
    ]

    initial = False

    operations = [
        ops.CreateModel(
            name="Difference",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("about", fields.CharField(max_length=120)),
                ("kind", fields.CharField(max_length=12)),
                ("currency", fields.CharField(max_length=3)),
                ("ours", fields.BigIntField()),
                ("theirs", fields.BigIntField()),
                ("found_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("gone_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "settled_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="settled_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="differences",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("note", fields.CharField(default="", db_default="", max_length=400)),
            ],
            options={
                "table": "difference",
                "app": "books",
                "unique_together": (("about", "kind", "currency"),),
                "pk_attr": "id",
                "table_description": "Our books and Stripe's differ about one payment or payout: a task, until they agree or somebody says why.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StripeDay",
            fields=[
                ("day", fields.DateField(primary_key=True, unique=True, db_index=True)),
                ("lines", fields.IntField()),
                ("read_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("complete", fields.BooleanField()),
            ],
            options={
                "table": "stripe_day",
                "app": "books",
                "pk_attr": "day",
                "table_description": "A day (UTC) of Stripe's books that was read; complete: it was over, so it is not read again.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StripePayout",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=120)),
                ("amount", fields.BigIntField()),
                ("currency", fields.CharField(max_length=3)),
                ("state", fields.CharField(max_length=20)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("arrives_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "payout",
                "app": "books",
                "pk_attr": "id",
                "table_description": "Money on its way from Stripe to the bank, as Stripe last told us. id: po_…; state: pending, in_transit, paid,",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StripeLine",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=120)),
                ("kind", fields.CharField(max_length=40)),
                ("category", fields.CharField(max_length=40)),
                ("source", fields.CharField(max_length=120)),
                ("payment_intent", fields.CharField(db_index=True, max_length=120)),
                ("amount", fields.BigIntField()),
                ("fee", fields.BigIntField()),
                ("currency", fields.CharField(max_length=3)),
                ("charged", fields.BigIntField()),
                ("charged_currency", fields.CharField(max_length=3)),
                ("created_at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ("available_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "payout",
                    fields.ForeignKeyField(
                        "books.StripePayout",
                        source_field="payout_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "stripe_line",
                "app": "books",
                "pk_attr": "id",
                "table_description": "One balance transaction (txn_…): what something did to our balance at Stripe, and what Stripe kept of it.",
            },
            bases=["Model"],
        ),
        ops.AlterField(
            model_name="Posting",
            name="event",
            field=fields.ForeignKeyField(
                "catalogue.Event",
                source_field="event_id",
                null=True,
                db_index=True,
                db_constraint=True,
                to_field="id",
                related_name="postings",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.RunSQL(rules(__file__, "rules_of_stripe.sql")),
    ]
