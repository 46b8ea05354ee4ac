"""Codes and their uses, places set aside for them, complimentary places, and the rule for groups.

Stops the old version: its writes to order lines and claims wait while two empty partial indexes over them are built,
about a second for 200,000 of them. Its sums stay right, for it sells as long as nobody has set places aside."""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0008_exchanges")]

    initial = False

    operations = [
        ops.CreateModel(
            name="FreePlaces",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="free_place_budgets",
                        on_delete=OnDelete.CASCADE,
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
                        related_name="free_place_budgets",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("name", fields.CharField(max_length=120)),
                ("places", fields.IntField()),
                ("reason", fields.CharField(max_length=300)),
                ("granted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "granted_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="granted_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="free_place_budgets",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "free_places",
                "app": "registration",
                "unique_together": (("event", "name"),),
                "pk_attr": "id",
                "table_description": "Complimentary places that somebody granted: how many, for whom, why. Given out as codes of 100 percent.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GroupRule",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.OneToOneField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="group_rule",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("people", fields.IntField()),
                ("percent", fields.IntField()),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "group_rule",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "Percent less on the tickets of people who come together: from so many people with a ticket in one order.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Voucher",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="vouchers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("code", fields.CharField(max_length=40)),
                ("key", fields.CharField(max_length=40)),
                ("note", fields.CharField(default="", db_default="", max_length=300)),
                ("effect", fields.CharField(max_length=8)),
                ("value", fields.BigIntField(default=0, db_default=0)),
                (
                    "window",
                    fields.ForeignKeyField(
                        "registration.PriceWindow",
                        source_field="window_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="vouchers",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("ticket_types", ArrayField(default=list, element_type="INT")),
                ("unlocks", ArrayField(default=list, element_type="INT")),
                ("email", fields.CharField(default="", db_default="", max_length=254)),
                ("max_uses", fields.IntField(null=True)),
                ("per_person", fields.IntField(null=True)),
                ("used", fields.IntField(default=0, db_default=0)),
                (
                    "quota",
                    fields.ForeignKeyField(
                        "registration.Quota",
                        source_field="quota_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="vouchers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reserved", fields.IntField(default=0, db_default=0)),
                ("reserve_left", fields.IntField(default=0, db_default=0)),
                ("starts_on", fields.DateField(null=True)),
                ("through", fields.DateField(null=True)),
                (
                    "budget",
                    fields.ForeignKeyField(
                        "registration.FreePlaces",
                        source_field="budget_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="vouchers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "voucher",
                "app": "registration",
                "unique_together": (("event", "key"),),
                "pk_attr": "id",
                "table_description": "A code that changes what somebody pays, or opens what others do not see. One use is one person of an order.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="VoucherChange",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "voucher",
                    fields.ForeignKeyField(
                        "registration.Voucher",
                        source_field="voucher_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="changes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("what", fields.CharField(max_length=12)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "changed_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="changed_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="voucher_changes",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "voucher_change",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "Who made, changed or ended a code, and when.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="VoucherUse",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "voucher",
                    fields.ForeignKeyField(
                        "registration.Voucher",
                        source_field="voucher_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="uses",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "order",
                    fields.ForeignKeyField(
                        "registration.Order",
                        source_field="order_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="voucher_uses",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "registration",
                    fields.OneToOneField(
                        "registration.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="voucher_use",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "voucher_use",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "One use of a code by one person of an order. The row is deleted when the use is given back.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Claim",
            name="voucher",
            field=fields.ForeignKeyField(
                "registration.Voucher",
                source_field="voucher_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="claims",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="OrderLine",
            name="voucher",
            field=fields.ForeignKeyField(
                "registration.Voucher",
                source_field="voucher_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="lines",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="Quota",
            name="held_back",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.RunSQL(rules(__file__, "rules_of_vouchers.sql")),
    ]
