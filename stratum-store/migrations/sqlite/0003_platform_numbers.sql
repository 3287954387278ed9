-- What do the platforms report, what did the shop count, and how do the platforms themselves fare?

-- One row for each campaign and period; a campaign's hours and days are kept apart and never added together.
CREATE TABLE metric_periods (
  tenant        TEXT    NOT NULL,
  account       TEXT    NOT NULL,
  campaign      TEXT    NOT NULL,
  granularity   TEXT    NOT NULL CHECK (granularity IN ('hour', 'day')),
  at            INTEGER NOT NULL,
  spend         INTEGER NOT NULL CHECK (spend >= 0),
  impressions   INTEGER NOT NULL CHECK (impressions >= 0),
  clicks        INTEGER NOT NULL CHECK (clicks >= 0),
  conversions   INTEGER NOT NULL CHECK (conversions >= 0),
  revenue       INTEGER NOT NULL CHECK (revenue >= 0),
  currency      TEXT    NOT NULL,
  learning      INTEGER NOT NULL DEFAULT 0 CHECK (learning IN (0, 1)),
  PRIMARY KEY (tenant, account, granularity, at, campaign)
) STRICT, WITHOUT ROWID;

-- Any further delivery metric of an account, such as a cost per click that a platform publishes by the hour.
CREATE TABLE delivery_series (
  tenant  TEXT    NOT NULL,
  account TEXT    NOT NULL,
  metric  TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  value   REAL    NOT NULL,
  PRIMARY KEY (tenant, account, metric, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  tenant    TEXT    NOT NULL,
  order_id  TEXT    NOT NULL,
  account   TEXT    NOT NULL,
  amount    INTEGER NOT NULL CHECK (amount >= 0),
  currency  TEXT    NOT NULL,
  placed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, order_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX orders_by_time ON orders (tenant, placed_at);

-- Orders of a shop that only hands over totals, and of the simulation. `squares` is the sum of squared amounts.
CREATE TABLE order_hours (
  tenant   TEXT    NOT NULL,
  account  TEXT    NOT NULL,
  hour     INTEGER NOT NULL,
  orders   INTEGER NOT NULL CHECK (orders >= 0),
  amount   INTEGER NOT NULL CHECK (amount >= 0),
  squares  REAL    NOT NULL CHECK (squares >= 0),
  currency TEXT    NOT NULL,
  PRIMARY KEY (tenant, hour, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_call_hours (
  tenant            TEXT    NOT NULL,
  account           TEXT    NOT NULL,
  hour              INTEGER NOT NULL,
  calls             INTEGER NOT NULL CHECK (calls >= 0),
  failed_auth       INTEGER NOT NULL CHECK (failed_auth >= 0),
  failed_throttled  INTEGER NOT NULL CHECK (failed_throttled >= 0),
  failed_server     INTEGER NOT NULL CHECK (failed_server >= 0),
  failed_client     INTEGER NOT NULL CHECK (failed_client >= 0),
  latency_p95_ms    INTEGER NOT NULL CHECK (latency_p95_ms >= 0),
  throttle_headroom REAL,
  CHECK (failed_auth + failed_throttled + failed_server + failed_client <= calls),
  PRIMARY KEY (tenant, account, hour)
) STRICT, WITHOUT ROWID;

-- The newest confirmation of matches by the platform, for a window that ends at `at`.
CREATE TABLE match_confirmations (
  tenant         TEXT    NOT NULL,
  account        TEXT    NOT NULL,
  event          TEXT    NOT NULL,
  at             INTEGER NOT NULL,
  events         INTEGER NOT NULL CHECK (events >= 0),
  confirmed      INTEGER CHECK (confirmed BETWEEN 0 AND events),
  platform_score REAL    CHECK (platform_score BETWEEN 0 AND 10),
  PRIMARY KEY (tenant, account, event)
) STRICT;

CREATE TABLE tokens (
  tenant     TEXT    NOT NULL,
  account    TEXT    NOT NULL,
  valid      INTEGER NOT NULL CHECK (valid IN (0, 1)),
  renews     INTEGER NOT NULL CHECK (renews IN (0, 1)),
  expires_at INTEGER,
  checked_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, account)
) STRICT;

-- What a platform says about itself. An empty account means the whole platform.
CREATE TABLE platform_incidents (
  tenant    TEXT    NOT NULL,
  incident  TEXT    NOT NULL,
  platform  TEXT    NOT NULL,
  account   TEXT    NOT NULL,
  severity  TEXT    NOT NULL CHECK (severity IN ('minor', 'major')),
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  PRIMARY KEY (tenant, incident)
) STRICT;

CREATE TABLE platform_states (
  tenant            TEXT    NOT NULL,
  account           TEXT    NOT NULL,
  checked_at        INTEGER NOT NULL,
  api_sunset_at     INTEGER,
  learning_share    REAL    NOT NULL CHECK (learning_share BETWEEN 0 AND 1),
  changes_requested INTEGER NOT NULL CHECK (changes_requested >= 0),
  changes_rejected  INTEGER NOT NULL CHECK (changes_rejected BETWEEN 0 AND changes_requested),
  PRIMARY KEY (tenant, account)
) STRICT;
