"""Single-use proofs."""

from datetime import timedelta

import pytest

from events.core import database
from events.core.errors import Unreadable
from events.people import codes
from events.people.codes import SIGN_IN, CodesOver, Proof, ProofOver, Wrong
from tests.make import NOON

KEY = b"a key of tests" * 3


async def ask(email: str = "ada@example.org") -> str:
    return await codes.ask(SIGN_IN, email, KEY, NOON, topic="mail.sign_in")


def wrong(handle: str) -> str:
    return "000000" if codes.secrets_of(handle, KEY)[1] != "000000" else "111111"


@pytest.mark.parametrize(("typed", "code"), [("123456", "123456"), (" 123 456", "123456"), ("١٢٣٤٥٦", "123456")])
def test_six_digits_are_read_however_they_are_typed(typed: str, code: str) -> None:
    assert codes.read_code(typed) == code


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "½½½½½½"])
def test_anything_else_is_no_code(typed: str) -> None:
    with pytest.raises(Unreadable):
        codes.read_code(typed)


async def test_a_code_is_spent_once(db: None) -> None:
    handle = await ask()
    code = codes.secrets_of(handle, KEY)[1]

    first = await codes.use_code(SIGN_IN, handle, code, KEY, NOON)

    assert isinstance(first, Proof)
    assert first.email == "ada@example.org"
    with pytest.raises(ProofOver):
        await codes.use_code(SIGN_IN, handle, code, KEY, NOON)


async def test_a_proof_counts_for_its_own_purpose_alone(db: None) -> None:
    handle = await ask()
    token, code = codes.secrets_of(handle, KEY)

    with pytest.raises(ProofOver):
        await codes.use_code(codes.ADD_ADDRESS, handle, code, KEY, NOON)
    with pytest.raises(ProofOver):
        await codes.use_token(codes.ADD_ADDRESS, token, NOON)
    assert await codes.peek_token(SIGN_IN, token, NOON)


@pytest.mark.parametrize("handle", ["", "\0" * 43, "x" * 43, "x" * 4000])
async def test_a_handle_that_nobody_made_is_over(db: None, handle: str) -> None:
    assert await codes.peek_handle(handle, NOON) is None
    with pytest.raises(ProofOver):
        await codes.use_code(SIGN_IN, handle, "123456", KEY, NOON)


async def test_fifty_wrong_codes_in_a_day_end_the_codes_of_an_address_but_not_its_links(db: None) -> None:
    for _mail in range(10):
        handle = await ask()
        for _try in range(5):
            assert isinstance(await codes.use_code(SIGN_IN, handle, wrong(handle), KEY, NOON), Wrong)
    handle = await ask()
    token, code = codes.secrets_of(handle, KEY)
    other = await ask("alan@example.org")

    with pytest.raises(CodesOver):
        await codes.use_code(SIGN_IN, handle, code, KEY, NOON)
    assert await codes.use_code(SIGN_IN, other, codes.secrets_of(other, KEY)[1], KEY, NOON)
    assert await codes.use_token(SIGN_IN, token, NOON)


async def test_what_ran_out_is_deleted_a_day_later(db: None) -> None:
    await ask()

    early = await codes.forget(NOON + timedelta(hours=24))
    late = await codes.forget(NOON + timedelta(hours=24, minutes=16))

    assert (early, late) == (0, 1)
    assert await database.value("SELECT count(*) FROM email_code") == 0
