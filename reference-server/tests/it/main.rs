//! Does the product work? One binary for everything that needs the whole server, because each links the world.

#![cfg(test)]

mod api_errors;
mod baselines;
mod campaigns_by_hand;
mod claimed_amounts;
mod cli;
mod damage;
mod exchange;
mod execution;
mod freeze_scopes;
mod late_numbers;
mod second_person;
mod spend_today;
mod stage;
mod walkthrough;
mod who_approves;
