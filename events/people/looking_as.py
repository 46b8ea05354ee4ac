"""`/dev/people`: one click to look as somebody else. Served in dev only (`colloquy run`, on this machine)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import database, pages
from events.people import browsers, directory, roles
from events.people.pages import AFTERWARDS, keep_signed_in

_ORGANIZERS = """
SELECT p.code, p.name, a.email, r.name AS role, coalesce(u.name, e.title, '') AS scope
FROM role r JOIN person p ON p.id = r.person_id JOIN address a ON a.person_id = p.id AND a.is_primary
LEFT JOIN unit u ON u.id = r.unit_id LEFT JOIN event e ON e.id = r.event_id
WHERE p.erased_at IS NULL
ORDER BY array_position(
    ARRAY['administrator', 'programme_manager', 'editor', 'registrar', 'care', 'reader'], r.name::text
), r.id
LIMIT 30
"""

_ATTENDEES = """
SELECT p.code, p.name, a.email, EXISTS (SELECT FROM membership m WHERE m.person_id = p.id) AS member
FROM person p JOIN address a ON a.person_id = p.id AND a.is_primary
WHERE p.erased_at IS NULL AND NOT EXISTS (SELECT FROM role r WHERE r.person_id = p.id)
ORDER BY p.id LIMIT 6
"""


async def show_people(request: Request) -> Response:
    return pages.render(
        request,
        "people/dev_people.html",
        organizers=await database.rows(_ORGANIZERS),
        attendees=await database.rows(_ATTENDEES),
        role_words=roles.WORDS,
    )


async def look_as(request: Request) -> Response:
    """Sign this browser in as a person, no mail needed."""
    person = await directory.by_code(request.path_params["code"])
    token = await browsers.sign_in(person.id, "/dev/people", request.state.now)
    to = "/organize" if person.roles else AFTERWARDS
    answer = pages.redirect(request, to, f"You look as {person.name or person.email}.")
    await keep_signed_in(request, answer, person.id, token)
    return answer


routes = [
    Route("/dev/people", show_people, name="dev_people"),
    Route("/dev/people/{code}", look_as, methods=["POST"], name="dev_look_as"),
]
