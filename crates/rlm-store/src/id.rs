//! Creation of ids for new runs.

use std::time::SystemTime;

use jiff::Timestamp;
use rlm_model::RunId;

use crate::StoreError;

/// The 32 characters of the last part of run ids: digits and letters without look-alikes, in sort
/// order.
const ALPHABET: &[u8; 32] = b"023456789abcdefghjkmnpqrstuvwxyz";
/// The number of characters of the last part of run ids, which encode the milliseconds and 20
/// random bits.
const PLACES: u32 = 6;
const RANDOM_BITS: u32 = 20;

/// Returns the id of a run from its start time (UTC, in milliseconds) and the lowest 20 bits of
/// `random`, such as `20261121-034755-k3f9x2`. Ids sort by time when compared as text.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use rlm_store::new_run_id;
///
/// let at = |seconds| new_run_id(UNIX_EPOCH + Duration::from_secs(seconds), 0);
/// assert_eq!(at(1_795_232_875)?.as_str(), "20261121-034755-000000");
/// assert!(at(1_795_232_875)? < at(1_795_232_876)?);
/// # Ok::<(), rlm_store::StoreError>(())
/// ```
///
/// # Errors
/// [`StoreError::Clock`] if the time has no four-digit year.
pub fn new_run_id(now: SystemTime, random: u64) -> Result<RunId, StoreError> {
    let time = Timestamp::try_from(now).map_err(|_| StoreError::Clock)?;
    let millis = u64::try_from(time.as_millisecond().rem_euclid(1_000)).unwrap_or_default();
    let number = millis << RANDOM_BITS | random & ((1 << RANDOM_BITS) - 1);
    let letters: String = (0..PLACES)
        .rev()
        .filter_map(|place| {
            let five_bits = usize::try_from(number >> (5 * place) & 31).ok()?;
            ALPHABET.get(five_bits).copied().map(char::from)
        })
        .collect();
    let id = format!("{}-{letters}", time.strftime("%Y%m%d-%H%M%S"));
    // A negative year would add a hyphen in front, and a sign sorts wrongly.
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
    fn run_id_encodes_its_time() {
        let id = new_run_id(UNIX_EPOCH + Duration::from_millis(951_782_400_999), u64::MAX).unwrap();
        assert_eq!(id.as_str(), "20000229-000000-z8zzzz");
    }

    #[test]
    fn clock_outside_the_supported_range_is_an_error() {
        let before_christ = UNIX_EPOCH - Duration::from_secs(70_000_000_000);
        assert!(matches!(new_run_id(before_christ, 0), Err(StoreError::Clock)));
        let year_10000 = UNIX_EPOCH + Duration::from_secs(253_500_000_000);
        assert!(matches!(new_run_id(year_10000, 0), Err(StoreError::Clock)));
    }

    proptest! {
        #[test]
        fn run_ids_sort_by_time_and_differ_by_random_suffix(
            a in 0_u64..250_000_000_000_000, b in 0_u64..250_000_000_000_000, c in 1_u64..2_000,
            x in 0_u64..1 << 20, y in 0_u64..1 << 20,
        ) {
            let id = |millis, random| new_run_id(UNIX_EPOCH + Duration::from_millis(millis), random).unwrap();
            if a < b {
                prop_assert!(id(a, x) < id(b, y));
            }
            prop_assert!(id(a, x) < id(a + c, y), "runs that follow each other at once");
            prop_assert_eq!(id(a, x) == id(a, y), x == y);
        }
    }
}
