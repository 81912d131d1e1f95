//! What a run is judged by, folded from its journal.

use rlm_model::{Cost, RunPath};
use rlm_trace::{Coverage, Event, FinalValue, Record, RunStarted, Totals, outcome};
use smol_str::SmolStr;

/// What a run is judged by.
///
/// ```
/// use rlm_cases::Facts;
/// use rlm_trace::RecordedRun;
///
/// let run = RecordedRun::read("../../examples/recorded/minutes.jsonl")?;
/// let facts = Facts::of(&run.records);
/// assert_eq!((facts.outcome.as_str(), facts.steps, facts.subcalls), ("complete", 4, 0));
/// assert!(facts.cited.iter().any(|name| name == "minutes/2024-02.md"));
/// assert!(facts.unverified.is_empty(), "each quote stands in the context");
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The name of its outcome; `unfinished` where it has none.
    pub outcome: SmolStr,
    /// Why the outcome is not `complete`, in one line.
    pub message: Option<String>,
    /// The answer, where there is one.
    pub answer: Option<String>,
    /// What it took.
    pub steps: u32,
    /// The sub-calls that were made, those of child runs included.
    pub subcalls: u64,
    /// The tokens, of input and output together.
    pub tokens: u64,
    /// What it cost.
    pub cost: Cost,
    /// The bytes of the context.
    pub context_bytes: u64,
    /// How many of them models or programs looked at.
    pub covered_bytes: u64,
    /// The documents that the answer cites, each once.
    pub cited: Vec<String>,
    /// The pieces of the answer that stand in the context: cut from it, or quoted and found.
    pub citations: usize,
    /// What the answer quotes that was not found in the context, or not looked for.
    pub unverified: Vec<String>,
}

impl Facts {
    /// Collects them from the events of a journal.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record> + Clone) -> Self {
        let ended = outcome(records.clone());
        let totals = Totals::of(records.clone());
        let covered = Coverage::of(records.clone()).covered();
        let mut started = None;
        let mut last = None;
        for record in records {
            match &record.event {
                Event::RunStarted(begun) => started = Some(&**begun),
                Event::Final(value) if value.run == RunPath::default() => last = Some(value),
                _ => {}
            }
        }
        let sources = last.map(|value| Sources::of(value, started)).unwrap_or_default();
        let usage = totals.usage();
        Self {
            outcome: ended.map_or_else(|| "unfinished".into(), |ended| ended.outcome.clone()),
            message: ended.and_then(|ended| ended.message.clone()),
            answer: ended.and_then(|ended| ended.answer.clone()),
            steps: totals.turns,
            subcalls: totals.sub.calls,
            tokens: usage.total().0,
            cost: totals.cost(),
            context_bytes: covered.bytes,
            covered_bytes: covered.covered,
            cited: sources.documents,
            citations: sources.found,
            unverified: sources.missing,
        }
    }
}

/// Where the words of an answer come from.
#[derive(Default)]
struct Sources {
    documents: Vec<String>,
    found: usize,
    missing: Vec<String>,
}

impl Sources {
    fn of(value: &FinalValue, started: Option<&RunStarted>) -> Self {
        let mut sources = Self::default();
        for citation in &value.citations {
            sources.cite(&citation.name);
        }
        for quote in &value.quotes {
            let document = quote.range.and_then(|range| {
                let source = usize::try_from(range.source).ok()?;
                started?.context.get(source)
            });
            match document {
                Some(document) if quote.verdict != "unverified" => sources.cite(&document.name),
                _ if matches!(quote.verdict.as_str(), "unverified" | "not_looked_for") => {
                    let start = usize::try_from(quote.at).unwrap_or(usize::MAX);
                    let end = start.saturating_add(usize::try_from(quote.bytes).unwrap_or(usize::MAX));
                    sources
                        .missing
                        .push(value.value.get(start..end).unwrap_or_default().to_owned());
                }
                _ => {}
            }
        }
        sources
    }

    fn cite(&mut self, name: &str) {
        self.found = self.found.saturating_add(1);
        if !self.documents.iter().any(|document| document == name) {
            self.documents.push(name.to_owned());
        }
    }
}
