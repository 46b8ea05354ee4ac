"""The waiting room of an event's registration."""

from tortoise import fields
from tortoise.models import Model

from events.catalogue.models import Event
from events.people.models import Person


class Lobby(Model):
    """How an event lets people to its tickets. The line itself is in Redis, under `round`; nothing of it is here.

    round         how often it was switched on: every time begins a line of its own
    inside        how many may choose and type at the same time
    per_minute    how many are let in in a minute, at most
    opens_at      before this moment nobody is let in; null: open as long as the event is on sale
    early_minutes so long before it those who come are gathered, to be shuffled when it opens
    stay_minutes  how long an entry holds without being used; four times as long at most
    network_most  places that one network may take in an hour without signing in
    changed_by    who saved it last, for the event's history
    """

    id = fields.IntField(primary_key=True)
    event: fields.OneToOneRelation[Event] = fields.OneToOneField(
        "catalogue.Event", related_name="lobby", on_delete=fields.CASCADE
    )
    is_on = fields.BooleanField(default=False, db_default=False)
    round = fields.IntField(default=0, db_default=0)
    inside = fields.IntField(default=200, db_default=200)
    per_minute = fields.IntField(default=120, db_default=120)
    opens_at = fields.DatetimeField(null=True)
    early_minutes = fields.IntField(default=60, db_default=60)
    stay_minutes = fields.IntField(default=15, db_default=15)
    network_most = fields.IntField(default=300, db_default=300)
    version = fields.IntField(default=1, db_default=1)
    changed_at = fields.DatetimeField()
    changed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="lobbies_changed", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "lobby"
