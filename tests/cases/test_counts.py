"""What those who cook and plan may know: numbers."""

from datetime import date

from events.cases import cases, counts
from events.cases.cases import Wish
from events.cases.counts import told
from events.catalogue.queries import event_by_slug
from events.registration.models import Order, OrderLine, Registration, TicketType
from tests import make
from tests.cases.conftest import Place, SignIn
from tests.make import NOON


async def eater(place: Place, kind: str, *tickets: TicketType) -> None:
    """Somebody with these tickets who eats so."""
    person = await make.person("Eater")
    order = await Order.create(
        code=f"EAT{person.id}",
        event=place.event,
        person=person,
        state="CONFIRMED",
        name="Eater",
        email="e@example.org",
        audience="nonmember",
        currency="USD",
        total=0,
        created_at=NOON,
        confirmed_at=NOON,
    )
    registration = await Registration.create(
        code=f"R{person.id}", order=order, event=place.event, person=person, name="Eater", email="e@example.org"
    )
    for ticket in tickets:
        await OrderLine.create(order=order, registration=registration, ticket_type=ticket, amount=0)
    await cases.ask(place.event.id, person.id, Wish((kind,), "", "event"), NOON)


def test_small_numbers_are_not_said() -> None:
    assert [told(number) for number in (0, 1, 4, 5, 12)] == ["0", "fewer than 5", "fewer than 5", "5", "12"]


async def test_who_eats_how_is_counted_by_day_and_by_meal_over_those_with_a_ticket(
    place: Place, signed_in: SignIn
) -> None:
    full = await make.ticket_type(place.event, "Full")
    one_day = await make.ticket_type(place.event, "Friday", kind="one_day", admits={"days": ["2026-07-10"]})
    banquet = await make.ticket_type(place.event, "=Banquet", kind="meal")
    for _n in range(5):
        await eater(place, "vegan", full)
    await eater(place, "vegan", one_day, banquet)
    await eater(place, "captions", full)
    await place.ask(Wish(("vegan",), "", "event"))  # without a ticket

    found = await counts.meals(await event_by_slug("annual"))

    assert [(one.meal.day, one.meal.name, one.kind, one.words) for one in found] == [
        (date(2026, 7, 9), "", "Vegan", "5"),
        (date(2026, 7, 10), "", "Vegan", "6"),
        (date(2026, 7, 11), "", "Vegan", "5"),
        (date(2026, 7, 12), "", "Vegan", "5"),
        (None, "=Banquet", "Vegan", "fewer than 5"),
    ]
    registrar = await make.person("Rea")
    await make.role(registrar, "registrar")
    csv = await (await signed_in(registrar)).get(f"{place.root}/meals.csv")
    assert csv.headers["cache-control"] == "no-store"
    assert csv.text.splitlines()[1:] == [
        "2026-07-09,,Vegan,5",
        "2026-07-10,,Vegan,6",
        "2026-07-11,,Vegan,5",
        "2026-07-12,,Vegan,5",
        ",'=Banquet,Vegan,fewer than 5",
    ]
