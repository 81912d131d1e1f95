//! The encoding of an entry: time of last use, checksum, time of writing, and the reply as JSON.

use rlm_model::{Digest, DigestBuilder, Reply, RequestId};

/// The length of a checksum in bytes.
const CHECKSUM: usize = 32;

/// The length of a time in bytes.
const TIME: usize = 8;

/// The length of a key in bytes: a digest and an occurrence.
pub(crate) const KEY: usize = 36;

/// A time in microseconds since 1970, precise enough to order replies.
pub(crate) type Micros = u64;

/// A decoded entry whose checksum is valid.
#[derive(Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) written: Micros,
    pub(crate) reply: Reply,
}

/// Returns the key of a request: its digest, then its occurrence in big-endian order.
pub(crate) fn key(id: &RequestId) -> [u8; KEY] {
    let mut key = [0; KEY];
    let (digest, occurrence) = key.split_at_mut(CHECKSUM);
    digest.copy_from_slice(id.digest.as_bytes());
    occurrence.copy_from_slice(&id.occurrence.to_be_bytes());
    key
}

/// Encodes an entry; `None` if the reply can't be serialised, which doesn't occur.
pub(crate) fn write(key: &[u8], reply: &Reply, now: Micros) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(reply).ok()?;
    let mut entry = Vec::with_capacity(
        TIME.saturating_add(CHECKSUM)
            .saturating_add(TIME)
            .saturating_add(json.len()),
    );
    entry.extend_from_slice(&now.to_be_bytes());
    entry.extend_from_slice(checksum(key, &now.to_be_bytes(), &json).as_bytes());
    entry.extend_from_slice(&now.to_be_bytes());
    entry.extend_from_slice(&json);
    Some(entry)
}

/// Decodes an entry; `None` if it is damaged or was written for another key.
pub(crate) fn read(key: &[u8], entry: &[u8]) -> Option<Entry> {
    let (written, json) = checked(key, entry)?;
    Some(Entry {
        written,
        reply: serde_json::from_slice(json).ok()?,
    })
}

/// Verifies an entry's checksum without decoding the reply.
pub(crate) fn is_sound(key: &[u8], entry: &[u8]) -> bool {
    checked(key, entry).is_some()
}

fn checked<'e>(key: &[u8], entry: &'e [u8]) -> Option<(Micros, &'e [u8])> {
    let (_, rest) = entry.split_at_checked(TIME)?;
    let (sum, rest) = rest.split_at_checked(CHECKSUM)?;
    let (written, json) = rest.split_at_checked(TIME)?;
    let is_sound = sum == checksum(key, written, json).as_bytes();
    is_sound.then_some((time(written)?, json))
}

/// Returns the recorded time of last use. The checksum doesn't cover it, so that updating it is
/// cheap.
pub(crate) fn used(entry: &[u8]) -> Micros {
    entry.get(..TIME).and_then(time).unwrap_or_default()
}

/// Returns the entry with another time of last use.
pub(crate) fn with_used(entry: &[u8], used: Micros) -> Vec<u8> {
    let mut entry = entry.to_vec();
    if let Some(place) = entry.get_mut(..TIME) {
        place.copy_from_slice(&used.to_be_bytes());
    }
    entry
}

fn time(bytes: &[u8]) -> Option<Micros> {
    Some(Micros::from_be_bytes(bytes.try_into().ok()?))
}

fn checksum(key: &[u8], written: &[u8], json: &[u8]) -> Digest {
    DigestBuilder::new("rlm cache entry 2")
        .field(key)
        .field(written)
        .field(json)
        .finish()
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
        fn entries_round_trip_and_any_corrupted_byte_is_detected(text: String, at: prop::sample::Index, change in 1_u8..) {
            let key = key(&id());
            let reply = Reply::new(text, Usage::default());
            let mut entry = write(&key, &reply, 1_000).unwrap();
            prop_assert_eq!(read(&key, &entry), Some(Entry { written: 1_000, reply }));
            let at = at.index(entry.len());
            entry[at] ^= change;
            // A damaged time of last use is acceptable; a damaged reply isn't.
            prop_assert_eq!(read(&key, &entry).is_some(), at < TIME);
            entry.truncate(at);
            prop_assert_eq!(read(&key, &entry), None);
        }
    }

    #[test]
    fn an_entry_belongs_to_its_key() {
        let other = RequestId { occurrence: 8, ..id() };
        let entry = write(&key(&id()), &Reply::new("x", Usage::default()), 0).unwrap();
        assert_eq!(read(&key(&other), &entry), None);
    }

    #[test]
    fn updating_last_use_changes_only_the_timestamp() {
        let key = key(&id());
        let entry = write(&key, &Reply::new("x", Usage::default()), 5).unwrap();
        let later = with_used(&entry, 9);
        assert_eq!((used(&entry), used(&later)), (5, 9));
        assert_eq!(read(&key, &entry), read(&key, &later));
        assert_eq!(used(b"short"), 0);
    }
}
