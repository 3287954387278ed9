-- Whose data is it, where does it come from and where does the money go?
-- Every moment is an integer: microseconds since 1970 in UTC. Every amount is an integer: the smallest unit of its currency.
-- The tenant leads every key.

CREATE TABLE tenants (
  tenant     TEXT    NOT NULL PRIMARY KEY,
  name       TEXT    NOT NULL,
  simulation INTEGER NOT NULL CHECK (simulation IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;

-- A write key is looked up by its digest; the key itself is not kept.
CREATE TABLE sources (
  tenant           TEXT NOT NULL REFERENCES tenants (tenant),
  source           TEXT NOT NULL,
  name             TEXT NOT NULL,
  write_key_digest TEXT NOT NULL UNIQUE,
  channel          TEXT NOT NULL CHECK (channel IN ('browser', 'server', 'mobile')),
  account          TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant, source)
) STRICT;

CREATE TABLE accounts (
  tenant           TEXT NOT NULL REFERENCES tenants (tenant),
  account          TEXT NOT NULL,
  platform         TEXT NOT NULL,
  name             TEXT NOT NULL,
  currency         TEXT NOT NULL,
  time_zone        TEXT NOT NULL,
  conversion_event TEXT NOT NULL,
  plan             TEXT NOT NULL,
  PRIMARY KEY (tenant, account)
) STRICT;

CREATE TABLE campaigns (
  tenant       TEXT NOT NULL,
  account      TEXT NOT NULL,
  campaign     TEXT NOT NULL,
  name         TEXT NOT NULL,
  daily_budget INTEGER CHECK (daily_budget >= 0),
  paused       INTEGER NOT NULL CHECK (paused IN (0, 1)),
  PRIMARY KEY (tenant, campaign),
  FOREIGN KEY (tenant, account) REFERENCES accounts (tenant, account)
) STRICT;

CREATE INDEX campaigns_of_account ON campaigns (tenant, account);
