"""Guests, children and memberships among what is sold, how many at least, and what buyers declare about themselves."""

import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0010_cards")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Declaration",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.OneToOneField(
                        "registration.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="declaration",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("words", fields.CharField(max_length=300)),
                ("state", fields.CharField(default="declared", db_default="declared", max_length=10)),
                ("answer", fields.CharField(default="", db_default="", max_length=300)),
                ("declared_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "answered_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="answered_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="declarations_answered",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "declaration",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "What a buyer said to pay the student's or the retired price; a registrar may look at it later.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Joining",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "line",
                    fields.OneToOneField(
                        "registration.OrderLine",
                        source_field="line_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="joining",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "membership",
                    fields.ForeignKeyField(
                        "people.Membership",
                        source_field="membership_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="joinings",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("old_until", fields.DateField(null=True)),
                ("joined_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "joining",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "A membership that was bought with a ticket, written once its order is confirmed.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="TicketType",
            name="grants",
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
        ops.AddField(
            model_name="TicketType",
            name="min_per_order",
            field=fields.IntField(default=1, db_default=1),
        ),
        ops.RunSQL(rules(__file__, "rules_of_kinds.sql")),
    ]
