"""Ticket types, prices and quotas; orders, what was bought in them, and the money of it."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from events.catalogue.models import Event
from events.people.models import Membership, Person, Unit
from events.schedule.models import Session


class Quota(Model):
    """A number of places. `claimed` is guarded by CHECK and recounted from Claim rows by `colloquy audit`.

    overbook   extra places a registrar gave, each with its reason in QuotaChange
    oversold   by how much `claimed` and `held_back` exceed capacity + overbook, the capacity having been lowered
    held_back  places set aside for codes that were not used yet, the sum of their `Voucher.reserve_left`, and for
               people who wait: `set_aside`
    waiting    people of the waitlist who want one of these places. As far as they go, a trigger (`quota_waiting`)
               sets aside what comes free; what is more than they want is free again
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="quotas", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=120)
    capacity = fields.IntField()
    claimed = fields.IntField(default=0, db_default=0)
    overbook = fields.IntField(default=0, db_default=0)
    oversold = fields.IntField(default=0, db_default=0)
    held_back = fields.IntField(default=0, db_default=0)
    waiting = fields.IntField(default=0, db_default=0)
    set_aside = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "quota"
        unique_together = (("event", "name"),)


class QuotaChange(Model):
    id = fields.BigIntField(primary_key=True)
    quota: fields.ForeignKeyRelation[Quota] = fields.ForeignKeyField(
        "registration.Quota", related_name="changes", on_delete=fields.CASCADE, db_index=True
    )
    capacity = fields.IntField()
    overbook = fields.IntField()
    reason = fields.CharField(max_length=300)
    changed_at = fields.DatetimeField()
    changed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="quota_changes", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "quota_change"


class PriceWindow(Model):
    """early, advance, onsite: the window ends at the local midnight after `through` (null: no end)."""

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="price_windows", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=40)
    through = fields.DateField(null=True)
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "price_window"
        unique_together = (("event", "name"),)


class TicketType(Model):
    """Something one can buy a place with.

    kind       full, one_day, exhibits, virtual, guest, childcare, preconference, meal, tour, extra, membership
    admits     {"days": ["2026-06-25"], "session_types": ["*"], "modes": ["in_person"]}: what it lets you into
    session    the ticketed session it seats you in (a pre-conference), or null
    requires   the ticket type that must be in the order, or already be the attendee's; null for none
    min_per_order   when any is bought: at least so many
    grants     of a membership: {"audience": "member", "months": 12}, whose prices it gives at once and for how long
    sale_from, sale_until   null: as long as the event is on sale
    refundable, refund_until, refund_fee   read by the version before: what comes back is RefundPolicy's now
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="ticket_types", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=200)
    description = fields.CharField(max_length=500, default="", db_default="")
    kind = fields.CharField(max_length=20, default="full", db_default="full")
    session: fields.ForeignKeyNullableRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="ticket_types", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    requires: fields.ForeignKeyNullableRelation["TicketType"] = fields.ForeignKeyField(
        "registration.TicketType", related_name="required_by", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    admits = fields.JSONField[dict[str, list[str]]](default=dict)
    sale_from = fields.DatetimeField(null=True)
    sale_until = fields.DatetimeField(null=True)
    min_per_order = fields.IntField(default=1, db_default=1)
    max_per_order = fields.IntField(default=10, db_default=10)
    grants = fields.JSONField[dict[str, object] | None](null=True)
    hidden = fields.BooleanField(default=False, db_default=False)
    refundable = fields.BooleanField(default=True, db_default=True)
    refund_until = fields.DateField(null=True)
    refund_fee = fields.BigIntField(default=0, db_default=0)
    position = fields.IntField(default=0, db_default=0)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "ticket_type"
        unique_together = (("event", "name"),)


class RefundPolicy(Model):
    """What comes back of a ticket's price, from `since` on: the newest row before an order was placed is its own.

    ticket_type   null: of the whole event, for the types that say nothing else
    steps         [{"through": "2026-06-01", "percent": 100, "fee": 2500}]: through null is the day before the event,
                  fee is in minor units; [] is never; null: this type goes by the event's again
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="refund_policies", on_delete=fields.CASCADE, db_index=True
    )
    ticket_type: fields.ForeignKeyNullableRelation[TicketType] = fields.ForeignKeyField(
        "registration.TicketType", related_name="refund_policies", null=True, on_delete=fields.CASCADE, db_index=True
    )
    steps = fields.JSONField[list[dict[str, object]] | None](null=True)
    since = fields.DatetimeField()
    saved_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="refund_policies", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "refund_policy"


class TaxRule(Model):
    """Which tax is in the prices from `since` on: the newest row before an order was placed is its own.

    ticket_type   null: of the whole event, for the types that say nothing else
    rate          thousandths of a percent (8250 is 8.25 %); 0: none is in it; null: this type goes by the event's again
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="tax_rules", on_delete=fields.CASCADE, db_index=True
    )
    ticket_type: fields.ForeignKeyNullableRelation[TicketType] = fields.ForeignKeyField(
        "registration.TicketType", related_name="tax_rules", null=True, on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=40, default="", db_default="")
    rate = fields.IntField(null=True)
    since = fields.DatetimeField()
    saved_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="tax_rules", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "tax_rule"


class TicketTypeQuota(Model):
    """A ticket type needs a place of each of its quotas, or none."""

    id = fields.IntField(primary_key=True)
    ticket_type: fields.ForeignKeyRelation[TicketType] = fields.ForeignKeyField(
        "registration.TicketType", related_name="quota_links", on_delete=fields.CASCADE, db_index=True
    )
    quota: fields.ForeignKeyRelation[Quota] = fields.ForeignKeyField(
        "registration.Quota", related_name="ticket_type_links", on_delete=fields.RESTRICT, db_index=True
    )

    class Meta:
        table = "ticket_type_quota"
        unique_together = (("ticket_type", "quota"),)


class Price(Model):
    """What one audience pays in one window (null window: in every one). Amount in minor units of the event's currency.

    audience   member, division_member, nonmember, student, retired, exhibitor, everyone
    """

    id = fields.IntField(primary_key=True)
    ticket_type: fields.ForeignKeyRelation[TicketType] = fields.ForeignKeyField(
        "registration.TicketType", related_name="prices", on_delete=fields.CASCADE, db_index=True
    )
    audience = fields.CharField(max_length=20)
    window: fields.ForeignKeyNullableRelation[PriceWindow] = fields.ForeignKeyField(
        "registration.PriceWindow", related_name="prices", null=True, on_delete=fields.CASCADE, db_index=True
    )
    amount = fields.BigIntField()

    class Meta:
        table = "price"


class Question(Model):
    """Asked of each attendee, or of those with certain tickets, or after certain answers (`registration.asking`).

    kind       text, long_text, number, date, choice, choices (several), yes_no
    only_if    the question it depends on; only_answers: after which of its answers it is asked
    put_away_at   since when nobody is asked any more; who was asked keeps the question with their answer
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="questions", on_delete=fields.CASCADE, db_index=True
    )
    label = fields.CharField(max_length=300)
    kind = fields.CharField(max_length=12, default="text", db_default="text")
    options = ArrayField("text", default=list)
    required = fields.BooleanField(default=False, db_default=False)
    ticket_type_ids = ArrayField("int", default=list)
    position = fields.IntField(default=0, db_default=0)
    help = fields.CharField(max_length=300, default="", db_default="")
    minimum = fields.IntField(null=True)
    maximum = fields.IntField(null=True)
    only_if: fields.ForeignKeyNullableRelation["Question"] = fields.ForeignKeyField(
        "registration.Question", related_name="followed_by", null=True, on_delete=fields.SET_NULL
    )
    only_answers = ArrayField("text", default=list, db_default="{}")
    put_away_at = fields.DatetimeField(null=True)

    class Meta:
        table = "question"


class FreePlaces(Model):
    """Complimentary places that somebody granted: how many, for whom, why. Given out as codes of 100 percent.

    places   at most so many uses, of all its codes together
    unit     whose budget it is, or null for the event's own
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="free_place_budgets", on_delete=fields.CASCADE, db_index=True
    )
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "people.Unit", related_name="free_place_budgets", null=True, on_delete=fields.SET_NULL
    )
    name = fields.CharField(max_length=120)
    places = fields.IntField()
    reason = fields.CharField(max_length=300)
    granted_at = fields.DatetimeField()
    granted_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="free_place_budgets", null=True, on_delete=fields.SET_NULL
    )
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "free_places"
        unique_together = (("event", "name"),)


class Exhibitor(Model):
    """Who has a stand at an event. Personal data: email; blanked a while after the event. size: in booths."""

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="exhibitors", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=200)
    email = fields.CharField(max_length=254, default="", db_default="")
    booth = fields.CharField(max_length=60, default="", db_default="")
    size = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "exhibitor"


class Allotment(Model):
    """A rule by which presenters or exhibitors get complimentary places out of a budget.

    party    presenters, exhibitors
    roles    of presenters: which of `schedule.roles` it is for; [] is all
    places   for each presenter; of exhibitors for every `per_size` booths
    position of the rules that fit a presenter the first one counts
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="allotments", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=120)
    budget: fields.ForeignKeyRelation[FreePlaces] = fields.ForeignKeyField(
        "registration.FreePlaces", related_name="allotments", on_delete=fields.RESTRICT, db_index=True
    )
    ticket_type: fields.ForeignKeyRelation[TicketType] = fields.ForeignKeyField(
        "registration.TicketType", related_name="allotments", on_delete=fields.RESTRICT, db_index=True
    )
    party = fields.CharField(max_length=12)
    roles = ArrayField("text", default=list)
    places = fields.IntField(default=1, db_default=1)
    per_size = fields.IntField(default=1, db_default=1)
    position = fields.IntField(default=0, db_default=0)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "allotment"
        unique_together = (("event", "name"),)


class Voucher(Model):
    """A code that changes what somebody pays, or opens what others do not see. One use is one person of an order.

    code         as it is shown; key: without spaces and dashes, in capitals, as it is looked up
    effect       none, percent (value 0-100 less), amount (value minor units less for each person),
                 price (each ticket costs value minor units)
    window       the price window whose prices it gives, whatever the day is; null: today's
    ticket_types what it is for; [] is everything. unlocks: hidden ticket types that it shows
    email        only a buyer of this address (or account) may use it; "" for anybody
    max_uses, per_person   null: no limit. `used` is guarded by CHECK and counted again from VoucherUse
    quota        where places are set aside for it: `reserved` were, `reserve_left` are still
    starts_on, through   days at the event's place; it ends at the local midnight after `through`
    Personal data: email, note; blanked a while after the event.
    """

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="vouchers", on_delete=fields.CASCADE, db_index=True
    )
    code = fields.CharField(max_length=40)
    key = fields.CharField(max_length=40)
    note = fields.CharField(max_length=300, default="", db_default="")
    effect = fields.CharField(max_length=8)
    value = fields.BigIntField(default=0, db_default=0)
    window: fields.ForeignKeyNullableRelation[PriceWindow] = fields.ForeignKeyField(
        "registration.PriceWindow", related_name="vouchers", null=True, on_delete=fields.SET_NULL
    )
    ticket_types = ArrayField("int", default=list)
    unlocks = ArrayField("int", default=list)
    email = fields.CharField(max_length=254, default="", db_default="")
    max_uses = fields.IntField(null=True)
    per_person = fields.IntField(null=True)
    used = fields.IntField(default=0, db_default=0)
    quota: fields.ForeignKeyNullableRelation[Quota] = fields.ForeignKeyField(
        "registration.Quota", related_name="vouchers", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    reserved = fields.IntField(default=0, db_default=0)
    reserve_left = fields.IntField(default=0, db_default=0)
    starts_on = fields.DateField(null=True)
    through = fields.DateField(null=True)
    budget: fields.ForeignKeyNullableRelation[FreePlaces] = fields.ForeignKeyField(
        "registration.FreePlaces", related_name="vouchers", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    made_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "voucher"
        unique_together = (("event", "key"),)


class Allotted(Model):
    """That somebody was given what a rule says, by a code. One of person and exhibitor, until the person is forgotten.

    ended_at   the code was taken back; the same person may be given another
    """

    id = fields.BigIntField(primary_key=True)
    allotment: fields.ForeignKeyRelation[Allotment] = fields.ForeignKeyField(
        "registration.Allotment", related_name="given", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="allotted", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    exhibitor: fields.ForeignKeyNullableRelation[Exhibitor] = fields.ForeignKeyField(
        "registration.Exhibitor", related_name="allotted", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    voucher: fields.OneToOneRelation[Voucher] = fields.OneToOneField(
        "registration.Voucher", related_name="allotted", on_delete=fields.CASCADE
    )
    places = fields.IntField()
    given_at = fields.DatetimeField()
    given_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="allotments_given", null=True, on_delete=fields.SET_NULL
    )
    ended_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "allotted"


class VoucherChange(Model):
    """Who made, changed or ended a code, and when."""

    id = fields.BigIntField(primary_key=True)
    voucher: fields.ForeignKeyRelation[Voucher] = fields.ForeignKeyField(
        "registration.Voucher", related_name="changes", on_delete=fields.CASCADE, db_index=True
    )
    what = fields.CharField(max_length=12)
    changed_at = fields.DatetimeField()
    changed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="voucher_changes", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "voucher_change"


class GroupRule(Model):
    """Percent less on the tickets of people who come together: from so many people with a ticket in one order."""

    id = fields.IntField(primary_key=True)
    event: fields.OneToOneRelation[Event] = fields.OneToOneField(
        "catalogue.Event", related_name="group_rule", on_delete=fields.CASCADE
    )
    people = fields.IntField()
    percent = fields.IntField()
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "group_rule"


class Order(Model):
    """What was bought together. Its state says whose places they are; what is owed is the sum of its Ledger rows.

    code        public, 8 of A-Z0-9; its page needs the order's secret (a MAC of the code) or its owner
    person      the signed-in buyer, or null
    state       HELD, PENDING, CONFIRMED, EXPIRED, CANCELLED (`registration.states`)
    held_until  the end of the hold; null once confirmed
    membership  the row that gave the member price, as a snapshot
    form_key    of the form it was typed in: sent twice it is one order, sent again changed it replaces the hold
    source      "" when bought in the shop; waitlist when it was offered to somebody who waited
    for_staff   bought by an institution: a registration without a name is a place that is nobody's yet
    version     grows with every change
    Personal data: kept for the accounts for 7 years, then name and address are blanked.
    """

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=12, unique=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="orders", on_delete=fields.RESTRICT, db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="orders", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    state = fields.CharField(max_length=12)
    name = fields.CharField(max_length=200, default="", db_default="")
    email = fields.CharField(max_length=254, default="", db_default="")
    audience = fields.CharField(max_length=20)
    membership = fields.JSONField[dict[str, str] | None](null=True)
    currency = fields.CharField(max_length=3)
    total = fields.BigIntField()
    held_until = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField(null=True)
    locale = fields.CharField(max_length=12, default="en", db_default="en")
    form_key = fields.CharField(max_length=32, null=True, unique=True)
    source = fields.CharField(max_length=12, default="", db_default="")
    for_staff = fields.BooleanField(default=False, db_default=False)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "orders"


class OrderMove(Model):
    """Who moved an order from which state to which, when and why."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="moves", on_delete=fields.CASCADE, db_index=True
    )
    old = fields.CharField(max_length=12)
    new = fields.CharField(max_length=12)
    moved_at = fields.DatetimeField()
    moved_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="order_moves", null=True, on_delete=fields.SET_NULL
    )
    reason = fields.CharField(max_length=200, default="", db_default="")

    class Meta:
        table = "order_move"


class Registration(Model):
    """One attendee's place in an event, by one order.

    code       public on the ticket; person: the attendee once known (buyer is not attendee)
    answers    {question id: text}
    cancelled_at   set when the place was given back
    """

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=12, unique=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="registrations", on_delete=fields.CASCADE, db_index=True
    )
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="registrations", on_delete=fields.RESTRICT, db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="registrations", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    name = fields.CharField(max_length=200, default="", db_default="")
    email = fields.CharField(max_length=254, default="", db_default="")
    answers = fields.JSONField[dict[str, str]](default=dict)
    cancelled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "registration"


class OrderLine(Model):
    """One ticket of one attendee, with the quote that made its price.

    amount   minor units, what this line costs
    quote    [{"words": "Member price, early through 30 April", "amount": 19000}], then what is less and why
    voucher  the code that made it cheaper or opened it, also after its use was given back
    pending  the other ticket of an Exchange that waits for its payment: it holds places and is nobody's ticket yet
             (amount 0, cancelled_at set)
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="lines", on_delete=fields.CASCADE, db_index=True
    )
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "registration.Registration", related_name="lines", on_delete=fields.CASCADE, db_index=True
    )
    ticket_type: fields.ForeignKeyRelation[TicketType] = fields.ForeignKeyField(
        "registration.TicketType", related_name="lines", on_delete=fields.RESTRICT, db_index=True
    )
    amount = fields.BigIntField()
    quote = fields.JSONField[list[dict[str, object]]](default=list)
    cancelled_at = fields.DatetimeField(null=True)
    pending = fields.BooleanField(default=False, db_default=False)
    voucher: fields.ForeignKeyNullableRelation[Voucher] = fields.ForeignKeyField(
        "registration.Voucher", related_name="lines", null=True, on_delete=fields.RESTRICT
    )

    class Meta:
        table = "order_line"


class Joining(Model):
    """A membership that was bought with a ticket, written once its order is confirmed.

    membership   the row that was made, or made to last longer; null once the roster has none of that number
    old_until    the last day it had before; null for a new one
    """

    id = fields.BigIntField(primary_key=True)
    line: fields.OneToOneRelation[OrderLine] = fields.OneToOneField(
        "registration.OrderLine", related_name="joining", on_delete=fields.CASCADE
    )
    membership: fields.ForeignKeyNullableRelation[Membership] = fields.ForeignKeyField(
        "people.Membership", related_name="joinings", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    old_until = fields.DateField(null=True)
    joined_at = fields.DatetimeField()

    class Meta:
        table = "joining"


class Declaration(Model):
    """What a buyer said to pay the student's or the retired price; a registrar may look at it later.

    kind       student, retired
    words      where they study, or worked. Personal data: blanked with the order
    state      declared, accepted, refused (`states.DECLARATION_MOVES`)
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.OneToOneRelation[Order] = fields.OneToOneField(
        "registration.Order", related_name="declaration", on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=8)
    words = fields.CharField(max_length=300)
    state = fields.CharField(max_length=10, default="declared", db_default="declared")
    answer = fields.CharField(max_length=300, default="", db_default="")
    declared_at = fields.DatetimeField()
    answered_at = fields.DatetimeField(null=True)
    answered_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="declarations_answered", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "declaration"


class Document(Model):
    """One version of what buyers agree to; never changed. kind: `registration.documents.KINDS`.

    required   nobody buys without accepting it; ended: nobody is asked any more, and the text is empty
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="documents", on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=20)
    title = fields.CharField(max_length=200, default="", db_default="")
    text = fields.TextField(default="", db_default="")
    version = fields.IntField()
    required = fields.BooleanField()
    since = fields.DatetimeField()
    ended = fields.BooleanField(default=False, db_default=False)
    saved_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="documents", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "document"
        unique_together = (("event", "kind", "version"),)


class Acceptance(Model):
    """That the buyer of an order accepted one version of a document, and when."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="acceptances", on_delete=fields.CASCADE
    )
    document: fields.ForeignKeyRelation[Document] = fields.ForeignKeyField(
        "registration.Document", related_name="acceptances", on_delete=fields.RESTRICT, db_index=True
    )
    accepted_at = fields.DatetimeField()

    class Meta:
        table = "acceptance"
        unique_together = (("order", "document"),)


class Exemption(Model):
    """A certificate that the buyer of an order pays no tax. Personal data: blanked with the order; its file goes then.

    number, issued_by   of the certificate, and the state or country whose it is; valid_until: null for no end
    file, media_type, size, sha256   the paper as it was sent; "" and 0 for none
    state               asked, accepted, refused (`states.EXEMPTION_MOVES`)
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.OneToOneRelation[Order] = fields.OneToOneField(
        "registration.Order", related_name="exemption", on_delete=fields.CASCADE
    )
    institution = fields.CharField(max_length=200, default="", db_default="")
    number = fields.CharField(max_length=60, default="", db_default="")
    issued_by = fields.CharField(max_length=80, default="", db_default="")
    valid_until = fields.DateField(null=True)
    file = fields.CharField(max_length=200, default="", db_default="")
    media_type = fields.CharField(max_length=100, default="", db_default="")
    size = fields.IntField(default=0, db_default=0)
    sha256 = fields.CharField(max_length=64, default="", db_default="")
    state = fields.CharField(max_length=10, default="asked", db_default="asked")
    answer = fields.CharField(max_length=300, default="", db_default="")
    asked_at = fields.DatetimeField()
    answered_at = fields.DatetimeField(null=True)
    answered_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="exemptions_answered", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "exemption"


class ExemptedLine(Model):
    """The tax that was taken off a line, once; its amount is without it since then. tax: minor units."""

    id = fields.BigIntField(primary_key=True)
    line: fields.OneToOneRelation[OrderLine] = fields.OneToOneField(
        "registration.OrderLine", related_name="exempted", on_delete=fields.CASCADE
    )
    exemption: fields.ForeignKeyRelation[Exemption] = fields.ForeignKeyField(
        "registration.Exemption", related_name="lines", on_delete=fields.RESTRICT, db_index=True
    )
    tax = fields.BigIntField()
    exempted_at = fields.DatetimeField()

    class Meta:
        table = "exempted_line"


class VoucherUse(Model):
    """One use of a code by one person of an order. The row is deleted when the use is given back."""

    id = fields.BigIntField(primary_key=True)
    voucher: fields.ForeignKeyRelation[Voucher] = fields.ForeignKeyField(
        "registration.Voucher", related_name="uses", on_delete=fields.RESTRICT, db_index=True
    )
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="voucher_uses", on_delete=fields.CASCADE, db_index=True
    )
    registration: fields.OneToOneRelation[Registration] = fields.OneToOneField(
        "registration.Registration", related_name="voucher_use", on_delete=fields.CASCADE
    )

    class Meta:
        table = "voucher_use"


class Claim(Model):
    """One place of one quota, taken by one order line. The row is deleted when the place is given back.

    voucher   the code whose reserve it came out of, and goes back to
    """

    id = fields.BigIntField(primary_key=True)
    quota: fields.ForeignKeyRelation[Quota] = fields.ForeignKeyField(
        "registration.Quota", related_name="claims", on_delete=fields.RESTRICT, db_index=True
    )
    line: fields.ForeignKeyRelation[OrderLine] = fields.ForeignKeyField(
        "registration.OrderLine", related_name="claims", on_delete=fields.CASCADE, db_index=True
    )
    voucher: fields.ForeignKeyNullableRelation[Voucher] = fields.ForeignKeyField(
        "registration.Voucher", related_name="claims", null=True, on_delete=fields.RESTRICT
    )

    class Meta:
        table = "claim"
        unique_together = (("quota", "line"),)


class CheckoutSession(Model):
    """One Stripe Checkout Session for an order, created before Stripe is asked for it.

    attempt    part of the idempotency key `checkout-{order's code}-{attempt}`
    stripe_id  cs_…, empty until Stripe answered; payment_intent pi_…
    state      creating, open, processing, paid, expired, failed
    paid_with  a card's brand, or the kind of another method; last4: the last digits of the card or account
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="checkout_sessions", on_delete=fields.CASCADE, db_index=True
    )
    attempt = fields.IntField()
    stripe_id = fields.CharField(max_length=120, null=True, unique=True)
    payment_intent = fields.CharField(max_length=120, null=True, unique=True)
    url = fields.TextField(default="", db_default="")
    amount = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    state = fields.CharField(max_length=12)
    paid_with = fields.CharField(max_length=24, default="", db_default="")
    last4 = fields.CharField(max_length=4, default="", db_default="")
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "checkout_session"
        unique_together = (("order", "attempt"),)


class Refund(Model):
    """One attempt to give money back; apart from cancelling. state: requested, pending, succeeded, failed, canceled."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="refunds", on_delete=fields.CASCADE, db_index=True
    )
    amount = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    state = fields.CharField(max_length=12)
    reason = fields.CharField(max_length=200)
    stripe_id = fields.CharField(max_length=120, null=True, unique=True)
    payment_intent = fields.CharField(max_length=120)
    requested_at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refund"


class Dispute(Model):
    """A payment that its buyer's bank wants back, as Stripe last told us of it (`registration.states.DisputeState`).

    stripe_id   du_… or dp_…; charge ch_…, payment_intent pi_…: what is disputed, and amount how much of it
    reason      Stripe's word: fraudulent, product_not_received, duplicate …; nothing that names anybody
    due_by      until when somebody has to answer in Stripe's pages; null: there is nothing to answer
    opened_at   by Stripe's clock; asked_at: when we last asked; closed_at: when we heard that it is over
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="disputes", on_delete=fields.CASCADE, db_index=True
    )
    stripe_id = fields.CharField(max_length=120, unique=True)
    charge = fields.CharField(max_length=120, default="", db_default="")
    payment_intent = fields.CharField(max_length=120, db_index=True)
    amount = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    state = fields.CharField(max_length=24)
    reason = fields.CharField(max_length=60, default="", db_default="")
    due_by = fields.DatetimeField(null=True)
    opened_at = fields.DatetimeField()
    asked_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "dispute"


class Ledger(Model):
    """A line of an order's account; owed = sum of amounts. Never changed, only added to.

    kind     charge (+, what was bought), waiver (-), payment (-), refund (+), fee (+), dispute (+, a bank took
             it back), dispute_won (-, and gave it to us again), write_off (-, nobody will pay it; + when they did)
    source   what it comes from ("checkout-12", "refund-3", "line-7", "dispute-2"); unique with kind, so nothing is
             booked twice
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="ledger", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharField(max_length=12)
    amount = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    source = fields.CharField(max_length=80)
    booked_at = fields.DatetimeField()

    class Meta:
        table = "ledger"
        unique_together = (("kind", "source"),)


class CallingOff(Model):
    """An event cancelled as a whole: what every live order gets back, and how far the work is.

    keep      null: what each order's terms say; else so many minor units of each ticket are kept (0: all comes back)
    words     told to everybody
    state     running, done
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="callings_off", on_delete=fields.CASCADE
    )
    keep = fields.BigIntField(null=True)
    words = fields.CharField(max_length=1000)
    state = fields.CharField(max_length=12)
    started_at = fields.DatetimeField()
    started_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="callings_off", null=True, on_delete=fields.SET_NULL
    )
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "calling_off"


class CalledOffOrder(Model):
    """An order of an event that is called off; done in the transaction that cancels it.

    state     waiting, done, failed (`error` says why; it can be tried again)
    refunded  asked for by the way it came; by_hand: owed, and no card to send it back to
    """

    id = fields.BigIntField(primary_key=True)
    calling_off: fields.ForeignKeyRelation[CallingOff] = fields.ForeignKeyField(
        "registration.CallingOff", related_name="orders", on_delete=fields.CASCADE, db_index=True
    )
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="called_off", on_delete=fields.CASCADE
    )
    state = fields.CharField(max_length=12)
    refunded = fields.BigIntField(default=0, db_default=0)
    by_hand = fields.BigIntField(default=0, db_default=0)
    error = fields.CharField(max_length=300, default="", db_default="")
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "called_off_order"


class ChangeRules(Model):
    """Until when an event's buyers change their tickets themselves; later it is a request to the registrar.

    until           the last local day for details and transfers; null: the day before the event
    transfers       accept (the other says yes), at_once, request (only the registrar), never
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="change_rules", on_delete=fields.CASCADE
    )
    until = fields.DateField(null=True)
    transfers = fields.CharField(max_length=10)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "change_rules"


class TicketChange(Model):
    """A ticket's name or address changed, or it went to another person: who, when, why, from what to what.

    kind       details, transfer
    old, new   {"name": …, "email": …}. Personal data: blanked with the order
    old_person   whose account it was in
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="ticket_changes", on_delete=fields.CASCADE, db_index=True
    )
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "registration.Registration", related_name="changes", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharField(max_length=12)
    old = fields.JSONField[dict[str, str]](default=dict)
    new = fields.JSONField[dict[str, str]](default=dict)
    old_person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="tickets_given", null=True, on_delete=fields.SET_NULL
    )
    reason = fields.CharField(max_length=200, default="", db_default="")
    changed_at = fields.DatetimeField()
    changed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="ticket_changes", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "ticket_change"


class Transfer(Model):
    """A ticket offered to another person. state: offered, accepted, declined, withdrawn (`states.TRANSFER_MOVES`).

    Personal data: blanked with the order.
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="transfers", on_delete=fields.CASCADE, db_index=True
    )
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "registration.Registration", related_name="transfers", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=200)
    email = fields.CharField(max_length=254)
    state = fields.CharField(max_length=12)
    offered_at = fields.DatetimeField()
    offered_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="transfers", null=True, on_delete=fields.SET_NULL
    )
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "transfer"


class ChangeRequest(Model):
    """What a buyer may not do alone any more, asked of the registrar. state: `states.REQUEST_MOVES`.

    kind      details, transfer, cancel
    wanted    {"name": …, "email": …} for the first two. Personal data: blanked with the order
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="change_requests", on_delete=fields.CASCADE, db_index=True
    )
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "registration.Registration", related_name="change_requests", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharField(max_length=12)
    wanted = fields.JSONField[dict[str, str]](default=dict)
    words = fields.CharField(max_length=1000)
    state = fields.CharField(max_length=12)
    asked_at = fields.DatetimeField()
    answer = fields.CharField(max_length=1000, default="", db_default="")
    answered_at = fields.DatetimeField(null=True)
    answered_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="change_answers", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "change_request"


class SavedList(Model):
    """A filter of an event's orders with a name: one person's own, or shared with all who may read the orders.

    query   the part of the address behind the question mark, of words we know
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="saved_lists", on_delete=fields.CASCADE, db_index=True
    )
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="saved_lists", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=80)
    query = fields.CharField(max_length=500)
    shared = fields.BooleanField(default=False, db_default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = "saved_list"


class OrderMail(Model):
    """A mail about an order that left: kept when its outbox message goes, for as long as the order."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="mails", on_delete=fields.CASCADE, db_index=True
    )
    message = fields.BigIntField(unique=True)
    topic = fields.CharField(max_length=60)
    left_at = fields.DatetimeField()

    class Meta:
        table = "order_mail"


class Exchange(Model):
    """One ticket of somebody changed into another type (`states.EXCHANGE_MOVES`).

    old_line     what is given for it; new_line: what comes, pending until the difference is paid, null once it lapsed
    amount       what the new ticket costs, minor units, with its `quote` as an order line has it
    difference   to be paid when above 0; below it `back` comes back and the rest is kept
    held_until   when its places are given to others, unless it is paid
    checkout_session   the payment page of the difference
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "registration.Order", related_name="exchanges", on_delete=fields.CASCADE, db_index=True
    )
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "registration.Registration", related_name="exchanges", on_delete=fields.CASCADE, db_index=True
    )
    old_line: fields.ForeignKeyRelation[OrderLine] = fields.ForeignKeyField(
        "registration.OrderLine", related_name="exchanged_for", on_delete=fields.CASCADE, db_index=True
    )
    new_line: fields.ForeignKeyNullableRelation[OrderLine] = fields.ForeignKeyField(
        "registration.OrderLine", related_name="came_of", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    ticket_type: fields.ForeignKeyRelation[TicketType] = fields.ForeignKeyField(
        "registration.TicketType", related_name="exchanges", on_delete=fields.RESTRICT, db_index=True
    )
    amount = fields.BigIntField()
    quote = fields.JSONField[list[dict[str, object]]](default=list)
    difference = fields.BigIntField()
    back = fields.BigIntField(default=0, db_default=0)
    state = fields.CharField(max_length=12)
    held_until = fields.DatetimeField()
    checkout_session: fields.ForeignKeyNullableRelation[CheckoutSession] = fields.ForeignKeyField(
        "registration.CheckoutSession", related_name="exchanges", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    started_at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)
    started_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="exchanges", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "exchange"
