"""What a proposal says, and what keeps it from being handed in. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from events.calls import answers
from events.calls.calls import CallRow
from events.calls.presenters import PresenterValues
from events.core.errors import Unreadable
from events.core.locales import _
from events.people import addresses
from events.schedule.roles import ROLES
from events.schedule.session_forms import Choices

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProposalValues:
    """The columns of a proposal, as its form has them. answers: {question id: a text, or a list of texts}."""

    title: str
    abstract: str
    description: str
    language: str
    track_id: int | None
    type_id: int | None
    note: str
    answers: Mapping[str, object]
    presenters: tuple[PresenterValues, ...]


def offered(call: CallRow, choices: Choices) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The tracks and the session types that may be chosen in a call."""
    return (
        [one for one in choices.tracks if not call.track_ids or one[0] in call.track_ids],
        [one for one in choices.types if not call.type_ids or one[0] in call.type_ids],
    )


def problems(call: CallRow, values: ProposalValues, choices: Choices) -> dict[str, str]:
    """Words by the name of each field that is not whole, in the order of the form."""
    found: dict[str, str] = {}
    if not values.title:
        found["title"] = _("Give it a title.")
    if not values.abstract:
        found["abstract"] = _("Say what it is about.")
    limits = (
        ("abstract", values.abstract, call.abstract_words),
        ("description", values.description, call.description_words),
    )
    for name, text, limit in limits:
        if words := answers.too_many_words(text, limit):
            found[name] = words
    tracks, types = offered(call, choices)
    for name, chosen, options in (("track", values.track_id, tracks), ("type", values.type_id, types)):
        if options and chosen not in {id_ for id_, _name in options}:
            found[name] = _("Please choose one of these.")
    if not _LANGUAGE.fullmatch(values.language):
        found["language"] = _("Write the language’s short name, such as en or es.")
    found |= answers.problems(call.questions, values.answers)
    return found | _of_presenters(values.presenters)


def _of_presenters(presenters: tuple[PresenterValues, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    seen: set[str] = set()
    for one in presenters:
        if not one.name:
            found[f"p-{one.position}-name"] = _("Write their name.")
        if one.role not in ROLES:
            found[f"p-{one.position}-role"] = _("Please choose one of these.")
        if one.position == 0 or not one.email:
            continue
        try:
            addresses.read(one.email, f"p-{one.position}-email")
        except Unreadable as error:
            found |= error.errors
        if one.email in seen:
            found[f"p-{one.position}-email"] = _("This address stands here twice.")
        seen.add(one.email)
    return found
