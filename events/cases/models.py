"""Private cases: what somebody needs to take part in an event, and what was done about it.

All of it is about health, faith or the like: it goes some days after the event (`cases.retention`), with the account,
or when the person withdraws and asks for it.
"""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from events.catalogue.models import Event
from events.people.models import Person
from events.planning.models import Resource
from events.schedule.models import Session


class NeedKind(Model):
    """What differs in an event from `cases.kinds.USUAL`: another name, not offered here, or a kind of its own.

    key     one of USUAL, or "own-…"; about: meals (catering counts it) or access
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="need_kinds", on_delete=fields.CASCADE, db_index=True
    )
    key = fields.CharField(max_length=40)
    about = fields.CharField(max_length=10)
    name = fields.CharField(max_length=120, default="", db_default="")
    offered = fields.BooleanField(default=True, db_default=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "need_kind"
        unique_together = (("event", "key"),)


class CareCase(Model):
    """One thing, or several that belong together, that a person needs in an event.

    code          in addresses; it opens nothing by itself
    state         `cases.states`
    kinds         keys of NeedKind or USUAL; words: in the person's own
    scope         event: it is about no session; schedule: the sessions they keep, which handlers may then see;
                  sessions: those in CareSession that they asked for
    version       of owner, last day and state; wish_version of what the person asks for
    """

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=8, unique=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="care_cases", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="care_cases", on_delete=fields.CASCADE, db_index=True
    )
    state = fields.CharField(max_length=12)
    kinds = ArrayField("text", default=list)
    words = fields.TextField(default="", db_default="")
    scope = fields.CharField(max_length=10, default="event", db_default="event")
    owner: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="care_cases_owned", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    due_on = fields.DateField(null=True)
    version = fields.IntField(default=1, db_default=1)
    wish_version = fields.IntField(default=1, db_default=1)
    asked_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "care_case"


class CareMove(Model):
    """Who brought a case into a state, when, and why (the person reads the reason)."""

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CareCase] = fields.ForeignKeyField(
        "cases.CareCase", related_name="moves", on_delete=fields.CASCADE, db_index=True
    )
    new = fields.CharField(max_length=12)
    reason = fields.TextField(default="", db_default="")
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="care_moves", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    moved_at = fields.DatetimeField()

    class Meta:
        table = "care_move"


class CareMessage(Model):
    """kind: theirs (from the person), ours (to the person), note (between handlers)."""

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CareCase] = fields.ForeignKeyField(
        "cases.CareCase", related_name="messages", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharField(max_length=8)
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="care_messages", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    words = fields.TextField()
    written_at = fields.DatetimeField()

    class Meta:
        table = "care_message"


class CareSession(Model):
    """A session that something is asked or arranged for.

    asked      the person named it
    resource   what is booked; arranged: in words what else ("Row 1, seat 3"); booked_at: null while nothing is
    added      this case gave the session the resource, and takes it away again
    seen       the session's times and rooms as published when it was booked
    kept       whether it was in their schedule then
    """

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CareCase] = fields.ForeignKeyField(
        "cases.CareCase", related_name="sessions", on_delete=fields.CASCADE, db_index=True
    )
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="care_sessions", on_delete=fields.CASCADE, db_index=True
    )
    asked = fields.BooleanField(default=False, db_default=False)
    resource: fields.ForeignKeyNullableRelation[Resource] = fields.ForeignKeyField(
        "planning.Resource", related_name="care_sessions", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    arranged = fields.CharField(max_length=300, default="", db_default="")
    added = fields.BooleanField(default=False, db_default=False)
    seen = fields.TextField(default="", db_default="")
    kept = fields.BooleanField(default=False, db_default=False)
    booked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "care_session"
        unique_together = (("case", "session"),)


class CareReading(Model):
    """That somebody opened a case, or (case null) the list of an event's cases, which shows names and kinds."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="care_readings", on_delete=fields.CASCADE, db_index=True
    )
    case: fields.ForeignKeyNullableRelation[CareCase] = fields.ForeignKeyField(
        "cases.CareCase", related_name="readings", null=True, on_delete=fields.CASCADE, db_index=True
    )
    reader: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="care_readings", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    read_at = fields.DatetimeField()

    class Meta:
        table = "care_reading"
