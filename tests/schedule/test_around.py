"""What is before, after and beside a session: looked up by time and room, and the same as looking at all of them."""

import random

from events.schedule.around import LONG, Around, Neighbours
from events.schedule.snapshots import Placed, SlotView, Snapshot
from tests.schedule.programmes import ROOMS, session, slot, snapshot


def test_a_look_at_a_slots_hours_finds_what_a_look_at_every_slot_does() -> None:
    dice = random.Random(5)
    sessions = [
        session(
            n,
            slot(n, dice.randint(0, 60) / 2, dice.choice((30, 60, 90, 60 * 30)), dice.choice(((1,), (2, 3), (3,), ()))),
            state=dice.choice(("confirmed", "confirmed", "confirmed", "cancelled")),
        )
        for n in range(1, 90)
    ]
    programme = snapshot(*sessions)
    around = Around(programme.placed, programme.rooms)

    for placed in programme.placed:
        found = around.of(placed.slot)
        assert found == slowly(programme, placed.slot)
    assert any(around.of(placed.slot).before for placed in programme.placed)


def slowly(programme: Snapshot, wanted: SlotView) -> Neighbours:
    """By looking at all."""
    others = [one for one in programme.placed if one.slot.id != wanted.id and not one.session.cancelled]
    same = [one for one in others if set(one.slot.rooms) & set(wanted.rooms)]
    order = list(ROOMS)

    def hours(one: Placed) -> tuple[float, float]:
        """From its end to our start, and from our end to its start."""
        return (
            (wanted.starts_at - one.slot.ends_at).total_seconds() / 3600,
            (one.slot.starts_at - wanted.ends_at).total_seconds() / 3600,
        )

    beside = [
        one
        for one in others
        if hours(one)[0] < 0 and hours(one)[1] < 0 and one.slot.ends_at - one.slot.starts_at <= LONG
    ]
    beside.sort(key=lambda one: (order.index(one.slot.rooms[0]) if one.slot.rooms else 0, one.slot.id))
    before = [one for one in same if 0 <= hours(one)[0] <= 12]
    after = [one for one in same if 0 <= hours(one)[1] <= 12]
    return Neighbours(
        min(before, key=lambda one: hours(one)[0], default=None),
        min(after, key=lambda one: hours(one)[1], default=None),
        tuple(beside),
    )
