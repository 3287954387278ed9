//! Where is everything kept? One folder with the database and, for a demo, the fake ad platform's file.

use std::path::{Path, PathBuf};

use stratum_store::{Store, StoreError};
use thiserror::Error;

/// The name of the database in the folder.
pub const DATABASE: &str = "stratum.db";
/// The name of the fake ad platform's file in the folder.
pub const FAKE_PLATFORM: &str = "ad-platform.json";

/// Why the folder cannot be used.
#[derive(Debug, Error)]
pub enum FolderError {
    /// It is not there, or holds no database.
    #[error("there is no Stratum database in this folder")]
    NotFound,
    /// It cannot be made.
    #[error("the folder cannot be made: {0}")]
    Unusable(#[from] std::io::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FolderError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "data.not_found",
            Self::Unusable(_) => "data.unusable",
            Self::Store(error) => error.code(),
        }
    }
}

/// The file of the database.
#[must_use]
pub fn database(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

/// Opens the folder, making it where it is not there.
///
/// # Errors
/// [`FolderError`].
pub async fn open_or_make(folder: &Path) -> Result<Store, FolderError> {
    std::fs::create_dir_all(folder)?;
    Ok(Store::open(&database(folder)).await?)
}

/// Opens a folder that must be there.
///
/// # Errors
/// [`FolderError`].
pub async fn open(folder: &Path) -> Result<Store, FolderError> {
    let file = database(folder);
    if !file.is_file() {
        return Err(FolderError::NotFound);
    }
    Ok(Store::open(&file).await?)
}
