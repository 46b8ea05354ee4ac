"""Two rows that were one person: everything of the one goes to the other, and comes back when it was a mistake."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from events import audit
from events.agenda import personal_feeds
from events.calls import files
from events.core import database, outbox
from events.core.access import Limiter
from events.core.errors import NotFound
from events.people import candidates, codes, erasing, merge_facts, merges, merging, persons, references, sign_in
from events.people.models import Address, DistinctPeople, Person, PersonMerge, SignIn
from events.people.references import How
from events.schedule import editing, placed
from events.schedule.conflicts import Kind
from events.schedule.models import SessionPerson
from tests import make
from tests.make import NOON
from tests.people import everywhere

KEY = b"k" * 32
APART = {"role": {"name": "editor"}}
"""What makes a second row of a place another one, where nothing else does."""


async def merged(kept: Person, gone: Person, *take: str, actor: Person | None = None) -> int:
    """The merge as its page does it: what was shown is what is done."""
    by = (actor or kept).id
    shown = await merging.rehearse(kept.id, gone.id, by)
    return await merging.merge(kept.id, gone.id, frozenset(take), "Typed twice", shown.digest, by, NOON)


async def filled(kept: Person, gone: Person) -> None:
    """A row of both in every place that points to people; where one may have a thing once, one that both have too."""
    for place, rule in references.RULES.items():
        if place == ("person_merge", "kept_id") or rule.how is How.END:
            continue
        shared: dict[str, int] = {}
        for person in (kept, gone):
            given: dict[str, Any] = {"is_primary": False} if place[0] == "address" else {}
            row = await everywhere.at(place, person.id, shared if rule.once else {}, **given)
            for lower in rule.below:
                await everywhere.at(lower, row, shared)
        if rule.once and rule.once != ("true",):
            await everywhere.at(place, gone.id, {}, **APART.get(place[0], {}))


async def pointing(person: int) -> dict[tuple[str, str], int]:
    """How many rows of each place point to a person."""
    return {
        (table, column): await database.value(f"SELECT count(*) FROM {table} WHERE {column} = $1", person)
        for table, column in references.RULES
    }


def without_what_only_grows(dump: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The log itself, and a feed's revision: it has to be another one after each change, forth and back."""
    for row in dump["personal_feed"]:
        row["revision"] = row["changed_at"] = None
    return dump | {"person_merge": []}


async def test_a_person_with_a_row_in_every_table_goes_and_comes_back_as_they_were(db: None) -> None:
    kept, gone, actor = await make.person("Ada"), await make.person("Ada L."), await make.person("Grace")
    await filled(kept, gone)
    before, had = await everywhere.dump(), await pointing(gone.id)
    assert [place for place, rule in references.RULES.items() if not had[place] and rule.how is How.MOVE] == [
        ("person_merge", "kept_id")
    ]

    number = await merged(kept, gone, "name", "affiliation", "email", actor=actor)
    during = await pointing(gone.id)
    has = await pointing(kept.id)
    left = await merging.undo(number, actor.id, NOON)

    assert not any(during.values())
    assert all(count for place, count in has.items() if references.RULES[place].how is How.MOVE and place[0] != "x")
    assert left == 0
    assert without_what_only_grows(await everywhere.dump()) == without_what_only_grows(before)


async def test_an_audit_finds_nothing_after_a_merge_and_nothing_after_undoing(db: None) -> None:
    event = await make.event("annual")
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    session = await make.session(event, NOON, ticketed=True)
    for person in (kept, gone):
        await make.seat(person, session)
        await SessionPerson.create(session=session, person=person)
    before = await audit.audit(NOON)

    number = await merged(kept, gone)
    during = await audit.audit(NOON)
    await merging.undo(number, kept.id, NOON)

    assert during == before
    assert await audit.audit(NOON) == before


async def test_a_part_that_both_have_is_had_once_and_the_others_move(db: None) -> None:
    event = await make.event("annual")
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    both, own = await make.session(event, NOON), await make.session(event, NOON + timedelta(hours=2))
    await SessionPerson.create(session=both, person=kept)
    await SessionPerson.create(session=both, person=gone)
    await SessionPerson.create(session=both, person=gone, role="chair")
    await SessionPerson.create(session=own, person=gone)

    shown = await merging.rehearse(kept.id, gone.id, kept.id)
    await merged(kept, gone)

    [effect] = [one for one in merge_facts.effects(shown.steps) if one.words == "parts in sessions"]
    assert (effect.count, effect.left_out) == (2, 1)
    assert sorted(await SessionPerson.all().values_list("session_id", "person_id", "role")) == [
        (both.id, kept.id, "chair"),
        (both.id, kept.id, "speaker"),
        (own.id, kept.id, "speaker"),
    ]


async def test_one_person_in_two_places_at_once_is_shown_before_and_a_conflict_after(db: None) -> None:
    event = await make.event("annual")
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    one = await make.session(event, NOON, title="Braille")
    other = await make.session(event, NOON + timedelta(minutes=30), 30, title="Maps")
    touching = await make.session(event, NOON + timedelta(minutes=60), title="Ink")
    await SessionPerson.create(session=one, person=kept)
    for session in (other, touching):
        await SessionPerson.create(session=session, person=gone)

    [clash] = await merge_facts.clashes(kept.id, gone.id)
    before = await placed.conflicts(event.id)
    await merged(kept, gone)
    after = await placed.conflicts(event.id)

    assert (clash.one, clash.other, clash.starts_at) == ("Braille", "Maps", NOON + timedelta(minutes=30))
    assert [one for one in before if one.kind is Kind.PERSON] == []
    assert [one.subject for one in after if one.kind is Kind.PERSON] == [kept.id]


async def test_a_preview_leaves_no_trace(db: None) -> None:
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    await filled(kept, gone)
    before = await everywhere.dump()

    await merging.rehearse(kept.id, gone.id, kept.id)

    assert await everywhere.dump() == before


async def test_nothing_is_merged_that_was_not_shown(db: None) -> None:
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    shown = await merging.rehearse(kept.id, gone.id, kept.id)
    await make.role(gone, "administrator")

    with pytest.raises(merging.Changed):
        await merging.merge(kept.id, gone.id, frozenset(), "", shown.digest, kept.id, NOON)

    assert await Person.filter(id=gone.id).exists()
    assert await PersonMerge.all().count() == 0


async def test_the_same_merge_twice_is_done_once(db: None) -> None:
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    shown = await merging.rehearse(kept.id, gone.id, kept.id)

    done = await asyncio.gather(
        *(merging.merge(kept.id, gone.id, frozenset(), "", shown.digest, kept.id, NOON) for _ in range(2)),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in done) == ["NotFound", "int"]


async def test_what_is_chosen_is_taken_and_what_only_one_has_as_well(db: None) -> None:
    kept = await make.person("A. Lovelace", "ada@old.example.org")
    gone = await make.person("Ada Lovelace", "ada@example.org")
    await Person.filter(id=kept.id).update(affiliation="City Library")
    await Person.filter(id=gone.id).update(affiliation="Analytical Library", biography="Wrote the first program.")

    await merged(kept, gone, "name", "email")

    left = await Person.get(id=kept.id)
    assert (left.name, left.affiliation, left.biography) == ("Ada Lovelace", "City Library", "Wrote the first program.")
    assert sorted(await Address.filter(person_id=kept.id).values_list("email", "is_primary")) == [
        ("ada@example.org", True),
        ("ada@old.example.org", False),
    ]


async def test_who_signs_in_with_the_address_of_who_went_is_who_stayed_and_open_browsers_are_signed_out(
    db: None,
) -> None:
    kept, gone = await make.person("Ada", None), await make.person("Ada L.", "ada@example.org")
    await make.sign_in(gone)
    await merged(kept, gone)
    left = await SignIn.all().count()

    handle = await sign_in.ask("ada@example.org", "", "", Limiter(None), KEY, NOON)
    done = await sign_in.by_code(handle, codes.secrets_of(handle, KEY)[1], KEY, NOON, "Firefox", None)

    assert left == 0
    assert (done.person, done.first) == (kept.id, False)


async def test_both_calendars_stay_subscribed_and_never_show_a_revision_twice(db: None) -> None:
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    await personal_feeds.ensure([kept.id, gone.id], NOON)
    feeds = [await personal_feeds.of_person(one.id) for one in (kept, gone)]
    assert feeds[0] is not None
    assert feeds[1] is not None
    names = [personal_feeds.name_of(feed.public_id, feed.epoch, KEY) for feed in feeds if feed]

    async def etags() -> list[tuple[int, str]]:
        found = [await personal_feeds.find(name, KEY, NOON) for name in names]
        return [(feed.person_id, feed.etag) for feed in found]

    seen = [await etags()]
    number = await merged(kept, gone)
    seen.append(await etags())
    await merging.undo(number, kept.id, NOON)
    seen.append(await etags())

    assert [[person for person, _etag in one] for one in seen] == [
        [kept.id, gone.id],
        [kept.id, kept.id],
        [kept.id, gone.id],
    ]
    assert len({etag for one in seen for _person, etag in one}) == 6


async def test_a_rotated_calendar_is_no_longer_found_by_the_address_of_who_went(db: None) -> None:
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    await personal_feeds.ensure([kept.id, gone.id], NOON)
    feed = await personal_feeds.of_person(gone.id)
    assert feed is not None
    await merged(kept, gone)

    await personal_feeds.rotate(kept.id, NOON)

    with pytest.raises(NotFound):
        await personal_feeds.find(personal_feeds.name_of(feed.public_id, feed.epoch, KEY), KEY, NOON)


async def test_a_code_leads_to_who_stayed_and_is_never_given_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    await merged(kept, gone)
    given = iter([gone.code, "NEWONE"])
    monkeypatch.setattr(persons, "new_code", lambda: next(given))

    new = await Person.get(id=await persons.create("Grace", NOON))

    assert await merges.code_now(gone.code) == kept.code
    assert new.code == "NEWONE"


async def test_an_editor_who_types_the_code_of_who_went_means_who_stayed(db: None) -> None:
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    session = await make.session(await make.event(), NOON)
    await merged(kept, gone)

    await editing.put_person(session.id, gone.code, "speaker", NOON)

    assert [one.person_id for one in await editing.people(session.id)] == [kept.id]


async def test_what_is_still_to_be_told_to_who_went_is_told_to_who_stayed(db: None) -> None:
    kept, gone, other = await make.person("Ada"), await make.person("Ada L."), await make.person("Grace")
    for person in (gone, other):
        await outbox.write("mail.reminder", {"person": person.id, "entries": [1]})

    await merged(kept, gone)

    told = [
        json.loads(row["body"])["person"] for row in await database.rows("SELECT body FROM outbox_message ORDER BY id")
    ]
    assert told == [kept.id, other.id]


async def test_what_was_changed_since_stays_as_it_is(db: None) -> None:
    event = await make.event("annual")
    kept, gone, grace = await make.person("Ada"), await make.person("Ada L."), await make.person("Grace")
    first, second, third = [await make.session(event, NOON + timedelta(hours=n)) for n in range(3)]
    parts = [await SessionPerson.create(session=one, person=gone) for one in (first, second, third)]
    number = await merged(kept, gone, "name")
    await SessionPerson.filter(id=parts[0].id).update(person_id=grace.id)
    await SessionPerson.filter(id=parts[1].id).delete()
    await Person.filter(id=kept.id).update(name="Ada King")

    left = await merging.undo(number, kept.id, NOON)

    assert left == 3
    assert [one.person_id for one in await editing.people(first.id)] == [grace.id]
    assert [one.person_id for one in await editing.people(third.id)] == [gone.id]
    assert [(await Person.get(id=one.id)).name for one in (kept, gone)] == ["Ada King", "Ada L."]


async def test_a_row_that_was_left_out_stays_out_when_what_it_was_about_is_gone(db: None) -> None:
    session = await make.session(await make.event(), NOON)
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    for person in (kept, gone):
        await SessionPerson.create(session=session, person=person)
    number = await merged(kept, gone)
    await session.delete()

    assert await merging.undo(number, kept.id, NOON) == 1
    assert await Person.filter(id=gone.id).exists()


async def test_of_two_merges_in_a_row_the_first_can_be_undone_alone(db: None) -> None:
    ada, lovelace, countess = [await make.person(name) for name in ("Ada", "A. Lovelace", "Countess Lovelace")]
    session = await make.session(await make.event(), NOON)
    await SessionPerson.create(session=session, person=lovelace)
    first = await merged(ada, lovelace)
    await merged(countess, ada)

    await merging.undo(first, countess.id, NOON)

    assert [one.person_id for one in await editing.people(session.id)] == [lovelace.id]
    assert await merges.code_now(ada.code) == countess.code
    assert await merges.code_now(lovelace.code) is None


async def test_undoing_twice_is_refused_and_so_is_what_is_no_longer_kept(db: None) -> None:
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    number = await merged(kept, gone)
    await merging.undo(number, kept.id, NOON)
    with pytest.raises(merging.Refused):
        await merging.undo(number, kept.id, NOON)

    again = await merged(kept, gone)
    early = await merges.forget(NOON + merges.KEPT, 10)
    late = await merges.forget(NOON + merges.KEPT + timedelta(seconds=1), 10)

    assert (early, late) == (0, 2)
    with pytest.raises(NotFound):
        await merging.undo(again, kept.id, NOON)
    assert await merges.code_now(gone.code) == kept.code


async def test_the_log_of_merges_goes_with_the_account_of_who_stayed(db: None) -> None:
    kept, gone, grace = await make.person("Ada"), await make.person("Ada L."), await make.person("Grace")
    await merged(kept, gone, actor=grace)

    async with database.transaction():
        await erasing.erase(kept.id, NOON)

    assert await PersonMerge.all().count() == 0
    assert await merges.code_now(gone.code) is None


async def test_nobody_merges_away_the_account_they_sit_in_nor_somebody_with_themselves(db: None) -> None:
    kept, gone = await make.person("Ada"), await make.person("Ada L.")

    with pytest.raises(merging.Refused):
        await merging.rehearse(kept.id, gone.id, gone.id)
    with pytest.raises(NotFound):
        await merging.rehearse(kept.id, kept.id, gone.id)


async def test_that_two_are_two_is_remembered_of_who_stayed(db: None) -> None:
    kept, gone, grace = await make.person("Ada"), await make.person("Ada L."), await make.person("Grace")
    for other in (grace, kept):
        await candidates.tell_apart(gone.id, other.id, grace.id, NOON)

    await merged(kept, gone)

    assert sorted(await DistinctPeople.all().values_list("one_id", "other_id")) == [
        (kept.id, grace.id),
        (grace.id, kept.id),
    ]


async def test_a_file_of_an_answer_that_was_left_out_is_kept_as_long_as_it_may_come_back(db: None) -> None:
    kept, gone = await make.person("Ada"), await make.person("Ada L.")
    shared: dict[str, int] = {}
    for person, sha256 in ((kept, "a" * 64), (gone, "b" * 64)):
        await everywhere.at(("task_answer", "person_id"), person.id, shared, sha256=sha256)
    await merged(kept, gone)

    named = await files.named(["a" * 64, "b" * 64, "c" * 64])
    await merges.forget(NOON + timedelta(days=366), 10)

    assert named == {"a" * 64, "b" * 64}
    assert await files.named(["a" * 64, "b" * 64]) == {"a" * 64}
