//! Tests that a growing journal yields the same events as the finished one.

use std::fs::File;
use std::io::Write;

use crate::support::*;
use proptest::collection::vec;
use proptest::prelude::*;
use rlm_model::RunPath;
use rlm_trace::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn journal_read_incrementally_matches_a_full_read(
        events in vec(any_event(), 0..8), cuts in vec(any::<prop::sample::Index>(), 0..6), most in 1_usize..4,
    ) {
        let bytes = bytes_of(&events);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let mut file = File::create(&path).unwrap();
        let mut tail = JournalTail::open(&path).unwrap();
        let mut read = Vec::new();
        for cut in cuts.windows(2) {
            file.write_all(&bytes[cut[0]..cut[1]]).unwrap();
            loop {
                let more = tail.read_on(most).unwrap();
                if more.is_empty() {
                    break;
                }
                read.extend(more);
            }
        }
        let whole = RecordedRun::read(&path).unwrap();
        prop_assert_eq!(read, whole.records);
        prop_assert_eq!(tail.ending(), whole.ending);
    }
}

#[test]
fn live_writer_is_detected_without_disturbing_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let journal = Journal::create(&path, JournalOptions::default()).unwrap();
    journal.write(turn_started(RunPath::default(), 1)).unwrap();
    let mut tail = JournalTail::open(&path).unwrap();
    assert!(tail.is_being_written());
    assert_eq!(tail.read_on(10).unwrap().len(), 1);
    drop(journal);
    assert!(!tail.is_being_written());
    let (journal, _) = Journal::resume(&path, JournalOptions::default()).unwrap();
    assert!(tail.is_being_written());
    journal.write(turn_started(RunPath::default(), 2)).unwrap();
    assert_eq!(tail.read_on(10).unwrap().len(), 1);
    assert_eq!(tail.ending(), Ending::Unfinished);
}

#[test]
fn damaged_line_is_reported_after_preceding_events() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let mut bytes = bytes_of(&[turn_started(RunPath::default(), 1), turn_started(RunPath::default(), 2)]);
    let last = bytes.len() - 3;
    bytes[last] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let mut tail = JournalTail::open(&path).unwrap();
    assert_eq!(tail.read_on(10).unwrap().len(), 1);
    let error = tail.read_on(10).unwrap_err();
    assert!(matches!(error, ReadError::Altered { line: 2, .. }), "{error}");
}
