"""The pages of planning open for those who may read a draft, and change for those who may edit it."""

import httpx

from events.planning.models import Resource
from tests import make
from tests.planning.conftest import ROOT, SignIn
from tests.schedule.conftest import Conference

TABS = ["", "/blocks", "/availability", "/resources"]


async def test_an_empty_frame_says_what_to_do(ed: httpx.AsyncClient) -> None:
    pages = [await ed.get(ROOT + tab) for tab in TABS]

    assert [page.status_code for page in pages] == [200] * 4
    for page, words in zip(pages, ("None yet", "No block or break", "Nobody is named", "No resource yet"), strict=True):
        assert words in page.text


async def test_the_overview_tells_all_of_it(draft: Conference, ed: httpx.AsyncClient) -> None:
    await make.block(draft.event, title="Coffee and cake")
    await make.there(draft.event, draft.library)
    await Resource.create(event=draft.event, kind="captioner", name="CART 1")

    page = (await ed.get(ROOT)).text

    assert ("Coffee and cake" in page, "CART 1" in page, "Captions (CART)" in page) == (True, True, True)


async def test_a_reader_sees_all_and_no_form(draft: Conference, signed_in: SignIn) -> None:
    held = await make.block(draft.event)
    await make.there(draft.event, draft.library)
    await Resource.create(event=draft.event, kind="crew", name="Crew")
    person = await make.person("Rita Reader")
    await make.role(person, "reader", event_id=draft.event.id)
    rita = await signed_in(person)

    for tab in TABS:
        page = await rita.get(ROOT + tab)
        assert (page.status_code, page.text.partition("<main")[2].count('method="post"')) == (200, 0)
    assert (await rita.get(f"{ROOT}/blocks/{held.id}")).status_code == 403
