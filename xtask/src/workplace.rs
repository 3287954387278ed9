//! Where are we? The checkout, the build folder, and the few environment variables these commands read.
//!
//! Not here: programs found on this machine (`toolbox`).

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Debug)]
pub(crate) struct Workplace {
    root: PathBuf,
    target: PathBuf,
    cargo: PathBuf,
    search_path: Vec<PathBuf>,
}

impl Workplace {
    /// The checkout cargo runs this program for. Asked at run time: two checkouts may share a build folder.
    pub(crate) fn find() -> Self {
        let here = variable("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = here.parent().unwrap_or(&here).to_path_buf();
        let target =
            variable("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let cargo = variable("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        let search_path = variable("PATH")
            .map(|path| std::env::split_paths(&path).collect())
            .unwrap_or_default();
        Self {
            root,
            target,
            cargo,
            search_path,
        }
    }

    /// A path inside the checkout.
    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// A path inside the build folder, where everything these commands install is kept.
    pub(crate) fn target(&self, inside: &str) -> PathBuf {
        self.target.join(inside)
    }

    pub(crate) fn has(&self, inside: &str) -> bool {
        self.path(inside).exists()
    }

    /// A program on the search path.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        self.search_path
            .iter()
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    }

    /// Cargo, in the checkout.
    pub(crate) fn cargo(&self, words: &str) -> Command {
        self.command(&self.cargo, words, "")
    }

    /// Any program with arguments that contain no blanks, in a folder of the checkout.
    pub(crate) fn command(&self, program: &Path, words: &str, folder: &str) -> Command {
        let mut command = Command::new(program);
        command
            .args(words.split_whitespace())
            .current_dir(self.root.join(folder));
        command
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of this crate that reads them"
)]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
