ALTER TABLE dispute ADD CONSTRAINT dispute_state CHECK (state IN ('warning_needs_response', 'warning_under_review', 'warning_closed', 'prevented', 'needs_response', 'under_review', 'won', 'lost', 'appeal_needs_response', 'appeal_under_review'));
ALTER TABLE dispute ADD CONSTRAINT dispute_amount CHECK (amount > 0);
ALTER TABLE ledger DROP CONSTRAINT ledger_kind;
ALTER TABLE ledger ADD CONSTRAINT ledger_kind CHECK (kind IN ('charge', 'waiver', 'payment', 'refund', 'fee', 'dispute', 'dispute_won')) NOT VALID;
ALTER TABLE ledger VALIDATE CONSTRAINT ledger_kind;
