-- What happened on the site and in the shop, as the collection endpoint received it?
-- `account` is empty where a source speaks for every account of the tenant.

CREATE TABLE events (
  tenant      TEXT    NOT NULL,
  message     TEXT    NOT NULL,
  account     TEXT    NOT NULL,
  source      TEXT    NOT NULL,
  kind        TEXT    NOT NULL
    CHECK (kind IN ('track', 'identify', 'page', 'screen', 'group', 'alias')),
  event       TEXT    NOT NULL,
  channel     TEXT    NOT NULL CHECK (channel IN ('browser', 'server', 'mobile')),
  matching    TEXT,
  at          INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  payload     TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX events_by_message ON events (tenant, message);

-- One row for each conversion and side: who saw it, and in which hour. It says which events have a twin.
CREATE TABLE event_twins (
  tenant       TEXT NOT NULL,
  account      TEXT NOT NULL,
  event        TEXT NOT NULL,
  matching     TEXT NOT NULL,
  browser_hour INTEGER,
  server_hour  INTEGER,
  mobile_hour  INTEGER,
  PRIMARY KEY (tenant, account, event, matching)
) STRICT, WITHOUT ROWID;

-- Conversions by the hour in which they happened. `repeated` of the events brought a conversion that the same side had
-- brought before; `matched` of them have a twin on the other side.
CREATE TABLE event_hours (
  tenant           TEXT    NOT NULL,
  account          TEXT    NOT NULL,
  event            TEXT    NOT NULL,
  channel          TEXT    NOT NULL CHECK (channel IN ('browser', 'server', 'mobile')),
  hour             INTEGER NOT NULL,
  events           INTEGER NOT NULL CHECK (events >= 0),
  repeated         INTEGER NOT NULL CHECK (repeated BETWEEN 0 AND events),
  matched          INTEGER NOT NULL CHECK (matched BETWEEN 0 AND events),
  email            INTEGER NOT NULL CHECK (email BETWEEN 0 AND events),
  phone            INTEGER NOT NULL CHECK (phone BETWEEN 0 AND events),
  external_id      INTEGER NOT NULL CHECK (external_id BETWEEN 0 AND events),
  ip_and_agent     INTEGER NOT NULL CHECK (ip_and_agent BETWEEN 0 AND events),
  name_and_address INTEGER NOT NULL CHECK (name_and_address BETWEEN 0 AND events),
  click_meta       INTEGER NOT NULL CHECK (click_meta BETWEEN 0 AND events),
  click_google     INTEGER NOT NULL CHECK (click_google BETWEEN 0 AND events),
  click_tiktok     INTEGER NOT NULL CHECK (click_tiktok BETWEEN 0 AND events),
  click_snapchat   INTEGER NOT NULL CHECK (click_snapchat BETWEEN 0 AND events),
  browser_meta     INTEGER NOT NULL CHECK (browser_meta BETWEEN 0 AND events),
  browser_tiktok   INTEGER NOT NULL CHECK (browser_tiktok BETWEEN 0 AND events),
  browser_snapchat INTEGER NOT NULL CHECK (browser_snapchat BETWEEN 0 AND events),
  last_at          INTEGER NOT NULL,
  PRIMARY KEY (tenant, event, hour, account, channel)
) STRICT, WITHOUT ROWID;

-- Records by the hour in which they arrived, and what is wrong with them. `duplicates` counts messages that were known
-- already (they are not stored again) and conversions that the same side had brought before.
CREATE TABLE record_hours (
  tenant            TEXT    NOT NULL,
  account           TEXT    NOT NULL,
  event             TEXT    NOT NULL,
  hour              INTEGER NOT NULL,
  records           INTEGER NOT NULL CHECK (records >= 0),
  schema_violations INTEGER NOT NULL CHECK (schema_violations BETWEEN 0 AND records),
  duplicates        INTEGER NOT NULL CHECK (duplicates BETWEEN 0 AND records),
  late              INTEGER NOT NULL CHECK (late BETWEEN 0 AND records),
  future            INTEGER NOT NULL CHECK (future BETWEEN 0 AND records),
  empty_values      INTEGER NOT NULL CHECK (empty_values BETWEEN 0 AND records),
  last_at           INTEGER NOT NULL,
  PRIMARY KEY (tenant, event, hour, account)
) STRICT, WITHOUT ROWID;
