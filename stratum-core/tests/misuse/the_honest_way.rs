//! Does what must compile compile? The one way from a review to a write; the cases beside it differ from it in one thing.

use stratum_core::ledger::Entry;
use stratum_core::trust::{Evidence, LedgerView, Policy, Proposal, Redemption, Verdict, review};
use stratum_core::vocabulary::Timestamp;

fn write(redemption: &Redemption, proposal: &Proposal) -> bool {
    redemption.is_for(proposal)
}

fn act(
    proposal: Proposal,
    evidence: &Evidence,
    policy: &Policy,
    view: &LedgerView,
    recorded: &Entry,
    now: Timestamp,
) -> bool {
    match review(proposal, evidence, policy, view, now).verdict {
        Verdict::Pass(permit) => match permit.redeem(recorded, now) {
            Ok((proposal, redemption)) => write(&redemption, &proposal),
            Err(_) => false,
        },
        Verdict::Hold(_) | Verdict::Block(_) => false,
    }
}

fn main() {
    let _ = act;
}
