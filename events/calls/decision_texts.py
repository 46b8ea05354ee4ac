"""What a call writes to those it decided about: a text for each outcome, with places that each mail fills."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from events.calls.states import OUTCOMES, ProposalState
from events.core import database, pages
from events.core.errors import StaleWrite
from events.core.locales import Lazy, _, lazy

PLACES: dict[str, Lazy] = {
    "name": lazy("who handed it in"),
    "title": lazy("the proposal’s title"),
    "code": lazy("its code"),
    "event": lazy("the event"),
    "call": lazy("the call"),
    "confirm_by": lazy("the day until which to answer"),
}
"""What may stand in a text between braces, and what each mail puts there."""

_PLACE = re.compile(r"{([^{}\n]{1,30})}")


@dataclass(frozen=True, slots=True)
class Text:
    """version 0: the usual one, nobody wrote another. confirm_by: only for accepted."""

    becomes: ProposalState
    subject: str
    body: str
    confirm_by: date | None = None
    version: int = 0


async def of(call: int) -> dict[ProposalState, Text]:
    """The text of every outcome: the call's own, or the usual in the reader's language."""
    found = await database.rows(
        "SELECT becomes, subject, body, confirm_by, version FROM decision_text WHERE call_id = $1", call
    )
    own = {ProposalState(row["becomes"]): Text(**{**row, "becomes": ProposalState(row["becomes"])}) for row in found}
    return {one: own.get(one) or usual(one) for one in OUTCOMES}


def usual(becomes: ProposalState) -> Text:
    subjects = {
        ProposalState.ACCEPTED: _("Accepted: {title}"),
        ProposalState.WAITLISTED: _("On the waiting list: {title}"),
        ProposalState.DECLINED: _("Your proposal “{title}” for {event}"),
    }
    bodies = {
        ProposalState.ACCEPTED: _(
            "Dear {name},\n\nwe are glad to have “{title}” in the programme of {event}."
            "\n\nPlease say on your proposal’s page whether you come."
        ),
        ProposalState.WAITLISTED: _(
            "Dear {name},\n\n“{title}” is on the waiting list of {event}: we like it, and have no place for it yet."
            " We write again when one is free."
        ),
        ProposalState.DECLINED: _(
            "Dear {name},\n\nthank you for “{title}”. We had more proposals for {event} than places, and cannot take it"
            " this time."
        ),
    }
    return Text(becomes, subjects[becomes], bodies[becomes])


def unknown(text: str) -> list[str]:
    """The places of a text that nothing fills, as they were typed."""
    return [found[0] for found in _PLACE.finditer(text) if found[1] not in PLACES]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values into a text's places, once: braces in a title are a title's braces."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def written(text: Text, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body of one mail; the subject is one line of at most 200 characters."""
    filled = {**values, "confirm_by": pages.day(text.confirm_by) if text.confirm_by else ""}
    subject = " ".join(fill(text.subject, filled).split())
    return subject if len(subject) <= 200 else f"{subject[:199]}…", fill(text.body, filled).strip()


async def save(call: int, text: Text) -> None:
    """Keep a call's own text; text.version is the one its form was opened with. Raises StaleWrite."""
    done = await database.execute(
        "INSERT INTO decision_text AS t (call_id, becomes, subject, body, confirm_by, version)"
        " VALUES ($1, $2, $3, $4, $5, 1) ON CONFLICT (call_id, becomes) DO UPDATE"
        " SET subject = $3, body = $4, confirm_by = $5, version = t.version + 1 WHERE t.version = $6",
        call,
        text.becomes,
        text.subject,
        text.body,
        text.confirm_by,
        text.version,
    )
    if not done:
        theirs = (await of(call))[text.becomes]
        raise StaleWrite(_("Somebody saved this text while your form was open."), told(theirs), told(text))


def told(text: Text) -> Mapping[str, object]:
    found: dict[str, object] = {_("Subject"): text.subject, _("Text"): text.body}
    if text.becomes is ProposalState.ACCEPTED:
        found[_("Answer until")] = str(text.confirm_by or "–")
    return found
