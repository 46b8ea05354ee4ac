"""People who were two rows: candidates, who was told apart, merges and what still leads to the row that is gone."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("people", "0002_rules")]

    initial = False

    operations = [
        ops.CreateModel(
            name="DistinctPeople",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "one",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="one_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="not_the_same_as",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "other",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="other_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="not_the_same_as_this",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("said_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "said_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="said_by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="told_apart",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "distinct_people",
                "app": "people",
                "unique_together": (("one", "other"),),
                "pk_attr": "id",
                "table_description": "Somebody looked: these are two people, and are not proposed again. Each pair is there both ways round.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DuplicateCandidate",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "one",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="one_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="candidates",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "other",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="other_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="candidates_other",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("score", fields.IntField()),
                ("reasons", ArrayField(default=list, element_type="TEXT")),
                ("found_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "duplicate_candidate",
                "app": "people",
                "unique_together": (("one", "other"),),
                "pk_attr": "id",
                "table_description": "Two rows that may be one person, as `people.duplicates` found them last. Made anew every night and on demand.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FormerKey",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=8)),
                ("key", fields.CharField(max_length=120)),
                ("epoch", fields.IntField(null=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="former_keys",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "former_key",
                "app": "people",
                "unique_together": (("kind", "key"),),
                "pk_attr": "id",
                "table_description": "What once led to a row that was merged into another, and now leads to that one. Never given to anybody else.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PersonMerge",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "kept",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="kept_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="merges",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("gone_id", fields.IntField()),
                ("gone", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                (
                    "rows",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("why", fields.CharField(default="", db_default="", max_length=300)),
                ("merged_at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                (
                    "merged_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="merged_by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="merges_made",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("undone_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "undone_by",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="undone_by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="merges_undone",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "person_merge",
                "app": "people",
                "pk_attr": "id",
                "table_description": "Two rows of `person` that were one: what the merge moved, row by row, so that it can be turned round.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(rules(__file__, "rules_of_merges.sql")),
    ]
