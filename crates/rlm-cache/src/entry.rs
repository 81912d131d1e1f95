//! An entry as bytes: a checksum, then the reply as JSON.

use rlm_model::{Digest, DigestBuilder, Reply, RequestId};

/// The bytes of a checksum.
const CHECKSUM: usize = 32;

/// The bytes of a key: a digest and an occurrence.
pub(crate) const KEY: usize = 36;

/// Returns the key of a request: its digest, then its occurrence with the most significant byte first.
pub(crate) fn key(id: &RequestId) -> [u8; KEY] {
    let mut key = [0; KEY];
    let (digest, occurrence) = key.split_at_mut(CHECKSUM);
    digest.copy_from_slice(id.digest.as_bytes());
    occurrence.copy_from_slice(&id.occurrence.to_be_bytes());
    key
}

/// Writes an entry; `None` for a reply that JSON can't hold, of which there is none.
pub(crate) fn write(key: &[u8; KEY], reply: &Reply) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(reply).ok()?;
    let mut entry = Vec::with_capacity(CHECKSUM.saturating_add(json.len()));
    entry.extend_from_slice(checksum(key, &json).as_bytes());
    entry.extend_from_slice(&json);
    Some(entry)
}

/// Reads an entry; `None` if it is damaged or stands under another key than it was written for.
pub(crate) fn read(key: &[u8; KEY], entry: &[u8]) -> Option<Reply> {
    let (sum, json) = entry.split_at_checked(CHECKSUM)?;
    if sum != checksum(key, json).as_bytes() {
        return None;
    }
    serde_json::from_slice(json).ok()
}

fn checksum(key: &[u8; KEY], json: &[u8]) -> Digest {
    DigestBuilder::new("rlm cache entry 1").field(key).field(json).finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rlm_model::Usage;

    use super::*;

    fn id() -> RequestId {
        RequestId {
            digest: Digest::of(b"question"),
            occurrence: 7,
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_any_changed_byte_is_noticed(text: String, at: prop::sample::Index, change in 1_u8..) {
            let key = key(&id());
            let reply = Reply::new(text, Usage::default());
            let mut entry = write(&key, &reply).unwrap();
            prop_assert_eq!(read(&key, &entry), Some(reply));
            let at = at.index(entry.len());
            entry[at] ^= change;
            prop_assert_eq!(read(&key, &entry), None);
            entry.truncate(at);
            prop_assert_eq!(read(&key, &entry), None);
        }
    }

    #[test]
    fn an_entry_belongs_to_its_key() {
        let other = RequestId { occurrence: 8, ..id() };
        let entry = write(&key(&id()), &Reply::new("x", Usage::default())).unwrap();
        assert_eq!(read(&key(&other), &entry), None);
    }
}
