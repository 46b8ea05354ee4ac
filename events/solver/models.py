"""Arrangements that somebody asked the machine for, and where it would lay each session."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from events.catalogue.models import Event
from events.people.models import Person
from events.schedule.models import Session


class Arrangement(Model):
    """One run of the machine: asked for, watched by a worker, over; its places are the proposal.

    state          `solver.states`
    wishes         what was chosen, as `solver.forms.Wishes` writes it
    watched_until  until when its worker has to say again that it is there; null before and afterwards
    progress       the last of what its process told, as `solver.search.Progress`
    error          why it failed, for organizers
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="arrangements", on_delete=fields.CASCADE, db_index=True
    )
    state = fields.CharField(max_length=12, default="waiting", db_default="waiting")
    wishes = fields.JSONField[dict[str, object]]()
    asked_at = fields.DatetimeField()
    asked_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="arrangements", null=True, on_delete=fields.SET_NULL
    )
    started_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    watched_until = fields.DatetimeField(null=True)
    stop_asked = fields.BooleanField(default=False, db_default=False)
    progress = fields.JSONField[dict[str, object]](default=dict)
    error = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "arrangement"


class ArrangementPlace(Model):
    """Where one time of a session would lie, or (no time) why it has no place.

    slot_id        null for a session that had no slot at all: accepting gives it one
    slot_version, session_version   as the machine saw them; another one makes the place stale
    room_ids       the rooms people read
    reasons        of a place without a time: `solver.reasons.Reason`, each as an object
    command        the edit that took it over, null until then
    """

    id = fields.BigIntField(primary_key=True)
    arrangement: fields.ForeignKeyRelation[Arrangement] = fields.ForeignKeyField(
        "solver.Arrangement", related_name="places", on_delete=fields.CASCADE, db_index=True
    )
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="arrangement_places", on_delete=fields.CASCADE, db_index=True
    )
    slot_id = fields.BigIntField(null=True)
    slot_version = fields.IntField(null=True)
    session_version = fields.IntField()
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    room_ids = ArrayField("int", default=list)
    reasons = fields.JSONField[list[dict[str, object]]](default=list)
    command = fields.UUIDField(null=True)

    class Meta:
        table = "arrangement_place"
