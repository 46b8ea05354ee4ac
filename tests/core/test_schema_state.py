import pytest
from tortoise import fields
from tortoise.connection import get_connection
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_generator.state import State

from events.core import database
from events.core.schema_state import DrawnState, Executor

SHELF = ops.CreateModel(
    "Shelf", [("id", fields.IntField(primary_key=True)), ("name", fields.CharField(max_length=9))], {"table": "shelf"}
)
BOOK = ops.CreateModel(
    "Book",
    [
        ("id", fields.IntField(primary_key=True)),
        ("shelf", fields.ForeignKeyField("catalogue.Shelf", related_name="books")),
    ],
    {"table": "book"},
)


@pytest.fixture
async def state(db: None) -> State:
    return Executor(get_connection("default"), database.config("postgres://nobody@127.0.0.1/none")["apps"]).nothing()


async def test_a_class_knows_what_its_foreign_keys_lead_to(state: DrawnState) -> None:
    for operation in (BOOK, SHELF):  # in any order
        operation.state_forward("catalogue", state)
    book = state.apps.get_model("catalogue.Book")
    assert book._meta.fields_map["shelf"].related_model is not None  # type: ignore[attr-defined]
    assert book._meta.fields_map["shelf"].related_model.__name__ == "Shelf"  # type: ignore[attr-defined]
    assert state.apps.get_model("catalogue", "Book") is book, "drawn once"


async def test_a_copy_keeps_what_the_state_was(state: DrawnState) -> None:
    SHELF.state_forward("catalogue", state)
    before = state.clone()
    ops.AddField("Shelf", "floor", fields.IntField(null=True)).state_forward("catalogue", state)
    assert "floor" in state.apps.get_model("catalogue.Shelf")._meta.fields_map
    assert "floor" not in before.apps.get_model("catalogue.Shelf")._meta.fields_map


async def test_a_foreign_key_to_a_model_that_nobody_made_is_named(state: DrawnState) -> None:
    BOOK.state_forward("catalogue", state)
    with pytest.raises(RuntimeError, match=r"catalogue\.Book"):
        state.validate_relations_initialized()
    with pytest.raises(KeyError):
        state.apps.get_model("catalogue.Shelf")
    with pytest.raises(LookupError):
        state.reload_model("catalogue", "Shelf")
