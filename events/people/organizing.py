"""Organizers' pages of this room: people and their roles, units, the roster."""

import base64
import zlib

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.people import account, directory, forms, memberships, merges, permissions, roles, roster, roster_file, units
from events.people.actors import Actor

_SHOWN_ERRORS = 200


async def list_people(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.MANAGE_PEOPLE)
    query = request.query_params
    words = " ".join(query.get("q", "").replace("\0", "").split())[:100]
    page = forms.page(query.get("page", ""))
    found, total = await directory.search(words, page, with_roles="roles" in query)
    return pages.render(
        request,
        "people/people.html",
        found=found,
        total=total,
        page=page,
        pages=max(1, -(-total // directory.PAGE)),
        first=(page - 1) * directory.PAGE + 1,
        words=words,
    )


async def show_person(request: Request) -> Response:
    actor = permissions.require(request.state.actor, permissions.MANAGE_PEOPLE)
    if now := await merges.code_now(request.path_params["code"]):
        return pages.redirect(request, _person_url(request, now), _("These two are one person since they were merged."))
    return await _person_page(request, actor)


async def _person_page(
    request: Request, actor: Actor, error: Unreadable | None = None, typed: FormData | None = None
) -> Response:
    person = await directory.by_code(request.path_params["code"])
    return pages.render(
        request,
        "people/person.html",
        error.status if error else 200,
        person=person,
        addresses=await account.addresses_of(person.id),
        memberships=await memberships.of(person.id),
        roles=await roles.of(person.id),
        role_names=[(name, str(words)) for name, words in roles.WORDS.items()],
        units=await units.tree(),
        may_grant=permissions.can(actor, permissions.ADMINISTER),
        errors=error.errors if error else {},
        values={name: str((typed or FormData()).get(name, "")) for name in ("role", "scope", "unit", "event")},
    )


async def grant_role(request: Request) -> Response:
    actor = permissions.require_somewhere(request.state.actor, permissions.ADMINISTER)
    typed = await request.form()
    person = await directory.by_code(request.path_params["code"])
    try:
        form = forms.RoleForm.read(typed)
        unit = (await units.by_slug(form.unit)).id if form.unit else None
        event = await roles.event_id(form.event) if form.event else None
    except Unreadable as error:
        permissions.require(actor, permissions.ADMINISTER)
        return await _person_page(request, actor, error, typed)
    permissions.require(actor, permissions.ADMINISTER, event=event, unit=unit)
    await roles.grant(person.id, form.role, request.state.now, unit, event)
    return pages.redirect(request, _person_url(request, person.code), _("The role is given. It counts from now on."))


async def revoke_role(request: Request) -> Response:
    actor = permissions.require_somewhere(request.state.actor, permissions.ADMINISTER)
    person = await directory.by_code(request.path_params["code"])
    role = await roles.by_id(request.path_params["role"])
    permissions.require(actor, permissions.ADMINISTER, event=role.event_id, unit=role.unit_id)
    if role.person_id != person.id:
        raise NotFound
    await roles.revoke(role)
    return pages.redirect(request, _person_url(request, person.code), _("The role is taken away."))


def _person_url(request: Request, code: str) -> str:
    return pages.path_of(request, "organize_person", code=code)


async def list_units(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.ADMINISTER)
    return await _units_page(request)


async def _units_page(request: Request, error: Unreadable | None = None, typed: FormData | None = None) -> Response:
    return pages.render(
        request,
        "people/units.html",
        error.status if error else 200,
        units=await units.tree(),
        kinds=units.KINDS,
        errors=error.errors if error else {},
        values=_unit_values(typed or FormData()),
    )


def _unit_values(typed: FormData) -> dict[str, str]:
    return {name: str(typed.get(name, "")) for name in ("name", "short_name", "slug", "kind", "parent")}


async def create_unit(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.ADMINISTER)
    typed = await request.form()
    try:
        form = forms.UnitForm.read(typed)
        parent = (await units.by_slug(form.parent)).id if form.parent else None
        await units.create(form.name, form.short_name, form.slug, form.kind, parent)
    except Unreadable as error:
        return await _units_page(request, error, typed)
    return pages.redirect(request, pages.path_of(request, "organize_units"), _("The unit is made."))


async def show_unit(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.ADMINISTER)
    return await _unit_page(request)


async def _unit_page(request: Request, error: Unreadable | None = None, typed: FormData | None = None) -> Response:
    unit = await units.by_slug(request.path_params["slug"])
    tree = await units.tree()
    parent = next((one.slug for one in tree if one.id == unit.parent_id), "")
    kept = {
        "name": unit.name,
        "short_name": unit.short_name,
        "slug": unit.slug,
        "kind": unit.kind,
        "parent": parent,
    }
    return pages.render(
        request,
        "people/unit.html",
        error.status if error else 200,
        unit=unit,
        units=tree,
        below=await units.subtree(unit.id),
        kinds=units.KINDS,
        errors=error.errors if error else {},
        values=_unit_values(typed) if typed is not None else kept,
    )


async def change_unit(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.ADMINISTER)
    unit = await units.by_slug(request.path_params["slug"])
    typed = await request.form()
    try:
        form = forms.UnitForm.read(typed)
        parent = (await units.by_slug(form.parent)).id if form.parent else None
        await units.change(unit.id, form.name, form.short_name, form.slug, form.kind, parent)
    except Unreadable as error:
        return await _unit_page(request, error, typed)
    return pages.redirect(request, pages.path_of(request, "organize_units"), _("The unit is changed."))


async def show_roster(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.MANAGE_MEMBERSHIPS)
    return pages.render(request, "people/roster.html", errors={}, largest=roster_file.LARGEST // 1024 // 1024)


async def check_roster(request: Request) -> Response:
    """Read the file and say what writing it would do. The file travels on in the page, so that nothing is kept here."""
    permissions.require(request.state.actor, permissions.MANAGE_MEMBERSHIPS)
    async with request.form(max_files=1) as form:
        file = form.get("file")
        data = await file.read() if isinstance(file, UploadFile) else b""
    try:
        if not data:
            raise Unreadable({"file": _("Choose a CSV file.")})
        read = await roster.read(data)
    except Unreadable as error:
        largest = roster_file.LARGEST // 1024 // 1024
        return pages.render(request, "people/roster.html", error.status, errors=error.errors, largest=largest)
    return pages.render(
        request,
        "people/roster_check.html",
        422 if read.errors else 200,
        roster=read,
        shown=read.errors[:_SHOWN_ERRORS],
        comparison=await roster.compare(read),
        packed=base64.urlsafe_b64encode(zlib.compress(data)).decode(),
    )


async def write_roster(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.MANAGE_MEMBERSHIPS)
    form = await request.form()
    data = _unpacked(str(form.get("packed", "")))
    _read, written = await roster.import_file(data, good_rows="good_rows" in form)
    if written is None:
        raise Unreadable({"file": _("Some rows are wrong, so nothing was written. Choose the file again.")})
    words = _("Written: %(created)s new, %(changed)s changed, %(unchanged)s as they were.")
    counts = {"created": written.created, "changed": written.changed, "unchanged": written.unchanged}
    return pages.redirect(request, pages.path_of(request, "organize_roster"), words % counts)


def _unpacked(packed: str) -> bytes:
    """The file again; never more than a file may have, whatever was posted."""
    try:
        return zlib.decompressobj().decompress(base64.urlsafe_b64decode(packed), roster_file.LARGEST + 1)
    except (ValueError, zlib.error):
        raise Unreadable({"file": _("The file did not come through. Choose it again.")}) from None


routes = [
    Route("/organize/people", list_people, name="organize_people"),
    Route("/organize/people/{code}", show_person, name="organize_person"),
    Route("/organize/people/{code}/roles", grant_role, methods=["POST"], name="organize_role_grant"),
    Route(
        "/organize/people/{code}/roles/{role:int}/removal", revoke_role, methods=["POST"], name="organize_role_revoke"
    ),
    Route("/organize/units", list_units, name="organize_units"),
    Route("/organize/units", create_unit, methods=["POST"], name="organize_unit_create"),
    Route("/organize/units/{slug}", show_unit, name="organize_unit"),
    Route("/organize/units/{slug}", change_unit, methods=["POST"], name="organize_unit_change"),
    Route("/organize/roster", show_roster, name="organize_roster"),
    Route("/organize/roster", check_roster, methods=["POST"], name="organize_roster_check"),
    Route("/organize/roster/imports", write_roster, methods=["POST"], name="organize_roster_write"),
]
