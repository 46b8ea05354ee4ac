"""Organizers' pages of what an event asks of attendees: the list with counts, one question, and how buyers see it."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _, lazy
from events.people import permissions
from events.registration import asking, offering, questions
from events.registration.asking import Question
from events.registration.organizing_forms import QuestionForm
from events.registration.questions import Asked

KINDS = {
    "text": lazy("One line"),
    "long_text": lazy("Some lines"),
    "number": lazy("A number"),
    "date": lazy("A day"),
    "choice": lazy("One of several"),
    "choices": lazy("Any of several"),
    "yes_no": lazy("Yes or no"),
}


async def page(request: Request) -> Response:
    event = await _event(request)
    found = await questions.of_event(event.id)
    counted = {
        one.question.id: await questions.counts(event.id, one.question)
        for one in found
        if one.answers and one.question.kind in {"choice", "choices", "yes_no"}
    }
    return pages.render(
        request,
        "registration/organizing/questions.html",
        event=event,
        here="questions",
        found=found,
        counted=counted,
        asked=[one.question for one in found],
        tickets={one.id: one.name for one in await offering.tickets(event.id)},
        kinds=KINDS,
    )


async def one(request: Request) -> Response:
    """A question's form; without a number a new one's."""
    event = await _event(request)
    found = await _question(request, event)
    return await _form(request, event, found, _stored(found.question if found else None), {})


async def save(request: Request) -> Response:
    """POST: a new or changed question; or, by its other buttons, put away, asked again, moved."""
    event = await _event(request)
    found = await _question(request, event)
    async with request.form() as form:
        do = str(form.get("do", ""))
        typed: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
        typed["tickets"] = [one for one in form.getlist("tickets") if isinstance(one, str)]
        try:
            if found and do in {"away", "back", "up", "down"}:
                return await _act(request, event, found, do)
            read = QuestionForm.read(form)
            values = read.values(found.question.id if found else 0)
            await questions.save(event.id, values, request.state.now, correction=read.correction)
        except Unreadable as error:
            return await _form(request, event, found, typed, error.errors, error.status)
    return _back(request, event, _("The question is saved."))


async def _act(request: Request, event: EventRow, found: Asked, do: str) -> Response:
    number = found.question.id
    if do == "away":
        await questions.put_away(event.id, number, request.state.now)
        return _back(request, event, _("Nobody is asked any more. Answers that were given stay."))
    if do == "back":
        await questions.take_back(event.id, number)
        return _back(request, event, _("It is asked again."))
    await questions.move(event.id, number, -1 if do == "up" else 1)
    return _back(request, event, _("Moved."))


async def _form(
    request: Request,
    event: EventRow,
    found: Asked | None,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    others = [one.question for one in await questions.of_event(event.id) if not one.put_away]
    return pages.render(
        request,
        "registration/organizing/question.html",
        status,
        event=event,
        here="questions",
        asked=found,
        preview=found.question if found else None,
        all=others,
        values=values,
        kinds=[(kind, str(words)) for kind, words in KINDS.items()],
        tickets=[(one.id, one.name) for one in await offering.tickets(event.id)],
        others=[(one.id, one.label) for one in others if found is None or one.id != found.question.id],
        errors=errors,
    )


def _stored(question: Question | None) -> dict[str, Any]:
    if question is None:
        return {"kind": "text", "tickets": []}
    return {
        "label": question.label,
        "help": question.help,
        "kind": question.kind,
        "options": "\n".join(question.options),
        "required": "1" if question.required else "",
        "minimum": "" if question.minimum is None else question.minimum,
        "maximum": "" if question.maximum is None else question.maximum,
        "only_if": question.only_if or "",
        "only_answers": "\n".join(question.only_answers),
        "tickets": sorted(question.ticket_types),
    }


async def _question(request: Request, event: EventRow) -> Asked | None:
    number = request.path_params.get("question")
    if number is None:
        return None
    found = next((one for one in await questions.of_event(event.id) if one.question.id == int(number)), None)
    if found is None:
        raise NotFound
    return found


def _back(request: Request, event: EventRow, notice: str) -> Response:
    return pages.redirect(request, str(pages.path_of(request, "organize_questions", slug=event.slug)), notice)


async def _event(request: Request) -> EventRow:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    permissions.require(request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id)
    return event


assert set(KINDS) == set(asking.KINDS)

_PATH = "/organize/events/{slug}/questions"
routes = [
    Route(_PATH, page, methods=["GET"], name="organize_questions"),
    Route(f"{_PATH}/new", one, methods=["GET"], name="organize_new_question"),
    Route(f"{_PATH}/new", save, methods=["POST"], name="organize_make_question"),
    Route(f"{_PATH}/{{question:int}}", one, methods=["GET"], name="organize_question"),
    Route(f"{_PATH}/{{question:int}}", save, methods=["POST"], name="organize_save_question"),
]
