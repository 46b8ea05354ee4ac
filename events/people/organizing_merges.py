"""Administrators' pages of duplicates: the pairs found, two side by side, merging them, the log and undoing."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _, lazy, ngettext
from events.people import candidates, directory, forms, merge_facts, merges, merging, permissions, roles
from events.people.actors import Actor
from events.people.directory import Found
from events.people.merging import EMAIL, FIELDS

LABELS = {
    "name": lazy("Name"),
    "affiliation": lazy("Affiliation"),
    "biography": lazy("Biography"),
    "locale": lazy("Language"),
    "timezone": lazy("Time zone"),
    EMAIL: lazy("Main address"),
}

GONE = "gone"
"""What a radio button says that takes the value of who goes."""


async def list_duplicates(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.MANAGE_PEOPLE)
    query = request.query_params
    words = _words(query.get("q", ""))
    one, other = (query.get(name, "").strip().upper()[:12] for name in ("one", "other"))
    if one.isalnum() and other.isalnum():
        return pages.redirect(request, _pair_url(request, one, other))
    slug = query.get("event", "")[:80]
    sort = query.get("sort", "-score")
    sort = sort if sort.lstrip("-") in candidates.SORTS else "-score"
    page = forms.page(query.get("page", ""))
    try:
        event = await roles.event_id(slug) if slug else None
    except Unreadable:
        raise NotFound from None
    lines, total = await candidates.listed(words, event, sort, page)
    return pages.render(
        request,
        "people/duplicates.html",
        lines=lines,
        total=total,
        page=page,
        page_count=max(1, -(-total // candidates.PAGE)),
        first=(page - 1) * candidates.PAGE + 1,
        words=words,
        slug=slug,
        sort=sort,
        events=await candidates.events(),
        found_at=await candidates.found_at(),
        looking=await candidates.asked(),
    )


async def look_again(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.MANAGE_PEOPLE)
    await candidates.ask()
    return pages.redirect(
        request,
        pages.path_of(request, "organize_duplicates"),
        _("We are looking. In a few seconds load this page again."),
    )


async def show_pair(request: Request) -> Response:
    actor = permissions.require(request.state.actor, permissions.ADMINISTER)
    return await _pair_page(request, actor, *await _pair(request))


async def _pair(request: Request) -> tuple[Found, Found]:
    """Who stays and who goes, by the codes in the path. Raises NotFound; of one person with themselves as well."""
    found = []
    for name in ("one", "other"):
        code = request.path_params[name].upper()
        found.append(await directory.by_code(await merges.code_now(code) or code))
    if found[0].id == found[1].id:
        raise NotFound(_("That is one person already."))
    return found[0], found[1]


async def _pair_page(
    request: Request,
    actor: Actor,
    kept: Found,
    gone: Found,
    error: Unreadable | None = None,
    typed: FormData | None = None,
) -> Response:
    """The two side by side, and what merging them so would do. A pair that cannot be merged says why."""
    refused = ""
    merged = None
    try:
        merged = await merging.rehearse(kept.id, gone.id, actor.id)
    except merging.Refused as no:
        refused = no.words
    sides = await merge_facts.dossier(kept.id), await merge_facts.dossier(gone.id)
    return pages.render(
        request,
        "people/duplicate.html",
        error.status if error else 200,
        kept=sides[0],
        gone=sides[1],
        fields=_differing(*sides),
        labels={name: str(words) for name, words in LABELS.items()},
        reasons=await candidates.reasons_of(kept.id, gone.id),
        apart=await candidates.are_told_apart(kept.id, gone.id),
        refused=refused,
        effects=merge_facts.effects(merged.steps) if merged else [],
        digest=merged.digest if merged else "",
        clashes=await merge_facts.clashes(kept.id, gone.id),
        registered=await merge_facts.both_registered(kept.id, gone.id),
        own_reviews=await merge_facts.reviews_of_their_own(kept.id, gone.id),
        errors=error.errors if error else {},
        values=dict(typed or {}),
    )


def _differing(kept: merge_facts.Dossier, gone: merge_facts.Dossier) -> list[tuple[str, str, str]]:
    """Fields of which one has to be chosen: name, and both values. Where one side has nothing there is no choice."""
    values = [(name, kept.fields[name], gone.fields[name]) for name in FIELDS]
    values.append((EMAIL, next(iter(kept.addresses), ""), next(iter(gone.addresses), "")))
    return [(name, mine, theirs) for name, mine, theirs in values if mine and theirs and mine != theirs]


async def merge(request: Request) -> Response:
    actor = permissions.require(request.state.actor, permissions.ADMINISTER)
    kept, gone = await _pair(request)
    typed = await request.form()
    try:
        why = forms.line(typed, "why", 300)
    except Unreadable as error:
        return await _pair_page(request, actor, kept, gone, error, typed)
    take = frozenset(name for name in (*FIELDS, EMAIL) if typed.get(name) == GONE)
    digest = str(typed.get("digest", ""))
    number = await merging.merge(kept.id, gone.id, take, why, digest, actor.id, request.state.now)
    return pages.redirect(
        request,
        pages.path_of(request, "organize_merge", merge=number),
        _("They are one person now. Sessions already published show it from the next release on."),
    )


async def tell_apart(request: Request) -> Response:
    actor = permissions.require(request.state.actor, permissions.ADMINISTER)
    one, other = await _pair(request)
    if "together" in await request.form():
        await candidates.tell_together(one.id, other.id)
        return pages.redirect(
            request, _pair_url(request, one.code, other.code), _("They may be one person again, and may be proposed.")
        )
    await candidates.tell_apart(one.id, other.id, actor.id, request.state.now)
    return pages.redirect(
        request,
        pages.path_of(request, "organize_duplicates"),
        _("These are two people. They will not be proposed again."),
    )


def _pair_url(request: Request, one: str, other: str) -> str:
    return pages.path_of(request, "organize_duplicate", one=one, other=other)


async def list_merges(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.MANAGE_PEOPLE)
    words = _words(request.query_params.get("q", ""))
    page = forms.page(request.query_params.get("page", ""))
    lines, total = await merges.listed(words, page)
    return pages.render(
        request,
        "people/merges.html",
        lines=lines,
        total=total,
        page=page,
        page_count=max(1, -(-total // merges.PAGE)),
        first=(page - 1) * merges.PAGE + 1,
        words=words,
    )


async def show_merge(request: Request) -> Response:
    actor = permissions.require(request.state.actor, permissions.MANAGE_PEOPLE)
    merge = await merges.one(request.path_params["merge"])
    return pages.render(
        request,
        "people/merge.html",
        merge=merge,
        effects=merge_facts.effects(merge.steps),
        may_undo=permissions.can(actor, permissions.ADMINISTER),
    )


async def undo(request: Request) -> Response:
    actor = permissions.require(request.state.actor, permissions.ADMINISTER)
    number = request.path_params["merge"]
    left = await merging.undo(number, actor.id, request.state.now)
    words = _("They are two people again.")
    if left:
        stayed = ngettext(
            "One thing was changed since, and stays as it is.", "%(num)s things were changed since, and stay.", left
        )
        words = f"{words} {stayed % {'num': left}}"
    return pages.redirect(request, pages.path_of(request, "organize_merge", merge=number), words)


def _words(typed: str) -> str:
    return " ".join(typed.replace("\0", "").split())[:100]


# Before /organize/people/{code}: "duplicates" is no code
routes = [
    Route("/organize/people/duplicates", list_duplicates, name="organize_duplicates"),
    Route("/organize/people/duplicates", look_again, methods=["POST"], name="organize_duplicates_look"),
    Route("/organize/people/duplicates/{one}/{other}", show_pair, name="organize_duplicate"),
    Route("/organize/people/duplicates/{one}/{other}/merges", merge, methods=["POST"], name="organize_duplicate_merge"),
    Route(
        "/organize/people/duplicates/{one}/{other}/difference",
        tell_apart,
        methods=["POST"],
        name="organize_duplicate_apart",
    ),
    Route("/organize/people/merges", list_merges, name="organize_merges"),
    Route("/organize/people/merges/{merge:int}", show_merge, name="organize_merge"),
    Route("/organize/people/merges/{merge:int}/undoing", undo, methods=["POST"], name="organize_merge_undo"),
]
