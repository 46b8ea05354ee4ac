"""People, how they sign in, the units of the association, roles and memberships."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class Unit(Model):
    """A part of the association, or an outside group, that owns events and sessions.

    kind     association, division, round_table, committee, chapter, office, outside
    """

    id = fields.IntField(primary_key=True)
    parent: fields.ForeignKeyNullableRelation["Unit"] = fields.ForeignKeyField(
        "people.Unit", related_name="children", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    slug = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=200)
    short_name = fields.CharField(max_length=30, default="", db_default="")
    kind = fields.CharField(max_length=20)

    class Meta:
        table = "unit"


class Person(Model):
    """Somebody the association knows. Imported people may have no address and never sign in.

    code     public, in the addresses of speaker pages (6 of A-Z0-9)
    source   who named them first: "" (themselves) or the import's key, so that a second import finds them again
    Personal data: kept until the person asks or `erased_at`; profile fields are public only for people in a programme.
    """

    id = fields.IntField(primary_key=True)
    guid = fields.UUIDField(unique=True)
    code = fields.CharField(max_length=8, unique=True)
    name = fields.CharField(max_length=200)
    biography = fields.TextField(default="", db_default="")
    affiliation = fields.CharField(max_length=200, default="", db_default="")
    locale = fields.CharField(max_length=12, default="en", db_default="en")
    timezone = fields.CharField(max_length=60, default="", db_default="")
    source = fields.CharField(max_length=120, null=True, unique=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    erased_at = fields.DatetimeField(null=True)

    addresses: fields.ReverseRelation["Address"]

    class Meta:
        table = "person"


class Address(Model):
    """An e-mail address that a person has proved to read. Lower case, unique among all people."""

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="addresses", on_delete=fields.CASCADE, db_index=True
    )
    email = fields.CharField(max_length=254, unique=True)
    verified_at = fields.DatetimeField()
    is_primary = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "address"


class EmailCode(Model):
    """A single-use proof sent by e-mail: a link's token and a six-digit code, both stored hashed, for 15 minutes.

    purpose    sign_in, add_address, claim_membership
    person     whose request it is (null for a sign-in by an unknown address)
    subject    what it is about beside the address (the membership's id), or null
    attempts   wrong codes typed so far; five end it
    Deleted a day after it ran out.
    """

    id = fields.BigIntField(primary_key=True)
    purpose = fields.CharField(max_length=20)
    email = fields.CharField(max_length=254, db_index=True)
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="email_codes", null=True, on_delete=fields.CASCADE, db_index=True
    )
    subject = fields.IntField(null=True)
    token_hash = fields.BinaryField()
    code_hash = fields.BinaryField()
    handle = fields.CharField(max_length=43, unique=True)
    next = fields.CharField(max_length=400, default="", db_default="")
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "email_code"


class SignIn(Model):
    """A browser that is signed in: the hash of its cookie's token. Deleted when signed out or 60 days unused."""

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="sign_ins", on_delete=fields.CASCADE, db_index=True
    )
    token_hash = fields.BinaryField()
    client = fields.CharField(max_length=80, default="", db_default="")
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "sign_in"


class Role(Model):
    """What a person may do, and where: in the association, in a unit (and below it), or in one event.

    name      administrator, programme_manager, editor, registrar, care, reader
    unit_id, event_id   at most one of them; neither means the whole association (event_id is made a key by catalogue)
    """

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="roles", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=30)
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "people.Unit", related_name="roles", null=True, on_delete=fields.CASCADE, db_index=True
    )
    event_id = fields.IntField(null=True, db_index=True)
    granted_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "role"


class Membership(Model):
    """A row of the association's roster. Bound to a person once claimed by number and a code sent to `email`.

    kind       member, student, retired (the audience it gives); unit: the division it is in, or null
    valid      from `valid_from` through `valid_to`, both days included
    """

    id = fields.IntField(primary_key=True)
    number = fields.CharField(max_length=40)
    email = fields.CharField(max_length=254)
    kind = fields.CharField(max_length=20)
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "people.Unit", related_name="memberships", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    valid_from = fields.DateField()
    valid_to = fields.DateField()
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="memberships", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    claimed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "membership"
        unique_together = (("number", "unit"),)


class PersonMerge(Model):
    """Two rows of `person` that were one: what the merge moved, row by row, so that it can be turned round.

    gone_id    the id of the row that is no more; gone: its {"code", "name"}
    rows       what moved, what was left out, what was set, in the order it was done (`people.reference_moves`)
    Personal data: deleted after `merges.KEPT`, and with the account of the kept person.
    """

    id = fields.IntField(primary_key=True)
    kept: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="merges", on_delete=fields.CASCADE, db_index=True
    )
    gone_id = fields.IntField()
    gone = fields.JSONField[dict[str, str]]()
    rows = fields.JSONField[list[dict[str, object]]](default=list)
    why = fields.CharField(max_length=300, default="", db_default="")
    merged_at = fields.DatetimeField(db_index=True)
    merged_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="merges_made", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    undone_at = fields.DatetimeField(null=True)
    undone_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="merges_undone", null=True, on_delete=fields.SET_NULL, db_index=True
    )

    class Meta:
        table = "person_merge"


class FormerKey(Model):
    """What once led to a row that was merged into another, and now leads to that one. Never given to anybody else.

    kind    code (of public pages), source (an import's key), feed (the public id of a personal feed, with its `epoch`)
    """

    id = fields.IntField(primary_key=True)
    kind = fields.CharField(max_length=8)
    key = fields.CharField(max_length=120)
    epoch = fields.IntField(null=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="former_keys", on_delete=fields.CASCADE, db_index=True
    )

    class Meta:
        table = "former_key"
        unique_together = (("kind", "key"),)


class DistinctPeople(Model):
    """Somebody looked: these are two people, and are not proposed again. Each pair is there both ways round."""

    id = fields.IntField(primary_key=True)
    one: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="not_the_same_as", on_delete=fields.CASCADE, db_index=True
    )
    other: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="not_the_same_as_this", on_delete=fields.CASCADE, db_index=True
    )
    said_at = fields.DatetimeField()
    said_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="told_apart", null=True, on_delete=fields.SET_NULL, db_index=True
    )

    class Meta:
        table = "distinct_people"
        unique_together = (("one", "other"),)


class DuplicateCandidate(Model):
    """Two rows that may be one person, as `people.duplicates` found them last. Made anew every night and on demand.

    score     0 to 100; reasons: of `duplicates.Reason`
    one < other
    """

    id = fields.IntField(primary_key=True)
    one: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="candidates", on_delete=fields.CASCADE
    )
    other: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="candidates_other", on_delete=fields.CASCADE, db_index=True
    )
    score = fields.IntField()
    reasons = ArrayField("text", default=list)
    found_at = fields.DatetimeField()

    class Meta:
        table = "duplicate_candidate"
        unique_together = (("one", "other"),)
