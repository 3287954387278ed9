//! How do we talk to the fake platform? Request out, answer in; thin.

use std::time::Duration;

use stratum_core::trust::{Proposal, Redemption};
use stratum_core::vocabulary::{AccountId, CampaignId};

use super::{request, response};
use crate::ad_platform::{AdPlatform, Answer, CampaignState, Capabilities};
use crate::error::{Error, Kind};
use crate::transport::{CallRecord, Transport, failure};

/// A client of the fake platform.
#[derive(Debug, Clone)]
pub struct FakeAdPlatform {
    transport: Transport,
}

impl FakeAdPlatform {
    /// A client for the platform at this address.
    ///
    /// # Errors
    /// [`crate::Kind::Unavailable`] when no client can be built.
    pub fn new(address: &str, time_limit: Duration) -> Result<Self, Error> {
        Ok(Self {
            transport: Transport::new(address, time_limit)?,
        })
    }

    /// The records of calls made since the last time.
    #[must_use]
    pub fn take_records(&self) -> Vec<CallRecord> {
        self.transport.take_records()
    }
}

impl AdPlatform for FakeAdPlatform {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            changes_budget: true,
            changes_bid: true,
            pauses: true,
        }
    }

    fn read_campaign<'a>(
        &'a self,
        account: &'a AccountId,
        campaign: &'a CampaignId,
    ) -> Answer<'a, CampaignState> {
        Box::pin(async move {
            let bytes = self
                .transport
                .read(&request::read_campaign(account, campaign))
                .await?;
            response::campaign(&bytes, campaign)
        })
    }

    fn change<'a>(&'a self, redemption: &'a Redemption, proposal: &'a Proposal) -> Answer<'a, ()> {
        Box::pin(async move {
            if !redemption.is_for(proposal) {
                return Err(failure("change_campaign", Kind::NotPermitted, None));
            }
            let request = request::change_campaign(&proposal.account, &proposal.action)?;
            let bytes = self.transport.write(redemption, &request).await?;
            response::campaign(&bytes, proposal.action.campaign()).map(drop)
        })
    }
}
