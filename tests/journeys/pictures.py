"""Screenshots of a journey. A busy browser now and then fails to take one, and takes the next."""

from pathlib import Path

from playwright.async_api import Error, Page

TRIES = 4


async def take(page: Page, path: Path, *, full_page: bool = False) -> None:
    """Raises playwright's Error when none of TRIES works."""
    for left in reversed(range(TRIES)):
        try:
            await page.screenshot(path=path, full_page=full_page)
            return
        except Error:
            if not left:
                raise
            await page.wait_for_timeout(500)
