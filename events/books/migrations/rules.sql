ALTER TABLE gl_code ADD CONSTRAINT gl_code_is_there CHECK (code <> '');
ALTER TABLE account_number ADD CONSTRAINT account_number_is_there CHECK (number <> '');
ALTER TABLE closing ADD CONSTRAINT closing_is_a_month CHECK (extract(day FROM month) = 1);
ALTER TABLE posting ADD CONSTRAINT posting_amount CHECK (amount <> 0);
ALTER TABLE posting ADD CONSTRAINT posting_account CHECK (
    account IN ('receivable', 'stripe', 'bank', 'deferred', 'income', 'fees', 'stripe_fees', 'written_off', 'other'));

CREATE FUNCTION posting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a posting of a closed month is never changed';
END $$;
CREATE TRIGGER posting_stays BEFORE UPDATE ON posting FOR EACH ROW EXECUTE FUNCTION posting_stays();
