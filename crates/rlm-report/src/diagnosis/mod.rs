//! The diagnosis of a run: its outcome, its problems with their places, and a suggestion. Used by
//! pages and terminals.

mod advice;
mod problems;

use rlm_model::{Position, RunPath};
use rlm_trace::{CallState, Ending, ProgramEnd, RunEnded, StepKind, Totals, Tree, TurnNode};

use crate::bounds::LINE;
use crate::figures::{bytes, counted, shortened};

pub use self::advice::Advice;
pub use self::problems::{Problem, ProblemKind};

/// The diagnosis of a run: its outcome, its problems, and a suggestion.
///
/// ```
/// use rlm_report::diagnosis::{Diagnosis, Rating};
/// use rlm_trace::{RecordedRun, Totals, Tree};
///
/// // A run whose only step was refused: it has a best-effort answer.
/// let run = RecordedRun::read("../../examples/recorded/nodes.jsonl")?;
/// let diagnosis = Diagnosis::of(&Tree::of(&run.records), &Totals::of(&run.records), run.ending);
/// assert_eq!((diagnosis.name, diagnosis.rating), ("Partial answer", Rating::Fair));
/// let failure = diagnosis.failure.ok_or("all went well")?;
/// assert!(failure.happened.is_some_and(|happened| happened.contains("step")));
/// assert!(failure.advice.command.starts_with("rlm "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// The rating of the outcome.
    pub rating: Rating,
    /// The display name of the outcome, such as `Out of budget`.
    pub name: &'static str,
    /// The meaning of the outcome for this run, in a sentence.
    pub sentence: String,
    /// The reason why the answer is not complete, with a suggestion. `None` for a complete run.
    pub failure: Option<Failure>,
    /// The problems of the run, in the order in which they occurred.
    pub problems: Vec<Problem>,
}

/// The reason why a run has no complete answer, and a suggestion.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The event that caused the failure. `None` if the journal doesn't record it.
    pub happened: Option<String>,
    /// The place of the failure as pieces of a sentence. Each piece has the step or call that it
    /// names, if any.
    pub place: Vec<(Option<Spot>, String)>,
    /// The last problem before the limit that ended the run took effect.
    pub before: Option<Problem>,
    /// The suggestion for a run that failed.
    pub advice: Advice,
}

/// The rating of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rating {
    /// A successful result.
    Good,
    /// A partial or unfinished result.
    Fair,
    /// A failed result.
    Bad,
    /// A neutral result: neither success nor failure.
    Plain,
}

/// The place of a problem: a step of a run, or a call in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The run that contains the step or call.
    pub run: RunPath,
    /// The number of the step (turn) in its run.
    pub turn: u32,
    /// The position of the call in its step. `None` for the step itself.
    pub call: Option<Position>,
}

impl Spot {
    /// Returns a description of the step, such as `step 3 of child run 2.1.0`.
    #[must_use]
    pub fn name(&self) -> String {
        let run = if self.is_of_root_run() {
            String::new()
        } else {
            format!(" of child run {}", self.run)
        };
        format!("step {}{run}", self.turn)
    }

    /// Returns `true` if the place is in the root run rather than in a child run.
    #[must_use]
    pub fn is_of_root_run(&self) -> bool {
        self.run.0.is_empty()
    }
}

impl Diagnosis {
    /// Diagnoses the run of a journal, whose last line has this `ending`.
    #[must_use]
    pub fn of(tree: &Tree<'_>, totals: &Totals, ending: Ending) -> Self {
        let ended = tree.root().and_then(|root| root.outcome);
        let outcome = ended.map(|ended| ended.outcome.as_str());
        let problems = problems::problems(tree);
        let rating = match outcome {
            Some("complete") => Rating::Good,
            Some("partial") => Rating::Fair,
            None if ending == Ending::Unfinished => Rating::Fair,
            _ => Rating::Bad,
        };
        Self {
            rating,
            name: outcome_name(outcome),
            sentence: sentence(outcome, totals, ending),
            failure: (rating != Rating::Good).then(|| Failure::of(tree, totals, ended, &problems)),
            problems,
        }
    }
}

impl Failure {
    fn of(tree: &Tree<'_>, totals: &Totals, ended: Option<&RunEnded>, problems: &[Problem]) -> Self {
        let said = ended.and_then(|ended| ended.message.as_deref());
        let cause = cause(ended, problems);
        let is_limit = |problem: &&Problem| matches!(problem.kind, ProblemKind::Limit(..));
        let before = cause
            .filter(is_limit)
            .and_then(|_| problems.iter().rev().find(|problem| !is_limit(problem)));
        let happened = said.or(cause.map(|cause| cause.what.as_str()));
        let id = tree.started.map_or("RUN", |started| started.run.as_str());
        Self {
            happened: happened.map(|happened| shortened(happened, 2 * LINE)),
            place: match cause {
                Some(cause) => cause.place(said),
                None => last_place(tree, totals),
            },
            before: before.cloned(),
            advice: Advice::of(id, totals, ended.map(|ended| ended.outcome.as_str()), cause),
        }
    }
}

/// Returns the display name of an outcome, or `Unfinished` for a run without one.
///
/// ```
/// use rlm_report::diagnosis::outcome_name;
///
/// assert_eq!((outcome_name(Some("complete")), outcome_name(None)), ("Complete", "Unfinished"));
/// ```
#[must_use]
pub fn outcome_name(outcome: Option<&str>) -> &'static str {
    match outcome {
        Some("complete") => "Complete",
        Some("partial") => "Partial answer",
        Some("unable") => "No answer",
        Some("budget_exceeded") => "Out of budget",
        Some("timeout") => "Out of time",
        Some("cancelled") => "Cancelled",
        Some("provider_error") => "Provider error",
        Some("tool_error") => "Tool error",
        Some("invalid_request") => "Invalid request",
        Some("verification_failed") => "Verification failed",
        Some(_) => "Unknown outcome",
        None => "Unfinished",
    }
}

/// Returns the rating of a step and its result, in one or two words.
///
/// ```
/// use rlm_report::diagnosis::{Rating, step_end};
/// use rlm_trace::{RecordedRun, Tree};
///
/// let run = RecordedRun::read("../../examples/recorded/nodes.jsonl")?;
/// let tree = Tree::of(&run.records);
/// let root = tree.root().ok_or("nothing began")?;
/// assert_eq!(step_end(&root.turns[&1]), (Rating::Bad, "program rejected"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn step_end(turn: &TurnNode<'_>) -> (Rating, &'static str) {
    let root = turn.root_call().map(rlm_trace::CallNode::state);
    match (turn.ran.map(|ran| ran.end), turn.program, root) {
        (Some(ProgramEnd::Done), ..) => (Rating::Plain, "ran"),
        (Some(ProgramEnd::Final), ..) => (Rating::Good, "gave the answer"),
        (Some(ProgramEnd::Raised), ..) => (Rating::Bad, "raised an error"),
        (Some(ProgramEnd::Limit), ..) => (
            Rating::Bad,
            turn.limits.first().map_or("reached a limit", |limit| limit.words()),
        ),
        (Some(ProgramEnd::Cancelled), ..) => (Rating::Fair, "cancelled"),
        (None, Some(program), _) if !program.diagnostics.is_empty() => (Rating::Bad, "program rejected"),
        (None, Some(_), _) => (Rating::Fair, "not run"),
        (None, None, Some(CallState::Failed(_))) => (Rating::Bad, "model failed"),
        (None, None, Some(CallState::Cancelled(_))) => (Rating::Fair, "cancelled"),
        (None, None, Some(CallState::Unissued(_))) => (Rating::Fair, "not called"),
        (None, None, Some(CallState::Open)) => (Rating::Fair, "no reply yet"),
        (None, None, _) if turn.final_value.is_some() => (Rating::Good, "gave the answer"),
        (None, None, _) if turn.step == StepKind::BaselineCall => (Rating::Plain, "answered directly"),
        (None, None, _) => (Rating::Plain, "no program"),
    }
}

fn sentence(outcome: Option<&str>, totals: &Totals, ending: Ending) -> String {
    let steps = counted(totals.turns, "step");
    match outcome {
        Some("complete") => format!("The run answered after {steps}."),
        Some("partial") => {
            format!("A limit ended the run after {steps}. The answer below is the best one found by then.")
        }
        Some("unable") => format!("The run ended after {steps} without an answer."),
        Some("budget_exceeded") => format!("A limit ended the run after {steps}, without an answer."),
        Some("timeout") => format!("The time limit ended the run after {steps}, without an answer."),
        Some("cancelled") => format!("The run was cancelled after {steps}."),
        Some("provider_error") => {
            format!("A model was unreachable or failed permanently, after {steps}. There is no answer.")
        }
        Some("tool_error") => {
            format!("A required tool failed permanently, after {steps}. There is no answer.")
        }
        Some("invalid_request") => "The request can't be run.".to_owned(),
        Some("verification_failed") => {
            format!("The run gave answers in {steps}, but none met the criteria.")
        }
        Some(other) => format!("The run ended after {steps} as `{}`.", shortened(other, LINE)),
        None => match ending {
            Ending::Torn { dropped, .. } if dropped > 0 => format!(
                "The run's process ended within {steps} while it wrote the journal ({} of the last line are lost). There is no answer yet.",
                bytes(dropped)
            ),
            _ => format!(
                "The journal ends within {steps} without an outcome: the run is still running, or its process has ended."
            ),
        },
    }
}

/// Returns the most likely cause of the run's end. For some outcomes this is the last problem of a
/// matching kind, preferably of the root run.
fn cause<'p>(ended: Option<&RunEnded>, problems: &'p [Problem]) -> Option<&'p Problem> {
    let message = ended.and_then(|ended| ended.message.as_deref()).unwrap_or_default();
    let last = |is_one: &dyn Fn(&ProblemKind) -> bool| {
        let of_kind = || problems.iter().rev().filter(|problem| is_one(&problem.kind));
        of_kind()
            .find(|problem| problem.spot.is_of_root_run())
            .or_else(|| of_kind().next())
    };
    match ended.map(|ended| ended.outcome.as_str()) {
        Some("partial" | "budget_exceeded" | "timeout") => {
            // The message begins with the name of the limit.
            last(&|kind| matches!(kind, ProblemKind::Limit(name, _) if message.contains(name.as_str())))
                .or_else(|| last(&|kind| matches!(kind, ProblemKind::Limit(..))))
        }
        Some("provider_error") => last(&|kind| matches!(kind, ProblemKind::Model(_))),
        Some("tool_error") => last(&|kind| *kind == ProblemKind::Tool),
        Some("cancelled") | None => None,
        Some(_) => last(&|_| true),
    }
}

/// Returns the place at which a run ended, as pieces of a sentence.
fn last_place(tree: &Tree<'_>, totals: &Totals) -> Vec<(Option<Spot>, String)> {
    let Some(turn) = tree.root().and_then(|root| root.turns.keys().next_back().copied()) else {
        return vec![(None, "before the first step".to_owned())];
    };
    let spot = Spot {
        run: RunPath::default(),
        turn,
        call: None,
    };
    let mut rest = ", the last one".to_owned();
    let open = totals.in_doubt.calls;
    if open > 0 {
        rest.push_str(&format!("; {} had no reply yet", counted(open, "call")));
    }
    vec![(Some(spot), format!("step {turn}")), (None, rest)]
}
