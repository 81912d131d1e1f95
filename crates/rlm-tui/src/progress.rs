//! One line about a run in progress: who is working, how far the calls are, and what the run has
//! used.

use rlm_model::{Cost, Money};
use rlm_report::figures::{cost, grouped, share};
use rlm_trace::{Activity, CoverageSummary, Group, Millis, WaitCause, Waiting, Worker};

use crate::text::{columns, fitted, one_line};

/// The facts about a run in progress that a line of progress shows.
///
/// ```
/// use rlm_model::Cost;
/// use rlm_trace::{Activity, CoverageSummary, Millis, RecordedRun};
/// use rlm_tui::ProgressFacts;
///
/// let mut activity = Activity::default();
/// for record in RecordedRun::read("../../examples/recorded/reviews.jsonl")?.records.iter().take(4) {
///     activity.add(record);
/// }
/// let facts = ProgressFacts { activity: &activity, now: Millis(3_000), ..ProgressFacts::default() };
/// assert_eq!(facts.line(80), "step 1 · waiting for the root model · 3 s");
/// assert_eq!(facts.line(24), "step 1 · waiting for th…");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ProgressFacts<'a> {
    /// What the run is doing.
    pub activity: &'a Activity,
    /// The current time of the run.
    pub now: Millis,
    /// The tokens that the run has used, and its limit.
    pub tokens: (u64, Option<u64>),
    /// The money that the run has spent, and its limit.
    pub cost: (Cost, Option<Money>),
    /// How much of the context was read.
    pub coverage: CoverageSummary,
    /// The tokens per second of the last seconds, if known.
    pub tokens_per_second: Option<u64>,
}

impl Default for ProgressFacts<'_> {
    fn default() -> Self {
        const IDLE: &Activity = &Activity::new();
        Self {
            activity: IDLE,
            now: Millis(0),
            tokens: (0, None),
            cost: (Cost::Known(Money::ZERO), None),
            coverage: CoverageSummary::default(),
            tokens_per_second: None,
        }
    }
}

/// A field of the line. Fields of lower rank are kept longer if the line is too narrow.
struct Field {
    rank: u8,
    text: String,
}

impl ProgressFacts<'_> {
    /// Returns the line, at most `width` columns wide. Whole fields are dropped, the least
    /// important first, until the line fits.
    #[must_use]
    pub fn line(&self, width: usize) -> String {
        let mut fields = self.fields(Words::Short);
        loop {
            let line = joined(&fields, " · ");
            let least = (0..fields.len()).max_by_key(|index| fields.get(*index).map(|field| field.rank));
            match least {
                Some(least) if columns(&line) > width && fields.len() > 2 => _ = fields.remove(least),
                _ => return fitted(&line, width).into_owned(),
            }
        }
    }

    /// Returns all facts as a sentence without symbols, for logs and screen readers: `step 2: 18 of
    /// 30 sub-calls, about 5 s left, $0.042 of $1.00, 9 s`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let fields = self.fields(Words::Long);
        let (step, rest) = fields.split_at(fields.len().min(1));
        format!("{}: {}", joined(step, ""), joined(rest, ", "))
    }

    fn fields(&self, words: Words) -> Vec<Field> {
        let field = |rank, text| Field { rank, text };
        let mut fields = vec![field(0, format!("step {}", self.activity.step().max(1)))];
        fields.extend(doing(self.activity, self.now, words));
        fields.extend(self.spent().map(|text| field(4, text)));
        let tokens = grouped(self.tokens.0);
        if self.tokens.0 > 0 {
            fields.push(field(
                5,
                match self.tokens.1 {
                    Some(most) => format!("{tokens} of {} tokens", grouped(most)),
                    None => format!("{tokens} tokens"),
                },
            ));
        }
        if self.coverage.covered > 0 {
            let read = share(self.coverage.covered, self.coverage.bytes);
            fields.push(field(6, format!("{read} read")));
        }
        let rate = self.tokens_per_second.filter(|rate| *rate > 0);
        fields.extend(rate.map(|rate| field(7, format!("{} tokens/s", grouped(rate)))));
        fields.push(field(2, seconds(self.now)));
        fields
    }

    /// Returns the money spent, with the limit if there is one. `None` if nothing was spent and
    /// nothing limits it.
    fn spent(&self) -> Option<String> {
        match self.cost {
            (Cost::Known(Money::ZERO), None) => None,
            (spent, Some(most)) => Some(format!("{} of {most}", cost(spent))),
            (spent, None) => Some(cost(spent)),
        }
    }
}

/// The wording of a field: for a line that updates, or for a line that is read once or aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    Short,
    Long,
}

/// Returns what a run is doing now, as texts in the order of importance: `18/30 sub-calls`, `~5 s
/// left`.
pub(crate) fn activity_words(activity: &Activity, now: Millis) -> Vec<String> {
    doing(activity, now, Words::Short)
        .into_iter()
        .map(|field| field.text)
        .collect()
}

fn doing(activity: &Activity, now: Millis, words: Words) -> Vec<Field> {
    let group = activity.group().filter(|group| !group.is_over());
    let worker = activity.worker(now);
    let mut fields = Vec::new();
    let mut add = |rank, text| fields.push(Field { rank, text });
    match (&worker, group) {
        (Worker::Calls | Worker::Waiting(_) | Worker::Program | Worker::Host(_), Some(group)) => {
            add(1, calls(group, words));
        }
        (Worker::Calls, None) => add(1, format!("sub-call {}", grouped(activity.made()))),
        (Worker::RootModel, _) => add(1, "waiting for the root model".to_owned()),
        (Worker::Program, None) => add(1, "program running".to_owned()),
        (Worker::Host(name), None) => add(1, format!("{} running", one_line(name))),
        (Worker::Waiting(_), None) => {}
        (Worker::NotStarted, _) => add(1, "starting".to_owned()),
        (Worker::Ended, _) => add(1, "ended".to_owned()),
    }
    let is_waiting = matches!(worker, Worker::Waiting(_));
    if let Worker::Waiting(waiting) = &worker {
        add(1, pause(waiting, now));
    }
    let Some(group) = group else { return fields };
    // A pause makes an estimate worthless.
    if let Some(left) = group.remaining(now).filter(|_| !is_waiting) {
        let left = seconds(Millis(left.0.max(1_000)));
        add(
            3,
            match words {
                Words::Short => format!("~{left} left"),
                Words::Long => format!("about {left} left"),
            },
        );
    }
    if group.failed > 0 {
        add(3, format!("{} failed", grouped(group.failed)));
    }
    let pausing = activity.waiting(now);
    if pausing > 0 && !is_waiting {
        add(3, format!("{} waiting to retry", grouped(pausing as u64)));
    }
    fields
}

fn calls(group: &Group, words: Words) -> String {
    let noun = if group.are_runs { "child runs" } else { "sub-calls" };
    let between = match words {
        Words::Short => "/",
        Words::Long => " of ",
    };
    format!("{}{between}{} {noun}", grouped(group.done), grouped(group.total))
}

fn pause(waiting: &Waiting, now: Millis) -> String {
    let cause = match waiting.cause {
        WaitCause::RateLimit => "rate limit",
        WaitCause::Connection => "server unreachable",
        WaitCause::Server => "server error",
    };
    match waiting.until {
        Some(until) => format!(
            "{cause}, retry in {}",
            seconds(Millis(until.0.saturating_sub(now.0).max(1_000)))
        ),
        None => cause.to_owned(),
    }
}

/// Formats a duration in whole seconds: `9 s`, `2 min 05 s`.
fn seconds(Millis(millis): Millis) -> String {
    match millis / 1_000 {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

fn joined(fields: &[Field], between: &str) -> String {
    let texts: Vec<&str> = fields.iter().map(|field| field.text.as_str()).collect();
    texts.join(between)
}
