from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise import fields


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("topic", fields.CharField(max_length=60)),
                ("key", fields.CharField(null=True, unique=True, max_length=200)),
                ("body", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("attempt", fields.IntField(default=0, db_default=0)),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("failed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("error", fields.TextField(default="", db_default="", unique=False)),
            ],
            options={
                "table": "outbox_message",
                "app": "core",
                "pk_attr": "id",
                "table_description": "Something that has to be told to somebody, written in the transaction of its cause.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WebhookEvent",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=80)),
                ("kind", fields.CharField(max_length=80)),
                ("object_id", fields.CharField(default="", db_default="", max_length=120)),
                ("body", fields.TextField(unique=False)),
                ("received_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("handled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("outcome", fields.CharField(default="", db_default="", max_length=60)),
            ],
            options={
                "table": "webhook_event",
                "app": "core",
                "pk_attr": "id",
                "table_description": "What Stripe told us, under Stripe's own id, with the raw body as it was signed.",
            },
            bases=["Model"],
        ),
    ]
