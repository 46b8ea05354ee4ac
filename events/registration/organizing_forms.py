"""What organizers typed about tickets, prices and quotas, as values; what is wrong is said at its field."""

from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints
from starlette.datastructures import FormData

from events.catalogue.fields import Form, Line, Text
from events.catalogue.queries import EventRow
from events.core.errors import Unreadable
from events.core.locales import _, lazy
from events.core.money import Money
from events.registration.offering import AUDIENCES, TicketValues, Window

KINDS = {
    "full": lazy("Full registration"),
    "one_day": lazy("One day"),
    "exhibits": lazy("Exhibits only"),
    "virtual": lazy("Virtual"),
    "guest": lazy("Guest of an attendee"),
    "childcare": lazy("Child in childcare"),
    "preconference": lazy("Pre-conference (extra)"),
    "meal": lazy("Meal (extra)"),
    "tour": lazy("Tour (extra)"),
    "extra": lazy("Other extra"),
    "membership": lazy("Joining or renewing the association"),
}
GRANTED = ("member", "student", "retired")
"""What one becomes by joining: a row of the roster has this kind."""
MODES = {"in_person": lazy("In person"), "virtual": lazy("Online")}


class TicketForm(Form):
    lists: ClassVar[frozenset[str]] = frozenset({"quotas", "days", "modes"})
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"session", "requires", "sale_from", "sale_until", "months"})

    name: Annotated[Line, StringConstraints(min_length=2, max_length=200)]
    description: Annotated[Line, StringConstraints(max_length=500)] = ""
    kind: Literal[
        "full", "one_day", "exhibits", "virtual", "guest", "childcare", "preconference", "meal", "tour", "extra",
        "membership",
    ]  # fmt: skip
    session: int | None = None
    requires: int | None = None
    days: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    min_per_order: Annotated[int, Field(ge=1, le=100)] = 1
    max_per_order: Annotated[int, Field(ge=1, le=100)] = 10
    granted: Literal["member", "student", "retired"] = "member"
    months: Annotated[int, Field(ge=1, le=60)] | None = None
    hidden: bool = False
    position: Annotated[int, Field(ge=0, le=1000)] = 0
    quotas: tuple[int, ...] = ()
    version: int = 0

    def values(self, event: EventRow, windows: list[Window], typed: FormData) -> TicketValues:
        """Raises Unreadable for amounts that are none."""
        errors: dict[str, str] = {}
        zone = ZoneInfo(event.timezone)
        starts, ends = (one.replace(tzinfo=zone) if one else None for one in (self.sale_from, self.sale_until))
        if starts and ends and ends <= starts:
            errors["sale_until"] = _("The sale ends before it begins.")
        if self.min_per_order > self.max_per_order:
            errors["min_per_order"] = _("That is more than at most.")
        if self.kind == "membership" and self.months is None:
            errors["months"] = _("Write for how many months it is.")
        prices: dict[tuple[str, int | None], Money] = {}
        for audience in AUDIENCES:
            for window in [None, *(one.id for one in windows)]:
                field = f"price-{audience}-{window or 0}"
                amount = _amount(str(typed.get(field, "")), event.currency, field, errors)
                if amount is not None:
                    prices[audience, window] = amount
        if errors:
            raise Unreadable(errors)
        admits: dict[str, list[str]] = {}
        if self.days:
            admits["days"] = [day for day in self.days if day in event_days(event)]
        if self.modes:
            admits["modes"] = [mode for mode in self.modes if mode in MODES]
        return TicketValues(
            self.name,
            self.description,
            self.kind,
            self.session,
            self.requires,
            admits,
            starts,
            ends,
            self.max_per_order,
            self.hidden,
            self.position,
            prices,
            frozenset(self.quotas),
            self.min_per_order,
            {"audience": self.granted, "months": self.months} if self.kind == "membership" else None,
        )


class QuotaForm(Form):
    name: Annotated[Line, StringConstraints(min_length=1, max_length=120)] = "-"
    capacity: Annotated[int, Field(ge=0, le=1_000_000)]
    overbook: Annotated[int, Field(ge=0, le=10_000)] = 0
    reason: Annotated[Line, StringConstraints(max_length=300)] = ""


class QuestionForm(Form):
    label: Annotated[Line, StringConstraints(max_length=300)] = ""
    kind: Literal["text", "long_text", "choice", "yes_no"] = "text"
    options: Text = ""
    required: bool = False
    position: Annotated[int, Field(ge=0, le=1000)] = 0

    @property
    def choices(self) -> list[str]:
        found = [" ".join(line.split())[:200] for line in self.options.splitlines()]
        return list(dict.fromkeys(line for line in found if line))[:100]


def event_days(event: EventRow) -> list[str]:
    """The event's local days, at most 40 of them."""
    if event.starts_on is None or event.ends_on is None:
        return []
    count = min((event.ends_on - event.starts_on).days + 1, 40)
    return [(event.starts_on + timedelta(days=number)).isoformat() for number in range(count)]


def read_windows(typed: FormData, known: list[Window]) -> list[tuple[int | None, str, date | None]]:
    """The windows of the form, in the order of their last days. Raises Unreadable."""
    errors: dict[str, str] = {}
    wanted: list[tuple[int | None, str, date | None]] = []
    for window in [*(one.id for one in known), None]:
        key = f"window-{window or 'new'}"
        name = " ".join(str(typed.get(f"{key}-name", "")).split())[:40]
        last = str(typed.get(f"{key}-through", "")).strip()
        try:
            wanted.append((window, name, date.fromisoformat(last) if last else None))
        except ValueError:
            errors[f"{key}-through"] = _("Write the day as year-month-day, such as 2027-04-04.")
    names = [name.casefold() for _window, name, _through in wanted if name]
    if len(set(names)) < len(names):
        errors[""] = _("Two windows have the same name.")
    if errors:
        raise Unreadable(errors)
    return sorted(wanted, key=lambda one: (one[2] is None, one[2] or date.min))


def _amount(typed: str, currency: str, field: str, errors: dict[str, str]) -> Money | None:
    if not typed.strip():
        return None
    try:
        return Money.read(typed, currency)
    except ValueError:
        errors[field] = _("Write an amount such as 325 or 325.50; leave it empty to sell none.")
        return None
