//! Where does chance come from? The one file that asks the operating system for it: for keys and names, never for decisions.

use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Read as _};

/// A write key that nobody can guess.
///
/// # Errors
/// When the operating system offers no chance in this way; a key can be given by hand then.
pub fn write_key() -> io::Result<String> {
    let mut bytes = [0_u8; 24];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().fold(String::from("wk_"), |mut key, byte| {
        use std::fmt::Write as _;
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
        key
    }))
}

/// A name that no other start of this or another process has: process numbers come again, this does not.
#[must_use]
pub fn holder() -> String {
    let process = std::process::id();
    let start = RandomState::new().hash_one(process);
    format!("process {process} {start:016x}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_two_holders_have_one_name() {
        assert_ne!(super::holder(), super::holder());
    }

    #[test]
    fn no_two_keys_are_alike() {
        let (one, other) = (super::write_key().unwrap(), super::write_key().unwrap());
        assert_eq!(one.len(), 51);
        assert_ne!(one, other);
    }
}
