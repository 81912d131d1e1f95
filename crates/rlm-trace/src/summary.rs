//! The summary of a run: its start, its outcome and its totals.

use crate::{CallClass, Event, ModelUse, Record, RunEnded, RunStarted, Totals, TotalsFold};

/// The summary of a run: its start, its outcome and its totals.
///
/// ```
/// # use rlm_trace::{RecordedRun, Summary};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let summary = Summary::of(&RecordedRun::read(journal)?.records);
/// let started = summary.started.ok_or("nothing began")?;
/// assert!(started.question.starts_with("How many of these reviews complain"));
/// assert_eq!(summary.totals.turns, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// The event of the run's start, without the text of the templates. `None` if the journal has
    /// no such event.
    pub started: Option<RunStarted>,
    /// The event of the root run's end, if it has ended; see [`outcome`].
    pub ended: Option<RunEnded>,
    /// The totals of the run so far.
    pub totals: Totals,
}

/// A fold that summarizes a run incrementally, without storing its events.
#[derive(Debug, Clone, Default)]
pub struct SummaryFold {
    started: Option<RunStarted>,
    ended: Option<RunEnded>,
    totals: TotalsFold,
}

/// Returns the outcome of the root run. Returns `None` if the run has no outcome (it is still
/// running or its process was killed), or if it was resumed since.
///
/// ```
/// # use rlm_trace::{RecordedRun, outcome};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let run = RecordedRun::read(journal)?;
/// assert_eq!(outcome(&run.records).map(|ended| ended.outcome.as_str()), Some("complete"));
/// assert!(outcome(&run.records[..9]).is_none(), "it goes on");
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
pub fn outcome<'a>(records: impl IntoIterator<Item = &'a Record>) -> Option<&'a RunEnded> {
    let mut outcome = None;
    for record in records {
        match &record.event {
            Event::Outcome(ended) if record.event.ends_the_run() => outcome = Some(&**ended),
            Event::TurnStarted(_) | Event::Resumed(_) => outcome = None,
            _ => {}
        }
    }
    outcome
}

impl Summary {
    /// Summarizes the run of a journal.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut fold = SummaryFold::default();
        for record in records {
            fold.add(record);
        }
        fold.summary()
    }

    /// Returns the root model of the run, if the journal records it.
    #[must_use]
    pub fn root_model(&self) -> Option<&ModelUse> {
        let models = &self.started.as_ref()?.models;
        models.iter().find(|model| model.class == CallClass::Root)
    }
}

impl SummaryFold {
    /// Adds an event of the journal to the summary.
    pub fn add(&mut self, record: &Record) {
        self.totals.add(record);
        match &record.event {
            Event::RunStarted(started) => {
                self.started = Some(RunStarted {
                    templates: Vec::new(),
                    ..RunStarted::clone(started)
                });
            }
            Event::Outcome(ended) if record.event.ends_the_run() => self.ended = Some(RunEnded::clone(ended)),
            Event::TurnStarted(_) | Event::Resumed(_) => self.ended = None,
            _ => {}
        }
    }

    /// Returns the summary of the events so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            started: self.started.clone(),
            ended: self.ended.clone(),
            totals: self.totals.totals(),
        }
    }
}
