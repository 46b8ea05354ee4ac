"""What a reviewer gets into their hands, as pieces of SQL: `w` is a row of reviewer, `p` of proposal."""

APART = """apart AS MATERIALIZED (
    SELECT w.id AS reviewer, p.id AS proposal, true AS own
    FROM reviewer w JOIN proposal p ON p.call_id = w.call_id AND p.owner_id = w.person_id WHERE {only}
    UNION SELECT w.id, p.id, true FROM reviewer w JOIN proposal_person x ON x.person_id = w.person_id
    JOIN proposal p ON p.id = x.proposal_id AND p.call_id = w.call_id WHERE {only}
    UNION SELECT w.id, p.id, true FROM reviewer w JOIN address a ON a.person_id = w.person_id
    JOIN proposal p ON p.call_id = w.call_id JOIN proposal_person x ON x.proposal_id = p.id AND lower(x.email) = a.email
    WHERE {only}
    UNION SELECT w.id, k.proposal_id, false FROM reviewer w JOIN review k ON k.reviewer_id = w.id
    WHERE k.state = 'conflict' AND {only}
)"""
"""Who has a conflict of interest with what. own: they wrote it, present it or were asked to, whatever they answered;
else they declared it, in any phase."""

REACHED = """(w.track_ids = '{}' OR p.track_id = ANY (w.track_ids)) AND NOT EXISTS (
    SELECT FROM apart a WHERE a.reviewer = w.id AND a.proposal = p.id)"""
"""Of their tracks, and nothing stands between."""

REVIEWABLE = "p.state IN ('submitted', 'waitlisted')"
"""Handed in, and not decided for good."""

IN_HAND = """LATERAL (SELECT * FROM review_phase h WHERE h.call_id = w.call_id AND h.opens_at <= {at}
    ORDER BY h.opens_at DESC, h.id DESC LIMIT 1) f"""
"""As `review_phases.in_hand`."""

WRITTEN = "(r.scores <> '{}'::jsonb OR r.comment <> '')"
"""Of a review `r` that is open: it was begun, not only handed to somebody."""
