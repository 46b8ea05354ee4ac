"""Every foreign key to a person has its rule."""

from events.people import references


async def test_every_foreign_key_to_a_person_says_what_a_merge_does_with_it(db: None) -> None:
    """A new table with a person in it: give it a line in `references.RULES`, and merging moves its rows."""
    keys = await references.keys_to("person")

    assert await references.undeclared() == []
    assert set(keys) == set(references.RULES)
    assert ("session_person", "person_id") in keys


async def test_what_hangs_on_a_row_that_may_be_left_out_has_a_rule_too(db: None) -> None:
    below = {place for rule in references.RULES.values() for place in rule.below}

    assert below == {("feed_fetch", "feed_id"), ("review", "reviewer_id"), ("proposal_file", "presenter_id")}
