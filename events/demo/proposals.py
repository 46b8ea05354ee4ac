"""One open call of the conference, with a few proposals: handed in, a draft, one withdrawn."""

from datetime import datetime, timedelta

from events.calls import calls, proposals, questions
from events.calls.answers import Condition
from events.calls.calls import CallValues
from events.calls.presenters import PresenterValues
from events.calls.proposal_checks import ProposalValues
from events.calls.questions import QuestionValues
from events.core import database
from events.schedule import draft_lists

_TITLES = (
    ("Zines in the stacks", "How a branch library of three people keeps two thousand zines.", "submitted"),
    ("Seeds to borrow, seeds to bring back", "A seed library through its fourth summer.", "submitted"),
    ("What a bookmobile costs by the mile", "Ten years of fuel, tyres and stories in one table.", "submitted"),
    ("Reading to dogs", "", "draft"),
    ("Metadata for maps nobody drew", "Oral geographies in the catalogue.", "withdrawn"),
)


async def build(at: datetime) -> None:
    """Into the conference; who wrote them are its people without a role."""
    row = await database.row("SELECT id FROM event WHERE kind = 'conference' ORDER BY id LIMIT 1")
    assert row is not None
    slug = await calls.create(row["id"], _call(at))
    call = await calls.by_slug(row["id"], slug)
    await questions.save(call.id, None, _question("Does it need more than a projector?", "yes_no"))
    (more,) = await calls.questions(call.id)
    await questions.save(
        call.id, None, _question("What else does it need?", "long", words=60, shown_if=Condition(more.id, ("yes",)))
    )
    choices = await draft_lists.choices(row["id"])
    writers = await database.rows(
        "SELECT p.id, p.name, a.email FROM person p JOIN address a ON a.person_id = p.id AND a.is_primary"
        " WHERE p.id NOT IN (SELECT person_id FROM role) ORDER BY p.id LIMIT $1",
        len(_TITLES),
    )
    for writer, (title, abstract, state) in zip(writers, _TITLES, strict=True):
        code = await proposals.begin(call, writer["id"], writer["name"], writer["email"], "en", at)
        values = ProposalValues(
            title=title,
            abstract=abstract,
            description="",
            language="en",
            track_id=choices.tracks[0][0] if choices.tracks else None,
            type_id=choices.types[0][0] if choices.types else None,
            note="",
            answers={str(more.id): "no"},
            presenters=(PresenterValues(0, writer["name"], "", "speaker"),),
        )
        await proposals.save(call, code, writer["id"], values, 1, choices, b"", at)
        if state != "draft":
            await database.execute(
                "UPDATE proposal SET state = $2, submitted_at = $3 WHERE call_id = $4 AND code = $1",
                code,
                state,
                at,
                call.id,
            )


def _call(at: datetime) -> CallValues:
    return CallValues(
        title="Papers and panels",
        words="Show us what your library tried, what it cost, and what you would do differently.\n\n"
        "Practical talks of 45 minutes do best.",
        opens_at=at - timedelta(days=14),
        closes_at=at + timedelta(days=45),
        grace_minutes=30,
        who="anyone",
        code="",
        track_ids=(),
        type_ids=(),
        abstract_words=150,
        description_words=600,
        most_per_person=3,
        announced=True,
    )


def _question(label: str, kind: str, words: int | None = None, shown_if: Condition | None = None) -> QuestionValues:
    return QuestionValues(kind, label, "", True, words, (), shown_if, True)
