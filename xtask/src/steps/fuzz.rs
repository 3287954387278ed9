//! Do the parsers survive the committed corpus and some seconds of mutation on top? Builds the fuzz targets with the
//! pinned stable compiler (coverage counters are a code-generation flag; no sanitiser is needed without unsafe code).
//!
//! Not here: long runs. `cargo fuzz run TARGET` with a nightly compiler does those.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::outcome::{Outcome, run};
use crate::toolbox::printed;
use crate::workplace::Workplace;

const SECONDS_EACH: u32 = 6;
/// What cargo-fuzz passes with `--sanitizer none`.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

pub(crate) fn smoke(workplace: &Workplace) -> Outcome {
    if !workplace.has("fuzz/Cargo.toml") {
        return Outcome::skip("there are no fuzz targets yet");
    }
    if workplace.program("c++").is_none() {
        return Outcome::skip(
            "no C++ compiler is installed (the fuzzing engine is written in C++)",
        );
    }
    let Some(host) = host(workplace) else {
        return Outcome::fail("`rustc -vV` does not say which machine this is");
    };
    let names = match targets(&workplace.path("fuzz/fuzz_targets")) {
        Ok(names) if !names.is_empty() => names,
        Ok(_) => return Outcome::fail("fuzz/fuzz_targets is empty"),
        Err(error) => return Outcome::fail(format!("fuzz/fuzz_targets: {error}")),
    };
    let folder = workplace.target("fuzz");
    let mut build = workplace.cargo("build --release --bins");
    // Naming the target keeps the flags away from build scripts and macros.
    build
        .args(["--target", &host])
        .current_dir(workplace.path("fuzz"));
    build
        .env("CARGO_TARGET_DIR", &folder)
        .env("RUSTFLAGS", COVERAGE);
    let binaries = folder.join(&host).join("release");
    names.iter().fold(run(build), |so_far, name| {
        so_far.then(|| mutate(workplace, &binaries.join(name), name))
    })
}

fn mutate(workplace: &Workplace, binary: &Path, name: &str) -> Outcome {
    let found = workplace.target("fuzz/found").join(name);
    let corpus = workplace.path("fuzz/corpus").join(name);
    if let Err(error) = fs::create_dir_all(&found) {
        return Outcome::fail(format!("{}: {error}", found.display()));
    }
    let mut target = Command::new(binary);
    target
        .current_dir(&found)
        .arg(format!("-max_total_time={SECONDS_EACH}"));
    // New inputs go to the first folder; the committed corpus is only read.
    target.args([
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-print_final_stats=0",
        "-verbosity=0",
    ]);
    target.arg(&found);
    if corpus.is_dir() {
        target.arg(&corpus);
    }
    run(target)
}

fn targets(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.sort();
    let rust = files
        .iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "rs"));
    Ok(rust
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .collect())
}

fn host(workplace: &Workplace) -> Option<String> {
    let mut ask = Command::new(workplace.program("rustc")?);
    let answer = printed(ask.arg("-vV").current_dir(workplace.path("")))?;
    answer
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
}
