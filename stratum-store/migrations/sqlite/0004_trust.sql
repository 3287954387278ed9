-- What is allowed, what was proposed, what was done about it?

CREATE TABLE policies (
  tenant     TEXT    NOT NULL,
  digest     TEXT    NOT NULL,
  version    TEXT    NOT NULL,
  settings   TEXT    NOT NULL,
  adopted_at INTEGER NOT NULL,
  adopted_by TEXT    NOT NULL,
  number     INTEGER NOT NULL,
  PRIMARY KEY (tenant, number)
) STRICT;

CREATE TABLE status_memories (
  tenant     TEXT    NOT NULL,
  scope      TEXT    NOT NULL,
  memory     TEXT    NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, scope)
) STRICT;

CREATE TABLE health_history (
  tenant  TEXT    NOT NULL,
  account TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  health  TEXT    NOT NULL,
  PRIMARY KEY (tenant, account, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE proposals (
  tenant     TEXT    NOT NULL,
  proposal   TEXT    NOT NULL,
  account    TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  body       TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  seq        INTEGER,
  PRIMARY KEY (tenant, proposal)
) STRICT;

CREATE INDEX proposals_by_state ON proposals (tenant, state, created_at);

CREATE TABLE approvals (
  tenant     TEXT    NOT NULL,
  digest     TEXT    NOT NULL,
  proposal   TEXT    NOT NULL,
  body       TEXT    NOT NULL,
  expires_at INTEGER NOT NULL,
  spent_at   INTEGER,
  PRIMARY KEY (tenant, digest)
) STRICT;

CREATE INDEX approvals_of_proposal ON approvals (tenant, proposal);

CREATE TABLE freezes (
  tenant    TEXT    NOT NULL,
  freeze    TEXT    NOT NULL,
  body      TEXT    NOT NULL,
  set_at    INTEGER NOT NULL,
  lifted_at INTEGER,
  lifted_by TEXT,
  PRIMARY KEY (tenant, freeze)
) STRICT;

-- One row for each redeemed permit. What has no outcome yet is owned by whoever holds the lease.
CREATE TABLE executions (
  tenant        TEXT    NOT NULL,
  permit        TEXT    NOT NULL,
  proposal      TEXT    NOT NULL,
  account       TEXT    NOT NULL,
  campaign      TEXT    NOT NULL,
  action        TEXT    NOT NULL,
  direction     TEXT    NOT NULL CHECK (direction IN ('increase', 'neutral', 'reduce')),
  by_automation INTEGER NOT NULL CHECK (by_automation IN (0, 1)),
  state         TEXT    NOT NULL CHECK (state IN ('intent', 'applied', 'not_applied', 'unconfirmed')),
  begun_at      INTEGER NOT NULL,
  lease_until   INTEGER NOT NULL,
  lease_holder  TEXT    NOT NULL,
  settled_at    INTEGER,
  receipt       TEXT,
  PRIMARY KEY (tenant, permit)
) STRICT;

CREATE INDEX executions_settled ON executions (tenant, state, settled_at);

-- An index over the reviews of the ledger for lists and filters; everything in it can be derived again from the ledger.
CREATE TABLE decisions (
  tenant   TEXT    NOT NULL,
  seq      INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  account  TEXT    NOT NULL,
  campaign TEXT    NOT NULL,
  proposal TEXT    NOT NULL,
  verdict  TEXT    NOT NULL CHECK (verdict IN ('pass', 'hold', 'block')),
  state    TEXT    NOT NULL,
  truth    TEXT    CHECK (truth IN ('harmful', 'harmless')),
  summary  TEXT    NOT NULL,
  PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX decisions_by_verdict ON decisions (tenant, verdict, seq);
CREATE INDEX decisions_by_account ON decisions (tenant, account, seq);
CREATE INDEX decisions_of_proposal ON decisions (tenant, proposal, seq);

CREATE TABLE incidents (
  tenant           TEXT    NOT NULL,
  incident         TEXT    NOT NULL,
  account          TEXT    NOT NULL,
  kind             TEXT    NOT NULL,
  began_at         INTEGER NOT NULL,
  ended_at         INTEGER,
  fault            INTEGER NOT NULL CHECK (fault IN (0, 1)),
  source           TEXT    NOT NULL CHECK (source IN ('simulation_truth', 'observed')),
  first_noticed_at INTEGER,
  summary          TEXT    NOT NULL,
  PRIMARY KEY (tenant, incident)
) STRICT;

CREATE TABLE rule_states (
  tenant     TEXT    NOT NULL,
  rule       TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, rule)
) STRICT;
