"""What organizers ask, how it changes, and what buyers see of it."""

import json
from typing import Any

import httpx
import pytest

from events.catalogue.models import Event
from events.core.errors import NotFound, Unreadable
from events.registration import holds, offers, order_exports, order_list, questions
from events.registration.asking import Question
from events.registration.models import Question as Row
from events.registration.models import Registration
from tests import make
from tests.make import NOON
from tests.registration.test_pages import open_form, typed


@pytest.fixture
async def event(db: None) -> Event:
    return await make.event()


async def write(event: Event, label: str, kind: str = "text", number: int = 0, **values: Any) -> int:
    correction = values.pop("correction", False)
    return await questions.save(event.id, Question(number, label, kind, **values), NOON, correction=correction)


async def answer(event: Event, question: int, said: str) -> None:
    ticket = await make.ticket_type(event)
    basket = await make.basket(
        [ticket], attendees=[holds.Attendee("Ada", "ada@example.org", {str(question): said})], email="a@example.org"
    )
    await holds.place(basket, NOON)


async def labels(event: Event) -> list[str]:
    return [question.label for question in (await offers.offer(event.id)).questions]


async def test_what_was_answered_stays_an_answer_to_what_was_asked(event: Event) -> None:
    meal = await write(event, "What do you eat?", "choice", options=("Meat", "No meat"))
    await answer(event, meal, "Meat")

    other = await write(event, "What do you drink?", "choice", meal, options=("Tea", "Water"))

    assert other != meal
    assert await labels(event) == ["What do you drink?"]
    found = {one.question.label: (one.answers, one.put_away) for one in await questions.of_event(event.id)}
    assert found == {"What do you drink?": (0, False), "What do you eat?": (1, True)}
    sheet = [row async for part in order_exports.rows(event.id, "USD", order_list.Filter()) for row in part]
    assert sheet[0][-2:] == ["What do you drink?", "What do you eat?"] or "What do you eat?" in sheet[0]
    assert "Meat" in sheet[1]


async def test_a_slip_of_the_pen_is_mended_where_it_is(event: Event) -> None:
    meal = await write(event, "What do you eta?")
    await answer(event, meal, "Soup")

    assert await write(event, "What do you eat?", number=meal, correction=True) == meal
    assert await write(event, "What do you eat?", number=meal, required=True) == meal
    assert await labels(event) == ["What do you eat?"]


async def test_who_depends_on_a_replaced_question_depends_on_the_new_one(event: Event) -> None:
    first = await write(event, "Your first time?", "yes_no")
    await write(event, "A mentor?", "yes_no", only_if=first, only_answers=("yes",))
    await answer(event, first, "yes")

    new = await write(event, "Is it your first time?", "yes_no", first)

    assert (await Row.get(label="A mentor?")).only_if_id == new  # type: ignore[attr-defined]


async def test_a_condition_names_a_question_of_the_event_and_its_answers(event: Event) -> None:
    first = await write(event, "Your first time?", "yes_no")
    second = await write(event, "A mentor?", "yes_no", only_if=first, only_answers=("yes",))
    foreign = await write(await make.event(), "Elsewhere")

    for other, after in ((foreign, ("x",)), (first, ("maybe",)), (first, ())):
        with pytest.raises(Unreadable):
            await write(event, "Third", only_if=other, only_answers=after)
    with pytest.raises(Unreadable):
        await write(event, "Your first time?", "yes_no", first, only_if=second, only_answers=("yes",))
    with pytest.raises(NotFound):
        await write(event, "Mine", number=foreign)
    with pytest.raises(Unreadable):
        await questions.put_away(event.id, first, NOON)


async def test_nobody_is_asked_what_was_put_away_and_answers_stay(event: Event) -> None:
    meal, size = await write(event, "Meal"), await write(event, "Size")
    await answer(event, meal, "Soup")

    await questions.put_away(event.id, meal, NOON)
    await questions.put_away(event.id, size, NOON)

    assert await labels(event) == []
    assert [one.question.label for one in await questions.of_event(event.id)] == ["Meal"], "nobody answered the other"
    await questions.take_back(event.id, meal)
    assert await labels(event) == ["Meal"]


async def test_questions_are_moved(event: Event) -> None:
    for label in ("A", "B", "C"):
        await write(event, label)
    last = (await Row.get(label="C")).id

    await questions.move(event.id, last, -1)
    assert await labels(event) == ["A", "C", "B"]
    for _again in range(4):
        await questions.move(event.id, last, 1)
    assert await labels(event) == ["A", "B", "C"]


async def test_a_buyer_answers_what_follows_and_nothing_else_is_kept(event: Event, buyer: httpx.AsyncClient) -> None:
    full = await make.ticket_type(event, "Full", places=9)
    first = await write(event, "Your first time?", "yes_no", required=True)
    mentor = await write(event, "Which mentor?", "choices", options=("A <b>", "B", "C"), required=True, only_if=first,
                         only_answers=("yes",))  # fmt: skip
    guests = await write(event, "Guests", "number", maximum=3)
    page = await open_form(buyer, event.slug)
    data = typed(page, full.id)

    def said(**answers: str | list[str]) -> dict[str, str | list[str]]:
        return data | {
            f"p0-q{number}": one for number, one in zip((first, mentor, guests), answers.values(), strict=True)
        }

    silent = await buyer.post(f"/events/{event.slug}/register", data=said(first="yes", mentor=[], guests="9"))
    kept = await buyer.post(f"/events/{event.slug}/register", data=said(first="yes", mentor=["B", "A <b>"], guests="2"))

    assert "If your answer to “Your first time?” is Yes." in page
    assert "A &lt;b&gt;" in page
    assert silent.status_code == 422
    assert "Write a number up to 3" in silent.text
    assert "Please answer this" in silent.text
    assert kept.status_code == 303
    answers = (await Registration.get()).answers
    assert (answers if isinstance(answers, dict) else json.loads(answers)) == {
        str(first): "yes", str(mentor): "A <b>\nB", str(guests): "2",
    }  # fmt: skip


async def test_organizers_write_preview_count_and_put_away(event: Event, buyer: httpx.AsyncClient) -> None:
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    root = f"/organize/events/{event.slug}/questions"
    meal = {"label": "Meal <i>", "kind": "choice", "options": "Meat\nNo meat"}

    wrong = await buyer.post(f"{root}/new", data=meal | {"options": "Meat"})
    made = await buyer.post(f"{root}/new", data=meal)
    number = (await Row.get()).id
    await answer(event, number, "Meat")
    page, one = (await buyer.get(root)).text, (await buyer.get(f"{root}/{number}")).text
    away = await buyer.post(f"{root}/{number}", data={"do": "away"})
    foreign = await write(await make.event(), "Elsewhere")

    assert (wrong.status_code, made.status_code, away.status_code) == (422, 303, 303)
    assert "Meal &lt;i&gt;" in page
    assert "As buyers see it" in one
    assert "Only a correction of words" in one
    assert "Put away" in (await buyer.get(root)).text
    assert (await buyer.get(f"{root}/{foreign}")).status_code == 404
    assert (await buyer.post(f"{root}/{foreign}", data={"do": "away"})).status_code == 404
