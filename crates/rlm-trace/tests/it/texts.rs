//! Tests of journals that do not contain all texts: their placeholders, and the functions that
//! still work.

use std::fs;

use crate::support::*;
use proptest::prelude::*;
use rlm_trace::*;

const LESS: [JournalTexts; 2] = [JournalTexts::References, JournalTexts::Digests];

fn holding(texts: JournalTexts) -> JournalOptions {
    JournalOptions { texts, ..timeless() }
}

/// Returns an event as a journal stores it.
fn held(event: &Event, texts: JournalTexts) -> Event {
    let journal = Journal::in_memory(holding(texts));
    let returned = journal.write(event.clone()).unwrap();
    assert_eq!(returned.event, *event, "the writer receives the complete event");
    journal.records().unwrap().remove(0).event.clone()
}

/// Returns the recorded runs, each with a copy from a journal that contains these texts.
fn recorded(texts: JournalTexts) -> Vec<(RecordedRun, RecordedRun)> {
    let folder = tempfile::tempdir().unwrap();
    let journals = fs::read_dir("../../examples/recorded").unwrap();
    let paths = journals.map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
    paths
        .map(|path| {
            let whole = RecordedRun::read(&path).unwrap();
            let less = folder.path().join(path.file_name().unwrap());
            let journal = Journal::create(&less, holding(texts)).unwrap();
            for event in whole.events() {
                journal.write(event.clone()).unwrap();
            }
            drop(journal);
            (whole, RecordedRun::read(&less).unwrap())
        })
        .collect()
}

#[test]
fn totals_and_coverage_match_without_journal_texts() {
    for texts in LESS {
        let runs = recorded(texts);
        assert!(runs.len() >= 4);
        for (whole, less) in runs {
            assert_eq!(JournalTexts::of(&less.records), texts);
            assert_eq!(less.ending, Ending::Finished);
            assert_eq!(Totals::of(&less.records), Totals::of(&whole.records));
            let covered = |run: &RecordedRun| Coverage::of(&run.records).covered();
            assert_eq!(covered(&less), covered(&whole));
        }
    }
}

#[test]
fn withheld_prompt_keeps_its_length_and_cannot_be_rendered() {
    for (whole, less) in LESS.into_iter().flat_map(recorded) {
        for (then, now) in whole.events().zip(less.events()) {
            let (Event::Issued(then), Event::Issued(now)) = (then, now) else {
                continue;
            };
            assert_eq!(now.messages.content_bytes(), then.messages.content_bytes());
            let again = RecordedPrompts::of(&less.records).request(&now.id, &|_| None);
            assert_eq!(again, Err(RecordedPromptError::Withheld { call: now.id.clone() }));
        }
    }
}

#[test]
fn resumed_journal_keeps_withholding_texts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let journal = Journal::create(&path, holding(JournalTexts::Digests)).unwrap();
    journal.write(run_started()).unwrap();
    drop(journal);
    let (journal, recorded) = Journal::resume(&path, timeless()).unwrap();
    assert_eq!(journal.texts(), JournalTexts::Digests);
    let mut written = Written::of(&recorded.records);
    assert_eq!(written.meet(&run_started()), Met::Same, "compared by digest");
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("node"), "{text}");
}

#[test]
fn withheld_markers_round_trip_and_identify_one_text() {
    let mark = Withheld::of("Mr Alder is ill.");
    assert_eq!(mark.to_string().parse(), Ok(mark));
    assert!(mark.is_of("Mr Alder is ill.") && !mark.is_of("Mr Elder is ill."));
    for wrong in [
        "",
        "withheld: many bytes, b3:00",
        "withheld: 3 bytes, b3:00",
        "Mr Alder is ill.",
    ] {
        assert_eq!(wrong.parse::<Withheld>(), Err(NotWithheld), "{wrong}");
    }
}

proptest! {
    #[test]
    fn every_event_can_be_stored_without_texts(event in any_event()) {
        for texts in LESS {
            let held = held(&event, texts);
            prop_assert_eq!(held.kind(), event.kind());
            prop_assert_eq!((held.call(), held.run(), held.turn()), (event.call(), event.run(), event.turn()));
        }
    }
}
