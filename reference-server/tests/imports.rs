//! Are files taken whole or not at all, and is everything that is wrong with them said with its path?

#![cfg(test)]

#[path = "imports/bad_files.rs"]
mod bad_files;
#[path = "imports/customers.rs"]
mod customers;
#[path = "imports/good_files.rs"]
mod good_files;
#[path = "imports/parsing.rs"]
mod parsing;
#[path = "inbound/world.rs"]
#[expect(dead_code, reason = "files come without a write key")]
mod world;
