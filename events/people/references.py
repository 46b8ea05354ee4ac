"""Every place that points to a person, and what becomes of it when two people turn out to be one.

The database's own list of foreign keys says which places there are; here each has its rule. A new foreign key to
`person` without one stops every merge (`undeclared`), and a test.

The tables belong to higher rooms, so they are named in words here, as `people.roles` names the event's: one merge is
one transaction over all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from events.core import database
from events.core.locales import Lazy, lazy

Place = tuple[str, str]
"""A table and its column."""


class How(Enum):
    MOVE = "move"
    """The row points to the kept person from then on."""
    END = "end"
    """The row is deleted and nothing is written down of it: secrets, and what is found anew."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to the rows of a place.

    words    what such rows are, for the preview; "" for what is not told
    once     SQL over a row `{0}`: a person may have one row for each value; () says that there is no such limit,
             "true" that a person has one row at all
    better   SQL over a row `{0}`: of two that collide the one with more stays, the kept person's when equal
    joined   {column: SQL over the rows `k` that stays and `g` that goes}: what it takes over
    onward   of `joined`: columns that only grow, so that undoing leaves them
    below    places that point to a row of this table and go over to the one that stays
    fresh    {column: SQL} set on a row that moves
    never    SQL over a row `{0}` that would make no sense with the kept person ($1): it is left out
    only     SQL over a row `{0}`: the rows of this place, where it is no foreign key
    private  shown without a number: a schedule is private like a reading record
    """

    words: Lazy | str = ""
    how: How = How.MOVE
    once: tuple[str, ...] = ()
    better: str = "0"
    joined: Mapping[str, str] = field(default_factory=dict)
    onward: frozenset[str] = frozenset()
    below: Mapping[Place, "Rule"] = field(default_factory=dict)
    fresh: Mapping[str, str] = field(default_factory=dict)
    never: str = ""
    only: str = ""
    private: bool = False


_WHO = Rule(lazy("what they did in the history of events, orders and programmes"))

RULES: Mapping[Place, Rule] = {
    # this room
    ("address", "person_id"): Rule(lazy("e-mail addresses"), fresh={"is_primary": "false"}),
    ("role", "person_id"): Rule(
        lazy("roles"), once=("{0}.name", "coalesce({0}.unit_id, 0)", "coalesce({0}.event_id, 0)")
    ),
    ("membership", "person_id"): Rule(lazy("memberships")),
    ("sign_in", "person_id"): Rule(lazy("browsers that are signed in"), How.END),
    ("email_code", "person_id"): Rule(how=How.END),
    ("duplicate_candidate", "one_id"): Rule(how=How.END),
    ("duplicate_candidate", "other_id"): Rule(how=How.END),
    ("distinct_people", "one_id"): Rule(once=("{0}.other_id",), never="{0}.other_id = $1"),
    ("distinct_people", "other_id"): Rule(once=("{0}.one_id",), never="{0}.one_id = $1"),
    ("distinct_people", "said_by_id"): _WHO,
    ("former_key", "person_id"): Rule(),
    ("person_merge", "kept_id"): Rule(lazy("earlier merges")),
    ("person_merge", "merged_by_id"): _WHO,
    ("person_merge", "undone_by_id"): _WHO,
    # catalogue and planning
    ("event_move", "moved_by_id"): _WHO,
    ("availability", "person_id"): Rule(lazy("times when they are there")),
    # schedule
    ("session_person", "person_id"): Rule(lazy("parts in sessions"), once=("{0}.session_id", "{0}.role")),
    ("accepted_conflict", "accepted_by_id"): _WHO,
    ("edit", "by_id"): _WHO,
    ("release", "published_by_id"): _WHO,
    ("redaction", "made_by_id"): _WHO,
    ("request_step", "by_id"): _WHO,
    # sheets and solver
    ("import_run", "by_id"): _WHO,
    ("arrangement", "asked_by_id"): _WHO,
    # lobby
    ("lobby", "changed_by_id"): _WHO,
    # calls
    ("proposal", "owner_id"): Rule(lazy("proposals they handed in or write")),
    ("proposal_person", "person_id"): Rule(
        lazy("parts in proposals"),
        once=("{0}.proposal_id",),
        better="CASE {0}.state WHEN 'accepted' THEN 3 WHEN 'invited' THEN 2 WHEN 'named' THEN 1 ELSE 0 END",
        below={
            ("proposal_file", "presenter_id"): Rule(
                once=("{0}.proposal_id", "{0}.question_id"), better="extract(epoch FROM {0}.added_at)"
            )
        },
    ),
    ("reviewer", "person_id"): Rule(
        lazy("calls they review for"),
        once=("{0}.call_id",),
        joined={
            "chair": "k.chair OR g.chair",
            "track_ids": "CASE WHEN k.track_ids = '{}' OR g.track_ids = '{}' THEN '{}'"
            " ELSE ARRAY(SELECT DISTINCT t FROM unnest(k.track_ids || g.track_ids) AS t ORDER BY t) END",
        },
        below={
            ("review", "reviewer_id"): Rule(
                once=("{0}.proposal_id", "{0}.phase_id"),
                better="CASE {0}.state WHEN 'conflict' THEN 2 WHEN 'given' THEN 1 ELSE 0 END",
            )
        },
    ),
    ("decision", "decided_by_id"): _WHO,
    ("edit_request", "asked_by_id"): Rule(lazy("changes they asked for")),
    ("edit_request", "answered_by_id"): _WHO,
    ("task_answer", "person_id"): Rule(
        lazy("tasks they did"),
        once=("{0}.task_id", "coalesce({0}.session_id, 0)"),
        better="extract(epoch FROM {0}.done_at)",
    ),
    # registration
    ("orders", "person_id"): Rule(lazy("orders")),
    ("registration", "person_id"): Rule(lazy("registrations")),
    ("order_move", "moved_by_id"): _WHO,
    ("refund_policy", "saved_by_id"): _WHO,
    ("calling_off", "started_by_id"): _WHO,
    ("ticket_change", "changed_by_id"): _WHO,
    ("ticket_change", "old_person_id"): _WHO,
    ("transfer", "offered_by_id"): _WHO,
    ("saved_list", "owner_id"): Rule(lazy("saved lists of orders"), once=("{0}.event_id", "lower({0}.name)")),
    ("change_request", "answered_by_id"): _WHO,
    ("declaration", "answered_by_id"): _WHO,
    ("exemption", "answered_by_id"): _WHO,
    ("tax_rule", "saved_by_id"): _WHO,
    ("allotted", "given_by_id"): _WHO,
    ("allotted", "person_id"): Rule(
        lazy("places they have by rule"),
        once=("{0}.allotment_id", "coalesce(CASE WHEN {0}.ended_at IS NOT NULL THEN {0}.id END, 0)"),
    ),
    ("document", "saved_by_id"): _WHO,
    # invoicing
    ("write_off", "written_by_id"): _WHO,
    ("bank_statement", "sent_by_id"): _WHO,
    ("bank_line", "changed_by_id"): _WHO,
    # waitlist
    ("waitlist_entry", "person_id"): Rule(lazy("places in line")),
    ("waitlist_entry", "changed_by_id"): _WHO,
    # registration
    ("quota_change", "changed_by_id"): _WHO,
    ("voucher_change", "changed_by_id"): _WHO,
    ("free_places", "granted_by_id"): _WHO,
    # invoicing
    ("receipt", "booked_by_id"): _WHO,
    # institutions
    ("staff_move", "moved_by_id"): _WHO,
    # books
    ("gl_code", "given_by_id"): _WHO,
    ("closing", "closed_by_id"): _WHO,
    ("difference", "settled_by_id"): _WHO,
    ("exchange", "started_by_id"): _WHO,
    # cases
    ("care_case", "person_id"): Rule(),  # not even that there is one is for whoever merges
    ("care_case", "owner_id"): _WHO,
    ("care_move", "by_id"): _WHO,
    ("care_message", "by_id"): _WHO,
    ("care_reading", "reader_id"): _WHO,
    # agenda
    ("saved", "person_id"): Rule(lazy("saved sessions"), once=("{0}.session_id",), private=True),
    ("personal_feed", "person_id"): Rule(
        lazy("a calendar feed"),
        once=("true",),
        better="CASE WHEN {0}.revoked_at IS NULL THEN 1 ELSE 0 END",
        joined={"revision": "greatest(k.revision, g.revision)"},
        onward=frozenset({"revision"}),
        below={("feed_fetch", "feed_id"): Rule(once=("{0}.client",))},
        private=True,
    ),
    ("invitation", "person_id"): Rule(lazy("calendar invitations of their seats")),
    ("reminder", "person_id"): Rule(
        once=("{0}.entry_id", "{0}.minutes"), better="CASE WHEN {0}.sent_at IS NULL THEN 0 ELSE 1 END"
    ),
    ("notice", "person_id"): Rule(once=("{0}.entry_id",)),
}

WITHOUT_A_KEY: Mapping[Place, Rule] = {
    ("accepted_conflict", "subject"): Rule(
        lazy("conflicts that somebody let stand"),
        once=("{0}.kind", "{0}.one_id", "{0}.other_id"),
        only="{0}.kind IN ('person', 'away', 'walk')",
    ),
}
"""Columns that hold a person's id without saying so to the database."""

_KEYS = """
SELECT c.conrelid::regclass::text AS "table", a.attname::text AS "column" FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = any(c.conkey)
WHERE c.contype = 'f' AND c.confrelid = $1::text::regclass ORDER BY 1, 2
"""


class Undeclared(Exception):
    """A defect: a table points to people, or to rows that a merge may leave out, and has no rule."""


async def keys_to(table: str) -> list[Place]:
    """The foreign keys to a table, from the database's catalogue."""
    return [(row["table"], row["column"]) for row in await database.rows(_KEYS, table)]


async def undeclared() -> list[Place]:
    """Foreign keys that a merge would not know what to do with; there are none."""
    return [place for place in await keys_to("person") if place not in RULES] + await _below(RULES)


async def _below(rules: Mapping[Place, Rule]) -> list[Place]:
    """Keys to rows that may be left out, and would go with them."""
    missing = []
    for (table, _column), rule in rules.items():
        if rule.once or rule.never:
            missing += [place for place in await keys_to(table) if place not in rule.below]
            missing += await _below(rule.below)
    return missing
