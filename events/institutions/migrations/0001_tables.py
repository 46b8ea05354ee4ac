"""Institutions that buy places for their staff."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.contrib.postgres.fields import ArrayField
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("people", "0004_role_care"), ("registration", "0014_institutions")]

    initial = True

    operations = [
        ops.CreateModel(
            name="Institution",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.OneToOneField(
                        "registration.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="institution",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=200)),
                ("domains", ArrayField(default=list, element_type="TEXT")),
                ("link_round", fields.IntField(default=1, db_default=1)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "institution",
                "app": "institutions",
                "pk_attr": "id",
                "table_description": "What bought an order's places for its staff. One for each order with `for_staff`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffPlace",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("code", fields.CharField(unique=True, max_length=12)),
                (
                    "institution",
                    fields.ForeignKeyField(
                        "institutions.Institution",
                        source_field="institution_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="places",
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
                        related_name="staff_place",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("state", fields.CharField(max_length=12)),
                ("round", fields.IntField(default=0, db_default=0)),
                ("name", fields.CharField(default="", db_default="", max_length=200)),
                ("email", fields.CharField(default="", db_default="", max_length=254)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "staff_place",
                "app": "institutions",
                "pk_attr": "id",
                "table_description": "One registration of an institution's order, and whose it is (`institutions.states`).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffAsk",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "institution",
                    fields.ForeignKeyField(
                        "institutions.Institution",
                        source_field="institution_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="asks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("email", fields.CharField(max_length=254)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "place",
                    fields.ForeignKeyField(
                        "institutions.StaffPlace",
                        source_field="place_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="asks",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "staff_ask",
                "app": "institutions",
                "unique_together": (("institution", "email"),),
                "pk_attr": "id",
                "table_description": "Somebody who asked for a place by the staff link, and has a mail with a link to take one. Gone after two weeks.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffMove",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "place",
                    fields.ForeignKeyField(
                        "institutions.StaffPlace",
                        source_field="place_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="moves",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("old", fields.CharField(max_length=12)),
                ("new", fields.CharField(max_length=12)),
                (
                    "was",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "now",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("round", fields.IntField()),
                ("moved_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "moved_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="moved_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="staff_moves",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "staff_move",
                "app": "institutions",
                "pk_attr": "id",
                "table_description": "Who brought a place from whom to whom, and when. Personal data: blanked with the order.",
            },
            bases=["Model"],
        ),
    ]
