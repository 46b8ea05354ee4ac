CREATE UNIQUE INDEX payment_terms_once ON payment_terms (event_id);
ALTER TABLE payment_terms ADD CONSTRAINT payment_terms_ways CHECK (ways <@ ARRAY['purchase_order', 'check', 'transfer']);
ALTER TABLE payment_terms ADD CONSTRAINT payment_terms_days CHECK (due_days BETWEEN 0 AND 365 AND grace_days BETWEEN 0 AND 365);
CREATE UNIQUE INDEX due_once ON due (order_id);
ALTER TABLE due ADD CONSTRAINT due_way CHECK (way IN ('purchase_order', 'check', 'transfer'));
CREATE UNIQUE INDEX receipt_once ON receipt (order_id, kind, way, upper(number));
ALTER TABLE receipt ADD CONSTRAINT receipt_kind CHECK (kind IN ('payment', 'refund'));
ALTER TABLE receipt ADD CONSTRAINT receipt_way CHECK (way IN ('check', 'transfer'));
ALTER TABLE receipt ADD CONSTRAINT receipt_amount CHECK (amount > 0);
ALTER TABLE receipt ADD CONSTRAINT receipt_number CHECK (number <> '');
ALTER TABLE invoice ADD CONSTRAINT invoice_kind CHECK (
    (kind = 'invoice' AND total > 0 AND credits_id IS NULL) OR (kind = 'credit_note' AND total < 0 AND credits_id IS NOT NULL));
CREATE UNIQUE INDEX invoice_credited_once ON invoice (credits_id);

CREATE FUNCTION receipt_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'booked_by_id' - 'note') IS DISTINCT FROM (to_jsonb(OLD) - 'booked_by_id' - 'note') THEN
        RAISE EXCEPTION 'a receipt is never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receipt_stays BEFORE UPDATE ON receipt FOR EACH ROW EXECUTE FUNCTION receipt_stays();

CREATE FUNCTION invoice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.blanked_at IS NOT NULL OR NEW.blanked_at IS NULL
        OR (to_jsonb(NEW) - 'body' - 'blanked_at') IS DISTINCT FROM (to_jsonb(OLD) - 'body' - 'blanked_at') THEN
        RAISE EXCEPTION 'an invoice is never changed: credit it and issue another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_stays BEFORE UPDATE OR DELETE ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_stays();
