//! Tests that journals round-trip, and that altered journals are rejected.

use crate::support::*;
use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use rlm_model::DigestBuilder;
use rlm_trace::*;

/// Returns a line with any body and a matching digest, as a careful forger would write it.
fn sealed(body: &str) -> Vec<u8> {
    let hash = DigestBuilder::new("rlm journal line 1").field(body.as_bytes()).finish();
    format!("{body},\"hash\":\"{hash}\"}}\n").into_bytes()
}

fn error_of(bytes: &[u8]) -> ReadError {
    read(bytes).unwrap_err()
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n').collect()
}

proptest! {
    #[test]
    fn any_events_round_trip(events in vec(any_event(), 0..12)) {
        let run = read(&bytes_of(&events)).unwrap();
        prop_assert_eq!(run.events().cloned().collect::<Vec<_>>(), events);
    }

    #[test]
    fn any_change_of_one_byte_is_detected(
        events in vec(any_event(), 1..6), at: prop::sample::Index, by in 1_u8..=255,
    ) {
        let whole = bytes_of(&events);
        let mut changed = whole.clone();
        let at = at.index(changed.len());
        changed[at] = changed[at].wrapping_add(by);
        let last_line_end = at + 1 == whole.len();
        match read(&changed) {
            // Without its line end, the last line can't be distinguished from a truncated one.
            Ok(run) => {
                prop_assert!(last_line_end);
                prop_assert!(matches!(run.ending, Ending::Torn { .. }), "{:?}", run.ending);
                prop_assert_eq!(run.records.len() + 1, events.len());
            }
            Err(error) => prop_assert_eq!(line_of(&error), 1 + line_ends(&whole[..at]), "{}", error),
        }
    }

    #[test]
    fn truncated_journal_yields_the_events_before_the_cut(
        events in vec(any_event(), 0..6), at: prop::sample::Index,
    ) {
        let mut events = events;
        events.push(ended("complete", None, Totals::default()));
        let whole = bytes_of(&events);
        let at = at.index(whole.len());
        let run = read(&whole[..at]).unwrap();
        let read_events: Vec<Event> = run.events().cloned().collect();
        prop_assert_eq!(&read_events, &events[..read_events.len()]);
        // The events before the last one may contain an outcome.
        if run.ending == Ending::Finished {
            prop_assert!(read_events.len() < events.len());
            prop_assert!(matches!(read_events.last(), Some(Event::Outcome(_))));
        }
        // Only the line with the cut is lost, or not even that if only its line end is missing.
        let at_least = line_ends(&whole[..at]);
        prop_assert!(read_events.len() as u64 >= at_least);
        prop_assert!(read_events.len() as u64 <= at_least + 1);
    }

    #[test]
    fn reading_noise_never_panics(noise: Vec<u8>, after_magic: bool) {
        let bytes = if after_magic { [b"{\"rlm_journal\":1,".as_slice(), &noise].concat() } else { noise };
        if let Ok(run) = read(&bytes) {
            prop_assert!(run.records.is_empty());
        }
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// Returns the line that an error names. Errors about the whole file count as errors of the first
/// line.
fn line_of(error: &ReadError) -> u64 {
    match error {
        ReadError::Altered { line, .. }
        | ReadError::Unchained { line, .. }
        | ReadError::Malformed { line, .. }
        | ReadError::LineTooLong { line, .. }
        | ReadError::Read { line, .. } => *line,
        _ => 1,
    }
}

#[test]
fn run_truncated_at_any_byte_is_readable() {
    let events = a_run();
    let whole = bytes_of(&events);
    for cut in 0..whole.len() {
        let run = read(&whole[..cut]).unwrap();
        assert!(run.ending != Ending::Finished, "truncated at {cut}");
        assert!(
            run.events().eq(events.iter().take(run.records.len())),
            "truncated at {cut}"
        );
    }
    assert_eq!(read(&whole).unwrap().ending, Ending::Finished);
}

#[test]
fn truncated_last_line_is_dropped_with_a_warning() {
    let whole = bytes_of(&a_run());
    let before_end = whole.len() - 1;
    let run = read(&whole[..before_end]).unwrap();
    assert_eq!(run.ending, Ending::Torn { line: 19, dropped: 0 });
    assert_eq!(run.records.len(), 19, "only the line end is missing");
    let run = read(&whole[..before_end - 1]).unwrap();
    let last = lines(&whole)[18].len() as u64;
    assert_eq!(
        run.ending,
        Ending::Torn {
            line: 19,
            dropped: last - 2
        }
    );
    assert_eq!(run.records.len(), 18);
}

#[test]
fn altered_line_and_event_are_named() {
    let whole = String::from_utf8(bytes_of(&a_run())).unwrap();
    let altered = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        error_of(whole.replacen(from, to, 1).as_bytes()).to_string()
    };
    // A program, a reply, an observation, and a citation.
    assert_snapshot!(altered("b = llm", "b = lln"), @"the journal journal.jsonl was altered at line 9 (settled, call 2.0.0)");
    assert_snapshot!(altered("\"fuel\":1234", "\"fuel\":1235"), @"the journal journal.jsonl was altered at line 17 (program ran, turn 2)");
    assert_snapshot!(altered("contxt; did", "contxt, did"), @"the journal journal.jsonl was altered at line 6 (observation, turn 1)");
    assert_snapshot!(altered("\"start\":55", "\"start\":54"), @"the journal journal.jsonl was altered at line 18 (final value, turn 2)");
    assert_snapshot!(altered("\"kind\":\"final\"", "\"kind\":\"finaI\""), @"the journal journal.jsonl was altered at line 18");
}

#[test]
fn removed_repeated_or_swapped_lines_are_detected() {
    let whole = bytes_of(&a_run());
    let lines = lines(&whole);
    let without = [&lines[..4], &lines[5..]].concat().concat();
    assert_snapshot!(error_of(&without), @"the journal journal.jsonl was altered before line 5 (observation, turn 1): the hash chain is broken there");
    let twice = [&lines[..5], &lines[4..]].concat().concat();
    assert_snapshot!(error_of(&twice), @"the journal journal.jsonl was altered before line 6 (program checked, turn 1): the hash chain is broken there");
    let mut exchanged = lines.clone();
    exchanged.swap(13, 14);
    assert_snapshot!(error_of(&exchanged.concat()), @"the journal journal.jsonl was altered before line 14 (settled, call 2.1.0): the hash chain is broken there");
    let beheaded = lines[1..].concat();
    assert_snapshot!(error_of(&beheaded), @"journal.jsonl is not a journal");
}

#[test]
fn forged_line_breaks_the_chain_at_the_next_line() {
    let whole = bytes_of(&a_run());
    let mut lines: Vec<Vec<u8>> = lines(&whole).into_iter().map(<[u8]>::to_vec).collect();
    let reply = String::from_utf8(lines[8].clone()).unwrap();
    let (body, _) = reply.rsplit_once(",\"hash\":").unwrap();
    lines[8] = sealed(&body.replace("FINAL(a)", "FINAL(7)"));
    assert_snapshot!(error_of(&lines.concat()), @"the journal journal.jsonl was altered before line 10 (program checked, turn 2): the hash chain is broken there");
}

#[test]
fn other_files_and_other_journal_versions_have_distinct_errors() {
    for other in [
        &b"hello\n"[..],
        b"\n",
        b"{}\n",
        b"[1, 2, 3]",
        b"{\"seq\":1}\n",
        b"\xff\xfe\n",
        b"{\"rlm_journal\":\"1\"}\n",
    ] {
        assert!(matches!(error_of(other), ReadError::NotAJournal { .. }), "{other:?}");
    }
    let later = sealed("{\"rlm_journal\":2,\"seq\":1,\"something\":\"else\"");
    assert_snapshot!(error_of(&later), @"unsupported version of the journal journal.jsonl: expected 1, got 2");
    assert_snapshot!(error_of(&later).hint(), @"read it with the release that wrote it");
    let empty = read(b"").unwrap();
    assert_eq!((empty.records.len(), empty.ending), (0, Ending::Unfinished));
}

#[test]
fn unknown_event_kinds_and_fields_are_tolerated() {
    let later_kind = sealed(r#"{"rlm_journal":1,"seq":1,"zone":"x","event":{"kind":"weather","sky":{"blue":true}}"#);
    let run = read(&later_kind).unwrap();
    let Event::Unknown(event) = &run.records[0].event else {
        panic!("{run:?}");
    };
    assert_eq!(
        (event.kind.as_str(), event.fields["sky"]["blue"].as_bool()),
        ("weather", Some(true))
    );
    let later_field = sealed(r#"{"rlm_journal":1,"seq":1,"event":{"kind":"turn_started","turn":3,"mood":"good"}"#);
    let run = read(&later_field).unwrap();
    assert_eq!(run.records[0].event, turn_started(Default::default(), 3));
}

#[test]
fn uninterpretable_line_reports_the_reason() {
    let no_turn = sealed(r#"{"rlm_journal":1,"seq":1,"event":{"kind":"turn_started"}"#);
    assert_snapshot!(error_of(&no_turn), @"invalid line 1 (turn started) in the journal journal.jsonl: missing field `turn` at line 1 column 23");
    let no_kind = sealed(r#"{"rlm_journal":1,"seq":1,"event":[1]"#);
    assert_snapshot!(error_of(&no_kind), @"invalid line 1 in the journal journal.jsonl: an event is a JSON object with a `kind`");
    let not_json = sealed(r#"{"rlm_journal":1,"seq":1,"event":{"#);
    assert_snapshot!(error_of(&not_json), @"invalid line 1 in the journal journal.jsonl: key must be a string at line 1 column 35");
    let deep = format!(
        r#"{{"rlm_journal":1,"seq":1,"event":{{"kind":"x","a":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_snapshot!(error_of(&sealed(&deep)), @"invalid line 1 in the journal journal.jsonl: recursion limit exceeded at line 1 column 143");
}

#[test]
fn overlong_line_is_rejected_without_reading_it() {
    let whole = bytes_of(&a_run());
    let longest = lines(&whole).into_iter().map(|line| line.len() as u64).max().unwrap();
    let read_with = |bytes| {
        JournalReader::new(whole.as_slice(), "j")
            .with_max_line_bytes(bytes)
            .read_all()
    };
    assert_eq!(read_with(longest).unwrap().records.len(), 19);
    assert_snapshot!(read_with(600).unwrap_err(), @"line 3 of the journal j is longer than 600 bytes");
}

#[test]
fn reading_ends_after_an_error() {
    let mut whole = bytes_of(&a_run());
    let at = lines(&whole)[0].len() + 5;
    whole[at] ^= 1;
    let mut reader = JournalReader::new(whole.as_slice(), "j");
    assert!(reader.next().is_some_and(|record| record.is_ok()));
    assert!(reader.next().is_some_and(|record| record.is_err()));
    assert!(reader.next().is_none());
    assert_eq!(reader.ending(), None);
}

#[test]
fn missing_journal_is_reported() {
    let error = RecordedRun::read("no/such/journal.jsonl").unwrap_err();
    assert_snapshot!(error, @"can't open the journal no/such/journal.jsonl: No such file or directory (os error 2)");
    assert_eq!(
        (error.code(), error.hint()),
        ("journal_open", "check the path and your permission to read the file")
    );
}

/// Returns the events of the example in `docs/journal.md`.
fn example() -> Vec<Event> {
    let mut events = vec![
        run_started(),
        turn_started(Default::default(), 1),
        issued("1.0.0", "Which node was full last?"),
        Event::Settled(Box::new(settled("1.0.0", "FINAL('node 9')"))),
    ];
    let totals = Totals {
        elapsed: None,
        ..Totals::of(&records(&events))
    };
    events.push(ended("complete", Some("node 9"), totals));
    events
}

#[test]
fn documented_journal_example_is_up_to_date() {
    let page = include_str!("../../docs/journal.md");
    let (_, rest) = page.split_once("```jsonl\n").unwrap();
    let (shown, _) = rest.split_once("```").unwrap();
    assert_eq!(shown, String::from_utf8(bytes_of(&example())).unwrap());
}

#[test]
fn the_documentation_names_every_kind_of_event() {
    let page = include_str!("../../docs/journal.md");
    for kind in Event::KINDS {
        assert!(page.contains(&format!("\n### `{kind}`\n")), "{kind}");
    }
}
