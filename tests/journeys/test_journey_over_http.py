"""The same journey where there is no browser at all: links, forms and mail, as a text browser would send them."""

from pathlib import Path

from tests.house import House
from tests.journeys.journey import Journey
from tests.journeys.text_browser import TextBrowser
from tests.journeys.walk import walk


async def test_the_journey_needs_no_more_than_links_and_forms(own_house: House, tmp_path: Path) -> None:
    async with TextBrowser(own_house.url) as reader, TextBrowser(own_house.url) as organizer:
        await walk(Journey(own_house, tmp_path), reader, organizer)
