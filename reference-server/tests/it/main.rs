//! Does the product work? One binary for everything that needs the whole server, because each links the world.

#![cfg(test)]

mod api_errors;
mod background;
mod campaigns_by_hand;
mod cli;
mod damage;
mod exchange;
mod execution;
mod late_numbers;
mod recovery;
mod safeguards;
mod second_person;
mod stage;
mod walkthrough;
