"""Who bought places for its staff, and whose each place is."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from events.people.models import Person
from events.registration.models import Order, Registration


class Institution(Model):
    """What bought an order's places for its staff. One for each order with `for_staff`.

    domains      of mail addresses: whoever has one may ask for a place by the staff link; [] for nobody
    link_round   part of the staff link's MAC: a new link is a higher number, and the old one is dead
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.OneToOneRelation[Order] = fields.OneToOneField(
        "registration.Order", related_name="institution", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=200)
    domains = ArrayField("text", default=list)
    link_round = fields.IntField(default=1, db_default=1)
    made_at = fields.DatetimeField()

    class Meta:
        table = "institution"


class StaffPlace(Model):
    """One registration of an institution's order, and whose it is (`institutions.states`).

    code         in addresses and on lists; stays when the ticket gets another code
    round        grows with everybody it is given to: part of the MAC of their link
    name, email  who is invited, then who took it; "" for nobody. Personal data: blanked with the ticket
    """

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=12, unique=True)
    institution: fields.ForeignKeyRelation[Institution] = fields.ForeignKeyField(
        "institutions.Institution", related_name="places", on_delete=fields.CASCADE, db_index=True
    )
    registration: fields.OneToOneRelation[Registration] = fields.OneToOneField(
        "registration.Registration", related_name="staff_place", on_delete=fields.CASCADE
    )
    state = fields.CharField(max_length=12)
    round = fields.IntField(default=0, db_default=0)
    name = fields.CharField(max_length=200, default="", db_default="")
    email = fields.CharField(max_length=254, default="", db_default="")
    changed_at = fields.DatetimeField()

    class Meta:
        table = "staff_place"


class StaffMove(Model):
    """Who brought a place from whom to whom, and when. Personal data: blanked with the order.

    was, now   {"name": …, "email": …}, {} for nobody
    round      of who had it before: their link says what became of it
    """

    id = fields.BigIntField(primary_key=True)
    place: fields.ForeignKeyRelation[StaffPlace] = fields.ForeignKeyField(
        "institutions.StaffPlace", related_name="moves", on_delete=fields.CASCADE, db_index=True
    )
    old = fields.CharField(max_length=12)
    new = fields.CharField(max_length=12)
    was = fields.JSONField[dict[str, str]](default=dict)
    now = fields.JSONField[dict[str, str]](default=dict)
    round = fields.IntField()
    moved_at = fields.DatetimeField()
    moved_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="staff_moves", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "staff_move"


class StaffAsk(Model):
    """Somebody who asked for a place by the staff link, and has a mail with a link to take one. Gone after two weeks.

    place   what they took by it
    """

    id = fields.BigIntField(primary_key=True)
    institution: fields.ForeignKeyRelation[Institution] = fields.ForeignKeyField(
        "institutions.Institution", related_name="asks", on_delete=fields.CASCADE, db_index=True
    )
    email = fields.CharField(max_length=254)
    asked_at = fields.DatetimeField()
    place: fields.ForeignKeyNullableRelation[StaffPlace] = fields.ForeignKeyField(
        "institutions.StaffPlace", related_name="asks", null=True, on_delete=fields.SET_NULL, db_index=True
    )

    class Meta:
        table = "staff_ask"
        unique_together = (("institution", "email"),)
