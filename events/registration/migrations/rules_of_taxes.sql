ALTER TABLE tax_rule ADD CONSTRAINT tax_rule_rate CHECK (rate >= 0 AND rate < 100000);
ALTER TABLE tax_rule ADD CONSTRAINT tax_rule_name CHECK (coalesce(rate, 0) = 0 OR name <> '');
ALTER TABLE exemption ADD CONSTRAINT exemption_state CHECK (state IN ('asked', 'accepted', 'refused'));
ALTER TABLE exemption ADD CONSTRAINT exemption_answered CHECK ((state = 'asked') = (answered_at IS NULL));
ALTER TABLE exemption ADD CONSTRAINT exemption_file CHECK ((sha256 = '') = (size = 0));
CREATE INDEX exemption_sha256 ON exemption (sha256) WHERE sha256 <> '';
ALTER TABLE exempted_line ADD CONSTRAINT exempted_line_tax CHECK (tax > 0);
