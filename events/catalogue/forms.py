"""What an organizer typed about an event of each kind, as values the domain can trust, or words at its fields."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from events.catalogue import celebrations
from events.catalogue.celebrations import Days, Unruly
from events.catalogue.fields import REMINDERS, Form, Line, Link, Text, read_address, read_slug, read_words, read_zone
from events.core import wall_time
from events.core.errors import Unreadable
from events.core.locales import _
from events.core.wall_time import AmbiguousTime, NoSuchTime

LONGEST_EVENT = timedelta(days=400)


class EventForm(Form):
    """What every kind of event has. `slug` may stay empty: it then comes from the title."""

    lists: ClassVar[frozenset[str]] = frozenset({"reminder_minutes"})

    kind: ClassVar[str]
    title: Annotated[Line, StringConstraints(min_length=3, max_length=300)]
    slug: Annotated[str, BeforeValidator(read_slug), StringConstraints(max_length=80)] = ""
    summary: Annotated[Line, StringConstraints(max_length=500)] = ""
    description: Text = ""
    unit: int
    timezone: Annotated[str, BeforeValidator(read_zone)]
    language: Annotated[Line, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$")] = "en"
    level: Literal["", "beginner", "intermediate", "advanced"] = ""
    topics: Annotated[tuple[str, ...], BeforeValidator(read_words)] = ()
    accent: Literal["blue", "teal", "moss", "plum", "brick", "amber", "indigo", "rose", "slate", "pine"] = "blue"
    contact_email: Annotated[str, BeforeValidator(read_address), StringConstraints(max_length=254)] = ""
    currency: Annotated[Line, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"
    reminder_minutes: tuple[int, ...] = ()

    @abstractmethod
    def values(self) -> "Values":
        """The columns this form means. Raises Unreadable for what only together makes no sense."""


class ProgrammeForm(EventForm):
    """A conference or a forum: days, a place, or both online and in person."""

    may_be_empty: ClassVar[frozenset[str]] = frozenset({"venue"})

    mode: Literal["in_person", "virtual", "hybrid"]
    venue: int | None = None
    starts_on: date
    ends_on: date
    join_link: Link = ""

    def values(self) -> "Values":
        errors = _days_in_order(self.starts_on, self.ends_on)
        if self.mode != "virtual" and self.venue is None:
            errors["venue"] = _("Choose where it takes place, or make it an online event.")
        if errors:
            raise Unreadable(errors)
        venue = None if self.mode == "virtual" else self.venue
        link = "" if self.mode == "in_person" else self.join_link
        return _values(self, self.mode, venue, self.starts_on, self.ends_on, join_link=link)


class ConferenceForm(ProgrammeForm):
    kind = "conference"


class ForumForm(ProgrammeForm):
    kind = "forum"


class WebinarForm(EventForm):
    """A webinar: an hour online. `second` answers which of two, where the clocks show a time twice."""

    kind = "webinar"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"second"})

    day: date
    begins: Annotated[Line, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 75
    second: bool | None = None
    join_link: Link = ""

    def values(self) -> "Values":
        local = datetime.fromisoformat(f"{self.day.isoformat()}T{self.begins}")
        zone = wall_time.zone_named(self.timezone)
        try:
            starts = wall_time.moment(local, zone, self.timezone, second=self.second)
        except NoSuchTime as error:
            raise Unreadable({"begins": error.words}) from None
        except AmbiguousTime as error:
            raise Unreadable({"second": error.words}) from None
        ends = starts + timedelta(minutes=self.minutes)
        last = ends.astimezone(zone).date()
        return _values(self, "virtual", None, self.day, last, starts_at=starts, ends_at=ends, join_link=self.join_link)


class CourseForm(EventForm):
    """A course: a span of days, at one's own pace."""

    kind = "course"

    starts_on: date
    ends_on: date
    join_link: Link = ""

    def values(self) -> "Values":
        errors = _days_in_order(self.starts_on, self.ends_on)
        if errors:
            raise Unreadable(errors)
        return _values(self, "asynchronous", None, self.starts_on, self.ends_on, join_link=self.join_link)


class CelebrationForm(EventForm):
    """A celebration: how its days come about, in exactly one way."""

    kind = "celebration"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"base", "offset_days", "duration_days"})

    dates: Literal["rule", "derived", "listed"]
    rule: Annotated[Line, StringConstraints(max_length=200)] = ""
    duration_days: Annotated[int, Field(ge=1, le=366)] | None = None
    base: int | None = None
    offset_days: Annotated[int, Field(ge=-366, le=366)] | None = None
    listed: Text = ""
    resources: Text = ""

    def values(self) -> "Values":
        return _values(self, "asynchronous", None, None, None, celebration=self.celebration())

    def celebration(self) -> "CelebrationValues":
        errors: dict[str, str] = {}
        listed: dict[int, Days] = {}
        if self.dates == "rule":
            try:
                celebrations.check(self.rule)
            except Unruly as error:
                errors["rule"] = str(error)
        elif self.dates == "derived":
            if self.base is None:
                errors["base"] = _("Choose the celebration it is counted from.")
        else:
            listed, errors = _listed(self.listed)
        resources, wrong = _resources(self.resources)
        if errors or wrong:
            raise Unreadable(errors | wrong)
        return CelebrationValues(
            rule=self.rule if self.dates == "rule" else "",
            duration_days=self.duration_days or 1,
            base=self.base if self.dates == "derived" else None,
            offset_days=self.offset_days or 0 if self.dates == "derived" else 0,
            years=listed,
            resources=resources,
        )


FORMS: dict[str, type[EventForm]] = {
    form.kind: form for form in (ConferenceForm, ForumForm, WebinarForm, CourseForm, CelebrationForm)
}


@dataclass(frozen=True)
class CelebrationValues:
    rule: str
    duration_days: int
    base: int | None
    offset_days: int
    years: Mapping[int, Days]
    resources: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Values:
    """The columns of an event as a form wants them; `slug` "" leaves it to the title or as it is."""

    kind: str
    mode: str
    title: str
    slug: str
    summary: str
    description: str
    unit_id: int
    venue_id: int | None
    timezone: str
    starts_on: date | None
    ends_on: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    language: str
    level: str
    topics: tuple[str, ...]
    accent: str
    currency: str
    join_link: str
    contact_email: str
    reminder_minutes: tuple[int, ...]
    celebration: CelebrationValues | None = None

    def columns(self) -> dict[str, object]:
        """Names and values as the table has them, without the slug."""
        columns = asdict(self)
        del columns["celebration"], columns["slug"]
        return columns | {"topics": list(self.topics), "reminder_minutes": list(self.reminder_minutes)}


def _values(
    form: EventForm,
    mode: str,
    venue: int | None,
    first: date | None,
    last: date | None,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    join_link: str = "",
    celebration: CelebrationValues | None = None,
) -> Values:
    return Values(
        kind=form.kind,
        mode=mode,
        title=form.title,
        slug=form.slug,
        summary=form.summary,
        description=form.description,
        unit_id=form.unit,
        venue_id=venue,
        timezone=form.timezone,
        starts_on=first,
        ends_on=last,
        starts_at=starts_at,
        ends_at=ends_at,
        language=form.language,
        level=form.level,
        topics=form.topics,
        accent=form.accent,
        currency=form.currency,
        join_link=join_link,
        contact_email=form.contact_email,
        reminder_minutes=tuple(
            sorted({minutes for minutes in form.reminder_minutes if minutes in REMINDERS}, reverse=True)
        ),
        celebration=celebration,
    )


def _days_in_order(first: date, last: date) -> dict[str, str]:
    if last < first:
        return {"ends_on": _("The last day is before the first one.")}
    if last - first > LONGEST_EVENT:
        return {"ends_on": _("That is longer than a year. Look at the years of both days.")}
    return {}


def _listed(text: str) -> tuple[dict[int, Days], dict[str, str]]:
    """Lines such as "2026-04-19 to 2026-04-25", or one day."""
    found: dict[int, Days] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = line.replace("–", " ").replace(" to ", " ").replace("/", " ").split()
        try:
            first, last = date.fromisoformat(parts[0]), date.fromisoformat(parts[-1])
        except ValueError:
            words = _("Line %(number)s: write days as 2027-04-04 to 2027-04-10.")
            return {}, {"listed": words % {"number": number}}
        if len(parts) > 2 or last < first or last - first > timedelta(days=366):
            words = _("Line %(number)s: write the first day and then the last one.")
            return {}, {"listed": words % {"number": number}}
        if first.year in found:
            words = _("Line %(number)s: %(year)s is there twice.")
            return {}, {"listed": words % {"number": number, "year": first.year}}
        found[first.year] = Days(first, last)
    return found, {}


def _resources(text: str) -> tuple[tuple[Mapping[str, str], ...], dict[str, str]]:
    """Lines such as "Proclamation https://…"."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        title, _space, url = line.strip().rpartition(" ")
        if not line.strip():
            continue
        if not url.startswith(("https://", "http://")) or not title:
            words = _("Line %(number)s: write what it is, and then its address beginning with https://")
            return (), {"resources": words % {"number": number}}
        found.append({"title": title[:200], "url": url[:500]})
    return tuple(found), {}
