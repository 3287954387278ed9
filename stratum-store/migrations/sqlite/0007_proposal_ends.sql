-- Until when does a proposal wait that names no end itself? Seven days from when it came in.

UPDATE proposals SET expires_at = created_at + 604800000000 WHERE expires_at IS NULL;

CREATE INDEX executions_of_proposal ON executions (tenant, proposal);
