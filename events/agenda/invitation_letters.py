"""The mails of invitations, many at once: what each says is decided and written down, then it leaves.

A row records what was said and which message carries it, before the mail leaves: so two moves before the first mail are
one mail, a message that runs twice sends the same again, and no other message sends it at all.

SEQUENCE is the larger of the entry's and the last one sent to this attendee + 1, over every seat they ever held in the
session: whoever cancels and buys again is never sent a lower one, which their calendar would ignore.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from events.agenda import imip
from events.core import calendars, database
from events.core.calendars import Party
from events.core.mail import Sealed
from events.core.outbox import Message
from events.settings import Settings


@dataclass(slots=True)
class Said:
    """One invitation's row: what it should say (state), and what was last said.

    digest    "invited 3", "cancelled", or "" before the first mail
    carrier   the message that carries it, None once it left
    """

    id: int
    uid: str
    email: str
    state: str
    sequence: int
    digest: str
    carrier: int | None
    left_before: bool


@dataclass(frozen=True, slots=True)
class Sending:
    """What one mail says."""

    message: int
    said: Said
    sequence: int
    first: bool
    cancels: bool
    facts: Mapping[str, Any] = field(default_factory=dict)


def decide(message: int, said: Said, same: Iterable[Said], entry_sequence: int, entry_on: bool) -> Sending | None:
    """What a message has to say for an invitation; None when nothing, or another message carries it. Pure.

    same    everything this attendee ever got for the entry, `said` among it. `said` is changed to what is decided
    """
    if said.state == "invited" and not entry_on:
        return None  # the session was just cancelled; what follows the release rings anew
    cancels = said.state == "cancelled"
    digest = "cancelled" if cancels else f"invited {entry_sequence}"
    if said.digest == digest:
        again = said.carrier == message
        return Sending(message, said, said.sequence, not said.left_before, cancels) if again else None
    last = max(one.sequence for one in (said, *same))
    others = [one for one in same if one.id != said.id and one.state == "invited"]
    # Another seat of theirs in the session: one invitation is enough, and cancelling it would take both away.
    quiet = bool(others) if cancels else any(one.digest == digest for one in others)
    never_sent, said.digest = said.digest == "", digest
    if quiet or (cancels and never_sent):
        said.carrier = None
        return None
    said.sequence = entry_sequence if last < 0 else max(entry_sequence, last + 1)
    said.carrier = message
    return Sending(message, said, said.sequence, not said.left_before, cancels)


async def write(messages: Sequence[Message], settings: Settings, at: datetime) -> list[tuple[Message, Sealed]]:
    """The mails of some `mail.invitation` messages. Left out: whose news another message carries, or that have none."""
    by_id = {message.id: message for message in messages}
    sendings = await _reserve({message.id: message.number("invitation") for message in messages}, at)
    return [(by_id[sending.message], _letter(sending, settings, at)) for sending in sendings]


async def left(messages: Iterable[Message], at: datetime) -> None:
    """These mails left: their messages will not send them again."""
    messages = list(messages)
    await database.execute(
        "UPDATE invitation i SET sent_at = $3, message_id = NULL"
        " FROM unnest($1::bigint[], $2::bigint[]) m (id, invitation)"
        " WHERE i.id = m.invitation AND i.message_id = m.id",
        [message.id for message in messages],
        [message.number("invitation") for message in messages],
        at,
    )


_FACTS = """
SELECT i.id, i.uid, i.email, i.name, i.token, en.ics, en.sequence AS entry_sequence, en.status, en.starts_at,
       en.ends_at, en.session_code, e.slug, e.title AS event_title, e.timezone AS zone, o.locale
FROM invitation i
JOIN entry en ON en.id = i.entry_id
JOIN event e ON e.id = en.event_id
JOIN order_line l ON l.id = i.line_id
JOIN orders o ON o.id = l.order_id
WHERE i.id = any($1) AND en.ends_at > $2
"""

_SAME = """
SELECT i.id, i.uid, i.email, i.state, i.sequence, i.sent_digest AS digest, i.message_id AS carrier,
       i.sent_at IS NOT NULL AS left_before
FROM invitation i
WHERE (i.uid, i.email) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY i.id FOR UPDATE
"""


async def _reserve(wanted: Mapping[int, int], at: datetime) -> list[Sending]:
    """Decide for messages (id → invitation), and write it down under the lock of all that their attendees ever got."""
    sendings = []
    async with database.transaction():
        facts = {row["id"]: row for row in await database.rows(_FACTS, list(wanted.values()), at)}
        pairs = sorted({(row["uid"], row["email"]) for row in facts.values()})
        rows = await database.rows(_SAME, [uid for uid, _email in pairs], [email for _uid, email in pairs])
        said = {row["id"]: Said(**dict(row)) for row in rows}
        same: dict[tuple[str, str], list[Said]] = {}
        for one in said.values():
            same.setdefault((one.uid, one.email), []).append(one)
        for message, invitation in wanted.items():
            row = facts.get(invitation)
            if row is None:
                continue
            one = said[invitation]
            on = row["status"] == "CONFIRMED"
            if sending := decide(message, one, same[one.uid, one.email], row["entry_sequence"], on):
                sendings.append(replace(sending, facts=dict(row)))
        touched = [said[invitation] for invitation in wanted.values() if invitation in facts]
        await database.execute(
            "UPDATE invitation i SET sequence = n.sequence, sent_digest = n.digest, message_id = n.carrier"
            " FROM unnest($1::bigint[], $2::int[], $3::text[], $4::bigint[]) n (id, sequence, digest, carrier)"
            " WHERE i.id = n.id",
            [one.id for one in touched],
            [one.sequence for one in touched],
            [one.digest for one in touched],
            [one.carrier for one in touched],
        )
    return sendings


def _letter(sending: Sending, settings: Settings, at: datetime) -> Sealed:
    row = sending.facts
    vevent = replace(calendars.read(row["ics"]), sequence=sending.sequence)
    said = words(
        settings.base_url,
        row["slug"],
        row["event_title"],
        row["session_code"],
        title=vevent.summary,
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        zone=vevent.timezone or row["zone"],
        place=vevent.location,
        join_link=vevent.join_link,
        first=sending.first,
        off=row["status"] == "CANCELLED",
    )
    name = "agenda/invitation_cancelled" if sending.cancels else "agenda/invitation"
    form = imip.form(settings, name, row["locale"], said)
    local, _at, domain = settings.rsvp_address.partition("@")
    organizer = Party(f"{local}+{row['token']}@{domain}", settings.association)
    attendee = Party(row["email"], row["name"])
    method: calendars.Method = "CANCEL" if sending.cancels else "REQUEST"
    ics = calendars.invitation(vevent, method, organizer, attendee, at)
    return imip.fill(form, settings, attendee, ics, method, at)


def words(
    base_url: str,
    slug: str,
    event_title: str,
    code: str,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    place: str,
    join_link: str,
    first: bool,
    off: bool,
) -> dict[str, Hashable]:
    """What the mails' templates need: nothing about the reader. The page before publishing shows the same mails."""
    return {
        "title": title,
        "event_title": event_title,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "zone": zone,
        "place": place,
        "join_link": join_link,
        "first": first,
        "session_off": off,
        "session_url": f"{base_url}/events/{slug}/sessions/{code}",
        "schedule_url": f"{base_url}/my/schedule",
    }
