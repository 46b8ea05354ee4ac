"""Events of the five kinds, venues and rooms, celebrations, and the calendar entries of everything."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from events.people.models import Person, Unit


class Venue(Model):
    """A place with rooms: a convention centre, a hotel, or "online"."""

    id = fields.IntField(primary_key=True)
    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=200)
    address = fields.TextField(default="", db_default="")
    city = fields.CharField(max_length=120, default="", db_default="")
    timezone = fields.CharField(max_length=60)

    class Meta:
        table = "venue"


class Zone(Model):
    """A part of a venue within which nobody has to hurry: a floor of a centre, one hotel."""

    id = fields.IntField(primary_key=True)
    venue: fields.ForeignKeyRelation[Venue] = fields.ForeignKeyField(
        "catalogue.Venue", related_name="zones", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=120)
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "zone"
        unique_together = (("venue", "name"),)


class Walk(Model):
    """Whole minutes from one zone to the other, the same in both directions; one row a pair, the smaller id first."""

    id = fields.IntField(primary_key=True)
    one: fields.ForeignKeyRelation[Zone] = fields.ForeignKeyField(
        "catalogue.Zone", related_name="walks_one", on_delete=fields.CASCADE, db_index=True
    )
    other: fields.ForeignKeyRelation[Zone] = fields.ForeignKeyField(
        "catalogue.Zone", related_name="walks_other", on_delete=fields.CASCADE, db_index=True
    )
    minutes = fields.IntField()

    class Meta:
        table = "walk"
        unique_together = (("one", "other"),)


class Building(Model):
    """zone: where its rooms are, unless a room says otherwise."""

    id = fields.IntField(primary_key=True)
    venue: fields.ForeignKeyRelation[Venue] = fields.ForeignKeyField(
        "catalogue.Venue", related_name="buildings", on_delete=fields.CASCADE, db_index=True
    )
    zone: fields.ForeignKeyNullableRelation[Zone] = fields.ForeignKeyField(
        "catalogue.Zone", related_name="buildings", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    name = fields.CharField(max_length=200)
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "building"
        unique_together = (("venue", "name"),)


class Room(Model):
    """One room of a venue.

    kind        room, hall, poster, online, offsite; only `exclusive` ones are kept from being booked twice
    capacity    people, or null when nobody counted
    part_ids    the physical rooms a combined one takes ("Ballroom A+B"); empty for a physical room
    zone        where it is, when not where its building is
    step_free, hearing_loop   null when nobody has looked
    equipment   names of `catalogue.room_sets.EQUIPMENT` that are always there
    """

    id = fields.IntField(primary_key=True)
    guid = fields.UUIDField(unique=True)
    venue: fields.ForeignKeyRelation[Venue] = fields.ForeignKeyField(
        "catalogue.Venue", related_name="rooms", on_delete=fields.RESTRICT, db_index=True
    )
    building: fields.ForeignKeyNullableRelation[Building] = fields.ForeignKeyField(
        "catalogue.Building", related_name="rooms", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    name = fields.CharField(max_length=120)
    kind = fields.CharField(max_length=20, default="room", db_default="room")
    exclusive = fields.BooleanField(default=True, db_default=True)
    capacity = fields.IntField(null=True)
    part_ids = ArrayField("int", default=list)
    zone: fields.ForeignKeyNullableRelation[Zone] = fields.ForeignKeyField(
        "catalogue.Zone", related_name="rooms", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    step_free = fields.BooleanField(null=True)
    hearing_loop = fields.BooleanField(null=True)
    equipment = ArrayField("text", default=list, db_default=[])
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "room"
        unique_together = (("venue", "name"),)


class RoomSet(Model):
    """How many people a room holds when it is set so. A room without rows can be set in any way, for its `capacity`.

    name   one of `catalogue.room_sets.SETS`
    """

    id = fields.IntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "catalogue.Room", related_name="sets", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=20)
    capacity = fields.IntField()

    class Meta:
        table = "room_set"
        unique_together = (("room", "name"),)


class Event(Model):
    """One of the five kinds (conference, forum, webinar, course, celebration).

    mode        in_person, virtual, hybrid, asynchronous
    state       draft, announced, on_sale, closed, archived, postponed, cancelled (`catalogue.states`)
    starts_on, ends_on   local days, both included; null only for a celebration (its years have the dates)
    starts_at, ends_at   for a webinar: its hour, aware UTC; else null
    accent      a name of the palette in frontend/styles/accents.css
    version     grows with every edit; a stale one is refused
    translations  {"es": {"title": ..., "summary": ..., "description": ...}}
    reminder_minutes  how long before a seat or saved session its reminder is due, e.g. [1440, 30]
    """

    id = fields.IntField(primary_key=True)
    guid = fields.UUIDField(unique=True)
    slug = fields.CharField(max_length=80, unique=True)
    kind = fields.CharField(max_length=20)
    mode = fields.CharField(max_length=20)
    state = fields.CharField(max_length=20, default="draft", db_default="draft")
    title = fields.CharField(max_length=300)
    summary = fields.CharField(max_length=500, default="", db_default="")
    description = fields.TextField(default="", db_default="")
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "people.Unit", related_name="events", on_delete=fields.RESTRICT, db_index=True
    )
    venue: fields.ForeignKeyNullableRelation[Venue] = fields.ForeignKeyField(
        "catalogue.Venue", related_name="events", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    timezone = fields.CharField(max_length=60)
    starts_on = fields.DateField(null=True)
    ends_on = fields.DateField(null=True)
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    language = fields.CharField(max_length=12, default="en", db_default="en")
    level = fields.CharField(max_length=20, default="", db_default="")
    topics = ArrayField("text", default=list)
    accent = fields.CharField(max_length=20, default="blue", db_default="blue")
    currency = fields.CharField(max_length=3, default="USD", db_default="USD")
    join_link = fields.CharField(max_length=500, default="", db_default="")
    contact_email = fields.CharField(max_length=254, default="", db_default="")
    reminder_minutes = ArrayField("int", default=list)
    translations = fields.JSONField[dict[str, dict[str, str]]](default=dict)
    version = fields.IntField(default=1, db_default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    changed_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "event"


class EventSlug(Model):
    """Every slug an event ever had; never given to another."""

    slug = fields.CharField(max_length=80, primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="slugs", on_delete=fields.CASCADE, db_index=True
    )

    class Meta:
        table = "event_slug"


class EventMove(Model):
    """Who moved an event from which state to which, and when. Kept as long as the event."""

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="moves", on_delete=fields.CASCADE, db_index=True
    )
    old = fields.CharField(max_length=20)
    new = fields.CharField(max_length=20)
    moved_at = fields.DatetimeField()
    moved_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="event_moves", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "event_move"


class Celebration(Model):
    """How the dates of an event of kind celebration come about; exactly one way.

    rule          an RRULE without DTSTART for its first day, or ""
    derived_from  another celebration, `offset_days` after its first day
    neither       its dates are listed, year by year, in `CelebrationYear`
    """

    id = fields.IntField(primary_key=True)
    event: fields.OneToOneRelation[Event] = fields.OneToOneField(
        "catalogue.Event", related_name="celebration", on_delete=fields.CASCADE
    )
    rule = fields.CharField(max_length=200, default="", db_default="")
    duration_days = fields.IntField(default=1, db_default=1)
    derived_from: fields.ForeignKeyNullableRelation["Celebration"] = fields.ForeignKeyField(
        "catalogue.Celebration", related_name="derived", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    offset_days = fields.IntField(default=0, db_default=0)
    resources = fields.JSONField[list[dict[str, str]]](default=list)

    class Meta:
        table = "celebration"


class CelebrationYear(Model):
    """One year's dates of a celebration, both days included. `source`: "rule", "derived" or "listed"."""

    id = fields.IntField(primary_key=True)
    celebration: fields.ForeignKeyRelation[Celebration] = fields.ForeignKeyField(
        "catalogue.Celebration", related_name="years", on_delete=fields.CASCADE, db_index=True
    )
    year = fields.IntField()
    starts_on = fields.DateField()
    ends_on = fields.DateField()
    source = fields.CharField(max_length=20)

    class Meta:
        table = "celebration_year"
        unique_together = (("celebration", "year"),)


class Entry(Model):
    """A VEVENT as it was published: of a slot, of an event, or of one year's celebration. Its uid never changes.

    kind           slot, event, celebration
    slot_id        made a key by schedule; celebration_year: for kind celebration
    session_code   of a slot's session; track, unit, room_names: for filtered feeds
    audience       public, registrants (only seats and registrants see the details), closed (time only)
    sequence       +1 whenever time, room, join link or status changed; never decreases
    last_modified  the stored time of that change, and DTSTAMP
    status         CONFIRMED or CANCELLED (a tombstone until ends_at + 1 day)
    ics            the VEVENT's bytes, CRLF, folded, rendered once
    block          the same as raw deflate ended by a full flush; crc is crc32 of ics
    """

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=120, unique=True)
    kind = fields.CharField(max_length=12)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="entries", on_delete=fields.CASCADE, db_index=True
    )
    slot_id = fields.BigIntField(null=True, unique=True)
    celebration_year: fields.OneToOneNullableRelation[CelebrationYear] = fields.OneToOneField(
        "catalogue.CelebrationYear", related_name="entry", null=True, on_delete=fields.SET_NULL
    )
    session_code = fields.CharField(max_length=12, default="", db_default="")
    track = fields.CharField(max_length=80, default="", db_default="")
    unit_id = fields.IntField(null=True)
    room_names = ArrayField("text", default=list)
    audience = fields.CharField(max_length=12, default="public", db_default="public")
    title = fields.CharField(max_length=300, default="", db_default="")
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    sequence = fields.IntField(default=0, db_default=0)
    status = fields.CharField(max_length=12, default="CONFIRMED", db_default="CONFIRMED")
    last_modified = fields.DatetimeField()
    ics = fields.BinaryField()
    block = fields.BinaryField()
    crc = fields.BigIntField()

    class Meta:
        table = "entry"


class Feed(Model):
    """A public feed's stored bytes: `calendars/all`, `calendars/webinars`, `events/{id}/schedule`.

    key        the address without .ics; event_id null for those over several events
    revision   grows whenever the bytes change; ETag and Last-Modified come from the row
    """

    id = fields.IntField(primary_key=True)
    key = fields.CharField(max_length=300, unique=True)
    event: fields.ForeignKeyNullableRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="feeds", null=True, on_delete=fields.CASCADE, db_index=True
    )
    revision = fields.IntField(default=1, db_default=1)
    etag = fields.CharField(max_length=80)
    last_modified = fields.DatetimeField()
    body = fields.BinaryField()
    gzip = fields.BinaryField()
    brotli = fields.BinaryField(null=True)

    class Meta:
        table = "feed"
