//! Damaged files of any format: they give a text or an error, and never a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rlm_extract::{Extracted, Format, Limits, Section, extract};

/// Truncates and changes a file in many places. A panic within a parser is an error of the
/// extraction, so this checks that the result is consistent.
#[cfg_attr(
    not(any(feature = "docx", feature = "xlsx")),
    expect(dead_code, reason = "no format is left")
)]
pub(crate) fn every_damage_is_an_error(format: Format, file: &[u8]) {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for round in 0..150 {
        let mut bytes = file.to_vec();
        let at = usize::try_from(random() % file.len() as u64).expect("a place in the file");
        if round % 3 == 0 {
            bytes.truncate(at);
        } else {
            for _ in 0..=round % 5 {
                let at = usize::try_from(random() % file.len() as u64).expect("a place in the file");
                bytes[at] = random().to_le_bytes()[0];
            }
        }
        let extracted = catch_unwind(AssertUnwindSafe(|| extract(format, bytes, Limits::default())));
        if let Ok(Extracted { text, sections }) = extracted.expect("damage is an error, not a panic") {
            let starts: Vec<usize> = sections.iter().map(|Section { start, .. }| *start).collect();
            assert!(starts.is_sorted(), "{format:?}: {starts:?}");
            assert!(starts.iter().all(|&start| text.is_char_boundary(start)), "{format:?}");
        }
    }
}
