"""One person's schedule: what they saved, their feed, the invitations and reminders they get."""

from tortoise import fields
from tortoise.models import Model

from events.catalogue.models import Entry
from events.people.models import Person
from events.registration.models import OrderLine
from events.schedule.models import Session


class Saved(Model):
    """A session somebody keeps. Private like a reading record; deleted with the event's archive or by the person."""

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="saved", on_delete=fields.CASCADE, db_index=True
    )
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="saved", on_delete=fields.CASCADE, db_index=True
    )
    saved_at = fields.DatetimeField()

    class Meta:
        table = "saved"
        unique_together = (("person", "session"),)


class PersonalFeed(Model):
    """A person's subscribable calendar: its address is `public_id` and a MAC of it under the key and `epoch`.

    epoch        raised to rotate the address; revoked_at: the feed is empty for 30 days, then gone (410)
    revision, changed_at   grow when anything in it changed (a save, a seat, a release)
    seats_here   True: seats are in the feed and no invitation is sent
    """

    id = fields.BigIntField(primary_key=True)
    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "people.Person", related_name="feed", on_delete=fields.CASCADE
    )
    public_id = fields.CharField(max_length=22, unique=True)
    epoch = fields.IntField(default=1, db_default=1)
    revision = fields.BigIntField(default=1, db_default=1)
    changed_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    seats_here = fields.BooleanField(default=False, db_default=False)
    hide_cancelled = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "personal_feed"


class FeedFetch(Model):
    """The freshness ledger: when which calendar client last saw which revision of a personal feed. Kept 14 days."""

    id = fields.BigIntField(primary_key=True)
    feed: fields.ForeignKeyRelation[PersonalFeed] = fields.ForeignKeyField(
        "agenda.PersonalFeed", related_name="fetches", on_delete=fields.CASCADE, db_index=True
    )
    client = fields.CharField(max_length=60)
    fetched_at = fields.DatetimeField()
    revision = fields.BigIntField()

    class Meta:
        table = "feed_fetch"
        unique_together = (("feed", "client"),)


class Invitation(Model):
    """The calendar invitation of one seat, to one attendee.

    A ticket that went to another person has two rows: the old one cancelled, and theirs.

    state      invited, cancelled
    sequence   the last one sent; the next is max(the entry's, sequence + 1) when anything is sent again changed
    sent_digest, message_id   what was last sent ("invited 3"), and the outbox message that still carries it: written
               before the mail leaves, so that the same message may send it again and no other does
    token      in the plus-address of ORGANIZER, so that a reply is known to be theirs; one for an attendee and uid
    reply      NEEDS-ACTION, ACCEPTED, DECLINED, TENTATIVE
    """

    id = fields.BigIntField(primary_key=True)
    line: fields.ForeignKeyRelation[OrderLine] = fields.ForeignKeyField(
        "registration.OrderLine", related_name="invitations", on_delete=fields.CASCADE, db_index=True
    )
    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "catalogue.Entry", related_name="invitations", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="invitations", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    email = fields.CharField(max_length=254)
    name = fields.CharField(max_length=200)
    uid = fields.CharField(max_length=120)
    token = fields.CharField(max_length=32, db_index=True)
    state = fields.CharField(max_length=12)
    sequence = fields.IntField(default=-1, db_default=-1)
    sent_digest = fields.CharField(max_length=64, default="", db_default="")
    message_id = fields.BigIntField(null=True)
    sent_at = fields.DatetimeField(null=True)
    reply = fields.CharField(max_length=20, default="NEEDS-ACTION", db_default="NEEDS-ACTION")

    class Meta:
        table = "invitation"
        unique_together = (("line", "entry", "email"),)


class ReminderRound(Model):
    """Until when reminders were rung. One row: everything that falls due follows from entries and who keeps them."""

    id = fields.IntField(primary_key=True, generated=False)
    until = fields.DatetimeField()

    class Meta:
        table = "reminder_round"


class Reminder(Model):
    """What the version before wrote in advance, a row for each reminder: read once more, so that none is sent twice.

    Nobody writes it any more; the table can go with the version after this one.
    """

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="reminders", on_delete=fields.CASCADE
    )
    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "catalogue.Entry", related_name="reminders", on_delete=fields.CASCADE, db_index=True
    )
    minutes = fields.IntField()
    due_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "reminder"
        unique_together = (("person", "entry", "minutes"),)


class Notice(Model):
    """Something changed in a published slot that somebody keeps. Deleted once they know.

    before     what they last knew: {"starts_at", "ends_at", "place", "on"}; a second change keeps the first `before`
    revision   of their personal feed: a calendar client that fetched this one knows already
    due_at     when it is decided, soon before the slot starts
    """

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="notices", on_delete=fields.CASCADE
    )
    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "catalogue.Entry", related_name="notices", on_delete=fields.CASCADE, db_index=True
    )
    before = fields.JSONField[dict[str, object]]()
    revision = fields.BigIntField(default=0, db_default=0)
    due_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "notice"
        unique_together = (("person", "entry"),)
