"""An event as schema.org sees it, for search engines: data in the page, no script. Pure."""

from collections.abc import Sequence

from events.catalogue.queries import EventRow
from events.catalogue.states import EventState
from events.core.money import Money, decimals

_MODES = {
    "in_person": "OfflineEventAttendanceMode",
    "virtual": "OnlineEventAttendanceMode",
    "asynchronous": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
_STATES = {EventState.POSTPONED: "EventPostponed", EventState.CANCELLED: "EventCancelled"}


def event(event: EventRow, url: str, prices: Sequence[tuple[str, Money, bool]] = ()) -> dict[str, object]:
    """prices: (ticket's name, what a nonmember pays, whether any are left). Dates are local, as schema.org wants."""
    kind = "CourseInstance" if event.kind == "course" else "Event"
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": kind,
        "name": event.title,
        "url": url,
        "eventStatus": f"https://schema.org/{_STATES.get(EventState(event.state), 'EventScheduled')}",
        "eventAttendanceMode": f"https://schema.org/{_MODES[event.mode]}",
        "organizer": {"@type": "Organization", "name": event.unit_name},
        "inLanguage": event.language,
    }
    if event.summary:
        found["description"] = event.summary
    if event.starts_at and event.ends_at:
        found["startDate"] = event.starts_at.astimezone(event.zone).isoformat()
        found["endDate"] = event.ends_at.astimezone(event.zone).isoformat()
    elif event.starts_on and event.ends_on:
        found["startDate"], found["endDate"] = event.starts_on.isoformat(), event.ends_on.isoformat()
    if places := _places(event, url):
        found["location"] = places[0] if len(places) == 1 else places
    if prices:
        found["offers"] = [_offer(event, url, *price) for price in prices]
    return found


def _places(event: EventRow, url: str) -> list[dict[str, object]]:
    places: list[dict[str, object]] = []
    if event.venue_name:
        address = ", ".join(part for part in (event.venue_address, event.venue_city) if part)
        places.append({"@type": "Place", "name": event.venue_name, "address": address or event.venue_name})
    if event.mode != "in_person":
        places.append({"@type": "VirtualLocation", "url": url})
    return places


def _offer(event: EventRow, url: str, name: str, amount: Money, left: bool) -> dict[str, object]:
    places = decimals(amount.currency)
    return {
        "@type": "Offer",
        "name": name,
        "price": f"{amount.amount / 10**places:.{places}f}",
        "priceCurrency": amount.currency,
        "availability": f"https://schema.org/{'InStock' if left else 'SoldOut'}",
        "url": f"{url}/register",
    }
