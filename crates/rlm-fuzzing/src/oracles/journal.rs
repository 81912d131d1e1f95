//! Checks the reading of arbitrary and of modified journals.

use std::sync::Arc;

use rlm_model::{DigestBuilder, RunPath};
use rlm_trace::{
    ContextBreakdown, Coverage, DiscardExtent, Ending, Event, JournalReader, Millis, ModelTotals, ReadError, Record,
    RecordedPrompts, RecordedRun, ReplayIndex, Summary, Totals, Trace, Tree, Why, Written, canonical, discarded_lines,
    in_force, otlp, outcome, unreached, visualizer,
};

use crate::generators::{any_event, drawn_each};

/// The maximum length of a journal line in bytes.
const LINE_BYTES: u64 = 1 << 20;

/// Reads the input bytes as a journal in three ways: as they are, with the hashes of their lines
/// recomputed as a forger would, and as truncated and modified journals of generated events.
///
/// # Panics
/// If accepted bytes differ from their sealed events, if an event is read that was not written, or
/// if a fold over the records fails.
pub fn journal_junk(data: &[u8]) {
    if let Ok(run) = read(data) {
        assert_resealed_equal(&run, data);
        fold(&run.records);
    }
    let forged = sealed(&events_in(data));
    match read(&forged) {
        Ok(run) => fold(&run.records),
        Err(ReadError::Malformed { .. } | ReadError::Unchained { .. } | ReadError::LineTooLong { .. }) => {}
        Err(error) => panic!("a sealed journal: {error}"),
    }
    written_events_are_read(&drawn_each(&any_event(), data, 4), data);
}

/// Recomputes the line hashes of an accepted journal. The result must equal the journal, except for
/// a truncated last line.
fn assert_resealed_equal(run: &RecordedRun, data: &[u8]) {
    let times = run.records.iter().map(|record| record.at);
    let events = events_in(data);
    let mut again = sealed_at(times.zip(events.iter().map(String::as_str)));
    let kept = match run.ending {
        Ending::Torn { dropped, .. } => &data[..data.len() - dropped as usize],
        Ending::Finished | Ending::Unfinished => data,
    };
    if matches!(run.ending, Ending::Torn { dropped: 0, .. }) {
        assert_eq!(again.pop(), Some(b'\n'));
    }
    assert!(
        again == kept,
        "read as a journal: {:?}\nsealed anew: {:?}",
        String::from_utf8_lossy(kept),
        String::from_utf8_lossy(&again)
    );
}

/// Writes a journal of the events and reads it three times: complete, truncated and modified.
/// Panics if an event is read that was not written.
fn written_events_are_read(events: &[Event], data: &[u8]) {
    let texts: Vec<String> = events
        .iter()
        .map(|event| serde_json::to_string(event).unwrap())
        .collect();
    let whole = sealed(&texts);
    let run = read(&whole).unwrap_or_else(|error| panic!("{error}\n{texts:#?}"));
    assert!(run.events().eq(events), "{texts:#?}");
    fold(&run.records);
    let place = data.iter().fold(0, |place: usize, byte| {
        place.wrapping_mul(31).wrapping_add(usize::from(*byte))
    });
    let at = place % whole.len();
    let cut = read(&whole[..at]).unwrap_or_else(|error| panic!("cut at {at}: {error}\n{texts:#?}"));
    assert!(
        cut.events().eq(events.iter().take(cut.records.len())),
        "cut at {at}\n{texts:#?}"
    );
    let mut changed = whole.clone();
    changed[at] ^= 1 | data.first().copied().unwrap_or_default();
    match read(&changed) {
        Ok(run) => assert!(
            at + 1 == whole.len() && matches!(run.ending, Ending::Torn { .. }),
            "the change at {at} goes unseen\n{texts:#?}"
        ),
        Err(error) => assert!(!error.hint().is_empty() && !error.code().is_empty()),
    }
}

fn read(bytes: &[u8]) -> Result<RecordedRun, ReadError> {
    JournalReader::new(bytes, "journal.jsonl")
        .with_max_line_bytes(LINE_BYTES)
        .read_all()
}

/// Returns a valid journal with the given events, which are JSON texts. Each line has a hash that
/// covers the line before it.
///
/// ```
/// use rlm_fuzzing::oracles::journal::sealed;
/// use rlm_trace::JournalReader;
///
/// let bytes = sealed(&[r#"{"kind":"turn_started","turn":3}"#.to_owned()]);
/// assert_eq!(JournalReader::new(bytes.as_slice(), "forged").read_all()?.records.len(), 1);
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[must_use]
pub fn sealed(events: &[String]) -> Vec<u8> {
    sealed_at(events.iter().map(|event| (None, event.as_str())))
}

/// Returns a valid journal with the given events, each with an optional timestamp.
fn sealed_at<'e>(events: impl Iterator<Item = (Option<Millis>, &'e str)>) -> Vec<u8> {
    let mut journal = Vec::new();
    let mut previous = None;
    for (seq, (at, event)) in (1..).zip(events) {
        let at = at.map(|Millis(at)| format!(",\"ms\":{at}")).unwrap_or_default();
        let body = match previous {
            None => format!(r#"{{"rlm_journal":1,"seq":{seq}{at},"event":{event}"#),
            Some(previous) => format!(r#"{{"seq":{seq}{at},"prev":"{previous}","event":{event}"#),
        };
        let hash = DigestBuilder::new("rlm journal line 1").field(body.as_bytes()).finish();
        journal.extend_from_slice(format!("{body},\"hash\":\"{hash}\"}}\n").as_bytes());
        previous = Some(hash);
    }
    journal
}

/// Returns the JSON texts of the events in the lines of a journal. A line that is not from a
/// journal is returned whole.
#[must_use]
pub fn events_in(data: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(data);
    let event = |line: &str| {
        let start = line.split_once("\"event\":").map_or(line, |(_, event)| event);
        start
            .rsplit_once(",\"hash\":")
            .map_or(start, |(event, _)| event)
            .to_owned()
    };
    text.lines().map(event).collect()
}

/// Computes every summary of a journal's records, such as totals and coverage, which must not
/// panic.
fn fold(records: &[Record]) {
    let tree = Tree::of(records);
    let _ = Why::of(&tree, &RunPath::default());
    let totals = Totals::of(records);
    let coverage = Coverage::of(records);
    let _ = (
        totals,
        coverage.read_bytes(),
        coverage.scanned_bytes(),
        coverage.covered_bytes(),
    );
    let _ = (
        ContextBreakdown::of(records),
        ModelTotals::of(records),
        Summary::of(records),
    );
    let _ = (
        ReplayIndex::of(records),
        RecordedPrompts::of(records),
        Written::of(records),
    );
    let _ = (
        outcome(records),
        unreached(records),
        in_force(records),
        canonical(records),
    );
    let _ = (discarded_lines(records, DiscardExtent::Limits), otlp(records));
    let _ = visualizer(records, &|_| None::<Arc<str>>);
    let trace = Trace::of(records).to_json();
    assert!(Trace::from_json(&trace).is_ok(), "{trace}");
}
