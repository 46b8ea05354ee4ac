"""Tickets that change: whose they become, until when, and what is asked of the registrar."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0005_calling_off")]

    operations = [
        ops.CreateModel(
            name="ChangeRequest",
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
                        related_name="change_requests",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "registration.Registration",
                        source_field="registration_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="change_requests",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=12)),
                (
                    "wanted",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("words", fields.CharField(max_length=1000)),
                ("state", fields.CharField(max_length=12)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("answer", fields.CharField(default="", db_default="", max_length=1000)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "answered_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="answered_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="change_answers",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "change_request",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "What a buyer may not do alone any more, asked of the registrar. state: `states.REQUEST_MOVES`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ChangeRules",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "catalogue.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="change_rules",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("until", fields.DateField(null=True)),
                ("transfers", fields.CharField(max_length=10)),
                ("version", fields.IntField(default=1, db_default=1)),
            ],
            options={
                "table": "change_rules",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "Until when an event's buyers change their tickets themselves; later it is a request to the registrar.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TicketChange",
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
                        related_name="ticket_changes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "registration.Registration",
                        source_field="registration_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="changes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=12)),
                (
                    "old",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "new",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "old_person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="old_person_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="tickets_given",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("reason", fields.CharField(default="", db_default="", max_length=200)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "changed_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="changed_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="ticket_changes",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "ticket_change",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "A ticket's name or address changed, or it went to another person: who, when, why, from what to what.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Transfer",
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
                        related_name="transfers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "registration.Registration",
                        source_field="registration_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="transfers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=200)),
                ("email", fields.CharField(max_length=254)),
                ("state", fields.CharField(max_length=12)),
                ("offered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "offered_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="offered_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="transfers",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "transfer",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "A ticket offered to another person. state: offered, accepted, declined, withdrawn (`states.TRANSFER_MOVES`).",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__, "rules_of_changes.sql")),
    ]
