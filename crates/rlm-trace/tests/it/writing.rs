//! Tests of journals in files and in memory: creation, writing from several threads, subscriptions,
//! and resumption.

use std::fs;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use crate::support::*;
use insta::assert_snapshot;
use rlm_model::RunPath;
use rlm_trace::*;

fn note(text: &str) -> Event {
    Event::Note(RunNote {
        run: RunPath::default(),
        turn: None,
        code: "test".into(),
        text: text.into(),
    })
}

fn replace() -> JournalOptions {
    JournalOptions {
        existing: Existing::Replace,
        ..timeless()
    }
}

/// Returns the error's text without the path of the folder.
fn shown(error: &WriteError, folder: &tempfile::TempDir) -> String {
    error
        .to_string()
        .replace(&folder.path().display().to_string(), "FOLDER")
}

#[cfg(unix)]
#[test]
fn journal_and_folder_are_private_to_the_owner() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b/journal.jsonl");
    let journal = Journal::create(&path, timeless()).unwrap();
    assert_eq!(journal.path(), Some(path.as_path()));
    assert_eq!(
        (
            mode(&path),
            mode(&folder.path().join("a/b")),
            mode(&folder.path().join("a"))
        ),
        (0o600, 0o700, 0o700)
    );
    drop(journal);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    Journal::create(&path, replace()).unwrap();
    assert_eq!(mode(&path), 0o600, "also if it replaces a file that others could read");
}

#[test]
fn existing_journal_file_is_kept_unless_replacing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    fs::write(
        &path,
        "somebody's notes, longer than a line of the journal that takes their place",
    )
    .unwrap();
    let error = Journal::create(&path, timeless()).unwrap_err();
    assert_snapshot!(shown(&error, &folder), @"journal already exists: FOLDER/journal.jsonl");
    assert!(fs::read_to_string(&path).unwrap().starts_with("somebody's"));
    let journal = Journal::create(&path, replace()).unwrap();
    journal.write(note("x")).unwrap();
    assert_eq!(RecordedRun::read(&path).unwrap().records.len(), 1);
}

#[test]
fn a_journal_has_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let journal = Journal::create(&path, timeless()).unwrap();
    journal.write(note("first")).unwrap();
    let error = Journal::create(&path, replace()).unwrap_err();
    assert_snapshot!(shown(&error, &folder), @"journal is in use by another process: FOLDER/journal.jsonl");
    assert!(matches!(
        Journal::resume(&path, timeless()),
        Err(ResumeError::Write(WriteError::InUse { .. }))
    ));
    assert_eq!(
        RecordedRun::read(&path).unwrap().records.len(),
        1,
        "it is readable while being written"
    );
    drop(journal);
    assert!(Journal::resume(&path, timeless()).is_ok());
}

#[test]
fn unwritable_journal_path_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let under_a_file = Journal::create(folder.path().join("file/journal.jsonl"), timeless()).unwrap_err();
    let a_folder = Journal::create(folder.path(), replace()).unwrap_err();
    let errors =
        [under_a_file, a_folder].map(|error| format!("{}: {}; {}", error.code(), shown(&error, &folder), error.hint()));
    assert_snapshot!(errors.join("\n"), @r#"
    journal_folder: can't create the journal folder FOLDER/file: File exists (os error 17); give a writable path with --journal, or use --no-journal
    journal_create: can't create the journal FOLDER: Is a directory (os error 21); give a writable path with --journal, or use --no-journal
    "#);
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_reported_and_stops_writing() {
    let journal = Journal::create("/dev/full", replace()).unwrap();
    let heard = journal.follow();
    let first = journal.write(note("x")).unwrap_err();
    let second = journal.write(note("y")).unwrap_err();
    assert_snapshot!(format!("{first}\n{second}"), @r#"
    can't write to the journal /dev/full: No space left on device (os error 28)
    can't write to the journal /dev/full after an earlier write failed
    "#);
    assert!(
        heard.try_recv().is_err(),
        "subscribers don't receive events that were not written"
    );
}

#[test]
fn oversized_event_is_rejected_and_the_journal_stays_usable() {
    let line = |text: &str| bytes_of(&[note(text)]).len() as u64;
    let journal = Journal::in_memory(JournalOptions {
        max_line_bytes: line("as long as may be"),
        ..timeless()
    });
    assert_snapshot!(journal.write(note("longer than may be")).unwrap_err(), @"journal event `note` too long: 169 bytes, at most 168 allowed");
    journal.write(note("as long as may be")).unwrap();
    assert_eq!(journal.records().unwrap().len(), 1);
}

#[test]
fn events_are_in_the_file_when_write_returns() {
    let folder = tempfile::tempdir().unwrap();
    for (name, durability) in [("process", Durability::Process), ("disk", Durability::Disk)] {
        let path = folder.path().join(name);
        let options = JournalOptions {
            durability,
            ..timeless()
        };
        let journal = Journal::create(&path, options).unwrap();
        for (written, event) in (1..).zip(a_run()) {
            journal.write(event).unwrap();
            assert_eq!(RecordedRun::read(&path).unwrap().records.len(), written);
        }
    }
}

#[test]
fn untimed_events_are_deterministic_and_times_are_monotonic() {
    assert_eq!(bytes_of(&a_run()), bytes_of(&a_run()));
    let journal = Journal::in_memory(JournalOptions::default());
    for event in a_run() {
        journal.write(event).unwrap();
    }
    let times: Vec<_> = journal
        .records()
        .unwrap()
        .iter()
        .map(|record| record.at.unwrap())
        .collect();
    assert!(times.is_sorted());
}

#[test]
fn concurrent_writes_are_whole_lines_in_listener_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let journal = Arc::new(Journal::create(&path, timeless()).unwrap());
    let heard = journal.follow();
    let (first_two, heard_first) = channel();
    journal.subscribe(move |record| {
        first_two.send(record.line).unwrap();
        if record.line < 2 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    thread::scope(|scope| {
        for thread in 0..8 {
            let journal = &journal;
            scope.spawn(move || {
                for event in 0..50 {
                    journal.write(note(&format!("{thread}/{event}"))).unwrap();
                }
            });
        }
    });
    drop(journal);
    let run = RecordedRun::read(&path).unwrap();
    assert_eq!(run.records.len(), 400);
    let heard: Vec<Record> = heard.iter().map(|record| Record::clone(&record)).collect();
    assert_eq!(heard, run.records);
    assert_eq!(heard_first.iter().collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn dropped_listener_is_removed() {
    let journal = Journal::in_memory(timeless());
    drop(journal.follow());
    let heard = journal.follow();
    journal.write(note("x")).unwrap();
    assert_eq!(heard.recv().unwrap().line, 1);
}

#[test]
fn journal_truncated_anywhere_resumes_to_the_same_bytes() {
    let events = a_run();
    let whole = bytes_of(&events);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    for cut in (0..whole.len()).step_by(97).chain(whole.len() - 2..=whole.len()) {
        fs::write(&path, &whole[..cut]).unwrap();
        let (journal, run) = Journal::resume(&path, timeless()).unwrap();
        for event in &events[run.records.len()..] {
            journal.write(event.clone()).unwrap();
        }
        drop(journal);
        assert_eq!(fs::read(&path).unwrap(), whole, "truncated at {cut}");
    }
}

#[test]
fn resumed_journal_continues_its_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    // Written by hand, so that the test needn't wait: the last event has a time of one hour.
    let body = r#"{"rlm_journal":1,"seq":1,"ms":3600000,"event":{"kind":"turn_started","turn":1}"#;
    let hash = rlm_model::DigestBuilder::new("rlm journal line 1")
        .field(body.as_bytes())
        .finish();
    fs::write(&path, format!("{body},\"hash\":\"{hash}\"}}\n")).unwrap();
    let (journal, _) = Journal::resume(&path, JournalOptions::default()).unwrap();
    assert!(journal.write(note("x")).unwrap().at >= Some(Millis(3_600_000)));
}

#[test]
fn altered_journal_is_not_resumed_or_modified() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let mut bytes = bytes_of(&a_run());
    bytes[300] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(
        Journal::resume(&path, timeless()),
        Err(ResumeError::Read(ReadError::Altered { line: 1, .. }))
    ));
    assert_eq!(fs::read(&path).unwrap(), bytes);
}
