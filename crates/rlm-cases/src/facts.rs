//! The facts about a run that expectations are checked against, folded from its journal.

use rlm_model::{Cost, RunPath};
use rlm_trace::{Coverage, Event, FinalValue, Record, RunStarted, Totals, outcome};
use smol_str::SmolStr;

/// The facts about a run that expectations are checked against.
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
    /// The name of the run's outcome. `unfinished` if the journal contains no outcome.
    pub outcome: SmolStr,
    /// The reason in one line if the outcome is not `complete`.
    pub message: Option<String>,
    /// The answer of the run, if there is one.
    pub answer: Option<String>,
    /// The number of turns of the root model.
    pub steps: u32,
    /// The number of sub-calls, including those of child runs.
    pub subcalls: u64,
    /// The number of tokens that the run used, input and output together.
    pub tokens: u64,
    /// The cost of the run.
    pub cost: Cost,
    /// The size of the context in bytes.
    pub context_bytes: u64,
    /// The number of bytes of the context that models or programs looked at.
    pub covered_bytes: u64,
    /// The names of the documents that the answer cites, without duplicates.
    pub cited: Vec<String>,
    /// The number of pieces of the answer that come from the context: cut from it, or quoted and
    /// found in it.
    pub citations: usize,
    /// The quotes of the answer that were not found in the context, or not searched for.
    pub unverified: Vec<String>,
}

impl Facts {
    /// Collects the facts from the events of a journal.
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

/// The documents that an answer cites, the number of citations, and the quotes that were not found.
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
