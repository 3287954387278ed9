//! Do limits, freezes and second persons hold where somebody leans on them?

mod baselines;
mod claimed_amounts;
mod freeze_scopes;
mod spend_today;
mod who_approves;
