//! Can the gate be walked around by accident or on purpose? Programs that must not compile, with what the compiler says.
//!
//! `TRYBUILD=overwrite cargo test -p stratum-trust-core --test misuse` rewrites the `.stderr` files; read the difference. They
//! follow the wording of the pinned compiler. Not here: what is refused while running (`laws.rs`, `conformance.rs`).

#![cfg(test)]

use stratum_core::trust::{Permit, Policy, Redemption, Verdict};
use stratum_core::vocabulary::{Money, Reading, Score};

#[test]
fn misuse_does_not_compile() {
    let tests = trybuild::TestCases::new();
    tests.pass("tests/misuse/the_honest_way.rs");
    tests.compile_fail("tests/misuse/[!t]*.rs");
    tests.compile_fail("tests/misuse/treat_*.rs");
}

/// Fails to compile where the type has the trait: then two implementations fit and neither can be chosen.
macro_rules! has_not {
    ($type:ty: $($bound:path),+) => {
        $(const _: fn() = || {
            trait NotBoth<Marker> {
                fn item() {}
            }
            struct Any;
            struct Bound;
            impl<T> NotBoth<Any> for T {}
            impl<T: $bound> NotBoth<Bound> for T {}
            let _ = <$type as NotBoth<_>>::item;
        };)+
    };
}

has_not!(Permit: Clone, Copy, Default, PartialEq, serde::Serialize, serde::de::DeserializeOwned);
has_not!(Redemption: Clone, Copy, Default, PartialEq, serde::Serialize, serde::de::DeserializeOwned);
has_not!(Verdict: Clone, Default, serde::Serialize, serde::de::DeserializeOwned);
has_not!(Policy: Copy, Default, serde::de::DeserializeOwned);
has_not!(Money: Default, std::ops::Add, std::ops::Sub, PartialOrd, Ord);
has_not!(Reading<u64>: Default);
has_not!(Score: Default, Eq, std::ops::Add);

/// The trusted base stays one sitting long, and nothing else makes permits.
#[test]
fn only_one_short_file_makes_permits_and_redemptions() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut makers = Vec::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let makes = ["Permit {", "Redemption {"].iter().any(|made| {
                text.lines().any(|line| {
                    let line = line.trim_start();
                    let declares = ["pub struct", "impl", "//"]
                        .iter()
                        .any(|start| line.starts_with(start));
                    line.contains(made) && !declares
                })
            });
            if makes {
                makers.push(
                    path.strip_prefix(&source)
                        .unwrap()
                        .to_string_lossy()
                        .into_owned(),
                );
            }
        }
    }
    assert_eq!(makers, ["trust/gate.rs"]);
    let gate = std::fs::read_to_string(source.join("trust/gate.rs")).unwrap();
    assert!(
        gate.lines().count() < 300,
        "the gate is no longer read in one sitting"
    );
    assert!(
        !source.join("trust/gate").exists(),
        "children of the gate would see its private fields"
    );
    for word in ["pub(crate)", "pub(super)", "cfg(feature", "cfg(test)"] {
        assert!(!gate.contains(word), "`{word}` in the gate is a back door");
    }
}
