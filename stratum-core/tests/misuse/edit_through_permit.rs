//! Misuse: changing the amount of the proposal that a permit carries.

use stratum_core::trust::{Action, Permit};
use stratum_core::vocabulary::Money;

fn edit(permit: &Permit, more: Money) {
    if let Action::SetDailyBudget { after, .. } = &mut permit.proposal().action {
        *after = more;
    }
}

fn main() {}
