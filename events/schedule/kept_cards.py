"""A session's card as lists show it, rendered once for a release, language and zone; what a reader saved, each time.

A card takes 0.15 ms, and one page after the other shows the same: what runs at the same time, what a search finds.
"""

from collections.abc import Callable, Hashable, Iterable, Set

from markupsafe import Markup

from events.core import locales, pages
from events.schedule import timetable
from events.schedule.snapshots import Placed, Snapshot

MOST = 3000
"""So many are kept, of 1 KB each; then the oldest goes."""

_kept: dict[Hashable, str] = {}


def cards(snapshot: Snapshot, placed: Iterable[Placed], zone: str, saved: Set[str] = frozenset()) -> Markup:
    """The items of a list of cards.

    zone    in which their times are said; "" for each slot's own
    saved   codes of what the reader saved
    """
    items = [_item(snapshot, one, zone or one.slot.timezone, one.session.code in saved) for one in placed]
    return Markup("".join(items))  # noqa: S704 - each is a macro's


def _item(snapshot: Snapshot, placed: Placed, zone: str, saved: bool) -> str:
    if saved:
        return _rendered(snapshot, placed, zone, saved)
    key = (snapshot.token, placed.slot.id, zone, locales.current())
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = _rendered(snapshot, placed, zone, saved)
        if len(_kept) > MOST:
            del _kept[next(iter(_kept))]
    return found


def _rendered(snapshot: Snapshot, placed: Placed, zone: str, saved: bool) -> str:
    card: Callable[..., Markup] = pages.environment().get_template("parts/cards.html").module.session_card  # type: ignore[attr-defined]
    values = timetable.card(snapshot, placed.session, placed.slot, zone)
    names = ("url", "title", "zone", "room", "track", "track_colour", "people", "cancelled")
    html = card(
        **{name: values[name] for name in names},
        starts=values["starts_at"],
        ends=values["ends_at"],
        notes=[values["note"]],
        saved=saved,
    )
    return f"<li>{html}</li>\n"
