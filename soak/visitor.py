"""A browser as small as one can be, for people who come back when something broke."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit

PATIENCE = 25.0
"""Seconds a person looks at a page that does not come."""

FORM_KEY = re.compile(rb'name="form_key"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="form_key"')


class Broken(Exception):
    """No answer: `kind` says what a person would have seen of it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class GaveUp(Exception):
    """Somebody tried for longer than people do."""


@dataclass(frozen=True)
class Answer:
    """headers: names in lower case, the last of each name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def to(self) -> str:
        """Where it leads, as a path and query of this site, or the whole address of another."""
        return unescape(self.headers.get("location", ""))


@dataclass
class Troubles:
    """What visitors saw that was not the page they asked for: by kind; unworthy: answers nobody should ever see."""

    seen: Counter[str] = field(default_factory=Counter)
    unworthy: list[str] = field(default_factory=list)
    pages: int = 0

    def look(self, what: str, answer: Answer) -> None:
        self.pages += 1
        if answer.status < 500:
            return
        self.seen[str(answer.status)] += 1
        text = answer.body.decode(errors="replace")
        worthy = answer.status == 503 and "retry-after" in answer.headers and "Traceback" not in text
        if not worthy:
            words = re.sub(r"<[^>]*>|\s+", " ", text)
            self.unworthy.append(f"{what}: {answer.status} {words[-300:]}")


class Visitor:
    """One browser. It asks one of `ports`, and another one when that does not answer."""

    def __init__(self, ports: Sequence[int], troubles: Troubles, dice: random.Random) -> None:
        self.ports = list(ports)
        self.port = dice.choice(self.ports)
        self.troubles = troubles
        self.dice = dice
        self.cookies: dict[str, str] = {}
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return await self.ask("GET", path, headers=headers)

    async def post(self, path: str, form: Mapping[str, str]) -> Answer:
        return await self.ask("POST", path, form)

    async def send_file(self, path: str, form: Mapping[str, str], name: str, file: str, text: str) -> Answer:
        """A form with one file in it."""
        mark = "soak" + self.dice.randbytes(12).hex()
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in form.items()
        ]
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: text/csv'
        parts.append(f"--{mark}\r\n{head}\r\n\r\n{text}")
        body = "\r\n".join([*parts, f"--{mark}--", ""])
        return await self.ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})

    async def ask(
        self,
        method: str,
        path: str,
        form: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask once. form: its fields, or a body as `headers` say it is. Raises Broken when no whole answer came."""
        try:
            answer = await asyncio.wait_for(self._ask(method, path, form, headers or {}), PATIENCE)
        except TimeoutError:
            self._hang_up("no answer in time")
            raise Broken("no answer in time") from None
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            kind = "nobody there" if isinstance(error, ConnectionRefusedError) else "connection lost"
            self._hang_up(kind)
            raise Broken(kind) from error
        self.troubles.look(f"{method} {urlsplit(path).path}", answer)
        return answer

    async def until(self, ask: Callable[[], Awaitable[Answer]], tries: int = 40, pause: float = 0.7) -> Answer:
        """Ask again as a person would, when nothing came or the page said to come back later."""
        for number in range(tries):
            try:
                answer = await ask()
            except Broken:
                pass
            else:
                if answer.status < 500:
                    return answer
            await asyncio.sleep(min(pause * (1 + number / 4), 4) * self.dice.uniform(0.6, 1.4))
        raise GaveUp

    def _hang_up(self, kind: str) -> None:
        self.troubles.seen[kind] += 1
        self.close()
        self.port = self.dice.choice([one for one in self.ports if one != self.port] or self.ports)

    def close(self) -> None:
        if self._line is not None:
            self._line[1].close()
            self._line = None

    async def _ask(
        self, method: str, path: str, form: Mapping[str, str] | str | None, extra: Mapping[str, str]
    ) -> Answer:
        if self._line is None:
            self._line = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._line
        body = form.encode() if isinstance(form, str) else urlencode(form).encode() if form is not None else b""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Content-Length: {len(body)}"]
        if form is not None:
            lines.append("Sec-Fetch-Site: same-origin")
            if not isinstance(form, str):
                lines.append("Content-Type: application/x-www-form-urlencoded")
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        lines += [f"{name}: {value}" for name, value in extra.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in rest:
            name, _sep, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                self._keep(value)
        status = int(first.split()[1])
        length = 0 if status in {204, 304} or method == "HEAD" else int(headers.get("content-length", "0"))
        content = await reader.readexactly(length) if length else b""
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, content)

    def _keep(self, cookie: str) -> None:
        name, _sep, value = cookie.partition(";")[0].partition("=")
        self.cookies[name] = value
        if "max-age=0" in cookie.lower():
            del self.cookies[name]


def form_key(answer: Answer) -> str:
    found = FORM_KEY.search(answer.body)
    if not found:
        raise ValueError(f"no form on this page ({answer.status}): {answer.body[:300]!r}")
    key: bytes = next(filter(None, found.groups()))
    return key.decode()


def order_form(key: str, ticket: int, name: str, email: str, accepts: Sequence[int] = ()) -> dict[str, str]:
    """The registration form of one person, as a browser sends it; accepts: documents by id."""
    ticked = {f"accept-{one}": "1" for one in accepts}
    return ticked | {
        "form_key": key,
        "people": "1",
        "p0-main": str(ticket),
        "p0-name": name,
        "p0-email": email,
        "do": "order",
    }


def code_of(path: str) -> str:
    """The code of the order a path is of."""
    return urlsplit(path).path.split("/")[2]
