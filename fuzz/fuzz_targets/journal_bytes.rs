//! Any bytes are read as a journal, up to the first broken line: no panic, and what was read folds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rlm_trace::JournalReader;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(run) = JournalReader::new(bytes, "fuzz").read_all() {
        let _ = rlm_trace::Tree::of(&run.records);
        let _ = rlm_trace::canonical(&run.records);
    }
});
