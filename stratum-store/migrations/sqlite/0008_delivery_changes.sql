-- In which order did the hours of an account change last, as far as delivery is judged by them? Whoever has read them once asks
-- here what is new or was replaced since. `series` is empty for the numbers of the campaigns, else the name of a delivery
-- series. `number`
-- is that of the writing, so that the campaigns of an hour cost one row. What was stored before this was kept counts as unchanged.

CREATE TABLE delivery_writings (
  tenant  TEXT    NOT NULL,
  account TEXT    NOT NULL,
  number  INTEGER NOT NULL,
  PRIMARY KEY (tenant, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery_changes (
  tenant  TEXT    NOT NULL,
  account TEXT    NOT NULL,
  series  TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  number  INTEGER NOT NULL,
  PRIMARY KEY (tenant, account, series, at)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_changes_by_number ON delivery_changes (tenant, account, number);

CREATE TRIGGER metric_hour_added AFTER INSERT ON metric_periods
WHEN NEW.granularity = 'hour'
BEGIN
  INSERT INTO delivery_changes (tenant, account, series, at, number)
  SELECT tenant, account, '', NEW.at, number FROM delivery_writings
  WHERE tenant = NEW.tenant AND account = NEW.account
  ON CONFLICT (tenant, account, series, at) DO UPDATE SET number = excluded.number
  WHERE number <> excluded.number;
END;

CREATE TRIGGER metric_hour_replaced AFTER UPDATE ON metric_periods
WHEN NEW.granularity = 'hour' AND (OLD.spend <> NEW.spend OR OLD.impressions <> NEW.impressions
  OR OLD.clicks <> NEW.clicks OR OLD.currency <> NEW.currency)
BEGIN
  INSERT INTO delivery_changes (tenant, account, series, at, number)
  SELECT tenant, account, '', NEW.at, number FROM delivery_writings
  WHERE tenant = NEW.tenant AND account = NEW.account
  ON CONFLICT (tenant, account, series, at) DO UPDATE SET number = excluded.number
  WHERE number <> excluded.number;
END;

CREATE TRIGGER delivery_point_added AFTER INSERT ON delivery_series
BEGIN
  INSERT INTO delivery_changes (tenant, account, series, at, number)
  SELECT tenant, account, NEW.metric, NEW.at, number FROM delivery_writings
  WHERE tenant = NEW.tenant AND account = NEW.account
  ON CONFLICT (tenant, account, series, at) DO UPDATE SET number = excluded.number
  WHERE number <> excluded.number;
END;

CREATE TRIGGER delivery_point_replaced AFTER UPDATE ON delivery_series
WHEN OLD.value <> NEW.value
BEGIN
  INSERT INTO delivery_changes (tenant, account, series, at, number)
  SELECT tenant, account, NEW.metric, NEW.at, number FROM delivery_writings
  WHERE tenant = NEW.tenant AND account = NEW.account
  ON CONFLICT (tenant, account, series, at) DO UPDATE SET number = excluded.number
  WHERE number <> excluded.number;
END;
