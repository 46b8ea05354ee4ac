"""RFC 5546: what a calendar has to say that was sent to somebody. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.checking.components import Component
from events.checking.findings import Finding, error, warning


@dataclass(frozen=True, slots=True)
class Method:
    """Properties of each VEVENT (RFC 5546 3.2). one_attendee: exactly one; never: what may not stand there."""

    needs: tuple[str, ...]
    one_attendee: bool = False
    never: tuple[str, ...] = ()
    source: str = "RFC 5546 3.2"


METHODS: Mapping[str, Method] = {
    "PUBLISH": Method(
        ("DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID"), never=("ATTENDEE",), source="RFC 5546 3.2.1"
    ),
    "REQUEST": Method(("ATTENDEE", "DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID"), source="RFC 5546 3.2.2"),
    "REPLY": Method(("ATTENDEE", "DTSTAMP", "ORGANIZER", "UID"), one_attendee=True, source="RFC 5546 3.2.3"),
    "ADD": Method(("DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE", "SUMMARY", "UID"), source="RFC 5546 3.2.4"),
    "CANCEL": Method(("DTSTAMP", "ORGANIZER", "SEQUENCE", "UID"), source="RFC 5546 3.2.5"),
    "REFRESH": Method(
        ("ATTENDEE", "DTSTAMP", "ORGANIZER", "UID"), one_attendee=True, never=("SEQUENCE",), source="RFC 5546 3.2.6"
    ),
    "COUNTER": Method(("DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID"), source="RFC 5546 3.2.7"),
    "DECLINECOUNTER": Method(("DTSTAMP", "ORGANIZER", "UID"), source="RFC 5546 3.2.8"),
}


def check(calendar: Component) -> list[Finding]:
    """Nothing is found in a calendar without a METHOD."""
    line = calendar.first("METHOD")
    if line is None:
        return []
    method = METHODS.get(line.value.upper())
    if method is None:
        return [error(f"METHOD is {line.value!r}.", "RFC 5546 1.4", line.number)]
    events = calendar.of("VEVENT")
    if not events:
        return [error(f"A {line.value} has no VEVENT.", method.source, calendar.line)]
    found: list[Finding] = []
    if len({one.text("UID") for one in events}) > 1 and line.value.upper() != "PUBLISH":
        found.append(error("A message is about one UID.", "RFC 5546 3.2", calendar.line))
    for one in events:
        found += [
            error(f"A {line.value} has no {name}.", method.source, one.line)
            for name in method.needs
            if not one.first(name)
        ]
        found += [
            error(f"A {line.value} has no place for {name}.", method.source, one.line)
            for name in method.never
            if one.first(name)
        ]
        attendees = one.all("ATTENDEE")
        if method.one_attendee and len(attendees) != 1:
            words = f"A {line.value} is of one attendee; here are {len(attendees)}."
            found.append(error(words, method.source, one.line))
        if line.value.upper() == "CANCEL" and one.first("STATUS") and one.text("STATUS").upper() != "CANCELLED":
            found.append(warning("What is cancelled has another STATUS.", method.source, one.line))
        found += [
            error(
                f"{each.name} is {each.value!r}; mailto: is missing, and Gmail shows no buttons.",
                "RFC 5545 3.3.3",
                each.number,
            )
            for each in (*attendees, *one.all("ORGANIZER"))
            if not each.value.lower().startswith("mailto:")
        ]
    return found
