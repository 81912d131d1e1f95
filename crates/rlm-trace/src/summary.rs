//! A run in one line: who was asked what, and what came of it.

use crate::{CallClass, Event, ModelUse, Record, RunEnded, RunStarted, Totals, TotalsFold};

/// A run in one line.
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
    /// What the run was started with; the text of the templates is left out.
    pub started: Option<RunStarted>,
    /// How the root run ended; see [`outcome`].
    pub ended: Option<RunEnded>,
    /// What it took.
    pub totals: Totals,
}

/// Sums a run up as its events come, holding none of them.
#[derive(Debug, Clone, Default)]
pub struct SummaryFold {
    started: Option<RunStarted>,
    ended: Option<RunEnded>,
    totals: TotalsFold,
}

/// Returns how the root run ended; none where it has not, where it was ended from outside, or where it was gone on with
/// since.
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
    /// Sums up the events of a journal.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut fold = SummaryFold::default();
        for record in records {
            fold.add(record);
        }
        fold.summary()
    }

    /// Returns the model that is asked first: the root model.
    #[must_use]
    pub fn root_model(&self) -> Option<&ModelUse> {
        let models = &self.started.as_ref()?.models;
        models.iter().find(|model| model.class == CallClass::Root)
    }
}

impl SummaryFold {
    /// Adds an event.
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
