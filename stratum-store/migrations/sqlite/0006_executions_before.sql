-- What did the platform show before a write? What recovery compares with; none for writes begun before this was kept.

ALTER TABLE executions ADD COLUMN before TEXT;

CREATE INDEX executions_of_campaign ON executions (tenant, account, campaign, begun_at);
