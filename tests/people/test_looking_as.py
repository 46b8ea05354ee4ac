"""`/dev/people`."""

import httpx

from events import app
from events.core import database
from events.settings import Settings
from tests import make


async def test_one_press_looks_as_an_editor_or_as_an_attendee(client: httpx.AsyncClient) -> None:
    editor, attendee = await make.person("Edda Editor"), await make.person("Attila Attendee")
    await make.role(editor, "editor", unit=await make.unit())

    page = await client.get("/dev/people")
    as_editor = await client.post(f"/dev/people/{editor.code}")
    as_attendee = await client.post(f"/dev/people/{attendee.code}")

    assert ("Edda Editor" in page.text, "Attila Attendee" in page.text) == (True, True)
    assert (as_editor.headers["location"], as_attendee.headers["location"]) == ("/organize", "/my/schedule")
    assert await database.value("SELECT count(*) FROM sign_in") == 2


def test_it_is_served_in_dev_only(settings: Settings) -> None:
    names = {getattr(route, "name", "") for route in app.routes(settings.model_copy(update={"dev": False}))}

    assert not {name for name in names if name.startswith("dev_")}
