"""General-ledger codes, the numbers of accounts, closed months and their postings."""

from tortoise import fields
from tortoise.models import Model

from events.catalogue.models import Event
from events.people.models import Person, Unit
from events.registration.models import TicketType


class GlCode(Model):
    """What a ticket type is booked under since a moment; earlier sales keep the code of their day. Only added to.

    unit   whose income it is; null: the unit that owns the event
    """

    id = fields.IntField(primary_key=True)
    ticket_type: fields.ForeignKeyRelation[TicketType] = fields.ForeignKeyField(
        "registration.TicketType", related_name="gl_codes", on_delete=fields.CASCADE, db_index=True
    )
    code = fields.CharField(max_length=40)
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "people.Unit", related_name="gl_codes", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    since = fields.DatetimeField()
    given_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="gl_codes", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "gl_code"
        unique_together = (("ticket_type", "since"),)


class AccountNumber(Model):
    """The number that the association's own books have for one of our accounts (`books.accounts`)."""

    account = fields.CharField(max_length=20, primary_key=True)
    number = fields.CharField(max_length=20)

    class Meta:
        table = "account_number"


class Closing(Model):
    """A month whose postings are kept as they were. month: its first day."""

    id = fields.IntField(primary_key=True)
    month = fields.DateField(unique=True)
    closed_at = fields.DatetimeField()
    closed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="closings", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "closing"


class Posting(Model):
    """One side of a booking of a closed month, as it was exported. Never changed.

    account   one of `books.accounts`
    code      the general-ledger code, "" for none
    amount    minor units; a debit is above 0, a credit below
    source    what it comes from: the ledger row's kind and source, or the event whose income was recognized
    """

    id = fields.BigIntField(primary_key=True)
    closing: fields.ForeignKeyRelation[Closing] = fields.ForeignKeyField(
        "books.Closing", related_name="postings", on_delete=fields.RESTRICT, db_index=True
    )
    day = fields.DateField()
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="postings", on_delete=fields.RESTRICT, db_index=True
    )
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "people.Unit", related_name="postings", null=True, on_delete=fields.RESTRICT
    )
    account = fields.CharField(max_length=20)
    code = fields.CharField(max_length=40, default="", db_default="")
    currency = fields.CharField(max_length=3)
    amount = fields.BigIntField()
    source = fields.CharField(max_length=100)
    order_code = fields.CharField(max_length=12, default="", db_default="")

    class Meta:
        table = "posting"
