"""/dev/looks in a real browser: every part, narrow and wide, light and dark, under the real Content-Security-Policy."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Page, Route

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = pytest.mark.browser


async def opened(browser: Browser, client: httpx.AsyncClient, complaints: list[str], **like: Any) -> Page:
    """The page in the browser, straight from the application; `like` is how the browser is."""

    async def answer(route: Route) -> None:
        target = urlsplit(route.request.url)
        response = await client.get(f"{target.path}?{target.query}")
        headers = {name: value for name, value in response.headers.items() if name != "content-encoding"}
        await route.fulfill(status=response.status_code, headers=headers, body=response.content)

    context = await browser.new_context(**like)
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.route("**/*", answer)
    await page.goto("http://localhost/dev/looks")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1440, "light")])
async def test_every_part_is_accessible_and_fits(
    browser: Browser, client: httpx.AsyncClient, width: int, scheme: str
) -> None:
    complaints: list[str] = []
    like: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = await opened(browser, client, complaints, **like)

    wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("axe.run()")

    assert wider <= 0
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert complaints == []
    await page.context.close()


async def test_every_part_is_there_without_scripts(browser: Browser, client: httpx.AsyncClient) -> None:
    page = await opened(browser, client, [], java_script_enabled=False)

    assert await page.get_by_role("heading", name="Annual Conference", level=1).is_visible()
    assert await page.locator("hold-clock").inner_text() == "Your places are held until 2:45 PM CDT."
    assert await page.get_by_label("Your calendar’s address").is_visible()
    await page.context.close()


async def test_the_search_line_dims_and_folds_what_does_not_match(browser: Browser, client: httpx.AsyncClient) -> None:
    page = await opened(browser, client, [], viewport={"width": 1440, "height": 900})

    await page.get_by_role("searchbox").fill("cafe")

    assert await page.locator(".slot:not([data-dimmed])").all_inner_texts()
    assert all("Café" in words for words in await page.locator(".slot:not([data-dimmed])").all_inner_texts())
    assert await page.locator(".timetable-head[data-folded]").count() > 0
    await page.context.close()


async def test_letters_of_double_size_fit(browser: Browser, client: httpx.AsyncClient) -> None:
    page = await opened(browser, client, [], viewport={"width": 1280, "height": 900})

    await page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    narrowest = await page.evaluate("Math.min(...[...document.querySelectorAll('.card-body')].map(e => e.clientWidth))")
    assert narrowest > 200
    await page.context.close()
