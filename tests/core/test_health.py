from datetime import timedelta

import httpx

from events.core import clock, database, inbox, outbox
from events.core.closing import Closing


async def numbers(client: httpx.AsyncClient) -> dict[str, float]:
    text = (await client.get("/metrics")).text
    pairs = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _space, value in pairs}


async def test_metrics_say_what_workers_have_done_and_left(client: httpx.AsyncClient) -> None:
    at = clock.now()
    async with database.transaction():
        for number in range(3):
            await outbox.write("mail.reminder", {"reminder": number}, due=at - timedelta(minutes=number))
    [first] = await outbox.claim(1, at, timedelta(minutes=5))
    await outbox.fail(first, "SMTPConnectError: nobody there", at)
    await outbox.claim(1, at, timedelta(minutes=5))
    await inbox.keep("evt_1", "charge.refunded", "ch_1", "{}", at - timedelta(minutes=3))

    found = await numbers(client)

    assert found["colloquy_outbox_retried"] == 1
    assert found["colloquy_outbox_leased"] == 1
    assert found["colloquy_outbox_failed"] == 0
    assert found["colloquy_webhooks_waiting"] == 1
    assert 180 <= found["colloquy_webhooks_age_seconds"] < 240


async def test_what_is_due_tomorrow_is_not_late(client: httpx.AsyncClient) -> None:
    async with database.transaction():
        await outbox.write("mail.reminder", {"reminder": 1}, due=clock.now() + timedelta(days=1))

    found = await numbers(client)

    assert (found["colloquy_outbox_due"], found["colloquy_outbox_age_seconds"]) == (0, 0)


async def test_a_process_on_its_way_out_is_not_ready_and_lets_go_of_each_connection(client: httpx.AsyncClient) -> None:
    Closing.begun = True
    try:
        ready, page = await client.get("/readyz"), await client.get("/healthz")
    finally:
        Closing.begun = False

    assert (ready.status_code, ready.headers["connection"]) == (503, "close")
    assert (page.status_code, page.headers["connection"]) == (200, "close")
