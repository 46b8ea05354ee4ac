"""Places that presenters and exhibitors have by rule: who is due what, given as codes, each once.

A presenter gets what the first rule says that fits one of their roles, unless a ticket lets them in already. An
exhibitor gets what every rule says for the size of its stand. Places come out of a budget (`free_places`), which says
how many there are.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _, lazy
from events.registration import unregistered, voucher_codes
from events.registration.voucher_codes import Values

PRESENTERS, EXHIBITORS = "presenters", "exhibitors"
PARTIES = {PRESENTERS: lazy("Presenters"), EXHIBITORS: lazy("Exhibitors")}
PAGE = 50


@dataclass(frozen=True, slots=True)
class Rule:
    """`models.Allotment` as values. given, taken: places by it so far, and how many of them are used."""

    id: int
    name: str
    party: str
    roles: tuple[str, ...]
    ticket_type: int
    ticket: str
    budget: int
    budget_name: str
    places: int
    per_size: int
    version: int
    given: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Somebody:
    """A presenter (with roles) or an exhibitor (with a size). id: of the person or the exhibitor."""

    party: str
    id: int
    name: str
    email: str
    roles: frozenset[str] = frozenset()
    size: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    rule: Rule
    who: Somebody
    places: int


def due(rules: Sequence[Rule], people: Iterable[Somebody], already: Collection[tuple[int, str, int]]) -> list[Due]:
    """What is to be given, in the order of people. Pure; nobody gets anything of a rule twice.

    rules     in their order
    already   (rule, party, id of the person or exhibitor) of what was given before
    """
    have = {(party, who) for _rule, party, who in already}
    found = []
    for who in people:
        if not who.email:
            continue
        fitting = [rule for rule in rules if rule.party == who.party]
        if who.party == PRESENTERS:
            if (PRESENTERS, who.id) in have:
                continue
            first = next((rule for rule in fitting if not rule.roles or who.roles & set(rule.roles)), None)
            found += [Due(first, who, first.places)] if first else []
        else:
            for rule in fitting:
                places = rule.places * (who.size // rule.per_size)
                if places and (rule.id, EXHIBITORS, who.id) not in already:
                    found.append(Due(rule, who, places))
    return found


_RULES = """
SELECT a.id, a.name, a.party, a.roles, a.ticket_type_id AS ticket_type, t.name AS ticket, a.budget_id AS budget,
    b.name AS budget_name, a.places, a.per_size, a.version,
    coalesce(sum(CASE WHEN v.ended_at IS NULL THEN v.max_uses ELSE v.used END), 0)::int AS given,
    coalesce(sum(v.used), 0)::int AS taken
FROM allotment a JOIN ticket_type t ON t.id = a.ticket_type_id JOIN free_places b ON b.id = a.budget_id
LEFT JOIN allotted g ON g.allotment_id = a.id LEFT JOIN voucher v ON v.id = g.voucher_id
WHERE a.event_id = $1 GROUP BY a.id, t.name, b.name ORDER BY a.position, a.id
"""


async def rules(event_id: int) -> list[Rule]:
    """In their order."""
    rows = await database.rows(_RULES, event_id)
    return [Rule(**{**dict(row), "roles": tuple(row["roles"])}) for row in rows]


async def waiting(event_id: int, known: Sequence[Rule]) -> list[Due]:
    """What would be given now."""
    people: list[Somebody] = []
    if any(rule.party == PRESENTERS for rule in known):
        ids = {
            row["code"]: row["id"]
            for row in await database.rows(
                "SELECT DISTINCT p.id, p.code FROM session_person r JOIN session s ON s.id = r.session_id"
                " JOIN person p ON p.id = r.person_id WHERE s.event_id = $1 AND s.state = 'confirmed'",
                event_id,
            )
        }
        people += [
            Somebody(PRESENTERS, ids[one.code], one.name, one.email, frozenset(part.role for part in one.parts))
            for one in await unregistered.of(event_id)
            if one.code in ids
        ]
    people += [
        Somebody(EXHIBITORS, row["id"], row["name"], row["email"], size=row["size"])
        for row in await database.rows("SELECT * FROM exhibitor WHERE event_id = $1 ORDER BY lower(name), id", event_id)
    ]
    already = {
        (
            row["allotment_id"],
            EXHIBITORS if row["exhibitor_id"] else PRESENTERS,
            row["exhibitor_id"] or row["person_id"],
        )
        for row in await database.rows(
            "SELECT g.allotment_id, g.exhibitor_id, g.person_id FROM allotted g JOIN allotment a"
            " ON a.id = g.allotment_id WHERE a.event_id = $1 AND g.ended_at IS NULL",
            event_id,
        )
    }
    return due(known, people, already)


async def give(event_id: int, by: int, at: datetime) -> list[Due]:
    """Give everybody what they are due, with a mail each. Returns it; again, it is what is new since.

    Raises Unreadable, with the rule's name, when a budget has not so many places; nobody gets anything then.
    """
    async with database.transaction():
        await database.rows("SELECT id FROM allotment WHERE event_id = $1 ORDER BY id FOR UPDATE", event_id)
        found = await waiting(event_id, await rules(event_id))
        for rule in sorted({one.rule for one in found}, key=lambda rule: (rule.budget, rule.id)):
            await _give(event_id, rule, [one for one in found if one.rule is rule], by, at)
    return found


async def _give(event_id: int, rule: Rule, to: Sequence[Due], by: int, at: datetime) -> None:
    hidden = await database.value("SELECT hidden FROM ticket_type WHERE id = $1", rule.ticket_type)
    values = [
        Values(
            code="",
            note=f"{rule.name}: {one.who.name}"[:300],
            effect="percent",
            value=100,
            window=None,
            ticket_types=(rule.ticket_type,),
            unlocks=(rule.ticket_type,) if hidden else (),
            email=one.who.email.lower() if one.who.party == PRESENTERS else "",
            max_uses=one.places,
            per_person=None,
            quota=None,
            reserved=0,
            starts_on=None,
            through=None,
            budget=rule.budget,
        )
        for one in to
    ]
    try:
        codes = await voucher_codes.make_each(event_id, values, by, at)
    except Unreadable as error:
        words = next(iter(error.errors.values()))
        told = {"name": rule.name, "places": sum(one.places for one in to), "words": words}
        raise Unreadable({"give": _("%(name)s: %(places)s places are due. %(words)s") % told}) from None
    await database.execute(
        """
        WITH noted AS (
            INSERT INTO allotted (allotment_id, person_id, exhibitor_id, voucher_id, places, given_at, given_by_id)
            SELECT $1, CASE WHEN $2 THEN who END, CASE WHEN NOT $2 THEN who END, voucher, places, $6, $7
            FROM unnest($3::int[], $4::bigint[], $5::int[]) t (who, voucher, places) RETURNING id
        )
        INSERT INTO outbox_message (topic, body, created_at, due_at)
        SELECT 'mail.allotted', jsonb_build_object('allotted', id), $6, $6 FROM noted
        """,
        rule.id,
        rule.party == PRESENTERS,
        [one.who.id for one in to],
        codes,
        [one.places for one in to],
        at,
        by,
    )


async def save(event_id: int, rule: int | None, wanted: Rule, version: int) -> None:
    """A rule, new (None) or changed; what was given by it stays. Raises Unreadable, StaleWrite, NotFound."""
    well = await database.row(
        "SELECT EXISTS (SELECT FROM free_places WHERE id = $2 AND event_id = $1) AS budget,"
        " EXISTS (SELECT FROM ticket_type WHERE id = $3 AND event_id = $1) AS ticket_type,"
        " NOT EXISTS (SELECT FROM allotment WHERE event_id = $1 AND name = $4 AND id IS DISTINCT FROM $5) AS name",
        event_id,
        wanted.budget,
        wanted.ticket_type,
        wanted.name,
        rule,
    )
    assert well is not None
    told = {"name": _("This event has a rule of this name.")}
    if errors := {field: told.get(field, _("Choose one of the list.")) for field, good in well.items() if not good}:
        raise Unreadable(errors)
    columns = (wanted.name, wanted.budget, wanted.ticket_type, wanted.party, list(wanted.roles))
    async with database.transaction():
        if rule is None:
            await database.execute(
                "INSERT INTO allotment (event_id, name, budget_id, ticket_type_id, party, roles, places, per_size,"
                " position) SELECT $1, $2, $3, $4, $5, $6, $7, $8, coalesce(max(position), 0) + 1 FROM allotment"
                " WHERE event_id = $1",
                event_id,
                *columns,
                wanted.places,
                wanted.per_size,
            )
            return
        row = await database.row(
            "SELECT version FROM allotment WHERE id = $1 AND event_id = $2 FOR UPDATE", rule, event_id
        )
        if row is None:
            raise NotFound
        if row["version"] != version:
            raise StaleWrite(_("Somebody else saved this rule meanwhile. Look at it, and change it again."), {}, {})
        await database.execute(
            "UPDATE allotment SET name = $2, budget_id = $3, ticket_type_id = $4, party = $5, roles = $6, places = $7,"
            " per_size = $8, version = version + 1 WHERE id = $1",
            rule,
            *columns,
            wanted.places,
            wanted.per_size,
        )


async def take_away(event_id: int, rule: int) -> None:
    """Raises NotFound, Unreadable once something was given by it."""
    if not await database.value(
        "SELECT EXISTS (SELECT FROM allotment WHERE id = $1 AND event_id = $2)", rule, event_id
    ):
        raise NotFound
    done = await database.execute(
        "DELETE FROM allotment WHERE id = $1 AND NOT EXISTS (SELECT FROM allotted WHERE allotment_id = $1)", rule
    )
    if not done:
        raise Unreadable({f"rule-{rule}": _("Places were given by this rule; it stays, so that one sees why.")})


@dataclass(frozen=True, slots=True)
class Given:
    """One code that was given by a rule. away: not in the programme any more; used of places."""

    id: int
    rule: str
    party: str
    name: str
    email: str
    code: str
    voucher: int
    places: int
    used: int
    given_at: datetime
    ended: bool
    away: bool
    locale: str = "en"


_GIVEN = """
SELECT g.id, a.name AS rule, a.party, coalesce(x.name, p.name, '') AS name,
    coalesce(x.email, (SELECT d.email FROM address d WHERE d.person_id = p.id AND d.is_primary), v.email) AS email,
    v.code, v.id AS voucher, g.places, v.used, g.given_at, v.ended_at IS NOT NULL AS ended,
    a.party = 'presenters' AND NOT EXISTS (SELECT FROM session_person r JOIN session s ON s.id = r.session_id
        WHERE r.person_id = g.person_id AND s.event_id = a.event_id AND s.state = 'confirmed') AS away,
    coalesce(nullif(p.locale, ''), 'en') AS locale
FROM allotted g JOIN allotment a ON a.id = g.allotment_id JOIN voucher v ON v.id = g.voucher_id
LEFT JOIN person p ON p.id = g.person_id LEFT JOIN exhibitor x ON x.id = g.exhibitor_id
WHERE {which}
"""
_SEARCHED = _GIVEN.format(
    which="""a.event_id = $1 AND ($2 = '' OR strpos(lower(concat_ws(' ', x.name, p.name, x.email, v.email, a.name,
    v.code)), lower($2)) > 0)"""
)


async def given(event_id: int, words: str, page: int) -> tuple[list[Given], int]:
    """A page of what was given, those who left the programme with an unused code first; and how many there are."""
    total = await database.value(f"SELECT count(*) FROM ({_SEARCHED}) found", event_id, words)  # noqa: S608
    rows = await database.rows(
        f"SELECT * FROM ({_SEARCHED}) found ORDER BY NOT (away AND NOT ended AND used < places), id DESC"  # noqa: S608
        " LIMIT $3 OFFSET $4",
        event_id,
        words,
        PAGE,
        (page - 1) * PAGE,
    )
    return [Given(**dict(row)) for row in rows], int(total)


async def one(event_id: int | None, number: int) -> Given | None:
    """event_id: of this event only; None: whichever."""
    row = await database.row(
        _GIVEN.format(which="g.id = $1 AND ($2::int IS NULL OR a.event_id = $2)"), number, event_id
    )
    return Given(**dict(row)) if row else None


async def end(event_id: int, number: int, reason: str, by: int, at: datetime) -> None:
    """Take back what is not used of a code. Raises NotFound. Twice is once."""
    found = await one(event_id, number)
    if found is None:
        raise NotFound
    async with database.transaction():
        await database.execute(
            "UPDATE allotted SET ended_at = $2, reason = $3 WHERE id = $1 AND ended_at IS NULL", number, at, reason
        )
        await voucher_codes.end(event_id, found.voucher, by, at)
