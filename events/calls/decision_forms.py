"""What organizers typed about decisions, their mails and requests for edits, as values."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from events.calls import decision_texts
from events.calls.decision_lists import DECISIONS, SORTS, Filter
from events.calls.decision_texts import PLACES, Text
from events.calls.decisions import Chosen
from events.calls.sending import Seen
from events.calls.states import ProposalState
from events.catalogue.fields import clean
from events.core.errors import Unreadable
from events.core.locales import _
from events.core.wall_time import read_day
from events.schedule.session_forms import Choices

BODY = 10_000
_ID = re.compile("[0-9]{1,15}", re.ASCII)


def asked(query: Mapping[str, str], choices: Choices, apart: frozenset[int], *, scored: bool) -> tuple[Filter, str]:
    """What a table's address asks for, and how it is sorted. What makes no sense is not asked."""
    state, decision = query.get("state", ""), query.get("decision", "")
    sort = query.get("sort", "")
    return Filter(
        line(query.get("q", "")),
        state if state in list(ProposalState) and state != ProposalState.DRAFT else "",
        _known(query.get("track", ""), choices.tracks),
        _known(query.get("type", ""), choices.types),
        decision if decision in DECISIONS else "",
        _number(query.get("least", "")) if scored else None,
        apart,
    ), sort if sort.removeprefix("-") in SORTS else "-score" if scored else "-date"


def line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:100]


def _known(text: str, options: list[tuple[int, str]]) -> int | None:
    return next((key for key, _words in options if str(key) == text), None)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,4}(\.\d{1,4})?", text, re.ASCII) else None


def chosen(form: FormData) -> list[Chosen]:
    """The ticked rows, `chosen` = "12.3" for proposal 12 with draft 3. Raises Unreadable when there is none."""
    found = [
        Chosen(int(one[1]), int(one[2]))
        for text in form.getlist("chosen")
        if (one := re.fullmatch(r"([0-9]{1,15})\.([0-9]{1,15})", str(text), re.ASCII))
    ]
    if not found:
        raise Unreadable({"": _("Tick the proposals this is about.")})
    return list({one.id: one for one in found}.values())


def numbers(form: FormData, name: str = "chosen") -> list[int]:
    """The ticked rows as numbers."""
    return sorted({int(str(text)) for text in form.getlist(name) if _ID.fullmatch(str(text))})


def seen(form: FormData) -> list[Seen]:
    """The drafts of a page that asks whether to send them, `drafts` = "12.1 13.2 …": id and version of each."""
    text = str(form.get("drafts", ""))
    found = re.findall(r"\b([0-9]{1,15})\.([0-9]{1,9})\b", text, re.ASCII)
    if not found:
        raise Unreadable({"": _("There is nothing to send.")})
    return [Seen(int(id_), int(version)) for id_, version in dict(found).items()]


def mail(form: FormData, becomes: ProposalState, *, places: bool) -> Text:
    """A mail, or with `places` the text that many are made from. Raises Unreadable."""
    errors: dict[str, str] = {}
    subject, body = " ".join(clean(form.get("subject", "")).split()), clean(form.get("body", ""))
    if not subject:
        errors["subject"] = _("A mail needs a subject.")
    if len(subject) > 200:
        errors["subject"] = _("This is longer than %(num)s characters.") % {"num": 200}
    if not body:
        errors["body"] = _("Write what the mail says.")
    if len(body) > BODY:
        errors["body"] = _("This is longer than %(num)s characters.") % {"num": BODY}
    typed = clean(form.get("confirm_by", ""))
    day = read_day(typed) if typed and becomes is ProposalState.ACCEPTED else None
    if typed and becomes is ProposalState.ACCEPTED and day is None:
        errors["confirm_by"] = _("A day such as 2026-06-25.")
    if places:
        known = ", ".join(f"{{{name}}}" for name in PLACES)
        for name, text in (("subject", subject), ("body", body)):
            if wrong := decision_texts.unknown(text):
                words = _("Nothing fills %(places)s. There are: %(known)s") % {
                    "places": ", ".join(wrong),
                    "known": known,
                }
                errors.setdefault(name, words)
        if "{confirm_by}" in subject + body and day is None:
            errors.setdefault("confirm_by", _("The text names this day, so it needs one."))
    if errors:
        raise Unreadable(errors)
    return Text(becomes, subject, body, day, version(form))


def version(form: FormData) -> int:
    text = str(form.get("version", ""))
    return int(text) if re.fullmatch("[0-9]{1,9}", text, re.ASCII) else -1


def typed(form: FormData) -> dict[str, Any]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def words(form: FormData, needed: str = "") -> str:
    """What an organizer says. Raises Unreadable with `needed` when it is empty and may not be."""
    said = clean(form.get("words", ""))
    if needed and not said:
        raise Unreadable({"words": needed})
    if len(said) > BODY:
        raise Unreadable({"words": _("This is longer than %(num)s characters.") % {"num": BODY}})
    return said
