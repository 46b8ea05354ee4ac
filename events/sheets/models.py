"""Imports that organizers asked for: the file while it is needed, what it would do, and what it did."""

from tortoise import fields
from tortoise.models import Model

from events.catalogue.models import Event
from events.people.models import Person


class ImportRun(Model):
    """A file that somebody chose to bring into an event.

    state    waiting, checked, refused, importing, done, stale, failed, discarded (`sheets.states`)
    stage    how far it is: "", reading, comparing, writing, checking
    sha256   of the file; data: its bytes, until it is done, discarded or a week old
    rights   what whoever asked may beside the programme: {"rooms": bool, "emails": bool}
    found    what the file is, in words
    seen     the fingerprint of the draft that the preview was made of
    counts   {"created", "changed", "unchanged", "missing", "refused"}
    lines    what would change, or did; faults: what is wrong with the file (`sheets.comparing`, `sheets.tables`)
    Personal data: names and texts of presenters, for whoever asked; blanked after 30 days.
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="imports", on_delete=fields.CASCADE, db_index=True
    )
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="imports", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    name = fields.CharField(max_length=200)
    size = fields.IntField()
    sha256 = fields.CharField(max_length=64)
    data = fields.BinaryField(null=True)
    rights = fields.JSONField[dict[str, bool]](default=dict)
    state = fields.CharField(max_length=12)
    stage = fields.CharField(max_length=12, default="", db_default="")
    found = fields.CharField(max_length=200, default="", db_default="")
    seen = fields.CharField(max_length=64, default="", db_default="")
    counts = fields.JSONField[dict[str, int]](default=dict)
    lines = fields.JSONField[list[dict[str, object]]](default=list)
    faults = fields.JSONField[list[dict[str, object]]](default=list)
    why = fields.CharField(max_length=500, default="", db_default="")
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "import_run"
