"""What organizers typed about reviews, and reviewers in one, as values; what is wrong is said at its field."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints
from starlette.datastructures import FormData, QueryParams

from events.calls import review_lists, review_readings
from events.calls.call_forms import read_moment
from events.calls.criteria import CriterionRow, CriterionValues
from events.calls.review_phases import PhaseRow, PhaseValues
from events.calls.reviewers import ReviewerRow, ReviewerValues
from events.calls.reviewing import ReviewRow, ReviewValues
from events.calls.states import ProposalState
from events.catalogue.fields import Form, Line, clean
from events.core.errors import Unreadable
from events.core.locales import _
from events.core.wall_time import is_second, wall, zone_named

CANNOT_SAY = "none"
"""The value of a criterion's last choice."""

RADIOS = 10
"""A criterion with more points than this is a number to type, not a row of choices."""

Tracks = Sequence[tuple[int, str]]


class PhaseForm(Form):
    name: Annotated[Line, StringConstraints(min_length=2, max_length=120)]
    opens: Annotated[Line, StringConstraints(min_length=1, max_length=20)]
    closes: Annotated[Line, StringConstraints(min_length=1, max_length=20)]
    opens_again: Literal["", "first", "second"] = ""
    closes_again: Literal["", "first", "second"] = ""
    blind: bool = False
    sees_others: Literal["never", "scores", "all"]
    per_proposal: Annotated[int, Field(ge=1, le=50)]
    seen: Annotated[Line, StringConstraints(max_length=40)] = ""

    def values(self, zone: str) -> PhaseValues:
        """Raises Unreadable."""
        errors: dict[str, str] = {}
        opens = read_moment("opens", self.opens, self.opens_again, zone, errors)
        closes = read_moment("closes", self.closes, self.closes_again, zone, errors)
        if opens and closes and closes <= opens:
            errors["closes"] = _("The phase closes before it opens.")
        if errors or opens is None or closes is None:
            raise Unreadable(errors)
        return PhaseValues(self.name, opens, closes, self.blind, self.sees_others, self.per_proposal)


def phase_fields(phase: PhaseRow | None, zone: str) -> dict[str, Any]:
    """A stored phase as the form's fields hold it; for a new one what is usual."""
    if phase is None:
        return {"blind": True, "sees_others": "never", "per_proposal": 3}
    there, values = zone_named(zone), phase.values
    fields: dict[str, Any] = {
        name: getattr(values, name) for name in ("name", "blind", "sees_others", "per_proposal")
    } | {"seen": phase.seen}
    for name, at in (("opens", values.opens_at), ("closes", values.closes_at)):
        fields[name] = wall(at, there)
        fields[f"{name}_again"] = "second" if is_second(at, there) else ""
    return fields


class CriterionForm(Form):
    name: Annotated[Line, StringConstraints(min_length=2, max_length=120)]
    help: Annotated[Line, StringConstraints(max_length=300)] = ""
    most: Annotated[int, Field(ge=1, le=100)]
    weight: Annotated[int, Field(ge=0, le=100)]
    seen: Annotated[Line, StringConstraints(max_length=40)] = ""

    def values(self) -> CriterionValues:
        return CriterionValues(self.name, self.help, self.most, self.weight)


def criterion_fields(criterion: CriterionRow | None) -> dict[str, Any]:
    if criterion is None:
        return {"most": 5, "weight": 1}
    values = criterion.values
    return {name: getattr(values, name) for name in ("name", "help", "most", "weight")} | {"seen": criterion.seen}


class ReviewerForm(Form):
    lists: ClassVar[frozenset[str]] = frozenset({"tracks"})

    email: Annotated[Line, StringConstraints(max_length=254)] = ""
    name: Annotated[Line, StringConstraints(max_length=200)] = ""
    tracks: tuple[int, ...] = ()
    chair: bool = False
    seen: Annotated[Line, StringConstraints(max_length=40)] = ""

    def values(self, tracks: Tracks) -> ReviewerValues:
        """tracks: those of the call. Raises Unreadable for another's."""
        if not {id_ for id_, _name in tracks}.issuperset(self.tracks):
            raise Unreadable({"tracks": _("Please choose one of these.")})
        return ReviewerValues(tuple(sorted(set(self.tracks))), self.chair)


def reviewer_fields(reviewer: ReviewerRow | None) -> dict[str, Any]:
    if reviewer is None:
        return {"tracks": []}
    values = reviewer.values
    return {"tracks": list(values.track_ids), "chair": values.chair, "seen": reviewer.seen}


def typed(form: FormData) -> dict[str, Any]:
    """What was typed, for the form that comes back."""
    fields: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    return fields | {"tracks": [str(one) for one in form.getlist("tracks")]}


def review_values(form: FormData, asked: Sequence[CriterionRow]) -> ReviewValues:
    """Raises Unreadable for points that are no number; whether they fit is said by `reviewing.problems`."""
    points: dict[int, int | None] = {}
    errors: dict[str, str] = {}
    for one in asked:
        text = clean(form.get(f"c-{one.id}", "")).strip()
        if text == CANNOT_SAY:
            points[one.id] = None
        elif text.isascii() and text.isdecimal() and len(text) < 5:
            points[one.id] = int(text)
        elif text:
            errors[f"c-{one.id}"] = _("Points go from 0 to %(most)s.") % {"most": one.values.most}
        if form.get(f"c-{one.id}-none") == "1":
            if text:
                errors[f"c-{one.id}"] = _("Give points, or say that you cannot; not both.")
            points[one.id] = None
    if errors:
        raise Unreadable(errors)
    return ReviewValues(points, clean(form.get("comment", "")))


def review_fields(review: ReviewRow | None) -> dict[str, Any]:
    """A stored review as the form's fields hold it."""
    if review is None:
        return {"version": 0}
    fields: dict[str, Any] = {"version": review.version, "comment": review.comment}
    for criterion, points in review.points.items():
        fields[f"c-{criterion}"] = CANNOT_SAY if points is None else points
        if points is None:
            fields[f"c-{criterion}-none"] = "1"
    return fields


def version(form: FormData) -> int:
    """The review's, as the form was opened with; 0 for what is none."""
    text = form.get("version", "")
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 9 else 0


def asked_of_reviewer(params: QueryParams, tracks: Tracks) -> tuple[review_readings.Filter, str]:
    """What the address of a reviewer's list asks for, and its order; what is none of ours is left out."""
    state, sort = params.get("state", ""), params.get("sort", "")
    found = review_readings.Filter(
        _query(params), state if state in review_readings.STATES else "", _track(params, tracks)
    )
    return found, sort if sort in review_readings.SORTS else ""


def asked_of_ranking(
    params: QueryParams, tracks: Tracks, per_proposal: int, hidden: int | None
) -> tuple[review_lists.Filter, str]:
    state, sort = params.get("state", ""), params.get("sort", "-score")
    known = {one.value for one in ProposalState} - {"draft", "withdrawn"}
    found = review_lists.Filter(
        _query(params),
        state if state in known else "",
        _track(params, tracks),
        per_proposal if params.get("fewer") == "1" else None,
        hidden,
    )
    return found, sort if sort.removeprefix("-") in review_lists.SORTS else "-score"


def _query(params: QueryParams) -> str:
    return " ".join(clean(params.get("q", "")).split())[:100]


def _track(params: QueryParams, tracks: Tracks) -> int | None:
    typed = params.get("track", "")
    return next((id_ for id_, _name in tracks if str(id_) == typed), None)


def as_options(tracks: Tracks) -> list[tuple[str, str]]:
    return [(str(id_), name) for id_, name in tracks]


def told_points(points: Mapping[int, int | None], criterion: int) -> str:
    """As a table says it: empty for what was not answered."""
    if criterion not in points:
        return ""
    given = points[criterion]
    return "–" if given is None else str(given)
