"""Rows: 20,000 personal invitations through the outbox into a sink, against aiosmtplib alone into the same sink."""

import asyncio
import json
import time
from typing import Any

import aiosmtplib
import asyncpg

from benchmarks.programme import connected
from benchmarks.rows import Row
from benchmarks.scene import Scene
from events.agenda import invitation_letters
from events.core import clock, outbox
from events.settings import Settings

GROUP = "invitations"
MANY = 20_000
ALONE = 4000
BUILT = 1000
LEAST = 1000
"""Fewer mails than that are over before the relay has looked twice: no goal is judged by them."""

# One seat of each person: somebody with two in a session gets one invitation.
_INVITE = """
WITH seat AS MATERIALIZED (
    SELECT DISTINCT ON (r.email) l.id AS line_id, r.person_id, r.email, r.name FROM order_line l
    JOIN registration r ON r.id = l.registration_id
    JOIN event e ON e.id = r.event_id
    WHERE e.slug = $1 AND r.email <> '' AND l.cancelled_at IS NULL
    AND NOT EXISTS (SELECT FROM invitation i WHERE i.line_id = l.id) ORDER BY r.email, l.id LIMIT $2
), entry AS MATERIALIZED (
    SELECT en.id, en.uid FROM entry en JOIN event e ON e.id = en.event_id
    WHERE e.slug = $1 AND en.kind = 'slot' AND en.status = 'CONFIRMED' AND en.audience = 'public'
    ORDER BY en.starts_at, en.id LIMIT 1
), made AS (
    INSERT INTO invitation (line_id, entry_id, person_id, email, name, uid, token, state)
    SELECT s.line_id, en.id, s.person_id, s.email, s.name, en.uid, replace(gen_random_uuid()::text, '-', ''), 'invited'
    FROM seat s, entry en RETURNING id
)
INSERT INTO outbox_message (topic, body, created_at, due_at)
SELECT 'mail.invitation', jsonb_build_object('invitation', id), now(), now() + interval '1 day' FROM made
RETURNING id, body
"""


def measure(scene: Scene) -> list[Row]:
    many = MANY if scene.seconds >= 4 else max(200, int(MANY * scene.seconds / 16))
    scene.drained()
    return asyncio.run(_measure(scene, many))


async def _measure(scene: Scene, many: int) -> list[Row]:
    async with connected(scene) as connection:
        rung = await connection.fetch(_INVITE, scene.conference, many)
        if not rung:
            raise RuntimeError("nobody holds a ticket of the conference")
        built, letter = await _build(scene, rung[:BUILT])
        alone = await _alone(scene, letter, min(ALONE, many))
        before, cpu = scene.house.sink.count(), scene.house.cpu()
        await connection.execute(
            "UPDATE outbox_message SET due_at = now() WHERE topic = 'mail.invitation' AND id = any($1)",
            [row["id"] for row in rung],
        )
        seconds = await _arrived(scene, before + len(rung))
        spent = scene.house.cpu() - cpu
    rate = len(rung) / seconds
    return [
        Row(
            GROUP,
            "invitations",
            f"{len(rung):,} personal invitations through the outbox",
            "one worker, one sink; ceiling: aiosmtplib alone,"
            f" {min(ALONE, many):,} such mails of {len(letter) / 1000:.1f} kB",
            rate,
            "/s",
            alone,
            "≥ 0.6" if len(rung) >= LEAST else "",
            rate / alone >= 0.6 if len(rung) >= LEAST else None,
            {"s": seconds, **spent.each(len(rung))},
        ),
        Row(
            GROUP,
            "building",
            "building one personal invitation",
            f"the whole message, from its row; mean of {len(rung[:BUILT]):,}",
            built * 1000,
            "ms",
            goal="≤ 0.2 ms",
            reached=built * 1000 <= 0.2,
        ),
    ]


async def _build(scene: Scene, rung: list[asyncpg.Record]) -> tuple[float, bytes]:
    """Seconds of writing one mail, without the database; and one of them."""
    settings = Settings(
        database_url=scene.house.dsn,
        secret_key=scene.house.secret,
        base_url=f"http://127.0.0.1:{scene.house.port}",
    )
    took: list[float] = []
    write = invitation_letters._letter

    def timed(*facts: Any) -> Any:
        began = time.perf_counter()
        written = write(*facts)
        took.append(time.perf_counter() - began)
        return written

    invitation_letters._letter = timed  # type: ignore[assignment]
    try:
        messages = [outbox.Message(row["id"], "mail.invitation", _body(row["body"]), 1) for row in rung]
        letters = await invitation_letters.write(messages, settings, clock.now())
    finally:
        invitation_letters._letter = write
    return sum(took) / len(took), letters[-1][1].body


def _body(stored: str) -> dict[str, object]:
    read: dict[str, object] = json.loads(stored)
    return read


async def _alone(scene: Scene, letter: bytes, count: int) -> float:
    """Mails a second that aiosmtplib hands to the sink over one connection."""
    smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=scene.house.sink_port)
    await smtp.connect()
    began = time.perf_counter()
    for _time in range(count):
        await smtp.sendmail("events@colloquy.example", "somebody@example.org", letter)
    seconds = time.perf_counter() - began
    await smtp.quit()
    return count / seconds


async def _arrived(scene: Scene, count: int) -> float:
    began = time.perf_counter()
    while (there := scene.house.sink.count()) < count:
        if time.perf_counter() - began > 300:
            raise RuntimeError(f"{count - there} mails are missing after five minutes")
        await asyncio.sleep(0.05)
    return time.perf_counter() - began
