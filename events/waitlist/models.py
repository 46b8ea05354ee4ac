"""Who waits for a place, and how long an offer stands."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from events.catalogue.models import Event
from events.people.models import Person
from events.registration.models import Order


class WaitlistEntry(Model):
    """Somebody's place in line for one event.

    ticket_types  those that would do, the dearest wish first
    party         people; together: all of them, or nobody
    priority      higher is sooner, 0 for everybody; reason says why, by staff
    state         `waitlist.states`
    order         what was offered, an order held until offered_until
    part_of       the entry it was split from, whose party got a part of the places
    Personal data: name, email, reason; blanked a while after the event.
    """

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="waitlist", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="waitlist", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    name = fields.CharField(max_length=200)
    email = fields.CharField(max_length=254)
    locale = fields.CharField(max_length=12, default="en", db_default="en")
    ticket_types = ArrayField("int")
    party = fields.IntField()
    together = fields.BooleanField(default=True, db_default=True)
    priority = fields.IntField(default=0, db_default=0)
    reason = fields.CharField(max_length=300, default="", db_default="")
    state = fields.CharField(max_length=10, default="WAITING", db_default="WAITING")
    joined_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()
    changed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="waitlist_changes", null=True, on_delete=fields.SET_NULL
    )
    offered_until = fields.DatetimeField(null=True)
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="waitlist", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    part_of: fields.ForeignKeyNullableRelation["WaitlistEntry"] = fields.ForeignKeyField(
        "waitlist.WaitlistEntry", related_name="parts", null=True, on_delete=fields.CASCADE, db_index=True
    )

    class Meta:
        table = "waitlist_entry"


class WaitlistRules(Model):
    """What organizers chose for an event's waitlist. hours: how long an offer stands; shut: nobody new gets in line."""

    id = fields.IntField(primary_key=True)
    event: fields.OneToOneRelation[Event] = fields.OneToOneField(
        "catalogue.Event", related_name="waitlist_rules", on_delete=fields.CASCADE
    )
    hours = fields.IntField()
    shut = fields.BooleanField(default=False, db_default=False)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "waitlist_rules"
