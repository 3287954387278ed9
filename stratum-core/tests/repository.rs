//! Does the house still stand as planned? The architecture as tests: who knows whom, how long files are, which words
//! are used, where a clock is read. Each rule is tried on a small violation first, so that it cannot go blind.
//!
//! Not here: lints (root Cargo.toml, .clippy.toml) and what the code computes.

#![cfg(test)]
#![expect(
    clippy::string_slice,
    reason = "the offsets come from a search in the same text"
)]

#[path = "repository/code_text.rs"]
mod code_text;
#[path = "repository/core_codes.rs"]
mod core_codes;
#[path = "repository/crates.rs"]
mod crates;
#[path = "repository/documents.rs"]
mod documents;
#[path = "repository/glossary.rs"]
mod glossary;
#[path = "repository/rules.rs"]
mod rules;
#[path = "repository/self_test.rs"]
mod self_test;
#[path = "repository/server_pages.rs"]
mod server_pages;
#[path = "repository/tree.rs"]
mod tree;

use std::fs;

fn nothing_to_say(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n  {}\n", complaints.join("\n  "));
}

#[test]
fn every_crate_knows_only_whom_it_may_know() {
    nothing_to_say(&crates::wrong_edges(&crates::packages()));
}

#[test]
fn each_door_to_the_outside_has_one_owner() {
    nothing_to_say(&crates::wrong_doors(&crates::packages()));
}

#[test]
fn the_core_pulls_in_only_what_was_decided() {
    nothing_to_say(&crates::uninvited_in_core());
}

#[test]
fn every_dependency_has_a_permissive_licence() {
    nothing_to_say(&crates::wrong_licences(&crates::packages()));
}

#[test]
fn files_fit_on_a_few_screens() {
    nothing_to_say(&rules::too_long(&tree::files()));
}

#[test]
fn functions_fit_on_one_screen_and_a_half() {
    nothing_to_say(&rules::long_functions(&tree::files()));
}

#[test]
fn folders_can_be_taken_in_at_a_glance() {
    nothing_to_say(&rules::crowded_folders(&tree::files()));
}

#[test]
fn the_top_level_has_only_the_rooms_that_were_agreed() {
    nothing_to_say(&rules::strangers_at_the_top(&tree::files()));
}

#[test]
fn file_names_say_which_question_they_answer() {
    nothing_to_say(&rules::empty_names(&tree::files()));
}

#[test]
fn every_rust_file_starts_with_its_question() {
    nothing_to_say(&rules::without_preface(&tree::files()));
}

#[test]
fn clock_chance_environment_and_float_functions_have_one_place_each() {
    nothing_to_say(&rules::said_elsewhere(&tree::files()));
}

#[test]
fn the_core_stays_without_std() {
    nothing_to_say(&rules::core_leaks(&tree::files()));
}

#[test]
fn no_file_names_a_path_of_somebodys_machine() {
    nothing_to_say(&rules::machine_paths(&tree::files()));
}

#[test]
fn lock_files_name_the_public_registry() {
    nothing_to_say(&rules::foreign_registries(&tree::files()));
}

#[test]
fn one_word_per_idea() {
    let page = fs::read_to_string(tree::root().join("docs/GLOSSARY.md")).expect("the glossary");
    let rows = glossary::rows(&page);
    assert!(
        rows.len() > 10,
        "the glossary's table was not understood: {rows:?}"
    );
    nothing_to_say(&glossary::forbidden_words(&tree::files(), &rows));
}

#[test]
fn documents_point_at_what_exists() {
    nothing_to_say(&documents::broken_links(&tree::files()));
    nothing_to_say(&documents::missing_rooms(&tree::files()));
}

#[test]
fn the_pages_of_the_server_list_every_route_and_every_code() {
    nothing_to_say(&server_pages::unlisted_routes(&tree::files()));
    nothing_to_say(&server_pages::unlisted_codes(&tree::files()));
}

#[test]
fn the_page_of_codes_lists_every_code_of_the_core_and_no_other() {
    let files = tree::files();
    let known = core_codes::codes(&files);
    assert!(known.len() > 60, "codes were not understood: {known:?}");
    nothing_to_say(&core_codes::wrong_rows(&files));
}

#[test]
fn decisions_are_numbered_without_gaps() {
    nothing_to_say(&documents::gaps_in_decisions(&tree::files()));
}

#[test]
fn every_crate_takes_the_shared_lints() {
    nothing_to_say(&documents::own_lints(&tree::files()));
}
