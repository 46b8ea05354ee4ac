"""General-ledger codes, the numbers of accounts, closed months and their postings; our copy of Stripe's books."""

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

    event     null: of no event, as a payout of Stripe's
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
    event: fields.ForeignKeyNullableRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="postings", null=True, on_delete=fields.RESTRICT, db_index=True
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


class StripePayout(Model):
    """Money on its way from Stripe to the bank, as Stripe last told us. id: po_…; state: pending, in_transit, paid,
    failed, canceled."""

    id = fields.CharField(max_length=120, primary_key=True)
    amount = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    state = fields.CharField(max_length=20)
    created_at = fields.DatetimeField()
    arrives_at = fields.DatetimeField()

    class Meta:
        table = "payout"


class StripeLine(Model):
    """One balance transaction (txn_…): what something did to our balance at Stripe, and what Stripe kept of it.

    kind, category   Stripe's words (docs.stripe.com/reports/reporting-categories)
    amount, fee      minor units of `currency`, the balance's; net = amount - fee
    charged          the same amount in the payment's own currency
    """

    id = fields.CharField(max_length=120, primary_key=True)
    kind = fields.CharField(max_length=40)
    category = fields.CharField(max_length=40)
    source = fields.CharField(max_length=120)
    payment_intent = fields.CharField(max_length=120, db_index=True)
    amount = fields.BigIntField()
    fee = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    charged = fields.BigIntField()
    charged_currency = fields.CharField(max_length=3)
    created_at = fields.DatetimeField(db_index=True)
    available_at = fields.DatetimeField()
    payout: fields.ForeignKeyNullableRelation[StripePayout] = fields.ForeignKeyField(
        "books.StripePayout", related_name="lines", null=True, on_delete=fields.RESTRICT, db_index=True
    )

    class Meta:
        table = "stripe_line"


class StripeDay(Model):
    """A day (UTC) of Stripe's books that was read; complete: it was over, so it is not read again."""

    day = fields.DateField(primary_key=True)
    lines = fields.IntField()
    read_at = fields.DatetimeField()
    complete = fields.BooleanField()

    class Meta:
        table = "stripe_day"


class Difference(Model):
    """Our books and Stripe's differ about one payment or payout: a task, until they agree or somebody says why.

    about        pi_…, or po_… of a payout; kind: payment, refund, dispute, payout
    ours, theirs minor units; what came to us is above 0
    gone_at      both sides agree again; settled_at: somebody settled it, with a note
    """

    id = fields.BigIntField(primary_key=True)
    about = fields.CharField(max_length=120)
    kind = fields.CharField(max_length=12)
    currency = fields.CharField(max_length=3)
    ours = fields.BigIntField()
    theirs = fields.BigIntField()
    found_at = fields.DatetimeField()
    gone_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    settled_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="differences", null=True, on_delete=fields.SET_NULL
    )
    note = fields.CharField(max_length=400, default="", db_default="")

    class Meta:
        table = "difference"
        unique_together = (("about", "kind", "currency"),)
