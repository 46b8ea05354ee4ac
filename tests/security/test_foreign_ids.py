"""What belongs to somebody else, to another unit or to another event answers no, tells nothing, and stays as it was.

Generated from the routes: in every path each place is filled with the thing of its kind from "there", and in every form
each choice is given a number from there.
"""

import re

from events.core import database, fresh
from tests.routes import EVERYONE, TABLE
from tests.security import reading, world
from tests.security.conftest import House
from tests.security.reading import Door

REFUSED = {303, 401, 403, 404, 405, 409, 410, 422}
EVERYWHERE = {"administrator", "programme_manager", "registrar", "care", "anonymous"}
"""Their role counts for every event and unit: only a mix of two things is foreign to them."""
SHARED = {"venue", "add_building", "new_room", "room", "organize_person", "organize_unit", "organize_unit_change",
          "organize_role_grant", "dev_look_as", "dev_mail_read", "dev_mail_raw", "needs", "ask_needs"}  # fmt: skip
"""One place, and whoever may open one of them may open all: venues, people, units; and who is signed in may ask for
what they need at every public event."""
UNITS = {"organize_event_unit", "organize_unit_session", "organize_budget", "organize_protected_time",
         "organize_grant_places"}  # fmt: skip
"""A unit has no event: staff of one may give any unit a part in it. Who else gets in: test_organizing_units."""
BEARERS = {"sign_in_link", "sign_in_by_link", "personal_feed", "old_release", "organize_return"}
"""Their address is the key itself: whoever has it may. Releases have the same numbers in every event."""
PEOPLE = {"organize_duplicate", "organize_duplicate_merge", "organize_duplicate_apart"}
"""Two of all the people there are; whoever may merge two may merge any two."""
OF_ALL = {"version", "venue", "unit", "unit_id", "topics"}
"""Fields that name no object (a topic is a word that may be new), or one that all events share."""
ROLES = ("anonymous", "attendee", "reader", "other_editor", "editor", "programme_manager", "registrar", "administrator",
         "care", "event_programme_manager", "event_registrar", "event_reader", "event_care")  # fmt: skip


def tried(house: House) -> list[tuple[Door, str, str]]:
    """(door, place swapped, role)"""
    found = []
    for door in reading.doors(house.app):
        line = TABLE[door.name]
        things = door.meant(house.world.here)
        foreign = [one for one in door.places if things[one] != house.world.there.get(door.thing(one), things[one])]
        for place in door.places:
            kind = door.thing(place)
            if (
                kind not in house.world.there
                or things[place] == house.world.there[kind]
                or door.name in BEARERS | UNITS | PEOPLE
            ):
                continue
            for role in ROLES:
                owned = line.who != EVERYONE and door.name not in SHARED and role not in EVERYWHERE
                if owned or len(foreign) > 1:
                    found.append((door, place, role))
    return found


async def test_what_is_elsewhere_is_refused_tells_nothing_and_stays_as_it_was(house: House) -> None:
    before = await world.contents()
    wrong, seen = [], set()
    for door, place, role in tried(house):
        things = door.meant(house.world.here) | {place: house.world.there[door.thing(place)]}
        allowed = role == "other_editor" and place == "slug"  # its own unit owns what is there
        if allowed:
            continue
        seen.add(door.name)
        form = dict(TABLE[door.name].form)
        async with world.browser(house.app, house.world.tokens.get(role, "")) as client:
            answer = await client.request(door.method, door.filled(things), data=form or None)
        leads = answer.headers.get("location", "/sign-in?")
        if answer.status_code not in REFUSED or not leads.startswith("/sign-in?"):
            wrong.append(f"{door.method} {door.filled(things)} as {role}: {answer.status_code} {leads}")
        elif "Foreign" in answer.text or "Stranger" in answer.text:
            wrong.append(f"{door.method} {door.filled(things)} as {role}: tells something")
    after = await world.contents()

    assert not wrong, "\n".join(["", *wrong])
    assert {name: rows ^ after[name] for name, rows in before.items() if rows != after[name]} == {}
    assert len(seen) > 40, sorted(seen)


async def test_no_form_takes_a_number_from_elsewhere(house: House) -> None:
    numbers = sorted({number for name, number in house.world.there.items() if number.startswith("7000")})
    before = await world.contents()
    wrong, sent = [], 0
    for door in reading.doors(house.app):
        if door.method != "POST":
            continue
        for role, form in (await reading.forms_here(house)).get(door.name, []):
            base: dict[str, list[str]] = {}
            for field in form.fields:
                base.setdefault(field.name, []).append(field.value)
            for name in sorted({field.name for field in form.fields if field.choice} - OF_ALL):
                for number in numbers:
                    sent += 1
                    done = await posted(house, role, form.action, base | {name: [number]})
                    new = {f"{table} {row}" for table, rows in done.items() for row in rows - before[table]}
                    if kept := sorted(row for row in new if number in re.findall(r"\d+", row)):
                        wrong.append(f"{door.name} as {role}: {name}={number} of elsewhere is kept: {kept[0][:200]}")

    assert not wrong, "\n".join(["", *wrong])
    assert sent > 100


async def posted(house: House, role: str, url: str, data: dict[str, list[str]]) -> dict[str, set[str]]:
    """What the database holds after a form was sent; undone afterwards."""
    found: dict[str, set[str]] = {}
    try:
        async with database.transaction(), world.browser(house.app, house.world.tokens.get(role, "")) as client:
            answer = await client.post(url, data=data)
            found = await world.contents() if answer.status_code < 400 else {}
            raise world.Undone
    except world.Undone:
        fresh.clear_all()
    return found
