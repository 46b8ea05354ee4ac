"""What can be asked for in an event: the usual kinds, called otherwise or left out here, and kinds of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from events.core import database
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import Lazy, _, lazy

ABOUT: dict[str, Lazy] = {"access": lazy("Taking part"), "meals": lazy("Eating")}

USUAL: dict[str, tuple[str, Lazy]] = {
    "captions": ("access", lazy("Live captions (CART)")),
    "sign_language": ("access", lazy("Sign language interpreters")),
    "hearing_loop": ("access", lazy("Hearing loop or a receiver")),
    "scooter": ("access", lazy("A scooter or wheelchair")),
    "step_free": ("access", lazy("Step-free ways and rooms")),
    "reserved_seat": ("access", lazy("A reserved seat")),
    "companion": ("access", lazy("A companion or assistant")),
    "quiet_room": ("access", lazy("A quiet room")),
    "large_print": ("access", lazy("Large print, Braille or files beforehand")),
    "nursing_room": ("access", lazy("A room to nurse or pump")),
    "prayer_room": ("access", lazy("A room to pray")),
    "vegetarian": ("meals", lazy("Vegetarian")),
    "vegan": ("meals", lazy("Vegan")),
    "halal": ("meals", lazy("Halal")),
    "kosher": ("meals", lazy("Kosher")),
    "gluten_free": ("meals", lazy("Without gluten")),
    "lactose_free": ("meals", lazy("Without milk")),
    "nut_free": ("meals", lazy("Without nuts")),
}
"""key: (about, words). What fits none of them is said in words."""

MOST_OWN = 30


@dataclass(frozen=True, slots=True)
class Kind:
    """own: made in this event; name: as it is called here; said: "" where that is the usual words."""

    key: str
    about: str
    name: str
    said: str = ""
    offered: bool = True
    own: bool = False
    version: int = 0


async def of(event: int) -> list[Kind]:
    """All kinds of an event, also those that are not offered (any more): the usual ones, then its own."""
    rows = await database.rows(
        "SELECT key, about, name, offered, version FROM need_kind WHERE event_id = $1 ORDER BY id", event
    )
    changed = {row["key"]: row for row in rows}
    found = []
    for key, (about, words) in USUAL.items():
        row = changed.get(key)
        said = row["name"] if row else ""
        offered, version = (row["offered"], row["version"]) if row else (True, 0)
        found.append(Kind(key, about, said or str(words), said, offered, False, version))
    for row in rows:
        if row["key"] not in USUAL:
            name = row["name"]
            found.append(Kind(row["key"], row["about"], name, name, row["offered"], True, row["version"]))
    return found


def names(kinds: Sequence[Kind]) -> Mapping[str, str]:
    return {kind.key: kind.name for kind in kinds}


async def add(event: int, about: str, name: str) -> None:
    """A kind of this event's own. Raises Unreadable for a name it has, or when there are too many."""
    async with database.transaction():
        await database.execute("SELECT FROM event WHERE id = $1 FOR NO KEY UPDATE", event)
        there = await of(event)
        if any(kind.name.casefold() == name.casefold() for kind in there):
            raise Unreadable({"name": _("There is a kind of that name.")})
        own = [kind for kind in there if kind.own]
        if len(own) >= MOST_OWN:
            raise Unreadable({"name": _("An event has at most %(num)s kinds of its own.") % {"num": MOST_OWN}})
        await database.execute(
            "INSERT INTO need_kind (event_id, key, about, name) VALUES ($1, $2, $3, $4)",
            event,
            f"own-{len(own) + 1}",
            about,
            name,
        )


async def change(event: int, key: str, name: str, offered: bool, version: int) -> None:
    """Call a kind otherwise, or offer it no more: those who asked for it keep it. name: "" for the usual words.

    Raises NotFound, Unreadable for a name that another kind has, StaleWrite with both states.
    """
    async with database.transaction():
        await database.execute("SELECT FROM event WHERE id = $1 FOR NO KEY UPDATE", event)
        there = {kind.key: kind for kind in await of(event)}
        held = there.get(key)
        if held is None:
            raise NotFound
        if held.own and not name:
            raise Unreadable({"name": _("Please fill this in.")})
        if any(kind.name.casefold() == name.casefold() for kind in there.values() if kind.key != key):
            raise Unreadable({"name": _("There is a kind of that name.")})
        wanted = {"name": name, "offered": _("yes") if offered else _("no")}
        theirs = {"name": held.said, "offered": _("yes") if held.offered else _("no")}
        if held.version != version and wanted != theirs:
            words = _("This was changed while you had it open. Nothing was saved; look at both and choose.")
            raise StaleWrite(words, theirs, wanted)
        await database.execute(
            "INSERT INTO need_kind (event_id, key, about, name, offered) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (event_id, key) DO UPDATE"
            " SET name = excluded.name, offered = excluded.offered, version = need_kind.version + 1",
            event,
            key,
            held.about,
            name,
            offered,
        )
