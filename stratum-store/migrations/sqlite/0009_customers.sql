-- Who met which channel, and who bought what? And for a simulation: what truly set the purchases off.

-- One contact. The platform is empty for mail, search results and the like.
CREATE TABLE touchpoints (
  tenant   TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  person   TEXT    NOT NULL,
  channel  TEXT    NOT NULL,
  kind     TEXT    NOT NULL CHECK (kind IN ('click', 'view')),
  platform TEXT    NOT NULL,
  PRIMARY KEY (tenant, at, person, channel, kind)
) STRICT, WITHOUT ROWID;

-- An order is known by its id, whoever it turns out to belong to; a conversion without an order by its person and moment.
CREATE TABLE conversions (
  tenant   TEXT    NOT NULL,
  person   TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  amount   INTEGER NOT NULL CHECK (amount >= 0),
  currency TEXT    NOT NULL,
  order_id TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX conversions_with_order ON conversions (tenant, order_id) WHERE order_id <> '';
CREATE UNIQUE INDEX conversions_without_order ON conversions (tenant, person, at) WHERE order_id = '';
CREATE INDEX conversions_by_time ON conversions (tenant, at);

-- What each cause truly came to, for everything that happened from `began_at` to `ended_at`. An empty channel stands for what
-- would have been bought without any touch.
CREATE TABLE cause_truths (
  tenant      TEXT    NOT NULL,
  channel     TEXT    NOT NULL,
  began_at    INTEGER NOT NULL,
  ended_at    INTEGER NOT NULL,
  conversions INTEGER NOT NULL CHECK (conversions >= 0),
  value_minor INTEGER NOT NULL CHECK (value_minor >= 0),
  PRIMARY KEY (tenant, channel)
) STRICT, WITHOUT ROWID;
