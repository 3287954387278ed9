//! What is inside a compressed body? Decompression that stops at a limit, so that a small body cannot become a huge one.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::MultiGzDecoder;

use super::IngestError;

/// The bytes of a body, decompressed where its `content-encoding` says so, at most `most` of them.
///
/// # Errors
/// `too_large` beyond the limit, or why the body cannot be decompressed.
pub fn unpacked<'a>(
    body: &'a [u8],
    encoding: Option<&str>,
    most: usize,
    too_large: IngestError,
) -> Result<Cow<'a, [u8]>, IngestError> {
    match encoding
        .map(|name| name.trim().to_ascii_lowercase())
        .as_deref()
    {
        None | Some("" | "identity") if body.len() > most => Err(too_large),
        None | Some("" | "identity") => Ok(Cow::Borrowed(body)),
        Some("gzip" | "x-gzip") => {
            let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
            let mut inside = Vec::with_capacity(body.len().saturating_mul(4).min(most));
            MultiGzDecoder::new(body)
                .take(limit)
                .read_to_end(&mut inside)
                .map_err(|_| IngestError::MalformedGzip)?;
            if inside.len() > most {
                Err(too_large)
            } else {
                Ok(Cow::Owned(inside))
            }
        }
        Some(_) => Err(IngestError::UnknownEncoding),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn a_small_body_does_not_become_a_huge_one() {
        let bomb = gzip(&vec![b' '; 50_000_000]);
        assert!(bomb.len() < 60_000);
        let refused = unpacked(&bomb, Some("gzip"), 1_000, IngestError::BatchTooLarge);
        assert_eq!(refused, Err(IngestError::BatchTooLarge));
    }

    #[test]
    fn a_truncated_body_is_refused() {
        let whole = gzip(b"{\"batch\":[]}");
        for end in 0..whole.len() {
            let refused = unpacked(
                &whole[..end],
                Some("gzip"),
                1_000,
                IngestError::BatchTooLarge,
            );
            assert_eq!(refused, Err(IngestError::MalformedGzip), "{end}");
        }
        let read = unpacked(&whole, Some("GZIP"), 1_000, IngestError::BatchTooLarge).unwrap();
        assert_eq!(read.as_ref(), b"{\"batch\":[]}");
    }
}
