"""What is kept of somebody's schedule, until when."""

from datetime import timedelta

from events.agenda import invitations, personal_feeds, retention, saves
from events.agenda.models import FeedFetch, Invitation, PersonalFeed, Reminder, Saved
from events.catalogue.models import Event
from events.core import database
from tests import make
from tests.agenda.conftest import MORNING, Programme
from tests.make import NOON


async def test_everything_of_an_erased_person_goes_and_nothing_of_anybody_else(programme: Programme) -> None:
    ada, grace = await make.person(), await make.person()
    for one in (ada, grace):
        await saves.save(one.id, programme.event.id, programme.early.code, NOON)
        await personal_feeds.ensure([one.id], NOON)
        feed = await PersonalFeed.get(person=one)
        await FeedFetch.create(feed=feed, client="Apple", fetched_at=NOON, revision=1)

    await retention.forget_person(ada.id)

    for table in (Saved, PersonalFeed):
        assert await table.exclude(person_id=grace.id).count() == 0
        assert await table.filter(person_id=grace.id).count() > 0
    assert await FeedFetch.all().count() == 1


async def test_saved_sessions_go_with_the_events_archive_and_their_feeds_move_on(programme: Programme) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)
    await personal_feeds.ensure([ada.id], NOON)
    before = (await PersonalFeed.get(person=ada)).revision

    early = await retention.forget_archived(NOON, 10)
    await Event.filter(id=programme.event.id).update(state="archived")
    done = [await retention.forget_archived(NOON, 10) for _again in range(2)]

    assert (early, done, await Saved.all().count()) == (0, [1, 0], 0)
    assert (await PersonalFeed.get(person=ada)).revision == before + 1


async def test_an_invitation_names_nobody_ninety_days_after_its_event(programme: Programme) -> None:
    order = await make.seat(None, programme.early, "ada@example.org")
    await invitations.follow_orders([order.id], NOON)
    [sent] = await Invitation.all()
    over = MORNING + retention.SERVED

    early = await retention.blank_invitations(over, 10)
    done = [await retention.blank_invitations(over + timedelta(days=5), 10) for _again in range(2)]

    assert (sent.email, early, done) == ("ada@example.org", 0, [1, 0])
    [row] = await Invitation.all()
    assert (row.email, row.name, row.state, row.token) == ("", "", "invited", sent.token)


async def test_reminders_go_ninety_days_after_they_were_due(programme: Programme) -> None:
    ada, entry = await make.person(), await database.value("SELECT min(id) FROM entry")
    await Reminder.create(person=ada, entry_id=entry, minutes=30, due_at=MORNING)

    assert await retention.forget_reminders(MORNING + timedelta(days=89), 10) == 0
    assert await retention.forget_reminders(MORNING + timedelta(days=91), 10) == 1
    assert await Reminder.all().count() == 0
