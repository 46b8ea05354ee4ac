"""The ground floor's own tables: what has to be told, and what strangers told us."""

from tortoise import fields
from tortoise.models import Model


class OutboxMessage(Model):
    """Something that has to be told to somebody, written in the transaction of its cause.

    key          at most one message with this key is ever written (a dedupe key), or null
    due_at       not before this moment
    attempt      how often the relay has claimed it; part of the queue's job id
    leased_until claimed by a relay until then; a sweep takes it again afterwards
    done_at      the job ended; failed_at: given up after the last attempt, with `error`
    """

    id = fields.BigIntField(primary_key=True)
    topic = fields.CharField(max_length=60)
    key = fields.CharField(max_length=200, null=True, unique=True)
    body = fields.JSONField[dict[str, object]]()
    created_at = fields.DatetimeField(auto_now_add=True)
    due_at = fields.DatetimeField()
    attempt = fields.IntField(default=0, db_default=0)
    leased_until = fields.DatetimeField(null=True)
    done_at = fields.DatetimeField(null=True)
    failed_at = fields.DatetimeField(null=True)
    error = fields.TextField(default="", db_default="")

    class Meta:
        table = "outbox_message"


class WebhookEvent(Model):
    """What Stripe told us, under Stripe's own id, with the raw body as it was signed."""

    id = fields.CharField(max_length=80, primary_key=True)
    kind = fields.CharField(max_length=80)
    object_id = fields.CharField(max_length=120, default="", db_default="")
    body = fields.TextField()
    received_at = fields.DatetimeField()
    handled_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(max_length=60, default="", db_default="")

    class Meta:
        table = "webhook_event"
