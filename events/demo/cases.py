"""What three people need at the conference, and Frida, who handles it."""

from datetime import datetime, timedelta

from events.cases import bookings, cases, handling, messages
from events.cases.cases import Wish
from events.cases.handling import Decision
from events.cases.states import CaseState
from events.core import database
from events.people import persons, roles
from events.planning.models import Resource


async def build(at: datetime) -> None:
    """Into the conference; nobody is written to about what nobody did."""
    event = await database.row("SELECT id, starts_on FROM event WHERE kind = 'conference' ORDER BY id LIMIT 1")
    assert event is not None
    frida = await persons.create("Frida Lindqvist", at, email="frida.lindqvist@example.org")
    await roles.grant(frida, "care", at, event=event["id"])
    people = await database.rows("SELECT id FROM person ORDER BY id LIMIT 12")
    amal, beatriz, another = people[0]["id"], people[1]["id"], people[11]["id"]
    kept = await database.rows(
        "SELECT DISTINCT s.id, s.code FROM session_person r JOIN session s ON s.id = r.session_id"
        " JOIN entry n ON n.event_id = s.event_id AND n.session_code = s.code"
        " WHERE r.person_id = $1 AND s.event_id = $2 ORDER BY s.id LIMIT 1",
        amal,
        event["id"],
    )
    words = "I read lips when I sit close. For the panel I moderate I need captions that I can see from the stage."
    code = await cases.ask(event["id"], amal, Wish(("captions", "reserved_seat"), words, "schedule"), at)
    await messages.write(await cases.own(amal, code), amal, "Where do I sit before the panel begins?", at)
    case = await cases.of_event(event["id"], code)
    captioner = await Resource.create(event_id=event["id"], kind="captioner", name="CART writer 1")
    for session in kept:
        await bookings.book(
            case.id, event["id"], session["code"], captioner.id, "A screen at the foot of the stage", at
        )
    await messages.answer(case, frida, "In the first row, on the left: a steward keeps it for you.", at, note=False)
    await messages.answer(case, frida, "The venue lends a second screen until Friday.", at, note=True)
    due = event["starts_on"] - timedelta(days=30)
    await handling.decide(event["id"], code, Decision(frida, due, CaseState.IN_WORK), case.version, frida, at)
    await cases.ask(event["id"], beatriz, Wish(("vegan", "nut_free"), "", "event"), at)
    await cases.ask(event["id"], another, Wish(("scooter",), "For all five days, from the hotel.", "event"), at)
    for topic in (cases.NEWS, messages.MESSAGE):
        await database.execute("DELETE FROM outbox_message WHERE topic = $1", topic)
