"""`/my/settings/deletion` over HTTP: said before, kept on purpose, confirmed from the mail, and gone."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx

from events import audit
from events.agenda import personal_feeds
from events.agenda.models import PersonalFeed, Saved
from events.core import database
from events.people.models import Person
from events.registration.models import Registration
from events.schedule.models import SessionPerson
from events.settings import Settings
from tests import make
from tests.make import NOON
from tests.people.proofs import code_in, last_mail

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
SOON = datetime.now(UTC) + timedelta(days=30)
PATH = "/my/settings/deletion"


async def test_what_goes_and_what_stays_is_said_before_and_then_it_is_so(signed_in: SignIn, settings: Settings) -> None:
    ada = await make.person("Ada", "ada@example.org")
    event = await make.event("annual", starts_on=SOON.date(), ends_on=SOON.date())
    session = await make.session(event, SOON)
    order = await make.seat(ada, session)
    await SessionPerson.create(session=session, person=ada)
    await Saved.create(person=ada, session=session, saved_at=NOON)
    await personal_feeds.ensure([ada.id], NOON)
    here, there = await signed_in(ada), await signed_in(ada)

    said = (await here.get(PATH)).text
    surprised = await here.post(PATH)
    asked = await here.post(PATH, data={"keep": "1"})
    to, mail = await last_mail(settings, "mail.sign_in")
    gone = await here.post(asked.headers["location"], data={"code": code_in(mail)})

    for words in (f"/orders/{order.code}?key=", "You still have places", "programme of Annual Conference", "ada@ex"):
        assert words in said
    assert (surprised.status_code, "say that you keep them" in surprised.text) == (422, True)
    assert (to, gone.status_code, gone.headers["location"]) == ("ada@example.org", 303, "/")
    for client in (here, there):
        assert (await client.get("/my/settings")).status_code == 303
    assert (await Saved.all().count(), await PersonalFeed.all().count()) == (0, 0)
    place = await Registration.get(order=order)
    assert (place.name, place.cancelled_at) == ("Ada Lovelace", None)
    assert (await Person.get(id=ada.id)).name == "Ada"
    assert await audit.audit(datetime.now(UTC)) == []


async def test_a_wrong_code_deletes_nothing_and_is_counted(signed_in: SignIn, settings: Settings) -> None:
    ada = await make.person("Ada", "ada@example.org")
    client = await signed_in(ada)
    asked = await client.post(PATH)
    _to, mail = await last_mail(settings, "mail.sign_in")

    wrong = await client.post(asked.headers["location"], data={"code": f"{(int(code_in(mail)) + 1) % 1000000:06d}"})

    assert (wrong.status_code, "4 more times" in wrong.text) == (422, True)
    assert await database.value("SELECT erased_at FROM person WHERE id = $1", ada.id) is None


async def test_a_code_of_somebody_else_is_over(signed_in: SignIn, settings: Settings) -> None:
    ada, grace = await make.person("Ada"), await make.person("Grace")
    asked = await (await signed_in(ada)).post(PATH)
    _to, mail = await last_mail(settings, "mail.sign_in")
    client = await signed_in(grace)

    assert (await client.get(asked.headers["location"])).status_code == 410
    assert (await client.post(asked.headers["location"], data={"code": code_in(mail)})).status_code == 410
    assert await Person.filter(erased_at__isnull=False).count() == 0


async def test_the_last_administrator_is_told_and_nothing_is_half_done(signed_in: SignIn, settings: Settings) -> None:
    ada = await make.person("Ada", "ada@example.org")
    await make.role(ada, "administrator")
    client = await signed_in(ada)
    asked = await client.post(PATH)
    _to, mail = await last_mail(settings, "mail.sign_in")

    refused = await client.post(asked.headers["location"], data={"code": code_in(mail)})

    assert (refused.status_code, "last administrator" in refused.text) == (409, True)
    assert (await client.get("/my/settings")).status_code == 200
    assert await database.value("SELECT count(*) FROM address") == 1
