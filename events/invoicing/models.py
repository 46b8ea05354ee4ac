"""Terms of payment, what is due, what came, and the invoices."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from events.catalogue.models import Event
from events.people.models import Person
from events.registration.models import Order


class PaymentTerms(Model):
    """Which ways to pay an event takes beside the card. No row: none.

    ways             purchase_order, check, transfer
    due_days         from the day of the order; grace_days: so long after it places are kept that nobody paid for
    orders_confirm   an accepted purchase order confirms at once, with a balance due
    seller, pay_to   several lines, as they stand on the invoice: who sells; where a check or a transfer goes
    reminders        on which days around the due day (-7: a week before) who has not paid gets a mail; null: the usual
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="payment_terms", on_delete=fields.CASCADE
    )
    ways = ArrayField("text", default=list)
    due_days = fields.IntField(default=30, db_default=30)
    grace_days = fields.IntField(default=7, db_default=7)
    orders_confirm = fields.BooleanField(default=True, db_default=True)
    seller = fields.CharField(max_length=600, default="", db_default="")
    pay_to = fields.CharField(max_length=600, default="", db_default="")
    reminders = ArrayField("int", null=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "payment_terms"


class DueReminder(Model):
    """A mail about an order that is not paid, once for each of its days around the due day."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="due_reminders", on_delete=fields.CASCADE
    )
    day = fields.IntField()
    sent_at = fields.DatetimeField()

    class Meta:
        table = "due_reminder"
        unique_together = (("order", "day"),)


class Due(Model):
    """An order that is paid by purchase order, check or transfer. Personal data: blanked with the order's accounts.

    number      of the purchase order, "" for other ways
    reference   what the buyer wants to find on the invoice
    pay_to      as the event's terms said on the day
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="dues", on_delete=fields.CASCADE
    )
    way = fields.CharField(max_length=16)
    number = fields.CharField(max_length=60, default="", db_default="")
    institution = fields.CharField(max_length=200, default="", db_default="")
    address = fields.CharField(max_length=600, default="", db_default="")
    reference = fields.CharField(max_length=120, default="", db_default="")
    seller = fields.CharField(max_length=600, default="", db_default="")
    pay_to = fields.CharField(max_length=600, default="", db_default="")
    due_on = fields.DateField()
    made_at = fields.DatetimeField()

    class Meta:
        table = "due"


class Billing(Model):
    """To whom the invoice of an order goes that is paid by card. Personal data: blanked with the order's accounts."""

    id = fields.BigIntField(primary_key=True)
    order: fields.OneToOneRelation[Order] = fields.OneToOneField(
        "registration.Order", related_name="billing", on_delete=fields.CASCADE
    )
    institution = fields.CharField(max_length=200, default="", db_default="")
    address = fields.CharField(max_length=600, default="", db_default="")
    reference = fields.CharField(max_length=120, default="", db_default="")
    made_at = fields.DatetimeField()

    class Meta:
        table = "billing"


class Receipt(Model):
    """Money that came by check or transfer, or that was given back so. Only added to.

    kind     payment, refund; amount is above nothing for both
    number   of the check, or the bank's reference: one of an order, a kind and a way is booked once
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="receipts", on_delete=fields.RESTRICT, db_index=True
    )
    kind = fields.CharField(max_length=8)
    way = fields.CharField(max_length=16)
    number = fields.CharField(max_length=60)
    dated = fields.DateField()
    amount = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    note = fields.CharField(max_length=200, default="", db_default="")
    booked_at = fields.DatetimeField()
    booked_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="receipts", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "receipt"


class InvoiceCounter(Model):
    """The last number of a year; its row is locked while one is given."""

    year = fields.IntField(primary_key=True, generated=False)
    given = fields.IntField()

    class Meta:
        table = "invoice_counter"


class Invoice(Model):
    """An invoice or a credit note, as it was issued. A trigger keeps it so; only its names go, once, after years.

    kind       invoice, credit_note (its amounts are below nothing)
    credits    the invoice that a credit note takes back; each is taken back once
    body       what stands on the paper (`paper.Sheet`)
    blanked_at when the names were taken out
    """

    id = fields.BigIntField(primary_key=True)
    year = fields.IntField()
    serial = fields.IntField()
    kind = fields.CharField(max_length=12)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="invoices", on_delete=fields.RESTRICT, db_index=True
    )
    credits: fields.ForeignKeyNullableRelation["Invoice"] = fields.ForeignKeyField(
        "invoicing.Invoice", related_name="credit_notes", null=True, on_delete=fields.RESTRICT
    )
    currency = fields.CharField(max_length=3)
    total = fields.BigIntField()
    body = fields.JSONField[dict[str, object]](default=dict)
    issued_at = fields.DatetimeField()
    blanked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "invoice"
        unique_together = (("year", "serial"),)


class BankStatement(Model):
    """A bank's statement as somebody sent it. Until its columns are confirmed it is only a table.

    body      {"head": […], "rows": [[…]]}; blanked once its lines are there
    reading   how it is read (`bank_csv.Reading`); remembered for the next of the same columns
    """

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=200)
    body = fields.JSONField[dict[str, object]](default=dict)
    reading = fields.JSONField[dict[str, object]](default=dict)
    head = fields.CharField(max_length=64)
    sent_at = fields.DatetimeField()
    sent_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="bank_statements", null=True, on_delete=fields.SET_NULL
    )
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "bank_statement"


class BankLine(Model):
    """One line of a bank's statement, of however many files it stands in.

    fingerprint  the same for the same line of any file
    amount       minor units; below nothing: it went out
    state        `invoicing.bank_lines`: unknown, proposed, booked, ignored
    order        what it is proposed or booked for; sure: the order is named and owes exactly this
    Personal data: payer, reference; blanked with the invoices' names.
    """

    id = fields.BigIntField(primary_key=True)
    statement: fields.ForeignKeyRelation[BankStatement] = fields.ForeignKeyField(
        "invoicing.BankStatement", related_name="lines", on_delete=fields.CASCADE, db_index=True
    )
    fingerprint = fields.CharField(max_length=64, unique=True)
    dated = fields.DateField()
    amount = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    reference = fields.CharField(max_length=1000, default="", db_default="")
    payer = fields.CharField(max_length=300, default="", db_default="")
    state = fields.CharField(max_length=10)
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="bank_lines", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    sure = fields.BooleanField(default=False, db_default=False)
    reason = fields.CharField(max_length=300, default="", db_default="")
    changed_at = fields.DatetimeField()
    changed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="bank_lines", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "bank_line"


class WriteOff(Model):
    """What an order still owed and nobody will pay, given up by somebody for a reason. Only added to."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="write_offs", on_delete=fields.RESTRICT, db_index=True
    )
    amount = fields.BigIntField()
    reason = fields.CharField(max_length=300, default="", db_default="")
    written_at = fields.DatetimeField()
    written_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="write_offs", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "write_off"
