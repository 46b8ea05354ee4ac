"""The registrar's pages of codes, complimentary places and the rule for groups."""

import httpx
import pytest
import pytest_asyncio

from events.catalogue.models import Event
from events.core import database
from events.registration import holds, quotas, voucher_codes
from events.registration.models import FreePlaces, GroupRule, Quota, Voucher, VoucherChange
from tests import make
from tests.make import NOON


@pytest_asyncio.fixture
async def event(buyer: httpx.AsyncClient) -> Event:
    """An event whose registrar sits at the browser."""
    event = await make.event()
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    return event


def root(event: Event) -> str:
    return f"/organize/events/{event.slug}/vouchers"


async def test_a_code_is_made_listed_changed_and_ended(buyer: httpx.AsyncClient, event: Event) -> None:
    full = await make.ticket_type(event, price=100, places=10)
    quota = await Quota.get()
    form = {"code": "spring 27", "note": "Friends", "effect": "amount", "value": "12.50", "ticket_types": str(full.id),
            "max_uses": "5", "quota": str(quota.id), "reserved": "3"}  # fmt: skip

    assert (await buyer.get(f"{root(event)}/new")).status_code == 200
    made = await buyer.post(f"{root(event)}/new", data=form)

    assert made.status_code == 303, made.text
    code = await Voucher.get()
    assert (code.code, code.key, code.value, code.reserve_left) == ("SPRING 27", "SPRING27", 1250, 3)
    page = (await buyer.get(root(event))).text
    assert "SPRING 27" in page
    assert "$12.50 less" in page
    await holds.place(await make.coded(code, [full], [full]), NOON)
    one = f"{root(event)}/{code.id}"
    assert "12.50" in (await buyer.get(one)).text
    few = await buyer.post(one, data=form | {"version": "1", "max_uses": "1", "reserved": "1"})
    assert few.status_code == 422
    changed = await buyer.post(one, data=form | {"version": "1", "reserved": "1", "effect": "percent", "value": "10"})
    assert changed.status_code == 303, changed.text
    await code.refresh_from_db()
    await quota.refresh_from_db()
    assert (code.effect, code.value, code.reserve_left, quota.held_back) == ("percent", 10, 0, 0)
    assert (await buyer.post(one, data=form | {"version": "1"})).status_code == 409
    await holds.sweep(NOON + holds.HOLD + holds.GRACE)
    await quota.refresh_from_db()
    assert quota.held_back == 1
    assert (await buyer.post(f"{one}/end")).status_code == 303
    await quota.refresh_from_db()
    assert quota.held_back == 0
    assert [one.what for one in await VoucherChange.all().order_by("id")] == ["made", "changed", "ended"]
    assert await quotas.recount() == []
    assert "was ended" in (await buyer.get(one)).text


async def test_more_places_than_are_free_are_not_set_aside(buyer: httpx.AsyncClient, event: Event) -> None:
    await make.ticket_type(event, price=100, places=2)
    quota = await Quota.get()
    form = {"code": "KEPT", "effect": "none", "quota": str(quota.id), "reserved": "3"}

    answer = await buyer.post(f"{root(event)}/new", data=form)

    assert answer.status_code == 422
    assert "3 places are wanted, and 2 are free." in answer.text
    assert await Voucher.all().count() == 0


async def test_many_are_made_at_once_and_found_again(buyer: httpx.AsyncClient, event: Event) -> None:
    form = {"code": "LIB", "count": "120", "effect": "percent", "value": "100", "max_uses": "1"}

    answer = await buyer.post(f"{root(event)}/new", data=form)

    assert answer.status_code == 303, answer.text
    assert await Voucher.filter(key__startswith="LIB").count() == 120
    second = (await buyer.get(f"{root(event)}?page=3&q=lib&state=good&effect=percent")).text
    assert "101–120 of 120" in second
    lines = (await buyer.get(f"{root(event)}.csv?q=lib")).text.splitlines()
    assert len(lines) == 121


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"code": "x", "effect": "percent", "value": "10"}, "code"),
        ({"code": "SPRING", "effect": "percent", "value": "101"}, "value"),
        ({"code": "SPRING", "effect": "amount", "value": "ten"}, "value"),
        ({"code": "SPRING", "effect": "none", "reserved": "2"}, "quota"),
        ({"code": "SPRING", "effect": "none", "email": "nobody"}, "email"),
        ({"code": "SPRING", "effect": "none", "starts_on": "2026-06-02", "through": "2026-06-01"}, "through"),
        ({"code": "taken", "effect": "none"}, "code"),
        ({"code": "SPRING", "effect": "none", "window": "999"}, "window"),
        ({"code": "SPRING", "effect": "none", "ticket_types": "999"}, "ticket_types"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    buyer: httpx.AsyncClient, event: Event, form: dict[str, str], field: str
) -> None:
    await make.voucher(event, "TAKEN")

    answer = await buyer.post(f"{root(event)}/new", data=form)

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert await Voucher.all().count() == 1


async def test_what_is_set_aside_is_free_again_after_the_last_day(db: None) -> None:
    event = await make.event()
    await make.ticket_type(event, price=100, places=3)
    quota = await Quota.get()
    await make.voucher(event, "KEPT", quota=quota, reserved=2, through=NOON.date())

    early = await voucher_codes.sweep(NOON)
    late = await voucher_codes.sweep(NOON.replace(day=NOON.day + 1, hour=12))

    await quota.refresh_from_db()
    assert (early, late, quota.held_back) == (0, 1, 0)
    assert await quotas.recount() == []


async def test_a_budget_gives_no_more_than_was_granted(buyer: httpx.AsyncClient, event: Event) -> None:
    path = f"/organize/events/{event.slug}/free-places"
    granted = await buyer.post(path, data={"name": "Guests", "places": "3", "reason": "Opening session"})
    assert granted.status_code == 303, granted.text
    budget = await FreePlaces.get()
    form = {"code": "GUEST", "budget": str(budget.id), "max_uses": "1"}

    assert (await buyer.post(f"{root(event)}/new", data=form | {"max_uses": "2"})).status_code == 303
    over = await buyer.post(f"{root(event)}/new", data=form | {"code": "MORE", "max_uses": "2"})

    assert "The budget has 1 places left of 3." in over.text
    code = await Voucher.get()
    assert (code.effect, code.value) == ("percent", 100)
    page = (await buyer.get(path)).text
    assert "2 of 3 places are given out, 0 are used." in page
    fewer = await buyer.post(f"{path}/{budget.id}", data={"places": "1", "reason": "Fewer came", "version": "1"})
    assert fewer.status_code == 422
    more = await buyer.post(f"{path}/{budget.id}", data={"places": "9", "reason": "More came", "version": "1"})
    assert more.status_code == 303
    stale = await buyer.post(f"{path}/{budget.id}", data={"places": "8", "reason": "More came", "version": "1"})
    assert stale.status_code == 409


async def test_the_rule_for_groups_is_written_and_taken_away(buyer: httpx.AsyncClient, event: Event) -> None:
    path = f"{root(event)}/group-rule"

    assert (await buyer.post(path, data={"people": "3", "percent": "10", "version": "0"})).status_code == 303
    assert (await GroupRule.get()).percent == 10
    assert (await buyer.post(path, data={"people": "3", "percent": "", "version": "1"})).status_code == 422
    assert (await buyer.post(path, data={"people": "3", "percent": "5", "version": "0"})).status_code == 409
    assert (await buyer.post(path, data={"people": "", "percent": "", "version": "1"})).status_code == 303
    assert await GroupRule.all().count() == 0


async def test_a_window_may_be_taken_away_under_a_code(db: None) -> None:
    event = await make.event()
    window = await database.value(
        "INSERT INTO price_window (event_id, name) VALUES ($1, 'early') RETURNING id", event.id
    )
    code = await make.voucher(event, "LATE", window_id=window)

    await database.execute("DELETE FROM price_window WHERE id = $1", window)

    await code.refresh_from_db()
    assert code.window_id is None  # type: ignore[attr-defined]
