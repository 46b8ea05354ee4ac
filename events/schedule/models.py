"""A programme: its draft (sessions, roles, slots, rooms) and its releases."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from events.catalogue.models import Event, Room
from events.people.models import Person, Unit
from events.planning.models import Resource


class Track(Model):
    """colour: 1 to 12, a place in the palette of frontend/styles/tracks.css."""

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="tracks", on_delete=fields.CASCADE, db_index=True
    )
    slug = fields.CharField(max_length=80)
    name = fields.CharField(max_length=200)
    colour = fields.IntField(default=1, db_default=1)
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "track"
        unique_together = (("event", "slug"),)


class SessionType(Model):
    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="session_types", on_delete=fields.CASCADE, db_index=True
    )
    slug = fields.CharField(max_length=80)
    name = fields.CharField(max_length=200)

    class Meta:
        table = "session_type"
        unique_together = (("event", "slug"),)


class Session(Model):
    """An item of an event's programme, as its editors have it (the draft). The public sees releases.

    code         public and stable, 6 of A-Z0-9, unique in its event
    visibility   public, registrants, closed (its time shown, no details), internal (never leaves the house)
    state        planned, confirmed, cancelled (`schedule.states`)
    capacity     seats, or null for "as many as the room holds"
    topics       whom it is for, in a few words that other sessions share ("cataloguing"); two of one topic at once take
                 each other's readers away
    ticketed     needs a ticket of its own (a pre-conference)
    source       the import's key (a guid, or an id), so that a second import finds it again
    links, attachments   [{"title": ..., "url": ...}]
    """

    id = fields.BigIntField(primary_key=True)
    guid = fields.UUIDField()
    code = fields.CharField(max_length=12)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="sessions", on_delete=fields.CASCADE, db_index=True
    )
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "people.Unit", related_name="sessions", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    track: fields.ForeignKeyNullableRelation[Track] = fields.ForeignKeyField(
        "schedule.Track", related_name="sessions", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    type: fields.ForeignKeyNullableRelation[SessionType] = fields.ForeignKeyField(
        "schedule.SessionType", related_name="sessions", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    title = fields.CharField(max_length=300)
    subtitle = fields.CharField(max_length=300, default="", db_default="")
    abstract = fields.TextField(default="", db_default="")
    description = fields.TextField(default="", db_default="")
    language = fields.CharField(max_length=12, default="", db_default="")
    level = fields.CharField(max_length=20, default="", db_default="")
    visibility = fields.CharField(max_length=12, default="public", db_default="public")
    state = fields.CharField(max_length=12, default="confirmed", db_default="confirmed")
    capacity = fields.IntField(null=True)
    topics = ArrayField("text", default=list, db_default=[])
    ticketed = fields.BooleanField(default=False, db_default=False)
    join_link = fields.CharField(max_length=500, default="", db_default="")
    do_not_record = fields.BooleanField(default=False, db_default=False)
    links = fields.JSONField[list[dict[str, str]]](default=list)
    attachments = fields.JSONField[list[dict[str, str]]](default=list)
    translations = fields.JSONField[dict[str, dict[str, str]]](default=dict)
    source = fields.CharField(max_length=200, null=True)
    version = fields.IntField(default=1, db_default=1)
    changed_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "session"
        unique_together = (("event", "code"), ("event", "guid"), ("event", "source"))


class SessionUnit(Model):
    """A unit that sponsors a session beside the one that owns it; its editors may edit it too."""

    id = fields.BigIntField(primary_key=True)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="units", on_delete=fields.CASCADE, db_index=True
    )
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "people.Unit", related_name="sponsored_sessions", on_delete=fields.CASCADE, db_index=True
    )

    class Meta:
        table = "session_unit"
        unique_together = (("session", "unit"),)


class SessionRequest(Model):
    """What a unit asks staff for: one session's room, set, equipment, food. Its times are `SessionWish`.

    state      draft, submitted, asked_back, granted, declined (`schedule.requests.MOVES`)
    headcount  people expected; room_set: a name of `catalogue.room_sets.SETS`, or ""
    minutes    how long one slot is to be, without set-up
    equipment  names of `catalogue.room_sets.EQUIPMENT`; needs: access and services, names of `schedule.requests.NEEDS`
    """

    id = fields.BigIntField(primary_key=True)
    session: fields.OneToOneRelation[Session] = fields.OneToOneField(
        "schedule.Session", related_name="request", on_delete=fields.CASCADE
    )
    state = fields.CharField(max_length=12, default="draft", db_default="draft")
    headcount = fields.IntField(null=True)
    room_set = fields.CharField(max_length=20, default="", db_default="")
    minutes = fields.IntField(default=60, db_default=60)
    equipment = ArrayField("text", default=list)
    needs = ArrayField("text", default=list)
    food = fields.CharField(max_length=300, default="", db_default="")
    note = fields.TextField(default="", db_default="")
    submitted_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1, db_default=1)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "session_request"


class RequestStep(Model):
    """Who did what to a request, when, and what they said: the table's history and the conversation in one."""

    id = fields.BigIntField(primary_key=True)
    request: fields.ForeignKeyRelation[SessionRequest] = fields.ForeignKeyField(
        "schedule.SessionRequest", related_name="steps", on_delete=fields.CASCADE, db_index=True
    )
    at = fields.DatetimeField()
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="request_steps", null=True, on_delete=fields.SET_NULL
    )
    what = fields.CharField(max_length=12)
    words = fields.TextField(default="", db_default="")
    changes = fields.JSONField[dict[str, list[object]]](default=dict)

    class Meta:
        table = "request_step"


class SessionWish(Model):
    """A time a session would like (`preferred`) or cannot have (`impossible`). Aware UTC."""

    id = fields.BigIntField(primary_key=True)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="wishes", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharField(max_length=12)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()

    class Meta:
        table = "session_wish"


class SessionResource(Model):
    """A bookable resource that a session has."""

    id = fields.BigIntField(primary_key=True)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="resources", on_delete=fields.CASCADE, db_index=True
    )
    resource: fields.ForeignKeyRelation[Resource] = fields.ForeignKeyField(
        "planning.Resource", related_name="sessions", on_delete=fields.CASCADE, db_index=True
    )

    class Meta:
        table = "session_resource"
        unique_together = (("session", "resource"),)


class SessionPerson(Model):
    """A person in a role of a session: one of `schedule.roles.ROLES`."""

    id = fields.BigIntField(primary_key=True)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="people", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="session_roles", on_delete=fields.CASCADE, db_index=True
    )
    role = fields.CharField(max_length=20, default="speaker", db_default="speaker")
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "session_person"
        unique_together = (("session", "person", "role"),)


class Slot(Model):
    """One time, and the room or rooms, of a session.

    starts_at, ends_at        UTC; both null while the session waits in the tray
    local_start, local_end    the wall time that was typed, in `timezone` (no zone in the column)
    setup_minutes, teardown_minutes   the room is taken for these as well
    uid                       the left part of its entry's UID, for good
    pinned                    neither the machine nor a selection moves it
    version                   grows with every move; a stale write is refused with both states
    """

    id = fields.BigIntField(primary_key=True)
    uid = fields.UUIDField(unique=True)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="slots", on_delete=fields.CASCADE, db_index=True
    )
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    local_start = fields.CharField(max_length=19, default="", db_default="")
    local_end = fields.CharField(max_length=19, default="", db_default="")
    timezone = fields.CharField(max_length=60)
    setup_minutes = fields.IntField(default=0, db_default=0)
    teardown_minutes = fields.IntField(default=0, db_default=0)
    pinned = fields.BooleanField(default=False, db_default=False)
    version = fields.IntField(default=1, db_default=1)

    rooms: fields.ReverseRelation["SlotRoom"]

    class Meta:
        table = "slot"


class SlotRoom(Model):
    """A physical room that a slot takes, over its time with set-up and tear-down.

    named      the room people read (the combined one, when there is one); one row a physical room
    exclusive  copied from the room; accepted: an overlap here is named in AcceptedOverlap
    The exclusion constraint looks at rows that are exclusive, not accepted, and have both times.
    """

    id = fields.BigIntField(primary_key=True)
    slot: fields.ForeignKeyRelation[Slot] = fields.ForeignKeyField(
        "schedule.Slot", related_name="rooms", on_delete=fields.CASCADE, db_index=True
    )
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "catalogue.Room", related_name="slot_rooms", on_delete=fields.RESTRICT, db_index=True
    )
    named: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "catalogue.Room", related_name="named_slot_rooms", on_delete=fields.RESTRICT, db_index=True
    )
    taken_from = fields.DatetimeField(null=True)
    taken_until = fields.DatetimeField(null=True)
    exclusive = fields.BooleanField(default=True, db_default=True)
    accepted = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "slot_room"
        unique_together = (("slot", "room"),)


class AcceptedOverlap(Model):
    """Two slots that may share a room although it is exclusive. Lapses when either moves."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="accepted_overlaps", on_delete=fields.CASCADE, db_index=True
    )
    one: fields.ForeignKeyRelation[Slot] = fields.ForeignKeyField(
        "schedule.Slot", related_name="overlaps_one", on_delete=fields.CASCADE, db_index=True
    )
    other: fields.ForeignKeyRelation[Slot] = fields.ForeignKeyField(
        "schedule.Slot", related_name="overlaps_other", on_delete=fields.CASCADE, db_index=True
    )
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "catalogue.Room", related_name="accepted_overlaps", on_delete=fields.CASCADE, db_index=True
    )
    reason = fields.CharField(max_length=200)
    accepted_at = fields.DatetimeField()

    class Meta:
        table = "accepted_overlap"
        unique_together = (("one", "other", "room"),)


class AcceptedConflict(Model):
    """A conflict, not about a room, that somebody looked at and lets stand. Lapses when one of its slots moves.

    kind, one, other, subject   as in `schedule.conflicts.Conflict`; one = other where it is about a single slot
    """

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="accepted_conflicts", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharField(max_length=20)
    one: fields.ForeignKeyRelation[Slot] = fields.ForeignKeyField(
        "schedule.Slot", related_name="conflicts_one", on_delete=fields.CASCADE, db_index=True
    )
    other: fields.ForeignKeyRelation[Slot] = fields.ForeignKeyField(
        "schedule.Slot", related_name="conflicts_other", on_delete=fields.CASCADE, db_index=True
    )
    subject = fields.BigIntField()
    reason = fields.CharField(max_length=200)
    accepted_at = fields.DatetimeField()
    accepted_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="accepted_conflicts", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "accepted_conflict"
        unique_together = (("kind", "one", "other", "subject"),)


class Edit(Model):
    """One change to an event's draft: what its history shows, what undo turns round, what other editors are told.

    number    counts up without gaps within the event, in the order of commits
    command   the same for all that one gesture changed
    what      move, add, remove, pin, block, …; before, after: the states, as `schedule.history` writes them
    undoes    the command that this one turned round
    """

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="edits", on_delete=fields.CASCADE
    )
    number = fields.IntField()
    command = fields.UUIDField()
    undoes = fields.UUIDField(null=True)
    at = fields.DatetimeField()
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="edits", null=True, on_delete=fields.SET_NULL
    )
    what = fields.CharField(max_length=16)
    session_id = fields.BigIntField(null=True)
    slot_id = fields.BigIntField(null=True)
    before = fields.JSONField[dict[str, object]](null=True)
    after = fields.JSONField[dict[str, object]](null=True)

    class Meta:
        table = "edit"
        unique_together = (("event", "number"),)


class Release(Model):
    """A published, numbered version of an event's programme. Immutable but for a recorded redaction.

    revision    of the event's feeds; grows with a release and when a tombstone goes
    public      the snapshot everyone may see; registrants: what registrants see as well (`schedule.snapshots`)
    changes     what moved since the last one, for the Atom feed and the impact page
    name, note  what organizers call it ("Preliminary programme") and say of it; may be empty
    """

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="releases", on_delete=fields.CASCADE, db_index=True
    )
    number = fields.IntField()
    published_at = fields.DatetimeField()
    published_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="releases", null=True, on_delete=fields.SET_NULL
    )
    name = fields.CharField(max_length=100, default="", db_default="")
    note = fields.TextField(default="", db_default="")
    public = fields.JSONField[dict[str, object]]()
    registrants = fields.JSONField[dict[str, object]]()
    changes = fields.JSONField[list[dict[str, object]]](default=list)

    class Meta:
        table = "release"
        unique_together = (("event", "number"),)


class Redaction(Model):
    """A recorded blanking of a text or a person in every release, entry and cache."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="redactions", on_delete=fields.CASCADE, db_index=True
    )
    what = fields.CharField(max_length=120)
    reason = fields.TextField()
    made_at = fields.DatetimeField()
    made_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="redactions", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "redaction"
