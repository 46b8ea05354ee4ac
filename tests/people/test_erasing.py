"""An account deleted by who asks for it: everything of theirs goes, and nothing of anybody else's."""

from datetime import timedelta

import pytest

from events.core import database
from events.core.access import Limiter
from events.people import browsers, codes, erasing, persons, sign_in
from events.people.codes import Proof, Wrong
from events.people.models import Address, EmailCode, Person
from events.people.roles import LastAdministrator
from events.schedule.models import SessionPerson
from tests import make
from tests.make import NOON

KEY = b"k" * 32


async def erase(person: Person) -> None:
    async with database.transaction():
        await erasing.erase(person.id, NOON)


async def test_what_signs_them_in_and_what_they_may_do_goes_and_the_row_says_nothing(db: None) -> None:
    ada, grace = await make.person("Ada", "ada@example.org"), await make.person("Grace", "grace@example.org")
    for one in (ada, grace):
        await make.role(one, "reader")
        await browsers.sign_in(one.id, "Firefox", NOON)
        await make.membership(one, number=f"M{one.id}", email="card@example.org")
    for email in ("ada@example.org", "grace@example.org"):
        await sign_in.ask(email, "", "", Limiter(None), KEY, NOON)
    await Person.filter(id=ada.id).update(biography="Wrote the first program.", timezone="Europe/London")

    await erase(ada)

    left = await Person.get(id=ada.id)
    assert (left.name, left.biography, left.timezone, left.erased_at) == ("", "", "", NOON)
    assert [row.email for row in await Address.all()] == ["grace@example.org"]
    assert [row.email for row in await EmailCode.all()] == ["grace@example.org"]
    for table in ("sign_in", "role"):
        assert await database.value(f"SELECT array_agg(person_id) FROM {table}") == [grace.id]
    assert await database.value("SELECT array_agg(person_id ORDER BY number) FROM membership") == [None, grace.id]


async def test_the_same_address_may_come_back_as_somebody_new(db: None) -> None:
    ada = await make.person("Ada", "ada@example.org")
    await erase(ada)
    await erase(ada)

    again = await persons.create("", NOON, email="ada@example.org")

    assert again != ada.id


async def test_the_last_administrator_stays_until_there_is_another(db: None) -> None:
    ada = await make.person()
    await make.role(ada, "administrator")

    with pytest.raises(LastAdministrator):
        await erase(ada)
    assert (await Person.get(id=ada.id)).erased_at is None

    await make.role(await make.person(), "administrator")
    await erase(ada)
    assert (await Person.get(id=ada.id)).erased_at == NOON


async def test_a_name_in_a_programme_stays_until_it_is_taken_out_of_it(db: None) -> None:
    event = await make.event("annual", contact_email="programme@example.org")
    ada = await make.person("Ada")
    await SessionPerson.create(session=await make.session(event, NOON), person=ada)

    [named] = await erasing.programmes_of(ada.id)
    await erase(ada)
    spoken = (await Person.get(id=ada.id)).name
    await SessionPerson.all().delete()
    blanked = [await erasing.blank(), await erasing.blank()]

    assert (named.title, named.path, named.contact) == ("Annual Conference", "/events/annual", "programme@example.org")
    assert (spoken, blanked, (await Person.get(id=ada.id)).name) == ("Ada", [1, 0], "")


async def test_only_the_code_that_was_asked_for_here_counts(db: None) -> None:
    ada, grace = await make.person("Ada", "ada@example.org"), await make.person("Grace")
    to_sign_in = await sign_in.ask("ada@example.org", "", "", Limiter(None), KEY, NOON)
    to_delete = await erasing.ask(ada.id, Limiter(None), KEY, NOON)

    async def typed(person: Person, handle: str, code: str, minutes: int = 1) -> Proof | Wrong:
        async with database.transaction():
            return await erasing.confirmed(person.id, handle, code, KEY, NOON + timedelta(minutes=minutes))

    right = codes.secrets_of(to_delete, KEY)[1]
    for person, handle, minutes in ((ada, to_sign_in, 1), (grace, to_delete, 1), (ada, to_delete, 15)):
        with pytest.raises(codes.ProofOver):
            await typed(person, handle, codes.secrets_of(handle, KEY)[1], minutes)
    assert await typed(ada, to_delete, f"{(int(right) + 1) % 1_000_000:06d}") == Wrong(codes.ATTEMPTS - 1)
    assert isinstance(await typed(ada, to_delete, right), Proof)
    with pytest.raises(codes.ProofOver):
        await typed(ada, to_delete, right)
