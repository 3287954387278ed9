//! What is left of a sale? Cost of goods by stated rules, fees, shipping, refunds, contribution per order and in sum, POAS, break-even.
//!
//! What is not known is a range with a coverage, never a number from elsewhere. See `docs/methods/profit.md`. Not here: which channel
//! a sale belongs to (`crate::attribution`), overheads, stock and taxes on income.
//!
//! ```
//! use stratum_core::profit::{Books, Costs, Defined, Line, Order, Profit, Spend, Tax};
//! use stratum_core::vocabulary::Money;
//! let euro = |amount: &str| Money::parse(amount, "EUR").unwrap();
//! let order = Order {
//!     order: "1".into(),
//!     at: "2026-03-01T09:00:00Z".parse().unwrap(),
//!     lines: vec![Line {
//!         line: "a".into(),
//!         product: "shirt".into(),
//!         category: None,
//!         quantity: 2,
//!         unit_price: euro("60.00"),
//!         discount: None,
//!         tax: None,
//!         unit_cost: Some(euro("20.00")),
//!     }],
//!     tax: Tax::Included { percent: "20".parse().unwrap() },
//!     discount: None,
//!     shipping_charged: None,
//!     shipping_cost: Some(euro("5.00")),
//!     fees: Some(stratum_core::profit::Fees { fixed: euro("0.60"), percent: "2".parse().unwrap() }),
//! };
//! let books = Books::new("EUR".parse().unwrap(), &Costs::default(), &[]).unwrap();
//! let spend = Spend { day: "2026-03-01".parse().unwrap(), amount: euro("26.00") };
//! let profit = Profit::of(&books, &[order], &[], Some(&[spend])).unwrap();
//! // 120 with tax are 100 without; 40 of goods, 5 of shipping, 0.60 and two percent of 120 in fees.
//! let left = profit.total.contribution_2;
//! assert_eq!((left.low_minor, left.high_minor), (Some(5200), Some(5200)));
//! let Defined::Range(poas) = profit.returns.poas else { panic!() };
//! assert_eq!((poas.low, poas.high), (Some(2.0), Some(2.0)));
//! ```

pub mod books;
pub mod costs;
pub mod error;
mod exact;
pub mod number;
mod refunds;
pub mod returns;
pub mod rows;
mod sale;
pub mod statement;

pub use books::{Books, OrderProfit, Profit};
pub use costs::{CategoryMargin, Costs, LineCost, MarginBounds, ProductCost, Rule};
pub use error::{ProfitError, ProfitRefused};
pub use number::{Percent, RateNumber};
pub use returns::{Defined, Ends, Returns, Why};
pub use rows::{Fees, Line, Order, Rate, Refund, Refunded, RefundedLine, Spend, Tax};
pub use statement::{RuleTotal, Span, Statement};
