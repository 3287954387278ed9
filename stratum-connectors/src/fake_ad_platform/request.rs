//! How is a wish written for this platform? Domain values to requests; pure.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use stratum_core::trust::Action;
use stratum_core::vocabulary::{AccountId, CampaignId, Money};

use super::campaigns::CampaignChange;
use crate::error::{Error, Kind};
use crate::transport::{Request, failure};

/// Asks for one campaign.
#[must_use]
pub fn read_campaign(account: &AccountId, campaign: &CampaignId) -> Request {
    Request {
        operation: "read_campaign",
        method: reqwest::Method::GET,
        path: path(account, campaign),
        body: None,
    }
}

/// Asks for a change.
///
/// # Errors
/// [`Kind::Unsupported`] when an amount does not fit the platform's numbers.
pub fn change_campaign(account: &AccountId, action: &Action) -> Result<Request, Error> {
    const OPERATION: &str = "change_campaign";
    let small = |money: &Money| {
        smallest_units(money).ok_or_else(|| failure(OPERATION, Kind::Unsupported, None))
    };
    let status = |status: &str| Some(status.to_owned());
    let change = match action {
        Action::SetDailyBudget { after, .. } => CampaignChange {
            daily_budget: Some(small(after)?),
            ..CampaignChange::default()
        },
        Action::SetBid { after, .. } => CampaignChange {
            bid: Some(small(after)?),
            ..CampaignChange::default()
        },
        Action::Pause { .. } => CampaignChange {
            status: status("PAUSED"),
            ..CampaignChange::default()
        },
        Action::Resume { .. } => CampaignChange {
            status: status("ACTIVE"),
            ..CampaignChange::default()
        },
        Action::Launch { daily_budget, .. } => CampaignChange {
            daily_budget: Some(small(daily_budget)?),
            status: status("ACTIVE"),
            bid: None,
        },
    };
    let body =
        serde_json::to_value(&change).map_err(|_| failure(OPERATION, Kind::Unsupported, None))?;
    Ok(Request {
        operation: OPERATION,
        method: reqwest::Method::PATCH,
        path: path(account, action.campaign()),
        body: Some(body),
    })
}

/// The amount in the smallest unit of its currency, as most platforms want it.
#[must_use]
pub fn smallest_units(money: &Money) -> Option<i64> {
    let scale = Decimal::from(10_i64.checked_pow(money.currency().exponent())?);
    money.amount().checked_mul(scale)?.normalize().to_i64()
}

fn path(account: &AccountId, campaign: &CampaignId) -> String {
    format!(
        "/accounts/{}/campaigns/{}",
        escaped(account.as_str()),
        escaped(campaign.as_str())
    )
}

/// Percent-encodes everything that could mean something in a path.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_in_the_smallest_unit_of_their_currency() {
        let of = |amount, currency| smallest_units(&Money::parse(amount, currency).unwrap());
        assert_eq!(of("120.50", "EUR"), Some(12_050));
        assert_eq!(of("120", "JPY"), Some(120));
        assert_eq!(of("1.234", "KWD"), Some(1_234));
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        let account = AccountId::new("a/../b?c").unwrap();
        let campaign = CampaignId::new("ü 1").unwrap();
        let request = read_campaign(&account, &campaign);
        assert_eq!(
            request.path,
            "/accounts/a%2F%2E%2E%2Fb%3Fc/campaigns/%C3%BC%201"
        );
    }
}
