"""Blocks and breaks from the editor: typed as on their own page, and read by the same form."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import FormData

from events.catalogue.queries import EventRow
from events.planning import blocks as planned
from events.planning import forms
from events.planning.organizing import rooms_of
from events.schedule import blocking
from events.schedule.history import By


class BlockFields(BaseModel):
    """What the dialog's fields say. start, end: wall times such as 12:00; days: dates; rooms: none for all of them."""

    model_config = ConfigDict(extra="forbid", strict=True)
    kind: str = Field(max_length=12)
    title: str = Field(max_length=1000)
    start: str = Field(max_length=20)
    end: str = Field(max_length=20)
    days: list[str] = Field(max_length=100)
    rooms: list[int] = Field(max_length=500)

    @property
    def form(self) -> FormData:
        single = [(name, getattr(self, name)) for name in ("kind", "title", "start", "end")]
        several = [("days", day) for day in self.days] + [("rooms", str(room)) for room in self.rooms]
        return FormData([*single, *several])


async def lay(
    event: EventRow, fields: BlockFields, block: int, version: int, whole: bool, by: By, at: datetime
) -> UUID | None:
    """A new block for each day (block 0), or another place for one or for its whole series; returns the command.

    Raises Unreadable naming each field, NotFound and StaleWrite.
    """
    known = set(dict(await rooms_of(event)))
    if not block:
        wanted, on = forms.block(fields.form, ZoneInfo(event.timezone), known)
        return await blocking.create(event.id, wanted, on, by, at)
    held = await planned.block(event.id, block)
    wanted, on = forms.block(fields.form, ZoneInfo(held.timezone), known | set(held.rooms))
    return await blocking.change(event.id, block, wanted, on[0], version, by, at, whole=whole)


async def remove(event: EventRow, block: int, version: int, whole: bool, by: By, at: datetime) -> UUID | None:
    """Raises NotFound and StaleWrite."""
    return await blocking.remove(event.id, block, version, by, at, whole=whole)
