"""Who was accepted: who has not said yet whether they come, who comes, and who withdrew."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import confirming, decision_forms, desks, withdrawing
from events.calls.states import KINDS, WORDS
from events.core import pages
from events.core.errors import Unreadable
from events.core.locales import _, ngettext
from events.schedule import forms
from events.schedule.states import WORDS as SESSION_WORDS


async def confirmations(request: Request) -> Response:
    """POST reminds those that are ticked, or with all=1 everybody who has not answered."""
    desk = await desks.of_organizers(request)
    if request.method == "POST":
        form = await request.form(max_fields=300)
        chosen = decision_forms.numbers(form)
        if form.get("all") != "1" and not chosen:
            return await _page(request, desk, Unreadable({"": _("Tick those who are to be reminded.")}))
        count = await confirming.remind(desk.call.id, None if form.get("all") == "1" else chosen, request.state.now)
        words = ngettext("%(num)s reminder is sent.", "%(num)s reminders are sent.", count) % {"num": count}
        if count < len(chosen):
            words += " " + _("The others answered meanwhile, or were reminded less than twelve hours ago.")
        return pages.redirect(request, f"{desk.root}/confirmations", words)
    return await _page(request, desk)


async def _page(request: Request, desk: desks.Desk, error: Unreadable | None = None) -> Response:
    asked = request.query_params
    which = asked.get("which", "")
    which = which if which in confirming.WHICH else confirming.WHICH[0]
    query, page = decision_forms.line(asked.get("q", "")), forms.page(asked)
    lines, counts = await confirming.lines(desk.call.id, which, query, page)
    total = counts[which]
    return pages.render(
        request,
        "calls/confirmations.html",
        error.status if error else 200,
        **desk.frame,
        lines=lines,
        which=which,
        query=query,
        page=page,
        total=total,
        per_page=confirming.PAGE,
        page_count=max(1, -(-total // confirming.PAGE)),
        tabs=[(name, words, counts[name]) for name, words in _which_words().items()],
        absent=await withdrawing.count(desk.event.id),
        words=WORDS,
        kinds=KINDS,
        session_words=SESSION_WORDS,
        today=request.state.now.astimezone(desk.event.zone).date(),
        errors=error.errors if error else {},
    )


def _which_words() -> dict[str, str]:
    return {"waiting": _("Not answered yet"), "confirmed": _("Confirmed"), "withdrawn": _("Withdrawn since")}


_ROOT = "/organize/events/{slug}/calls/{call}/confirmations"
routes = [Route(_ROOT, confirmations, methods=["GET", "POST"], name="organize_confirmations")]
