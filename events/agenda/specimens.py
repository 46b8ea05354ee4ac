"""Before publishing: each kind of mail that would leave as it would read, with a change of this draft as example."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.agenda import invitation_letters, notices, presenter_letters
from events.agenda.affected import Affected
from events.agenda.notices import Change as Told
from events.agenda.queries import Item
from events.core import locales, mail
from events.core.locales import Lazy, lazy
from events.schedule.diffs import Change, What
from events.settings import Settings

WHO: Mapping[str, Lazy] = {
    "agenda/programme_changed": lazy("To presenters, chairs, moderators and interpreters: one mail each, at once"),
    "agenda/invitation": lazy("To people with a seat: an update of their invitation, at once"),
    "agenda/invitation_cancelled": lazy(
        "To people with a seat in what is cancelled: the invitation is withdrawn, at once"
    ),
    "agenda/session_moved": lazy("To people who keep a session and whose calendar has not shown the change"),
    "agenda/session_cancelled": lazy("To people who keep what is cancelled and whose calendar has not shown it"),
}
"""By mail: whom it goes to and when."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """who: whom it goes to and when; subject and text as they would leave, in the language of who looks."""

    who: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """The event the mails are about."""

    id: int
    slug: str
    title: str


def of(
    settings: Settings,
    event: Place,
    *,
    kept: list[tuple[Change, bool]],
    people: tuple[Affected, ...],
    at: datetime,
) -> list[Specimen]:
    """One of each kind that would leave.

    kept     the changes that those who keep a session are told of, and whether somebody holds a seat in it
    people   those in the programme; the example is the first who can be reached
    """
    found: list[Specimen] = []
    language = locales.current()

    def add(name: str, context: Mapping[str, Any]) -> None:
        words = mail.render(settings, name, at, language, context)
        found.append(Specimen(str(WHO[name]), words.subject, words.text))

    if someone := next((one for one in people if one.reached), None):
        role = someone.roles[0] if someone.roles else ""
        lines = [line.as_(role if line.what != "left" else "") for line in someone.lines]
        add(presenter_letters.MAIL, presenter_letters.context(settings.base_url, event.slug, event.title, lines))
    for off in (False, True):
        changes = [(change, seats) for change, seats in kept if _off(change) is off]
        if seated := next((change for change, seats in changes if seats), None):
            name = "agenda/invitation_cancelled" if off else "agenda/invitation"
            add(name, _invitation(settings, event, seated))
        if changes:
            add("agenda/session_cancelled" if off else "agenda/session_moved", _notice(settings, event, changes[0][0]))
    return found


def _off(change: Change) -> bool:
    return change.after is None or What.CANCELLED in change.what


def _invitation(settings: Settings, event: Place, change: Change) -> Mapping[str, Any]:
    view = change.after or change.before
    assert view is not None
    return invitation_letters.words(
        settings.base_url,
        event.slug,
        event.title,
        change.code,
        title=change.title,
        starts_at=view.starts_at,
        ends_at=view.ends_at,
        zone=view.timezone,
        place=change.place_after or change.place_before,
        join_link="",
        first=False,
        off=_off(change),
    )


def _notice(settings: Settings, event: Place, change: Change) -> Mapping[str, Any]:
    before = change.before
    assert before is not None
    view = change.after or before
    item = Item(
        event.id,
        event.slug,
        event.title,
        change.code,
        change.title,
        view.timezone,
        view.starts_at,
        view.ends_at,
        status="CANCELLED" if _off(change) else "CONFIRMED",
        place=change.place_after,
    )
    was_on = What.RESTORED not in change.what
    told = Told(item, before.starts_at, before.ends_at, change.place_before, was_on)
    return notices.context(settings.base_url, [told])
