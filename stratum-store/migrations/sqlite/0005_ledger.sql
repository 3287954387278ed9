-- What happened, for good? Append-only: no statement changes or removes an entry, and none leaves a gap.

CREATE TABLE ledger (
  tenant   TEXT    NOT NULL REFERENCES tenants (tenant),
  seq      INTEGER NOT NULL CHECK (seq > 0),
  at       INTEGER NOT NULL,
  kind     TEXT    NOT NULL,
  body     TEXT    NOT NULL,
  previous TEXT    NOT NULL,
  hash     TEXT    NOT NULL,
  PRIMARY KEY (tenant, seq)
) STRICT;

CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_is_never_shortened BEFORE DELETE ON ledger
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_has_no_gap BEFORE INSERT ON ledger
WHEN NEW.seq <> 1 + COALESCE((SELECT MAX(seq) FROM ledger WHERE tenant = NEW.tenant), 0)
BEGIN
  SELECT RAISE(ABORT, 'the next entry has the next number');
END;
