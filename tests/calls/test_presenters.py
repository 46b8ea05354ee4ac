import httpx
import pytest

from events.calls import letters, presenters
from events.calls.models import ProposalPerson
from events.core import clock, database
from events.core.models import OutboxMessage
from events.core.outbox import Message
from events.people.models import Address
from events.settings import Settings
from tests import make
from tests.calls.conftest import SignIn, World
from tests.calls.test_pages import begun, typed

GRACE = {"p-1-name": "Grace Hopper", "p-1-email": "Grace@Example.org"}


@pytest.fixture
def key(settings: Settings) -> bytes:
    return settings.secret_key.get_secret_value().encode()


async def invited(world: World, signed_in: SignIn) -> tuple[str, httpx.AsyncClient]:
    """Ada hands in a proposal that names Grace. Its path, and Ada's client."""
    ada = await signed_in(world.ada)
    own = await begun(world, ada)
    await ada.post(own, data=typed(world, do="hand_in", **GRACE))
    return own, ada


async def link(key: bytes) -> str:
    row = await ProposalPerson.get(position=1)
    assert row.invited_at is not None
    return f"/presenters/{presenters.token(row.id, row.invited_at, key)}"


async def state() -> tuple[str, int | None]:
    row = await ProposalPerson.get(position=1)
    return row.state, row.person_id  # type: ignore[attr-defined]


async def mail_to_grace(settings: Settings) -> str:
    row = await OutboxMessage.get(topic="mail.presenter_invited")
    presenter = await database.value("SELECT (body ->> 'presenter')::int FROM outbox_message WHERE id = $1", row.id)
    letter = await letters.presenter_invited(
        Message(row.id, row.topic, {"presenter": presenter}, 1), settings, clock.now()
    )
    return letter.body.decode() if letter else ""


async def test_nobody_is_invited_by_a_draft(world: World, signed_in: SignIn) -> None:
    ada = await signed_in(world.ada)
    await ada.post(await begun(world, ada), data=typed(world, **GRACE))

    assert (await state(), await OutboxMessage.all().count()) == (("named", None), 0)


async def test_the_mail_carries_the_link_and_the_table_does_not(
    world: World, signed_in: SignIn, settings: Settings, key: bytes
) -> None:
    await invited(world, signed_in)
    path = await link(key)

    body = await mail_to_grace(settings)

    assert ("To: Grace Hopper <grace@example.org>" in body, path in body.replace("=\r\n", "")) == (True, True)
    assert path.rpartition("/")[2].encode() not in ((await ProposalPerson.get(position=1)).token_hash or b"")


async def test_to_open_the_link_answers_nothing(
    world: World, signed_in: SignIn, client: httpx.AsyncClient, key: bytes
) -> None:
    await invited(world, signed_in)

    page = await client.get(await link(key))

    assert (page.status_code, "Zines" in page.text) == (200, True)
    assert await state() == ("invited", None)


async def test_a_presenter_accepts_without_an_account_and_has_one_then(
    world: World, signed_in: SignIn, client: httpx.AsyncClient, key: bytes
) -> None:
    own, _ada = await invited(world, signed_in)
    path = await link(key)

    assert (await client.post(path, data={"accept": "yes"})).status_code == 200

    address = await Address.get(email="grace@example.org").prefetch_related("person")
    assert await state() == ("accepted", address.person.id)
    grace = await signed_in(address.person)
    assert (await grace.get(own)).status_code == 200
    assert "Zines" in (await grace.get("/my/proposals")).text
    assert (await client.post(path, data={"accept": "no"})).status_code == 404


async def test_a_co_presenter_may_write_and_not_withdraw(world: World, signed_in: SignIn, key: bytes) -> None:
    own, _ada = await invited(world, signed_in)
    person = await make.person("Grace Hopper", "work@example.org")
    grace = await signed_in(person)
    await grace.post(await link(key), data={"accept": "yes"})

    saved = await grace.post(own, data=typed(world, version="2", title="Ours", **GRACE))

    assert (saved.status_code, (await state())) == (303, ("accepted", person.id))
    assert (await grace.post(f"{own}/withdrawal")).status_code == 404


async def test_a_presenter_declines_and_sees_nothing(world: World, signed_in: SignIn, key: bytes) -> None:
    own, _ada = await invited(world, signed_in)
    grace = await signed_in(await make.person("Grace Hopper", "grace@example.org"))

    await grace.post(await link(key), data={"accept": "no"})

    assert (await state(), (await grace.get(own)).status_code) == (("declined", None), 404)


async def test_another_address_is_another_person(
    world: World, signed_in: SignIn, client: httpx.AsyncClient, key: bytes
) -> None:
    own, ada = await invited(world, signed_in)
    old = await link(key)
    await client.post(old, data={"accept": "yes"})

    await ada.post(own, data=typed(world, version="2", **{"p-1-name": "Joan", "p-1-email": "joan@example.org"}))

    assert await state() == ("invited", None)
    assert await OutboxMessage.filter(topic="mail.presenter_invited").count() == 2


async def test_a_withdrawn_proposal_takes_its_invitations_back(
    world: World, signed_in: SignIn, client: httpx.AsyncClient, settings: Settings, key: bytes
) -> None:
    own, ada = await invited(world, signed_in)
    path = await link(key)

    await ada.post(f"{own}/withdrawal")

    assert ((await client.get(path)).status_code, await mail_to_grace(settings)) == (404, "")
