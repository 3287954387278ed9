//! Misuse: an account where a campaign belongs.

use stratum_core::trust::Action;
use stratum_core::vocabulary::AccountId;

fn pause(account: AccountId) -> Action {
    Action::Pause {
        campaign: account,
        daily_budget: None,
    }
}

fn main() {}
