"""A browser without scripts, styles or pictures: it follows links and sends forms as they stand on the page."""

from typing import Any, Self
from urllib.parse import urljoin

import httpx
from lxml import html


class TextBrowser:
    """Open, it keeps its cookies and the page it is on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.AsyncClient(follow_redirects=True, timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def open(self, path: str) -> None:
        self._show(await self.client.get(urljoin(self.url, path)))

    async def follow(self, words: str) -> None:
        """Press the first link with these words."""
        link = next(one for one in self.page.iter("a") if words in self._words(one))
        await self.open(link.get("href"))

    async def press(self, words: str, **typed: str | list[str]) -> None:
        """Press the first button that begins with these words, its form filled in by the names of its fields."""
        button = next(one for one in self.page.iter("button") if self._words(one).startswith(words))
        form = next(button.iterancestors("form"))
        sent: dict[str, Any] = {}
        for name, value in form.form_values():
            sent.setdefault(name, []).append(value)
        if button.get("name"):
            sent[button.get("name")] = button.get("value", "")
        sent |= {name.replace("__", "-"): value for name, value in typed.items()}
        here = urljoin(self.url, form.get("action") or "")
        self._show(await self.client.request(form.method, here, data=sent, headers={"Sec-Fetch-Site": "same-origin"}))

    def says(self, words: str) -> bool:
        return words in " ".join(self._words(self.page.find(".//main")).split())

    def value_of(self, label: str) -> str:
        """The value of the choice whose label begins with these words."""
        found = next(one for one in self.page.iter("label") if self._words(one).startswith(label))
        return str(self.page.get_element_by_id(found.get("for")).get("value"))

    def _show(self, answer: httpx.Response) -> None:
        assert answer.status_code == 200, f"{answer.request.method} {answer.url} answered {answer.status_code}"
        self.url = str(answer.url)
        self.text = answer.text
        self.page = html.fromstring(answer.text)

    def _words(self, element: Any) -> str:
        return " ".join(str(element.text_content()).split())
