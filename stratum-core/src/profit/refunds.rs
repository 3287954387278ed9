//! What was given back of each line? Refunds of one order, one after the other, against what was paid.
//!
//! Only the sum over all refunds of a line is turned into an amount without tax, so that refunds of everything, in however many parts,
//! leave exactly nothing. Not here: what goods that came back had cost (`super::costs`).

use alloc::format;
use alloc::vec::Vec;

use super::error::{ProfitError, ProfitRefused};
use super::exact::minor;
use super::rows::{Refund, Refunded, RefundedLine};
use crate::vocabulary::{Currency, Money, Timestamp};

/// What one line can give back, and has given.
pub(super) struct Owed<'a> {
    pub(super) line: &'a str,
    pub(super) paid: i128,
    pub(super) quantity: u32,
    pub(super) refunded: i128,
    pub(super) returned: u32,
}

/// The same for all lines of an order and for shipping.
pub(super) struct OwedOrder<'a> {
    pub(super) currency: Currency,
    pub(super) at: Timestamp,
    pub(super) lines: Vec<Owed<'a>>,
    pub(super) shipping_paid: i128,
    pub(super) shipping_refunded: i128,
}

fn refused(path: &str, why: ProfitRefused) -> ProfitError {
    ProfitError::about(path, why)
}

impl OwedOrder<'_> {
    /// Takes one refund. They come in order of time.
    pub(super) fn take(&mut self, refund: &Refund) -> Result<(), ProfitError> {
        if refund.at < self.at {
            return Err(refused("at", ProfitRefused::RefundBeforeOrder));
        }
        match &refund.what {
            Refunded::Everything { goods_returned } => {
                self.shipping_refunded = self.shipping_paid;
                for owed in &mut self.lines {
                    owed.refunded = owed.paid;
                    if *goods_returned {
                        owed.returned = owed.quantity;
                    }
                }
                Ok(())
            }
            Refunded::Part { lines, shipping } => {
                for (number, row) in lines.iter().enumerate() {
                    let path = format!("what.part.lines[{number}]");
                    self.take_line(row).map_err(|error| error.inside(&path))?;
                }
                let path = "what.part.shipping";
                if let Some(shipping) = shipping {
                    self.shipping_refunded += self.amount(shipping, path)?;
                }
                if self.shipping_refunded > self.shipping_paid {
                    return Err(refused(path, ProfitRefused::RefundTooLarge));
                }
                Ok(())
            }
        }
    }

    fn take_line(&mut self, row: &RefundedLine) -> Result<(), ProfitError> {
        let amount = self.amount(&row.amount, "amount")?;
        let mut lines = self.lines.iter_mut();
        let Some(owed) = lines.find(|owed| owed.line == row.line) else {
            let name = row.line.chars().take(32).collect();
            return Err(refused("line", ProfitRefused::UnknownLine { name }));
        };
        owed.refunded += amount;
        if owed.refunded > owed.paid {
            return Err(refused("amount", ProfitRefused::RefundTooLarge));
        }
        let returned = owed.returned.checked_add(row.units_returned);
        match returned.filter(|returned| *returned <= owed.quantity) {
            Some(returned) => owed.returned = returned,
            None => return Err(refused("units_returned", ProfitRefused::ReturnedTooMany)),
        }
        Ok(())
    }

    fn amount(&self, money: &Money, path: &str) -> Result<i128, ProfitError> {
        if money.currency() == self.currency {
            return minor(money, path);
        }
        let (expected, found) = (self.currency, money.currency());
        Err(refused(
            path,
            ProfitRefused::OtherCurrency { expected, found },
        ))
    }
}
