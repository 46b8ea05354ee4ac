from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [("registration", "0002_rules")]

    operations = [
        ops.CreateModel(
            name="Invitation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "line",
                    fields.ForeignKeyField(
                        "registration.OrderLine",
                        source_field="line_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="invitations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "entry",
                    fields.ForeignKeyField(
                        "catalogue.Entry",
                        source_field="entry_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="invitations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="invitations",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("email", fields.CharField(max_length=254)),
                ("name", fields.CharField(max_length=200)),
                ("uid", fields.CharField(max_length=120)),
                ("token", fields.CharField(db_index=True, max_length=32)),
                ("state", fields.CharField(max_length=12)),
                ("sequence", fields.IntField(default=-1, db_default=-1)),
                ("sent_digest", fields.CharField(default="", db_default="", max_length=64)),
                ("message_id", fields.BigIntField(null=True)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reply", fields.CharField(default="NEEDS-ACTION", db_default="NEEDS-ACTION", max_length=20)),
            ],
            options={
                "table": "invitation",
                "app": "agenda",
                "unique_together": (("line", "entry"),),
                "pk_attr": "id",
                "table_description": "The calendar invitation of one seat, to one attendee.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Notice",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "entry",
                    fields.ForeignKeyField(
                        "catalogue.Entry",
                        source_field="entry_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("before", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("revision", fields.BigIntField(default=0, db_default=0)),
                ("due_at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notice",
                "app": "agenda",
                "unique_together": (("person", "entry"),),
                "pk_attr": "id",
                "table_description": "Something changed in a published slot that somebody keeps. Deleted once they know.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PersonalFeed",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.OneToOneField(
                        "people.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="feed",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("public_id", fields.CharField(unique=True, max_length=22)),
                ("epoch", fields.IntField(default=1, db_default=1)),
                ("revision", fields.BigIntField(default=1, db_default=1)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("seats_here", fields.BooleanField(default=False, db_default=False)),
                ("hide_cancelled", fields.BooleanField(default=False, db_default=False)),
            ],
            options={
                "table": "personal_feed",
                "app": "agenda",
                "pk_attr": "id",
                "table_description": "A person's subscribable calendar: its address is `public_id` and a MAC of it under the key and `epoch`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FeedFetch",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "feed",
                    fields.ForeignKeyField(
                        "agenda.PersonalFeed",
                        source_field="feed_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="fetches",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("client", fields.CharField(max_length=60)),
                ("fetched_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revision", fields.BigIntField()),
            ],
            options={
                "table": "feed_fetch",
                "app": "agenda",
                "unique_together": (("feed", "client"),),
                "pk_attr": "id",
                "table_description": "The freshness ledger: when which calendar client last saw which revision of a personal feed. Kept 14 days.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Reminder",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reminders",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "entry",
                    fields.ForeignKeyField(
                        "catalogue.Entry",
                        source_field="entry_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reminders",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("minutes", fields.IntField()),
                ("due_at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "reminder",
                "app": "agenda",
                "unique_together": (("person", "entry", "minutes"),),
                "pk_attr": "id",
                "table_description": "A reminder of one published slot for one person, due `minutes` before it. A moved slot takes it along.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Saved",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="saved",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "session",
                    fields.ForeignKeyField(
                        "schedule.Session",
                        source_field="session_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="saved",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("saved_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "saved",
                "app": "agenda",
                "unique_together": (("person", "session"),),
                "pk_attr": "id",
                "table_description": "A session somebody keeps. Private like a reading record; deleted with the event's archive or by the person.",
            },
            bases=["Model"],
        ),
    ]
