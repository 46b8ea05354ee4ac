"""What is given before a session is placed: blocks, protected times, budgets, availability, bookable resources."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from events.catalogue.models import Event, Room
from events.people.models import Person, Unit


class Block(Model):
    """A time in which rooms take nothing (a block) or everybody rests (a break).

    kind        block: only organizers know; break: shown in the timetable
    room_ids    the physical rooms it is about; empty for all of the event
    series      the same for all repetitions made together, so that they can be changed together
    starts_at, ends_at   aware UTC; local_start, local_end the wall time that was typed, in `timezone`
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="blocks", on_delete=fields.CASCADE, db_index=True
    )
    series = fields.UUIDField(db_index=True)
    kind = fields.CharField(max_length=12, default="block", db_default="block")
    title = fields.CharField(max_length=200)
    room_ids = ArrayField("int", default=list)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    local_start = fields.CharField(max_length=19)
    local_end = fields.CharField(max_length=19)
    timezone = fields.CharField(max_length=60)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "block"


class ProtectedTime(Model):
    """A time when nothing of a unit may clash with it: its membership meeting, an awards lunch. Aware UTC."""

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="protected_times", on_delete=fields.CASCADE, db_index=True
    )
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "people.Unit", related_name="protected_times", on_delete=fields.CASCADE, db_index=True
    )
    title = fields.CharField(max_length=200)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()

    class Meta:
        table = "protected_time"


class Budget(Model):
    """How many slots a unit may fill in an event, and until which day (included, local) it may ask."""

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="budgets", on_delete=fields.CASCADE, db_index=True
    )
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "people.Unit", related_name="budgets", on_delete=fields.CASCADE, db_index=True
    )
    slots = fields.IntField()
    due_on = fields.DateField(null=True)
    note = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "budget"
        unique_together = (("event", "unit"),)


class Availability(Model):
    """A time when a person or a room is there. Who has rows is away at other times; who has none is always there."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="availabilities", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="availabilities", null=True, on_delete=fields.CASCADE, db_index=True
    )
    room: fields.ForeignKeyNullableRelation[Room] = fields.ForeignKeyField(
        "catalogue.Room", related_name="availabilities", null=True, on_delete=fields.CASCADE, db_index=True
    )
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()

    class Meta:
        table = "availability"


class Resource(Model):
    """Something that is booked and cannot be in two places: an interpreter pair, a CART writer, a recording crew."""

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="resources", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharField(max_length=20)
    name = fields.CharField(max_length=120)
    note = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "resource"
        unique_together = (("event", "name"),)


class ConflictLevel(Model):
    """How serious a kind of conflict is in this event, where it is not as `schedule.conflicts.LEVELS` says."""

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="conflict_levels", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharField(max_length=20)
    level = fields.CharField(max_length=8)

    class Meta:
        table = "conflict_level"
        unique_together = (("event", "kind"),)
