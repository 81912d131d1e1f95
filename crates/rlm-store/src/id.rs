//! New names for runs.

use std::time::SystemTime;

use jiff::Timestamp;
use rlm_model::RunId;

use crate::StoreError;

/// 32 letters and digits that are not taken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
const RANDOM_CHARS: u32 = 6;

/// Names a run by the time of its start (UTC) and by the lowest 30 bits of `random`: `20261121-034755-k3f9x2`. Sorted as
/// text, ids are sorted by time.
///
/// # Errors
/// [`StoreError::Clock`] for a time that has no year of four digits.
pub fn new_run_id(now: SystemTime, random: u64) -> Result<RunId, StoreError> {
    let time = Timestamp::try_from(now).map_err(|_| StoreError::Clock)?;
    let letters: String = (0..RANDOM_CHARS)
        .rev()
        .filter_map(|place| {
            let five_bits = usize::try_from(random >> (5 * place) & 31).ok()?;
            ALPHABET.get(five_bits).copied().map(char::from)
        })
        .collect();
    let id = format!("{}-{letters}", time.strftime("%Y%m%d-%H%M%S"));
    // A negative year would put a second hyphen in front, and a sign sorts wrongly.
    if !id.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(StoreError::Clock);
    }
    id.parse().map_err(|_| StoreError::Clock)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_shows_its_time() {
        let id = new_run_id(UNIX_EPOCH + Duration::from_secs(951_782_400), u64::MAX).unwrap();
        assert_eq!(id.as_str(), "20000229-000000-999999");
    }

    #[test]
    fn a_clock_far_off_is_an_error() {
        let before_christ = UNIX_EPOCH - Duration::from_secs(70_000_000_000);
        assert!(matches!(new_run_id(before_christ, 0), Err(StoreError::Clock)));
        let year_10000 = UNIX_EPOCH + Duration::from_secs(253_500_000_000);
        assert!(matches!(new_run_id(year_10000, 0), Err(StoreError::Clock)));
    }

    proptest! {
        #[test]
        fn ids_sort_by_time_and_differ_by_randomness(
            a in 0_u64..250_000_000_000, b in 0_u64..250_000_000_000, x in 0_u64..1 << 30, y in 0_u64..1 << 30,
        ) {
            let id = |seconds, random| new_run_id(UNIX_EPOCH + Duration::from_secs(seconds), random).unwrap();
            if a < b {
                prop_assert!(id(a, x) < id(b, y));
            }
            prop_assert_eq!(id(a, x) == id(a, y), x == y);
        }
    }
}
