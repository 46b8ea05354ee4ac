"""One open call of the conference, with a few proposals: handed in, a draft, one withdrawn."""

from datetime import datetime, timedelta

from events.calls import calls, decision_lists, decisions, edit_requests, proposals, questions, sending
from events.calls.answers import Condition
from events.calls.calls import CallRow, CallValues
from events.calls.decision_lists import Filter
from events.calls.presenters import PresenterValues
from events.calls.proposal_checks import ProposalValues
from events.calls.questions import QuestionValues
from events.calls.sending import Seen
from events.calls.states import ProposalState
from events.core import database
from events.schedule import draft_lists

_TITLES = (
    ("Zines in the stacks", "How a branch library of three people keeps two thousand zines.", "submitted"),
    ("Seeds to borrow, seeds to bring back", "A seed library through its fourth summer.", "submitted"),
    ("What a bookmobile costs by the mile", "Ten years of fuel, tyres and stories in one table.", "submitted"),
    ("Reading to dogs", "", "draft"),
    ("Metadata for maps nobody drew", "Oral geographies in the catalogue.", "withdrawn"),
    ("Story hours by telephone", "What three people learned from reading aloud to a receiver.", "submitted"),
    ("A makerspace in a cupboard", "Four square metres, one laser cutter, and a queue.", "submitted"),
    ("Catalogue cards as evidence", "What the typed and the crossed-out tell us.", "submitted"),
)
_DECIDED = 3
"""So many of them, the last ones, are decided already."""


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
    await questions.save(call.id, None, _question("A picture of what you tried", "file", required=False))
    about_you = "What should the moderator say about you?"
    await questions.save(call.id, None, _question(about_you, "long", words=60, required=False, about="presenter"))
    await questions.save(call.id, None, _question("Your picture", "file", required=False, about="presenter"))
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
    await _decide(call, writers[0]["id"], at)


async def _decide(call: CallRow, by: int, at: datetime) -> None:
    """One proposal was accepted days ago and its presenter asks for an edit; two more have mails that wait."""
    first, *others = (await decision_lists.matching(call.id, Filter(state="submitted"), {}))[-_DECIDED:]
    week = at - timedelta(days=6)
    await decisions.decide(call.id, [first], ProposalState.ACCEPTED, by, week)
    [mail] = await decisions.drafts(call.id)
    await sending.send(call.id, call.event_id, [Seen(mail.id, mail.version)], week)
    own = await database.row("SELECT code, owner_id FROM proposal WHERE id = $1", first.id)
    assert own is not None
    proposal = await proposals.find(call, own["code"], own["owner_id"])
    asked = edit_requests.asked_fields(proposal, call)
    asked["title"] = f"{proposal.title}, and over the garden fence"
    asked["abstract"] = proposal.abstract.replace("three people", "two of us")
    words = "Our colleague left, and we read outdoors now, too."
    await edit_requests.ask(call, proposal.code, own["owner_id"], asked, words, "", at - timedelta(days=1))
    for one, becomes in zip(others, (ProposalState.ACCEPTED, ProposalState.WAITLISTED), strict=False):
        await decisions.decide(call.id, [one], becomes, by, at - timedelta(days=1))
    # Nobody of the demo is written to.
    await database.execute("DELETE FROM outbox_message WHERE topic = $1", sending.TOPIC)


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


def _question(
    label: str,
    kind: str,
    words: int | None = None,
    shown_if: Condition | None = None,
    required: bool = True,
    about: str = "proposal",
) -> QuestionValues:
    return QuestionValues(kind, label, "", required, words, (), shown_if, about == "proposal", about)
