//! The browsers that are signed in.
//!
//! The digest of a browser's cookie is kept in memory with the id of its key, so that a revoked key
//! ends the sign-in at once, and a restart ends all of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rlm_model::Digest;
use rlm_trace::Millis;

/// The time after which a browser has to sign in again, in seconds.
pub(super) const SECONDS: u64 = 12 * 60 * 60;
/// The maximum number of browsers that are signed in. One more signs the oldest out.
const MOST: usize = 1_000;

/// The browsers that are signed in, by the digests of their cookies.
#[derive(Debug, Default)]
pub(crate) struct SignIns(Mutex<HashMap<Digest, SignIn>>);

#[derive(Debug)]
struct SignIn {
    /// The id of the API key.
    key: String,
    until: Millis,
}

impl SignIns {
    /// Adds a browser that signed in with the key of an id.
    pub(super) fn insert(&self, id: &str, key: &str, now: Millis) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, one| one.until > now);
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, one)| one.until).map(|(digest, _)| *digest);
            oldest.and_then(|oldest| all.remove(&oldest));
        }
        let sign_in = SignIn {
            key: key.to_owned(),
            until: Millis(now.0.saturating_add(SECONDS * 1_000)),
        };
        all.insert(Digest::of(id.as_bytes()), sign_in);
    }

    /// Returns the id of the key of a sign-in that has not expired.
    pub(super) fn key(&self, id: &str, now: Millis) -> Option<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.get(&Digest::of(id.as_bytes()))?;
        (found.until > now).then(|| found.key.clone())
    }

    /// Signs a browser out.
    pub(super) fn remove(&self, id: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&Digest::of(id.as_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_ins_expire_and_are_bounded() {
        let all = SignIns::default();
        all.insert("first", "a", Millis(0));
        let end = Millis(SECONDS * 1_000);
        assert_eq!(all.key("first", Millis(end.0 - 1)).as_deref(), Some("a"));
        assert_eq!(all.key("first", end), None);
        for number in 0..MOST as u64 {
            all.insert(&number.to_string(), "b", Millis(1 + number));
        }
        assert_eq!(all.key("first", Millis(2)), None, "the oldest is signed out");
        assert_eq!(all.key("0", Millis(2)).as_deref(), Some("b"));
        all.remove("0");
        assert_eq!(all.key("0", Millis(2)), None);
    }
}
