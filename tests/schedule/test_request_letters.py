from events.core import clock, database, outbox
from events.core.outbox import Message
from events.schedule import request_decisions, request_letters
from events.schedule.models import Session
from events.schedule.requests import RequestState
from events.settings import Settings
from tests.letterbox import opened
from tests.make import NOON
from tests.schedule.asking import Asking, asking
from tests.schedule.conftest import Conference
from workers.relay import LEASE
from workers.settings import BATCHES, BULK


async def answered(draft: Conference, what: RequestState, words: str) -> tuple[Asking, Message]:
    """Two sessions of the unit, answered at once; and what its editor is to be told."""
    asked = await asking(draft)
    await Session.filter(id=draft.data.id).update(unit=asked.teens)
    chosen = [await asked.submitted(), await asked.submitted(draft.data)]
    await request_decisions.decide(draft.event.id, chosen, what, words, asked.mary.id, NOON)
    [message] = await outbox.claim(9, clock.now(), LEASE)
    return asked, message


async def test_one_mail_tells_of_all_that_was_answered_at_once(draft: Conference, settings: Settings) -> None:
    _asked, message = await answered(draft, RequestState.ASKED_BACK, "How many <chairs>?")

    letter = opened(await request_letters.answered(message, settings, NOON))

    assert message.topic in BULK & BATCHES.keys()
    assert letter["To"].addresses[0].display_name == "Erin Editor"
    assert letter["Subject"] == "A question about 2 session requests, Annual Conference"
    plain, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    for words in ("Metadata", "Zines in the stacks", "How many <chairs>?", f"/sessions/{draft.zines.code}/request"):
        assert words in plain.get_content()
    assert "How many &lt;chairs&gt;?" in html.get_content()


async def test_somebody_who_is_erased_or_has_no_address_is_told_nothing(draft: Conference, settings: Settings) -> None:
    asked, message = await answered(draft, RequestState.GRANTED, "")
    await database.execute("DELETE FROM address WHERE person_id = $1", asked.erin.id)

    assert await request_letters.answered(message, settings, NOON) is None


async def test_a_session_that_is_gone_is_told_of_no_more(draft: Conference, settings: Settings) -> None:
    _asked, message = await answered(draft, RequestState.DECLINED, "Full")
    await database.execute("DELETE FROM session_request")

    assert await request_letters.answered(message, settings, NOON) is None
