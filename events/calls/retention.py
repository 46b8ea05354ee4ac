"""How long this room keeps what people wrote, and what goes with an account."""

from datetime import datetime, timedelta

from events.core import database

UNSENT = timedelta(days=90)
"""A draft that was never handed in stays so long after its call closed."""


async def forget_drafts(at: datetime, limit: int) -> int:
    """Delete at most `limit` drafts of calls that closed long ago, with their presenters' answers and files.

    Returns how many.
    """
    return await database.execute(
        "DELETE FROM proposal WHERE id IN (SELECT p.id FROM proposal p JOIN call c ON c.id = p.call_id"
        " WHERE p.state = 'draft' AND c.closes_at < $1 ORDER BY p.id LIMIT $2)",
        at - UNSENT,
        limit,
    )


async def forget_person(person: int) -> None:
    """What goes at once with an account, in the caller's transaction, before its addresses go.

    Drafts, and proposals that were withdrawn; files and answers of theirs, done tasks; open invitations to their
    addresses. A proposal that was considered stays as its event does, and names them no more; its files stay only where
    somebody else presents it.
    """
    await database.execute(
        "DELETE FROM proposal WHERE owner_id = $1 AND state IN ('draft', 'withdrawn') AND session_id IS NULL",
        person,
    )
    theirs = "(person_id = $1 OR lower(email) IN (SELECT email FROM address WHERE person_id = $1))"
    await database.execute(
        f"DELETE FROM proposal_file WHERE presenter_id IN (SELECT id FROM proposal_person WHERE {theirs})",  # noqa: S608
        person,
    )
    await database.execute(
        "DELETE FROM proposal_file f USING proposal p WHERE p.id = f.proposal_id AND p.owner_id = $1"
        " AND NOT EXISTS (SELECT FROM proposal_person x WHERE x.proposal_id = p.id AND x.state = 'accepted'"
        " AND x.person_id <> $1)",
        person,
    )
    await database.execute(
        "UPDATE proposal_person SET name = '', email = '', answers = '{}', token_hash = NULL,"  # noqa: S608
        f" state = CASE state WHEN 'accepted' THEN state ELSE 'declined' END WHERE {theirs}",
        person,
    )
    await database.execute("DELETE FROM task_answer WHERE person_id = $1", person)
