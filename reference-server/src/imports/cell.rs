//! What does a cell say? Text into ids, counts, money and times, each with its own error.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;
use stratum_core::vocabulary::{AccountId, Currency, Money, MoneyError, Timestamp};
use stratum_store::Account;

use super::error::Errors;
use super::table::{Table, shortened};
use super::{FIRST_YEAR, Known, LAST_YEAR, MAX_AHEAD, MAX_COUNT};

/// Reads the cells of one row and notes what is wrong with them.
pub(super) struct Row<'a> {
    table: &'a Table,
    place: usize,
    errors: &'a mut Errors,
}

impl<'a> Row<'a> {
    pub(super) fn new(table: &'a Table, place: usize, errors: &'a mut Errors) -> Self {
        Self {
            table,
            place,
            errors,
        }
    }

    pub(super) fn wrong(&mut self, name: &str, code: &'static str, detail: impl Into<String>) {
        self.errors
            .add(format!("rows[{}].{name}", self.place), code, detail);
    }

    /// The text of a cell that may be empty.
    pub(super) fn optional(&self, name: &str) -> Option<&'a str> {
        self.table.cell(self.place, self.table.column(name)?)
    }

    /// The text of a cell that must not be empty.
    pub(super) fn text(&mut self, name: &str) -> Option<&'a str> {
        let found = self.optional(name);
        if found.is_none() {
            self.wrong(name, "import.missing_value", "a value is missing");
        }
        found
    }

    /// A value of a type that knows how to read itself.
    pub(super) fn id<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let found = read(text);
        if found.is_none() {
            self.wrong(
                name,
                "import.invalid_id",
                "an id has 1 to 128 bytes without control characters",
            );
        }
        found
    }

    /// One of the tenant's accounts.
    pub(super) fn account<'k>(&mut self, known: &Known<'k>) -> Option<&'k Account> {
        let text = self.text("account")?;
        self.known_account(text, known)
    }

    /// One of the tenant's accounts, or none where the cell is empty. The outer `None` is an error.
    pub(super) fn optional_account(&mut self, known: &Known<'_>) -> Option<Option<AccountId>> {
        match self.optional("account") {
            None => Some(None),
            Some(text) => self
                .known_account(text, known)
                .map(|account| Some(account.id.clone())),
        }
    }

    fn known_account<'k>(&mut self, text: &str, known: &Known<'k>) -> Option<&'k Account> {
        let found = known.accounts.get(text).copied();
        if found.is_none() {
            let detail = format!("there is no account `{}`", shortened(text));
            self.wrong("account", "import.unknown_account", detail);
        }
        found
    }

    /// A count; a missing cell is an error.
    pub(super) fn count(&mut self, name: &str) -> Option<u64> {
        let text = self.text(name)?;
        self.count_of(name, text)
    }

    /// A count; a missing cell is zero.
    pub(super) fn count_or_zero(&mut self, name: &str) -> Option<u64> {
        match self.optional(name) {
            None => Some(0),
            Some(text) => self.count_of(name, text),
        }
    }

    fn count_of(&mut self, name: &str, text: &str) -> Option<u64> {
        // Exports write whole numbers as `12.0` too.
        let whole = text.strip_suffix(".0").unwrap_or(text);
        if whole.starts_with('-') && whole.len() > 1 && whole != "-0" {
            self.wrong(name, "import.negative_count", "a count cannot be negative");
            return None;
        }
        let sound = whole.bytes().all(|b| b.is_ascii_digit()) && !whole.is_empty();
        match whole.parse::<u64>() {
            Ok(n) if sound && n <= MAX_COUNT => Some(n),
            Err(_) | Ok(_) if sound => {
                self.wrong(
                    name,
                    "import.too_large",
                    format!("a count is at most {MAX_COUNT}"),
                );
                None
            }
            _ => {
                let detail = format!("`{}` is not a whole number", shortened(text));
                self.wrong(name, "import.not_a_number", detail);
                None
            }
        }
    }

    /// A finite number within a range.
    pub(super) fn number(&mut self, name: &str, least: f64, most: f64) -> Option<f64> {
        let text = self.text(name)?;
        self.number_of(name, text, least, most)
    }

    /// A finite number within a range, or none where the cell is empty. The outer `None` is an error.
    pub(super) fn optional_number(
        &mut self,
        name: &str,
        least: f64,
        most: f64,
    ) -> Option<Option<f64>> {
        match self.optional(name) {
            None => Some(None),
            Some(text) => self.number_of(name, text, least, most).map(Some),
        }
    }

    fn number_of(&mut self, name: &str, text: &str, least: f64, most: f64) -> Option<f64> {
        match text.parse::<f64>() {
            Ok(x) if x.is_finite() && x >= least && x <= most => Some(x + 0.0),
            Ok(x) if x.is_finite() => {
                self.wrong(
                    name,
                    "import.out_of_range",
                    format!("expected {least} to {most}"),
                );
                None
            }
            Ok(_) | Err(_) => {
                let detail = format!("`{}` is not a finite number", shortened(text));
                self.wrong(name, "import.not_a_number", detail);
                None
            }
        }
    }

    /// A currency of ISO 4217.
    pub(super) fn currency(&mut self, name: &str) -> Option<Currency> {
        let text = self.text(name)?;
        let found = text.to_ascii_uppercase().parse().ok();
        if found.is_none() {
            let detail = format!(
                "`{}` is not a currency; expected three letters such as EUR",
                shortened(text)
            );
            self.wrong(name, "import.unknown_currency", detail);
        }
        found
    }

    /// An amount of money, zero or more; more decimal places than the currency has are rounded where `rounded` says so.
    pub(super) fn money(&mut self, name: &str, currency: Currency, how: Places) -> Option<Money> {
        let text = self.text(name)?;
        let number = if text.contains(['e', 'E']) {
            rust_decimal::Decimal::from_scientific(text).ok()
        } else {
            rust_decimal::Decimal::from_str_exact(text).ok()
        };
        let Some(number) = number else {
            let huge = text
                .bytes()
                .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
                && text.bytes().filter(u8::is_ascii_digit).count() > 20;
            let (code, detail) = if huge {
                (
                    "import.too_large",
                    "the amount is too large or too fine".to_owned(),
                )
            } else {
                let detail = format!(
                    "`{}` is not a decimal number such as 120.50",
                    shortened(text)
                );
                ("import.not_a_number", detail)
            };
            self.wrong(name, code, detail);
            return None;
        };
        let money = match how {
            Places::Exact => Money::new(number, currency),
            Places::Rounded => Money::rounded(number, currency),
        };
        match money {
            Ok(money) if money.amount() >= rust_decimal::Decimal::ZERO => Some(money),
            Ok(_) => {
                self.wrong(
                    name,
                    "import.negative_amount",
                    "the amount cannot be negative",
                );
                None
            }
            Err(error @ MoneyError::TooFine { .. }) => {
                self.wrong(name, "import.too_fine", error.to_string());
                None
            }
            Err(error) => {
                self.wrong(name, "import.too_large", error.to_string());
                None
            }
        }
    }

    /// A moment that can have been.
    pub(super) fn past(&mut self, name: &str, known: &Known<'_>) -> Option<Timestamp> {
        let at = self.moment(name)?;
        self.believable(name, at, known)
    }

    /// A moment, in the past or to come, or none where the cell is empty. The outer `None` is an error.
    pub(super) fn optional_moment(&mut self, name: &str) -> Option<Option<Timestamp>> {
        match self.optional(name) {
            None => Some(None),
            Some(_) => self.moment(name).map(Some),
        }
    }

    fn moment(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?;
        let found = moment(text).filter(|at| (FIRST_YEAR..=LAST_YEAR).contains(&at.year()));
        if found.is_none() {
            let (code, detail) = if moment(text).is_some() {
                (
                    "import.impossible_time",
                    format!("no time before {FIRST_YEAR} or after {LAST_YEAR} is believed"),
                )
            } else {
                let detail = format!(
                    "`{}` is not a time such as 2026-11-25T09:00:00Z",
                    shortened(text)
                );
                ("import.invalid_time", detail)
            };
            self.wrong(name, code, detail);
        }
        found
    }

    fn believable(&mut self, name: &str, at: Timestamp, known: &Known<'_>) -> Option<Timestamp> {
        if at - known.now > MAX_AHEAD {
            self.wrong(name, "import.future_time", "the time lies in the future");
            return None;
        }
        Some(at)
    }

    /// The moment at which a day of the account began.
    pub(super) fn day(&mut self, name: &str, zone: &str, known: &Known<'_>) -> Option<Timestamp> {
        let text = self.text(name)?;
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        let Some(day) = day.filter(|day| (FIRST_YEAR..=LAST_YEAR).contains(&day.year())) else {
            let detail = format!("`{}` is not a day such as 2026-11-25", shortened(text));
            self.wrong(name, "import.invalid_time", detail);
            return None;
        };
        let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
        // Where the clocks jump over midnight, the day begins when they land.
        let began = (0..3).find_map(|hour| {
            zone.from_local_datetime(&day.and_hms_opt(hour, 0, 0)?)
                .earliest()
        })?;
        self.believable(name, began.to_utc(), known)
    }

    /// Yes or no; a missing cell is no.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.optional(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("false" | "0" | "no") => Some(false),
            Some("true" | "1" | "yes") => Some(true),
            Some(_) => {
                self.wrong(name, "import.not_a_flag", "expected true or false");
                None
            }
        }
    }
}

/// What happens to more decimal places than the currency has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Places {
    /// They are an error: an order was paid in whole units.
    Exact,
    /// They are rounded: platforms report spend in millionths.
    Rounded,
}

/// RFC 3339, or ISO 8601 without a zone, which is UTC then.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
    ]
    .into_iter()
    .find_map(|shape| NaiveDateTime::parse_from_str(text, shape).ok())
    .map(|time| time.and_utc())
}
