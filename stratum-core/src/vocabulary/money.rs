//! How much money? An exact decimal amount in one currency; currencies never mix.
//!
//! There is no `+`: adding needs the same currency, so it is a method that can refuse. Conversion between currencies is
//! the caller's business, who knows the rate and its date.

use alloc::string::{String, ToString};
use core::cmp::Ordering;
use core::fmt;

use rust_decimal::Decimal;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

/// The largest amount accepted, in units of the currency: beyond it a number is an error, not a budget.
pub const MAX_AMOUNT: i64 = 1_000_000_000_000;

/// Why something is not money, or why two amounts do not go together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// The code names no currency of ISO 4217.
    #[error("unknown currency `{code}`; expected a code of ISO 4217 such as EUR")]
    UnknownCurrency {
        /// What was given, shortened.
        code: String,
    },
    /// The text is not a decimal number.
    #[error("`{text}` is not a decimal number such as 120.50")]
    NotANumber {
        /// What was given, shortened.
        text: String,
    },
    /// The amount has more decimal places than the currency has.
    #[error("{currency} has {exponent} decimal places, the amount has more")]
    TooFine {
        /// The currency.
        currency: Currency,
        /// Its number of decimal places.
        exponent: u32,
    },
    /// The amount is beyond [`MAX_AMOUNT`].
    #[error("an amount may be at most {MAX_AMOUNT}")]
    TooLarge,
    /// The two amounts are in different currencies.
    #[error("{left} and {right} cannot be put together without a rate")]
    DifferentCurrencies {
        /// The first currency.
        left: Currency,
        /// The second currency.
        right: Currency,
    },
}

impl MoneyError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownCurrency { .. } => "money.unknown_currency",
            Self::NotANumber { .. } => "money.not_a_number",
            Self::TooFine { .. } => "money.too_fine",
            Self::TooLarge => "money.too_large",
            Self::DifferentCurrencies { .. } => "money.different_currencies",
        }
    }
}

/// A currency of ISO 4217.
///
/// ```
/// use stratum_core::vocabulary::Currency;
/// assert_eq!("EUR".parse::<Currency>().unwrap().exponent(), 2);
/// assert_eq!("JPY".parse::<Currency>().unwrap().exponent(), 0);
/// assert_eq!("KWD".parse::<Currency>().unwrap().exponent(), 3);
/// assert!("XXQ".parse::<Currency>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Currency([u8; 3]);

/// Active currencies of ISO 4217 without decimal places.
const WITHOUT_PLACES: [&[u8; 3]; 16] = [
    b"BIF", b"CLP", b"DJF", b"GNF", b"ISK", b"JPY", b"KMF", b"KRW", b"PYG", b"RWF", b"UGX", b"VND",
    b"VUV", b"XAF", b"XOF", b"XPF",
];
/// Those with three.
const THREE_PLACES: [&[u8; 3]; 7] = [b"BHD", b"IQD", b"JOD", b"KWD", b"LYD", b"OMR", b"TND"];
/// Those with two: all others.
const TWO_PLACES: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE \
    CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW \
    KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK \
    PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS \
    UAH USD UYU UZS VES WST XCD YER ZAR ZMW";

impl Currency {
    /// The three-letter code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// How many decimal places its amounts have.
    #[must_use]
    pub fn exponent(&self) -> u32 {
        if WITHOUT_PLACES.contains(&&self.0) {
            0
        } else if THREE_PLACES.contains(&&self.0) {
            3
        } else {
            2
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A number in the one spelling we accept: a minus sign where needed, digits, a point with digits after it. No plus sign, no
/// exponent, no separators, no white space, and nothing that would have to be rounded.
pub(crate) fn plain_decimal(text: &str) -> Option<Decimal> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let plain = match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    };
    plain
        .then(|| Decimal::from_str_exact(text).ok())
        .flatten()
        // There is one zero.
        .map(|number| {
            if number.is_zero() {
                number.abs()
            } else {
                number
            }
        })
}

fn shortened(text: &str) -> String {
    text.chars().take(32).collect()
}

impl core::str::FromStr for Currency {
    type Err = MoneyError;
    fn from_str(code: &str) -> Result<Self, MoneyError> {
        let unknown = || MoneyError::UnknownCurrency {
            code: shortened(code),
        };
        let letters: [u8; 3] = code.as_bytes().try_into().map_err(|_| unknown())?;
        let known = TWO_PLACES.split(' ').any(|two| two.as_bytes() == letters)
            || WITHOUT_PLACES.contains(&&letters)
            || THREE_PLACES.contains(&&letters);
        if known {
            Ok(Self(letters))
        } else {
            Err(unknown())
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(code: String) -> Result<Self, MoneyError> {
        code.parse()
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_string()
    }
}

/// An exact amount in one currency. In JSON: `{"amount": "120.50", "currency": "EUR"}`.
///
/// ```
/// use stratum_core::vocabulary::Money;
/// let budget = Money::parse("120.50", "EUR").unwrap();
/// let raise = Money::parse("10", "EUR").unwrap();
/// assert_eq!(budget.plus(&raise).unwrap().to_string(), "130.50 EUR");
/// assert!(Money::parse("0.001", "EUR").is_err());
/// assert!(budget.plus(&Money::parse("1", "USD").unwrap()).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenMoney")]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

impl Money {
    /// Checks the amount against the currency and wraps both.
    ///
    /// # Errors
    /// [`MoneyError::TooFine`] or [`MoneyError::TooLarge`].
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        if amount.abs() > Decimal::from(MAX_AMOUNT) {
            return Err(MoneyError::TooLarge);
        }
        let exponent = currency.exponent();
        let mut amount = amount.normalize();
        if amount.scale() > exponent {
            return Err(MoneyError::TooFine { currency, exponent });
        }
        // One amount has one written form, so that equal money has equal bytes.
        amount.rescale(exponent);
        Ok(Self { amount, currency })
    }

    /// The nearest amount the currency can express, halves away from zero.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub fn rounded(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let places = currency.exponent();
        let nearest = amount
            .round_dp_with_strategy(places, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        Self::new(nearest, currency)
    }

    /// Reads an amount and a currency code.
    ///
    /// # Errors
    /// [`MoneyError`], naming what is wrong.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, MoneyError> {
        let number = plain_decimal(amount).ok_or_else(|| MoneyError::NotANumber {
            text: shortened(amount),
        })?;
        Self::new(number, currency.parse()?)
    }

    /// No money, in this currency.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        let mut amount = Decimal::ZERO;
        amount.rescale(currency.exponent());
        Self { amount, currency }
    }

    /// The amount in units of the currency.
    #[must_use]
    pub const fn amount(&self) -> Decimal {
        self.amount
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::DifferentCurrencies`] or [`MoneyError::TooLarge`].
    pub fn plus(&self, other: &Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let sum = self
            .amount
            .checked_add(other.amount)
            .ok_or(MoneyError::TooLarge)?;
        Self::new(sum, self.currency)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`MoneyError::DifferentCurrencies`] or [`MoneyError::TooLarge`].
    pub fn minus(&self, other: &Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let difference = self
            .amount
            .checked_sub(other.amount)
            .ok_or(MoneyError::TooLarge)?;
        Self::new(difference, self.currency)
    }

    /// Which of the two is more.
    ///
    /// # Errors
    /// [`MoneyError::DifferentCurrencies`].
    pub fn compare(&self, other: &Self) -> Result<Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.amount.cmp(&other.amount))
    }

    /// Whether it is more than nothing.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.amount.is_sign_positive() && !self.amount.is_zero()
    }

    fn same_currency(&self, other: &Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::DifferentCurrencies {
                left: self.currency,
                right: other.currency,
            })
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Written field by field, without a text in between: every record of the ledger is full of amounts.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Plain(Decimal);
        impl Serialize for Plain {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }
        let mut written = serializer.serialize_struct("Money", 2)?;
        written.serialize_field("amount", &Plain(self.amount))?;
        written.serialize_field("currency", &self.currency)?;
        written.end()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMoney {
    amount: String,
    currency: String,
}

impl TryFrom<WrittenMoney> for Money {
    type Error = MoneyError;
    fn try_from(written: WrittenMoney) -> Result<Self, MoneyError> {
        Self::parse(&written.amount, &written.currency)
    }
}
