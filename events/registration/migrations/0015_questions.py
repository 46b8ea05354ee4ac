"""Numbers, days and several choices among the questions, questions that depend on an answer, and those put away."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields

from events.core.schema import rules


class Migration(migrations.Migration):
    dependencies = [("registration", "0014_institutions")]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name="Question",
            options={
                "table": "question",
                "app": "registration",
                "pk_attr": "id",
                "table_description": "Asked of each attendee, or of those with certain tickets, or after certain answers (`registration.asking`).",
            },
        ),
        ops.AddField(
            model_name="Question",
            name="help",
            field=fields.CharField(default="", db_default="", max_length=300),
        ),
        ops.AddField(
            model_name="Question",
            name="maximum",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Question",
            name="minimum",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Question",
            name="only_answers",
            field=ArrayField(default=list, db_default="{}", element_type="TEXT"),
        ),
        ops.AddField(
            model_name="Question",
            name="only_if",
            field=fields.ForeignKeyField(
                "registration.Question",
                source_field="only_if_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="followed_by",
                on_delete=OnDelete.SET_NULL,
            ),
        ),
        ops.AddField(
            model_name="Question",
            name="put_away_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunSQL(rules(__file__, "rules_of_questions.sql")),
    ]
