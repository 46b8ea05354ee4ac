"""Numbers for those who plan and cook, and what can be asked for in an event."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.cases import counts, forms, handlers, kinds
from events.cases.organizing import event_of, tabs
from events.cases.pages import SECRET
from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import StaleWrite, Unreadable
from events.core.locales import _
from events.people.permissions import COUNT_CASES, HANDLE_CASES


async def numbers(request: Request) -> Response:
    event, _actor = await event_of(request, COUNT_CASES)
    return pages.render(
        request,
        "cases/numbers.html",
        headers=SECRET,
        event=event,
        here="cases",
        tabs=tabs(request, event, "numbers"),
        open_cases=counts.told(await counts.open_cases(event.id)),
        meals=await counts.meals(event),
        handled=[one.name for one in await handlers.of(event.id)],
    )


async def meals_csv(request: Request) -> Response:
    event, _actor = await event_of(request, COUNT_CASES)
    headers = {"Content-Disposition": f'attachment; filename="meals-{event.slug}.csv"', **SECRET}
    body = counts.as_csv(await counts.meals(event))
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


async def show_kinds(request: Request) -> Response:
    event, _actor = await event_of(request, HANDLE_CASES)
    return await _kinds(request, event)


async def _kinds(
    request: Request,
    event: EventRow,
    key: str = "",
    typed: Mapping[str, str] | None = None,
    error: Unreadable | StaleWrite | None = None,
) -> Response:
    """key: of the kind whose form came back; "" for the form of a new one."""
    there = await kinds.of(event.id)
    return pages.render(
        request,
        "cases/kinds.html",
        error.status if error else 200,
        SECRET,
        event=event,
        here="cases",
        tabs=tabs(request, event, "kinds"),
        groups=[(str(words), [one for one in there if one.about == about]) for about, words in kinds.ABOUT.items()],
        about=[(about, str(words)) for about, words in kinds.ABOUT.items()],
        key=key,
        typed=dict(typed or {}),
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
    )


async def add_kind(request: Request) -> Response:
    event, _actor = await event_of(request, HANDLE_CASES)
    async with request.form() as form:
        try:
            await kinds.add(event.id, *forms.new_kind(form))
        except Unreadable as error:
            return await _kinds(request, event, "", forms.texts(form), error)
    return pages.redirect(request, f"/organize/events/{event.slug}/cases/kinds", _("Added."))


async def change_kind(request: Request) -> Response:
    event, _actor = await event_of(request, HANDLE_CASES)
    key = request.path_params["kind"]
    async with request.form() as form:
        try:
            await kinds.change(event.id, key, *forms.kind(form))
        except (Unreadable, StaleWrite) as error:
            return await _kinds(request, event, key, forms.texts(form), error)
    return pages.redirect(request, f"/organize/events/{event.slug}/cases/kinds", _("Saved."))


_ROOT = "/organize/events/{slug}/cases"
routes = [  # before /organize/events/{slug}/cases/{case}
    Route(f"{_ROOT}/numbers", numbers, methods=["GET"], name="organize_case_numbers"),
    Route(f"{_ROOT}/meals.csv", meals_csv, methods=["GET"], name="organize_case_meals"),
    Route(f"{_ROOT}/kinds", show_kinds, methods=["GET"], name="organize_need_kinds"),
    Route(f"{_ROOT}/kinds", add_kind, methods=["POST"], name="organize_new_need_kind"),
    Route(f"{_ROOT}/kinds/{{kind}}", change_kind, methods=["POST"], name="organize_need_kind"),
]
