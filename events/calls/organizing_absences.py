"""Who does not come and still stands in the programme, and the roles that wait for somebody else."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import decision_forms, desks, withdrawing
from events.core import pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _, ngettext
from events.schedule.roles import ROLES


async def absences(request: Request) -> Response:
    """POST takes people out of the roles that are ticked."""
    event, _actor = await desks.event(request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        roles = decision_forms.numbers(await request.form())
        try:
            if not roles:
                raise Unreadable({"": _("Tick the roles they are to be taken out of.")})
            vacant = await withdrawing.take_out(event.id, roles, request.state.now)
        except Unreadable as error:
            errors = error.errors
        except NotFound:
            errors = {"": _("Somebody settled a part of this meanwhile. Nothing was done; look again.")}
        else:
            count = len(roles)
            words = ngettext("Taken out of %(num)s role.", "Taken out of %(num)s roles.", count) % {"num": count}
            if vacant:
                count = len(vacant)
                more = ngettext("%(num)s waits for somebody else.", "%(num)s wait for somebody else.", count)
                words += " " + more % {"num": count}
            return pages.redirect(request, request.url.path, words)
    return pages.render(
        request,
        "calls/absences.html",
        409 if errors else 200,
        event=event,
        here="calls",
        absent=await withdrawing.absent(event.id),
        vacancies=await withdrawing.vacancies(event.id),
        roles=ROLES,
        errors=errors,
    )


async def close(request: Request) -> Response:
    """POST: nobody is needed in this role."""
    event, _actor = await desks.event(request)
    await withdrawing.close(event.id, request.path_params["vacancy"])
    return pages.redirect(request, f"/organize/events/{event.slug}/absences", _("It waits for nobody any more."))


_ROOT = "/organize/events/{slug}/absences"
routes = [
    Route(_ROOT, absences, methods=["GET", "POST"], name="organize_absences"),
    Route(f"{_ROOT}/vacancies/{{vacancy:int}}/removal", close, methods=["POST"], name="organize_vacancy_removal"),
]
