"""Ticket types and prices by audience and window, quotas, and the orders that filled them.

Prices are those of the California Library Association's conference 2014 (full 190/150/355 early, one day, exhibits,
pre-conference 70/90/45), the exhibits pass of ALA Annual 2017 (75), the PLA symposium 2019 (175/250) and its webinars
(43/59): published by conference.cla-net.org, bulletin.chicagolawlib.org and scls.typepad.com.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from events.demo.association import Somebody
from events.demo.loading import Loader, code
from events.demo.programme import Preconference

Amounts = dict[str, int | Sequence[int]]
"""Dollars by audience: one for every window, or one for each."""

FULL: Amounts = {
    "member": (190, 275, 300),
    "student": (150, 235, 260),
    "retired": (150, 235, 260),
    "nonmember": (355, 440, 465),
}
ONE_DAY: Amounts = {"member": (125, 150, 175), "nonmember": (290, 315, 340)}
EXHIBITS: Amounts = {"everyone": 75}
PRECONFERENCE: Amounts = {"member": 70, "nonmember": 90, "student": 45}
MEAL: Amounts = {"everyone": 45}
FORUM: Amounts = {"division_member": 175, "member": 195, "student": 90, "nonmember": 250}
WEBINAR: Amounts = {"member": 43, "nonmember": 59}
GUEST: Amounts = {"everyone": 50}
CHILD: Amounts = {"everyone": 30}
DUES: Amounts = {"everyone": 79}
"""Ours, no association's."""
FREE: Amounts = {"everyone": 0}
RECORDING = (
    "Some sessions are recorded. Who agrees may be seen or heard in a recording that members can watch for a year."
)


@dataclass(frozen=True)
class Kind:
    """A ticket type to be made, and the places there are."""

    name: str
    kind: str
    amounts: Amounts
    capacity: int
    description: str = ""
    admits: dict[str, list[str]] = field(default_factory=dict)
    session: int | None = None
    requires: str = ""
    grants: dict[str, Any] | None = None


@dataclass(frozen=True)
class Sold:
    """What an event sells: ticket type ids by name, their quotas, and what each audience pays first."""

    ids: dict[str, int]
    quotas: dict[str, int]
    kinds: dict[str, Kind]
    windows: list[int]


def conference(
    days: list[date], preconferences: list[Preconference], luncheon: Preconference | None, places: int
) -> list[Kind]:
    every = {"days": ["*"], "session_types": ["*"], "modes": ["*"]}
    kinds = [Kind("Full registration", "full", FULL, places, "All days, the exhibits and the opening session.", every)]
    kinds += [
        Kind(
            f"{day:%A} only",
            "one_day",
            ONE_DAY,
            places // 4,
            "One day with its sessions and the exhibits.",
            {"days": [day.isoformat()]},
        )
        for day in days[1:-1]
    ]
    kinds.append(
        Kind(
            "Exhibits only",
            "exhibits",
            EXHIBITS,
            places,
            "The exhibit hall and its stages.",
            {"session_types": ["exhibits"]},
        )
    )
    kinds += [
        Kind(
            one.title,
            "preconference",
            PRECONFERENCE,
            one.seats,
            "The whole first day, lunch included.",
            {},
            one.session,
            "Full registration",
        )
        for one in preconferences
    ]
    if luncheon:
        words, full = "Served at round tables; tell us what you eat.", "Full registration"
        kinds.append(Kind(luncheon.title, "meal", MEAL, luncheon.seats, words, {}, luncheon.session, full))
    kinds += [
        Kind("Guest", "guest", GUEST, 400, "The exhibits and the receptions, beside somebody who attends."),
        Kind("Childcare, all days", "childcare", CHILD, 40, "For children from 3 to 12, with lunch."),
        Kind("Membership for a year", "membership", DUES, 10_000, grants={"audience": "member", "months": 12}),
    ]
    return kinds


async def sell(loader: Loader, event: int, kinds: list[Kind], first_day: date, windows: bool) -> Sold:
    """Write ticket types, quotas, windows and prices."""
    window_ids: list[int] = []
    if windows:
        window_ids = await loader.ids("price_window", 3)
        ends = (first_day - timedelta(days=60), first_day - timedelta(days=10), None)
        await loader.copy(
            "price_window",
            "id event_id name through position",
            [
                (number, event, name, through, place)
                for place, (number, name, through) in enumerate(
                    zip(window_ids, ("early", "advance", "onsite"), ends, strict=True)
                )
            ],
        )
    ids = dict(zip((one.name for one in kinds), await loader.ids("ticket_type", len(kinds)), strict=True))
    quotas = dict(zip((one.name for one in kinds), await loader.ids("quota", len(kinds)), strict=True))
    await loader.copy(
        "quota",
        "id event_id name capacity claimed overbook oversold",
        [(quotas[one.name], event, one.name[:120], one.capacity, 0, 0, 0) for one in kinds],
    )
    await loader.copy(
        "ticket_type",
        "id event_id name description kind session_id requires_id admits max_per_order hidden position version grants",
        [
            (
                ids[one.name], event, one.name[:200], one.description, one.kind, one.session,
                ids[one.requires] if one.requires else None, json.dumps(one.admits), 10, False, place, 1,
                json.dumps(one.grants) if one.grants else None,
            )
            for place, one in enumerate(kinds)
        ],
    )  # fmt: skip
    await loader.copy("ticket_type_quota", "ticket_type_id quota_id", [(ids[name], quotas[name]) for name in ids])
    rows: list[tuple[Any, ...]] = []
    for one in kinds:
        for audience, amount in one.amounts.items():
            if isinstance(amount, int):
                rows.append((ids[one.name], audience, None, amount * 100))
            else:
                rows += [
                    (ids[one.name], audience, window, each * 100)
                    for window, each in zip(window_ids, amount, strict=True)
                ]
    await loader.copy("price", "ticket_type_id audience window_id amount", rows)
    return Sold(ids, quotas, {one.name: one for one in kinds}, window_ids)


@dataclass(frozen=True)
class Purchase:
    """One order of one person: what they bought, in dollars each."""

    buyer: Somebody
    bought: tuple[tuple[str, int], ...]
    at: datetime


def purchases(
    dice: random.Random, sold: Sold, buyers: list[Somebody], names: Sequence[str], extras: Sequence[str], at: datetime
) -> list[Purchase]:
    """One order each: one of `names`, now and then one of the `extras` while it has places."""
    left = {name: sold.kinds[name].capacity * 9 // 10 for name in extras}
    made = []
    for buyer in buyers:
        main = names[0] if dice.random() < 0.85 else dice.choice(list(names))
        bought = [(main, _price(sold.kinds[main], buyer.audience))]
        if left and main == names[0] and dice.random() < 0.12:
            extra = dice.choice(list(left))
            bought.append((extra, _price(sold.kinds[extra], buyer.audience)))
            left[extra] -= 1
            if not left[extra]:
                del left[extra]
        made.append(Purchase(buyer, tuple(bought), at - timedelta(minutes=dice.randrange(60, 60 * 24 * 40))))
    return made


def _price(kind: Kind, audience: str) -> int:
    for one in (audience, "member" if audience in {"student", "retired"} else "nonmember", "nonmember", "everyone"):
        if one in kind.amounts:
            amount = kind.amounts[one]
            return amount if isinstance(amount, int) else amount[0]
    raise KeyError(f"{kind.name} has no price for {audience}")


async def order(loader: Loader, event: int, sold: Sold, made: list[Purchase]) -> None:
    """Write confirmed, settled orders with their registrations, lines, claims and ledgers, and count the quotas."""
    orders = await loader.ids("orders", len(made))
    registrations = await loader.ids("registration", len(made))
    total = {number: sum(price for _name, price in one.bought) * 100 for number, one in zip(orders, made, strict=True)}
    await loader.copy(
        "orders",
        "id code event_id person_id state name email audience currency total held_until created_at confirmed_at locale version",
        [
            (
                number, code(number, 8), event, one.buyer.id, "CONFIRMED", one.buyer.name, one.buyer.email, one.buyer.audience,
                "USD", total[number], None, one.at, one.at, "en", 2,
            )
            for number, one in zip(orders, made, strict=True)
        ],
    )  # fmt: skip
    await loader.copy(
        "order_move",
        "order_id old new moved_at moved_by_id reason",
        [(number, "HELD", "CONFIRMED", one.at, None, "paid") for number, one in zip(orders, made, strict=True)],
    )
    await loader.copy(
        "registration",
        "id code order_id event_id person_id name email answers",
        [
            (registration, code(registration, 8), number, event, one.buyer.id, one.buyer.name, one.buyer.email, "{}")
            for registration, number, one in zip(registrations, orders, made, strict=True)
        ],
    )
    lines = []
    ledger = []
    for number, registration, one in zip(orders, registrations, made, strict=True):
        for name, price in one.bought:
            words = json.dumps([{"words": f"{one.buyer.audience.capitalize()} price", "amount": price * 100}])
            lines.append((number, registration, sold.ids[name], price * 100, words, sold.quotas[name]))
        if total[number]:
            ledger.append((number, "charge", total[number], "USD", f"order-{number}", one.at))
            ledger.append((number, "payment", -total[number], "USD", f"demo-{number}", one.at))
    ids = await loader.ids("order_line", len(lines))
    await loader.copy(
        "order_line",
        "id order_id registration_id ticket_type_id amount quote",
        [(number, *line[:5]) for number, line in zip(ids, lines, strict=True)],
    )
    await loader.copy("claim", "quota_id line_id", [(line[5], number) for number, line in zip(ids, lines, strict=True)])
    await loader.copy("ledger", "order_id kind amount currency source booked_at", ledger)
    await loader.connection.execute(
        "UPDATE quota q SET claimed = c.taken FROM (SELECT quota_id, count(*) AS taken FROM claim GROUP BY quota_id) c"
        " WHERE q.id = c.quota_id AND q.event_id = $1",
        event,
    )


async def codes(loader: Loader, event: int, sold: Sold, at: datetime) -> None:
    """Codes to try: WELCOME is ten percent less, LATE the early prices, GUEST a complimentary place of a budget whose
    places are set aside; three together pay less."""
    (guests,) = await loader.ids("free_places", 1)
    await loader.copy(
        "free_places",
        "id event_id name places reason granted_at version",
        [(guests, event, "Guests of the president", 20, "Speakers of the opening session and their company", at, 1)],
    )
    full = sold.ids["Full registration"]
    quota = sold.quotas["Full registration"]
    rows: list[tuple[Any, ...]] = [
        ("WELCOME", "To everybody who asks", "percent", 10, None, [], None, None, 0, None),
        ("LATE", "Deadline missed for a good reason", "none", 0, sold.windows[0], [full], 50, None, 0, None),
        ("GUEST", "Opening session", "percent", 100, None, [full], 5, quota, 5, guests),
    ]
    numbers = await loader.ids("voucher", len(rows))
    await loader.copy(
        "voucher",
        "id event_id code key note effect value window_id ticket_types unlocks max_uses quota_id reserved reserve_left"
        " budget_id made_at",
        [
            (number, event, code, code, note, effect, value, window, types, [], uses, quota, kept, kept, budget, at)
            for number, (code, note, effect, value, window, types, uses, quota, kept, budget) in zip(
                numbers, rows, strict=True
            )
        ],
    )
    await loader.connection.execute("UPDATE quota SET held_back = 5 WHERE id = $1", quota)
    await loader.copy("group_rule", "event_id people percent version", [(event, 3, 5, 1)])
