"""Units as a tree."""

import pytest

from events.people import units
from tests import make


async def test_the_tree_is_read_from_the_top_with_siblings_by_name(db: None) -> None:
    root = await make.unit("Association", kind="association")
    zebra = await make.unit("Zebra Round Table", root)
    apple = await make.unit("apple Division", root)
    await make.unit("Committee", apple)

    assert [(unit.name, unit.depth) for unit in await units.tree()] == [
        ("Association", 0),
        ("apple Division", 1),
        ("Committee", 2),
        ("Zebra Round Table", 1),
    ]
    assert await units.subtree(apple.id) == {apple.id, apple.id + 1}
    assert await units.subtree(zebra.id) == {zebra.id}


async def test_a_unit_cannot_hang_below_itself(db: None) -> None:
    root = await make.unit("Association", kind="association")
    division = await make.unit("Division", root)

    with pytest.raises(units.UnitCycle):
        await units.change(root.id, "Association", "", root.slug, "association", division.id)
    with pytest.raises(units.UnitCycle):
        await units.change(root.id, "Association", "", root.slug, "association", root.id)


async def test_two_units_never_share_an_address(db: None) -> None:
    root = await make.unit("Association")
    other = await make.unit("Other")

    with pytest.raises(units.SlugTaken):
        await units.create("Third", "", root.slug, "division", None)
    with pytest.raises(units.SlugTaken):
        await units.change(other.id, "Other", "", root.slug, "division", None)


def test_an_address_is_made_of_a_name() -> None:
    assert units.slug_of("Bücher & Medien – Arbeitskreis") == "bucher-medien-arbeitskreis"
    assert units.slug_of("図書館") == ""
