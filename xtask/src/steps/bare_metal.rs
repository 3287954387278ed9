//! Does the core build where there is no std at all? `#![no_std]` alone does not prove it: one dependency that links
//! std brings its clock and its float functions back into sight. A target without an operating system does prove it.
//!
//! Not here: running anything there. The bits are compared by the vectors.

use std::path::Path;
use std::process::Command;

use crate::outcome::{Outcome, run};
use crate::say::say;
use crate::toolbox::printed;
use crate::workplace::Workplace;

const TARGET: &str = "thumbv7em-none-eabi";
const BUILD: &str = "build --package stratum-trust-core --target thumbv7em-none-eabi";
const FROM_SOURCE: &str = "-Zbuild-std=core,alloc";
/// Debian's compiler with the sources of its standard library (packages `rustc-web` and `rust-web-src`).
const SYSTEM_COMPILER: &str = "/usr/bin/rustc";

pub(crate) fn core_builds(workplace: &Workplace) -> Outcome {
    if !workplace.has("stratum-core/Cargo.toml") {
        return Outcome::skip("there is no core yet");
    }
    let mut build = workplace.cargo(BUILD);
    // A folder of its own: the compiler may be another one than everybody else's.
    build.env("CARGO_TARGET_DIR", workplace.target("bare-metal"));
    match route(workplace) {
        Some(Route::Installed) => run(build),
        Some(Route::OwnSource) => {
            build.arg(FROM_SOURCE).env("RUSTC_BOOTSTRAP", "1");
            run(build)
        }
        Some(Route::SystemCompiler) => {
            say(format!(
                "  with {SYSTEM_COMPILER}, which has the sources of core and alloc"
            ));
            build
                .arg(FROM_SOURCE)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTC", SYSTEM_COMPILER);
            run(build)
        }
        None => Outcome::skip(format!(
            "no way to build for {TARGET}: neither `rustup target add {TARGET}` nor `rustup \
             component add rust-src` nor (Debian) `apt-get install rustc-web rust-web-src` was done"
        )),
    }
}

enum Route {
    Installed,
    OwnSource,
    SystemCompiler,
}

fn route(workplace: &Workplace) -> Option<Route> {
    let own = sysroot(workplace.program("rustc")?.as_path(), workplace)?;
    let libraries = Path::new(&own).join("lib/rustlib");
    if libraries.join(TARGET).exists() {
        Some(Route::Installed)
    } else if has_sources(&own) {
        Some(Route::OwnSource)
    } else {
        let system = sysroot(Path::new(SYSTEM_COMPILER), workplace)?;
        has_sources(&system).then_some(Route::SystemCompiler)
    }
}

fn sysroot(compiler: &Path, workplace: &Workplace) -> Option<String> {
    let mut ask = Command::new(compiler);
    ask.args(["--print", "sysroot"])
        .current_dir(workplace.path(""));
    printed(&mut ask).map(|path| path.trim().to_owned())
}

fn has_sources(sysroot: &str) -> bool {
    Path::new(sysroot)
        .join("lib/rustlib/src/rust/library/core/Cargo.toml")
        .exists()
}
