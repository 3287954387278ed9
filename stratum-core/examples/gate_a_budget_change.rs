//! How does a program ask before it spends? Ten lines from readings to a verdict with reasons.

use stratum_core::trust::{
    Action, Evidence, LedgerView, Policy, Proposal, Proposer, ProposerKind, Verdict, review,
};
use stratum_core::vocabulary::{
    AccountId, ActorId, CampaignId, Money, Platform, ProposalId, TenantId,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = "2026-11-25T12:00:00Z".parse()?;
    let evidence: Evidence =
        serde_json::from_str(include_str!("../conformance/samples/healthy.json"))?;
    let proposal = Proposal {
        id: ProposalId::new("p-1")?,
        tenant: TenantId::new("north")?,
        platform: Platform::Meta,
        account: AccountId::new("act_1")?,
        action: Action::SetDailyBudget {
            campaign: CampaignId::new("winter")?,
            before: Some(Money::parse("120.00", "EUR")?),
            after: Money::parse("144.00", "EUR")?,
        },
        proposer: Proposer {
            kind: ProposerKind::Rule,
            id: ActorId::new("scale-winners")?,
        },
        made_at: now,
        expires_at: None,
    };

    // example:begin
    let policy = Policy::baseline_2026_11()?;
    let view = LedgerView::empty(now);
    let review = review(proposal, &evidence, &policy, &view, now);
    let verdict = match &review.verdict {
        Verdict::Pass(permit) => format!("pass until {}", permit.expires_at()),
        Verdict::Hold(_) => format!("hold: {:?}", review.reasons),
        Verdict::Block(_) => format!("block: {:?}", review.reasons),
    };
    // example:end

    use std::io::Write as _;
    writeln!(std::io::stdout(), "{verdict}")?;
    Ok(())
}
