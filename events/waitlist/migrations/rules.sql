ALTER TABLE waitlist_entry ADD CONSTRAINT waitlist_entry_state CHECK (state IN ('WAITING', 'OFFERED', 'TAKEN', 'LAPSED', 'LEFT', 'CLOSED'));
ALTER TABLE waitlist_entry ADD CONSTRAINT waitlist_entry_party CHECK (party BETWEEN 1 AND 100);
ALTER TABLE waitlist_entry ADD CONSTRAINT waitlist_entry_tickets CHECK (cardinality(ticket_types) > 0);
ALTER TABLE waitlist_entry ADD CONSTRAINT waitlist_entry_offer CHECK (state <> 'OFFERED' OR (order_id IS NOT NULL AND offered_until IS NOT NULL));
ALTER TABLE waitlist_entry ADD CONSTRAINT waitlist_entry_priority CHECK (priority = 0 OR reason <> '');
CREATE UNIQUE INDEX waitlist_entry_once ON waitlist_entry (event_id, lower(email), ticket_types) WHERE state IN ('WAITING', 'OFFERED') AND part_of_id IS NULL AND email <> '';
CREATE INDEX waitlist_entry_line ON waitlist_entry (event_id, priority DESC, joined_at, id) WHERE state IN ('WAITING', 'OFFERED');
ALTER TABLE waitlist_rules ADD CONSTRAINT waitlist_rules_hours CHECK (hours BETWEEN 1 AND 336);
