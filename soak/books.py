"""In the end: what visitors were told, our rows, Stripe's books and the mails that arrived, held against each other."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from soak.house import House
from soak.people import GONE, Told


@dataclass
class Differences:
    """Words by check; lost: something is missing; twice: something is there more often than once.

    copies   mails that came again with the Message-ID they had; mailboxes show one
    """

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    copies: int = 0
    counted: dict[str, int] = field(default_factory=dict)


async def compare(house: House, told: Told, night: dict[str, Any]) -> Differences:
    """night: what soak.night said."""
    found = Differences()
    await _places(house, told, found)
    await _money(house, told, found)
    await _messages(house, found)
    found.lost += [f"not told: {one}" for one in night["left"]]
    found.other += [f"audit: {one}" for one in night["audit"] if one["check"] != "no message was given up"]
    found.other += told.wrong
    return found


async def _places(house: House, told: Told, found: Differences) -> None:
    """Whoever was told that they are registered is; nobody twice; no place is sold twice."""
    orders = await house.ask("SELECT id, code, email, state, confirmed_at FROM orders")
    by_code = {row["code"]: row for row in orders}
    confirmed: Counter[str] = Counter(row["email"] for row in orders if row["confirmed_at"])
    for email, code in told.registered.items():
        row = by_code.get(code)
        if row is None:
            found.lost.append(f"order {code} of {email}, who was told to be registered, is gone")
        elif row["state"] != ("CANCELLED" if code in told.cancelled else "CONFIRMED"):
            found.lost.append(f"order {code} of {email}, who was told to be registered, is {row['state']}")
    holders = {
        row["code"]: row["emails"]
        for row in await house.ask(
            "SELECT o.code, array_agg(r.email) AS emails FROM orders o"
            " JOIN registration r ON r.order_id = o.id GROUP BY 1"
        )
    }
    for code, friend in told.given.items():
        if friend not in holders[code]:
            found.lost.append(f"the ticket of order {code} was taken by {friend}, and belongs to {holders[code]}")
    found.twice += [f"{email} has {count} confirmed orders" for email, count in confirmed.items() if count > 1]
    for row in await house.ask(
        "SELECT q.name, q.capacity + q.overbook AS capacity, q.claimed, (SELECT count(*) FROM claim c"
        " WHERE c.quota_id = q.id)::int AS claims,"
        " (SELECT count(*) FROM order_line l JOIN orders o ON o.id = l.order_id"
        " JOIN ticket_type_quota t ON t.ticket_type_id = l.ticket_type_id AND t.quota_id = q.id"
        " WHERE l.cancelled_at IS NULL AND o.state IN ('HELD', 'PENDING', 'CONFIRMED'))::int AS sold FROM quota q"
    ):
        if not row["claimed"] == row["claims"] == row["sold"]:
            found.other.append(f"quota {row['name']} says {row['claimed']}, has {row['claims']}, sold {row['sold']}")
        if row["sold"] > row["capacity"]:
            found.twice.append(f"quota {row['name']} sold {row['sold']} of {row['capacity']}")
    await _waited(house, told, found)
    found.counted["orders"] = len(orders)
    found.counted["confirmed orders"] = sum(confirmed.values())


async def _waited(house: House, told: Told, found: Differences) -> None:
    """Who waited and who took an institution's place has it, once; and everybody who bought accepted the terms."""
    for row in await house.ask(
        "SELECT o.code, count(r.id)::int AS places, count(nullif(r.email, ''))::int AS taken,"
        " count(DISTINCT nullif(r.email, ''))::int AS people FROM orders o"
        " JOIN registration r ON r.order_id = o.id WHERE o.for_staff GROUP BY o.id"
    ):
        if row["places"] != told.places.get(row["code"], row["places"]):
            found.other.append(f"institution's order {row['code']} has {row['places']} places")
        if row["taken"] != row["people"]:
            found.twice.append(f"somebody has two places of the institution's order {row['code']}")
    holders = {
        (row["code"], row["email"])
        for row in await house.ask("SELECT o.code, r.email FROM registration r JOIN orders o ON o.id = r.order_id")
    }
    found.lost += [
        f"{email} took a place of order {code} and has none"
        for email, code in told.taken.items()
        if (code, email) not in holders
    ]
    for row in await house.ask(
        "SELECT o.code FROM orders o WHERE o.confirmed_at IS NOT NULL AND NOT EXISTS"
        " (SELECT FROM acceptance a WHERE a.order_id = o.id)"
    ):
        found.lost.append(f"order {row['code']} is confirmed and accepted no terms")
    for row in await house.ask("SELECT state, count(*)::int AS n FROM waitlist_entry GROUP BY 1"):
        found.counted[f"in line: {row['state']}"] = row["n"]
    found.counted["places of institutions taken"] = len(told.taken)


async def _money(house: House, told: Told, found: Differences) -> None:
    """Every payment in Stripe's books is in ours, and was fulfilled or given back, once."""
    stripe = stripe_books(house)
    paid: dict[str, list[int]] = defaultdict(list)
    back: dict[str, list[int]] = defaultdict(list)
    orders_of_intents = {}
    for one in stripe:
        if one["object"] == "checkout.session" and one["payment_intent"]:
            orders_of_intents[one["payment_intent"]] = one["client_reference_id"]
    for one in stripe:
        if one["object"] == "payment_intent" and one["status"] == "succeeded":
            paid[orders_of_intents[one["id"]]].append(one["amount"])
        if one["object"] == "refund" and one["status"] == "succeeded":
            back[orders_of_intents[one["payment_intent"]]].append(one["amount"])
    rows = await house.ask(
        "SELECT o.code, o.email, o.state, o.total, l.kind, l.amount, l.source LIKE 'receipt-%' AS by_hand FROM orders o"
        " LEFT JOIN ledger l ON l.order_id = o.id ORDER BY o.id"
    )
    ours: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    facts = {}
    for row in rows:
        facts[row["code"]] = row
        if row["kind"]:
            kind = "check" if row["by_hand"] else row["kind"]
            ours[row["code"]][kind].append(row["amount"])
    for code in {*paid, *back, *ours}:
        ledger, state = ours[code], facts[code]["state"]
        if sorted(paid[code]) != sorted(-amount for amount in ledger["payment"]):
            words = f"order {code}: Stripe took {paid[code]}, our ledger has {ledger['payment']}"
            (found.twice if len(ledger["payment"]) > len(paid[code]) else found.lost).append(words)
        if sorted(back[code]) != sorted(ledger["refund"]):
            words = f"order {code}: Stripe gave back {back[code]}, our ledger has {ledger['refund']}"
            (found.twice if len(back[code]) > len(ledger["refund"]) else found.lost).append(words)
        if sorted(told.checks[code]) != sorted(-amount for amount in ledger["check"]):
            words = f"order {code}: the registrar entered {told.checks[code]}, our ledger has {ledger['check']}"
            (found.twice if len(ledger["check"]) > len(told.checks[code]) else found.lost).append(words)
        kept = sum(paid[code]) - sum(back[code]) - sum(ledger["check"])
        due = sum(sum(amounts) for kind, amounts in ledger.items() if kind not in {"payment", "refund", "check"})
        if kept != due:
            words = f"order {code} is {state}, owes {due} and {kept} was kept: paid {paid[code]}, back {back[code]}"
            (found.twice if kept < due else found.lost).append(words)
        if (paid[code] or ledger["check"]) and state == "CONFIRMED" and len(ledger["charge"]) != 1:
            found.other.append(f"order {code} is confirmed with the charges {ledger['charge']}")
    by_email = {row["email"]: row for row in rows}
    for email, checkout in told.paid.items():
        code = by_email[email]["code"] if email in by_email else ""
        if not paid.get(code):
            found.lost.append(f"{email} paid {checkout}, and Stripe knows no payment of order {code}")
    found.counted["payments"] = sum(map(len, paid.values()))
    found.counted["refunds"] = sum(map(len, back.values()))


def stripe_books(house: House) -> list[dict[str, Any]]:
    """Every object of the sandbox as it is now, from its own file."""
    objects: dict[str, dict[str, Any]] = {}
    for line in (house.home.var / "stripe-sandbox.jsonl").read_text().splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # it was killed while it wrote this line
        if "object" in entry:
            objects[entry["object"]["id"]] = entry["object"]
    return list(objects.values())


async def _messages(house: House, found: Differences) -> None:
    """Each order that was confirmed has one confirmation; every message told as a mail arrived, under one number."""
    rows = await house.ask(
        "SELECT m.id, m.topic, m.done_at, m.failed_at, m.error, o.email, o.code, o.state FROM outbox_message m"
        " LEFT JOIN orders o ON o.id = (m.body->>'order')::bigint"
    )
    confirmations = Counter(row["code"] for row in rows if row["topic"] == "mail.order_confirmed")
    for row in await house.ask("SELECT code FROM orders WHERE confirmed_at IS NOT NULL"):
        if confirmations[row["code"]] == 0:
            found.lost.append(f"order {row['code']} has no confirmation")
    found.twice += [f"order {code} has {count} confirmations" for code, count in confirmations.items() if count > 1]
    domain = house.settings().mail_from.rpartition("@")[2]
    mails = house.mails
    came = Counter(mail.id for mail in mails)
    told = Counter(row["topic"] for row in rows if row["done_at"])
    for row in rows:
        refused = row["failed_at"] is not None and (row["email"] or "").startswith(GONE)
        if row["failed_at"] is not None and not refused:
            found.lost.append(f"message {row['id']} {row['topic']} was given up: {row['error']}")
        quiet = row["topic"] != "mail.order_confirmed" or refused  # others may have nobody to tell any more
        if not quiet and not came[f"<message-{row['id']}@{domain}>"] and row["state"] != "CANCELLED":
            found.lost.append(f"the confirmation of order {row['code']} never arrived")
    found.copies = sum(came.values()) - len(came)
    subjects: Counter[tuple[str, str, str]] = Counter()
    for mail in {mail.id: mail for mail in mails}.values():
        subjects[mail.to, mail.subject, mail.text] += 1
    found.twice += [
        f"{to} got {count} mails {subject!r}" for (to, subject, _text), count in subjects.items() if count > 1
    ]
    found.counted["mails"] = len(came)
    found.counted["messages told"] = sum(told.values())
    found.counted["mails refused for good"] = sum(1 for row in rows if row["failed_at"] is not None)
