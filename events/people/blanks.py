"""Pages with blanks: rendered once for many readers, and each reader's own words written into them.

A page that differs between two people only in their names is the same page. It is rendered for somebody who is nobody
(`reader`), whose name and address are marks; `Sheet` cuts it at the marks, and `Sheet.filled` writes a person's own
words there. So nothing of one reader can be in the page of another: there was no reader when it was rendered. Whatever
else a page depends on (prices, what somebody may do) is part of the key under which the caller keeps it.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response

from events.people.actors import Actor

_SECRET = secrets.token_hex(16)
"""Another one in every process, and in no page that leaves it: nobody can type a mark."""

_MARK = re.compile(rf"{_SECRET}([a-z0-9]+)\.".encode())


def mark(name: str) -> str:
    """Stands where the words called `name` (small letters, digits) will be. It is made of what no escaping changes."""
    return f"{_SECRET}{name}."


def somebody(actor: Actor | None) -> Actor | None:
    """Whose page is rendered in place of an actor's: no role, and marks for what the actor has of name and address."""
    if actor is None:
        return None
    return Actor(0, mark("name") if actor.name else "", mark("email") if actor.email else "")


def words(actor: Actor | None) -> dict[str, str]:
    """What belongs into the blanks that `somebody` left."""
    return {"name": actor.name, "email": actor.email} if actor is not None else {}


def reader(request: Request) -> Request:
    """The same address, asked for by `somebody`: no cookie, no query, no header of the one who asks comes along."""
    state = {**request.scope["state"], "actor": somebody(request.state.actor)}
    return Request({**request.scope, "query_string": b"", "headers": [], "state": state})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A rendered page, cut at its marks: text, name, text, name, …, text."""

    pieces: tuple[bytes, ...]

    @classmethod
    def of(cls, page: bytes) -> "Sheet":
        return cls(tuple(_MARK.split(page)))

    def filled(self, said: Mapping[str, str]) -> bytes:
        """The page with these words in its blanks, escaped for HTML text and quoted attributes.

        A word is written and never looked into. Raises KeyError for a blank that has none: no mark leaves the house.
        """
        pieces = list(self.pieces)
        pieces[1::2] = [str(escape(said[name.decode()])).encode() for name in self.pieces[1::2]]
        return b"".join(pieces)


class Sheets:
    """Sheets by key, the least lately used go first. A key names everything that is on the page but its blanks."""

    def __init__(self, most: int = 100) -> None:
        self._kept: OrderedDict[Hashable, Sheet] = OrderedDict()
        self._most = most

    def answer(
        self, key: Hashable, render: Callable[[], Response], said: Mapping[str, str], status: int = 200
    ) -> Response:
        """The page of a key, kept or rendered now, with these words in its blanks."""
        sheet = self._kept.get(key)
        if sheet is None:
            sheet = self._kept[key] = Sheet.of(bytes(render().body))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return Response(sheet.filled(said), status, media_type="text/html")
