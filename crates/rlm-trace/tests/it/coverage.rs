//! Tests of the coverage of the context by models and programs.

use crate::support;

use crate::support::*;
use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use rlm_model::{RunPath, SourceRange};
use rlm_trace::*;

#[test]
fn context_breakdown_separates_inline_text_from_references() {
    let records = records(&a_run());
    let breakdown = ContextBreakdown::of(&records);
    assert_snapshot!(serde_json::to_string_pretty(&breakdown).unwrap(), @r#"
    {
      "system_chars": 79,
      "task_chars": 25,
      "inline_chars": 40,
      "symbolic_bytes": 98,
      "reads": 2,
      "share_read": 1.0,
      "share_scanned": 0.5306122448979592,
      "tokens": {
        "root_input": 60,
        "root_output": 8,
        "sub_input": 30,
        "sub_output": 4,
        "cached_input": 0,
        "reasoning": 0
      }
    }
    "#);
    // A call that is issued again is the same call.
    let again: Vec<Event> = a_run().into_iter().flat_map(|event| [event.clone(), event]).collect();
    let again = ContextBreakdown::of(&support::records(&again));
    assert_eq!(
        (again.system_chars, again.inline_chars, again.reads),
        (breakdown.system_chars, breakdown.inline_chars, breakdown.reads)
    );
    assert_eq!(ContextBreakdown::of(&[]), ContextBreakdown::default());
}

#[test]
fn coverage_counts_text_sent_in_answered_calls() {
    let events = a_run();
    let coverage = Coverage::of(&records(&events));
    assert_eq!((coverage.bytes(), coverage.read_bytes()), (98, 98));
    assert_eq!(coverage.sources[0].read.first(), Some(&(0..98)));
    // Without replies, nothing counts as read.
    assert_eq!(Coverage::of(&records(&events[..12])).read_bytes(), 0);
}

#[test]
fn coverage_includes_text_scanned_by_programs() {
    let mut call = issued("1.1.0", "x");
    if let Event::Issued(call) = &mut call {
        let part = |start, end| JournalPart::Source(SourceRange { source: 0, start, end });
        call.messages.own = vec![JournalMessage {
            role: rlm_model::Role::User,
            parts: vec![part(50, 70), part(75, 80)],
        }];
    }
    let settled = Event::Settled(Box::new(settled("1.1.0", "x")));
    let events = [
        run_started(),
        call,
        settled,
        ran(&[(0, 10), (60, 90)]),
        ran(&[(5, 20), (95, 1_000)]),
    ];
    let coverage = Coverage::of(&records(&events));
    assert_eq!(
        coverage.sources,
        [SourceCoverage {
            bytes: 98,
            read: vec![50..70, 75..80],
            scanned: vec![0..20, 60..90, 95..98],
        }]
    );
    assert_eq!(coverage.sources[0].covered(), [0..20, 50..90, 95..98]);
    let (read, scanned, covered) = (
        coverage.read_bytes(),
        coverage.scanned_bytes(),
        coverage.covered_bytes(),
    );
    assert_eq!((read, scanned, covered), (25, 53, 63));
}

#[test]
fn retrieved_passages_count_as_covered() {
    let hit = |passage| RecordedHit { score: 1.5, passage };
    let elsewhere = Passage::Elsewhere {
        document: "wiki".to_owned(),
        start: 0,
        end: 4,
        text: "Lima".to_owned(),
    };
    let range = SourceRange {
        source: 0,
        start: 30,
        end: 40,
    };
    let answered = Event::Answered(HostAnswered {
        run: RunPath::default(),
        turn: 1,
        ordinal: 1,
        answer: HostAnswer::Hits(vec![hit(Passage::Context(range)), hit(elsewhere)]),
        elapsed: None,
    });
    let coverage = Coverage::of(&records(&[run_started(), answered]));
    let scanned = coverage.sources[0].scanned.first().cloned();
    assert_eq!((scanned, coverage.scanned_bytes()), (Some(30..40), 10));
}

proptest! {
    #[test]
    fn coverage_is_the_union_of_all_ranges_within_the_sources(
        ranges in vec((0_u32..3, 0_u64..120, 0_u64..140), 0..12),
    ) {
        let parts = ranges.iter().map(|&(source, start, end)| JournalPart::Source(SourceRange { source, start, end }));
        let own = vec![JournalMessage { role: rlm_model::Role::User, parts: parts.collect() }];
        let Event::Issued(mut call) = issued("1.1.0", "x") else {
            panic!("expected an issued call");
        };
        call.messages.own = own;
        let events = [run_started(), Event::Issued(call), Event::Settled(Box::new(settled("1.1.0", "x")))];
        let coverage = Coverage::of(&records(&events));
        let was_read = |byte: u64| ranges.iter().any(|&(source, start, end)| source == 0 && (start..end).contains(&byte));
        let expected = (0..98).filter(|&byte| was_read(byte)).count() as u64;
        prop_assert_eq!((coverage.read_bytes(), coverage.bytes()), (expected, 98));
        let read = &coverage.sources[0].read;
        prop_assert!(read.windows(2).all(|pair| pair[0].end < pair[1].start));
    }
}
