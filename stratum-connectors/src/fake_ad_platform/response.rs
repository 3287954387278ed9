//! What does the platform's answer mean? Bytes to domain values; pure.

use rust_decimal::Decimal;
use stratum_core::vocabulary::{CampaignId, Currency, Money};

use super::campaigns::Campaign;
use crate::ad_platform::CampaignState;
use crate::error::{Error, Kind};
use crate::transport::failure;

/// Reads one campaign.
///
/// # Errors
/// [`Kind::Malformed`] when it is not a campaign, or not the one that was asked for.
pub fn campaign(bytes: &[u8], asked: &CampaignId) -> Result<CampaignState, Error> {
    let malformed = || failure("read_campaign", Kind::Malformed, None);
    let found: Campaign = serde_json::from_slice(bytes).map_err(|_| malformed())?;
    if found.id != asked.as_str() {
        return Err(malformed());
    }
    let currency: Currency = found.currency.parse().map_err(|_| malformed())?;
    let money = |units: i64| {
        Decimal::try_new(units, currency.exponent())
            .ok()
            .and_then(|amount| Money::new(amount, currency).ok())
            .ok_or_else(malformed)
    };
    Ok(CampaignState {
        campaign: asked.clone(),
        daily_budget: money(found.daily_budget)?,
        bid: found.bid.map(money).transpose()?,
        active: match found.status.as_str() {
            "ACTIVE" => true,
            "PAUSED" => false,
            _ => return Err(malformed()),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_campaign_is_malformed() {
        let asked = CampaignId::new("c1").unwrap();
        for bytes in [
            &b"<html>"[..],
            b"{}",
            br#"{"id":"c2","currency":"EUR","daily_budget":1,"status":"ACTIVE"}"#,
            br#"{"id":"c1","currency":"XXQ","daily_budget":1,"status":"ACTIVE"}"#,
            br#"{"id":"c1","currency":"EUR","daily_budget":9223372036854775807,"status":"ACTIVE"}"#,
            br#"{"id":"c1","currency":"EUR","daily_budget":1,"status":"DELETED"}"#,
        ] {
            assert_eq!(campaign(bytes, &asked).unwrap_err().kind, Kind::Malformed);
        }
    }
}
