"""What registrars see of institutions: found by name, told in the timeline, and who is invited is not forgotten."""

from events.institutions import assigning, finding, taking
from events.registration import order_search
from events.registration.models import Registration
from events.schedule.models import SessionPerson
from tests import make
from tests.institutions.conftest import ALAN, GRACE, Library, SignIn
from tests.make import NOON


async def test_an_order_is_found_by_its_institution_and_by_who_is_invited(library: Library) -> None:
    await library.buy(1)
    await library.institution()
    await assigning.assign((await library.places())[0].id, GRACE, NOON, None)

    for typed in ("springf publ", "Hopper", "grace@springfield.org"):
        assert await finding.find(typed, 10) == [library.order], typed
    assert await finding.find("elsewhere", 10) == []
    assert order_search.words_of("Springfield") == ["springfield"]


async def test_the_timeline_tells_who_was_invited_and_who_took_it(signed_in: SignIn, library: Library) -> None:
    await library.buy(2)
    first, second = await library.places()
    await assigning.assign(first.id, GRACE, NOON, None)
    await assigning.take_back(first.id, NOON, None)
    await assigning.assign(second.id, ALAN, NOON, None)
    await taking.take(second.id, 1, ALAN.name, {}, NOON, None)
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=library.event.id)
    code = (await library.account()).code

    page = (await (await signed_in(registrar)).get(f"/organize/events/{library.event.slug}/orders/{code}")).text

    for words in (
        "Invited to a place",
        "Not invited any more",
        GRACE.email,
        "Ticket given to another person",
        ALAN.email,
    ):
        assert words in page
    found = await (await signed_in(registrar)).get("/organize/registrations", params={"q": "springfield"})
    assert code in found.text


async def test_a_speaker_who_is_invited_has_no_ticket_yet_and_one_who_took_it_has(
    signed_in: SignIn, library: Library
) -> None:
    await library.buy(1)
    speaker = await make.person(GRACE.name, GRACE.email)
    session = await make.session(library.event, NOON)
    await SessionPerson.create(session=session, person=speaker, role="speaker")
    place = (await library.places())[0]
    await assigning.assign(place.id, GRACE, NOON, None)
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=library.event.id)
    browser = await signed_in(registrar)
    path = f"/organize/events/{library.event.slug}/unregistered"

    assert "invited to a place of Springfield Public Library" in (await browser.get(path)).text
    assert "Springfield Public Library" in (await browser.get(f"{path}.csv")).text
    await taking.take(place.id, 1, GRACE.name, {}, NOON, None)

    assert GRACE.name not in (await browser.get(path)).text
    assert (await Registration.get()).person_id == speaker.id  # type: ignore[attr-defined]
