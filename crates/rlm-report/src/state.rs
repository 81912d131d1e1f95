//! What came of the run: the first thing that is read. Where it is no answer: what happened, where, and what to do.

use rlm_model::{ModelErrorKind, Money};
use rlm_trace::Ending;

use crate::bounds::LINE;
use crate::figures::{bytes, counted, shortened};
use crate::html::Html;
use crate::problems::{Problem, ProblemKind, list, write_one};
use crate::view::{View, step_place};

/// How the run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Complete,
    Partial,
    Failed,
}

impl Standing {
    pub(crate) fn of(view: &View<'_>) -> Self {
        match view.ended().map(|ended| ended.outcome.as_str()) {
            Some("complete") => Self::Complete,
            Some("partial") => Self::Partial,
            None if view.ending() == Ending::Unfinished => Self::Partial,
            _ => Self::Failed,
        }
    }

    /// Returns the classes of its frame and of its name.
    const fn classes(self) -> (&'static str, &'static str) {
        match self {
            Self::Complete => ("state is-good", "pill is-good"),
            Self::Partial => ("state is-fair", "pill is-fair"),
            Self::Failed => ("state is-bad", "pill is-bad"),
        }
    }
}

/// Writes it.
pub(crate) fn write(html: &mut Html, view: &View<'_>, problems: &[Problem]) {
    let standing = Standing::of(view);
    let (frame, pill) = standing.classes();
    let outcome = view.ended().map(|ended| ended.outcome.as_str());
    html.with(
        "section",
        &[("class", frame), ("aria-label", "What came of the run")],
        |html| {
            html.element("p", "", |html| {
                html.label("span", pill, name(outcome));
                html.markup(" ");
                html.text(&sentence(view, outcome));
            });
            if standing == Standing::Complete {
                on_the_way(html, problems);
                return;
            }
            let cause = cause(view, outcome, problems);
            html.element("dl", "", |html| {
                let message = view.ended().and_then(|ended| ended.message.as_deref());
                let message = message.or(cause.map(|cause| cause.what.as_str()));
                if let Some(message) = message {
                    row(html, "What happened", |html| html.text(&shortened(message, 2 * LINE)));
                }
                row(html, "Where", |html| place(html, view, cause));
                let before = problems
                    .iter()
                    .rev()
                    .find(|problem| !matches!(problem.kind, ProblemKind::Limit(..)));
                if let (Some(before), Some(ProblemKind::Limit(..))) = (before, cause.map(|cause| &cause.kind)) {
                    row(html, "Before that", |html| write_one(html, before));
                }
                row(html, "What to do", |html| advise(html, view, outcome, cause));
            });
            on_the_way(html, problems);
        },
    );
}

fn row(html: &mut Html, name: &'static str, fill: impl FnOnce(&mut Html)) {
    html.label("dt", "", name);
    html.element("dd", "", fill);
}

fn on_the_way(html: &mut Html, problems: &[Problem]) {
    if problems.is_empty() {
        return;
    }
    let handle = format!("{} on the way", counted(problems.len(), "problem"));
    html.details("small", false, |html| html.text(&handle), |html| list(html, problems));
}

/// Returns an outcome as people call it.
pub(crate) fn name(outcome: Option<&str>) -> &'static str {
    match outcome {
        Some("complete") => "Complete",
        Some("partial") => "Partial answer",
        Some("unable") => "No answer",
        Some("budget_exceeded") => "Out of budget",
        Some("timeout") => "Out of time",
        Some("cancelled") => "Cancelled",
        Some("provider_error") => "The provider failed",
        Some("tool_error") => "A tool failed",
        Some("invalid_request") => "Could not run",
        Some("verification_failed") => "No answer was accepted",
        Some(_) => "Ended otherwise",
        None => "Unfinished",
    }
}

fn sentence(view: &View<'_>, outcome: Option<&str>) -> String {
    let steps = counted(view.totals.turns, "step");
    match outcome {
        Some("complete") => format!("The run gave its answer after {steps}."),
        Some("partial") => {
            format!("A limit ended the run after {steps}. The answer below is the best that it could give by then.")
        }
        Some("unable") => format!("The run ended by itself after {steps} without an answer."),
        Some("budget_exceeded") => format!("A limit ended the run after {steps}, with nothing to show."),
        Some("timeout") => format!("The time was over after {steps}, with nothing to show."),
        Some("cancelled") => format!("Somebody stopped the run after {steps}."),
        Some("provider_error") => {
            format!("A model could not be reached or failed for good, after {steps}. There is no answer.")
        }
        Some("tool_error") => {
            format!("A tool that the run can't do without failed for good, after {steps}. There is no answer.")
        }
        Some("invalid_request") => "What was asked for can't be run.".to_owned(),
        Some("verification_failed") => {
            format!("The run gave answers in {steps}, and none of them met what was asked of answers.")
        }
        Some(other) => format!("The run ended after {steps} as `{}`.", shortened(other, LINE)),
        None => match view.ending() {
            Ending::Torn { dropped, .. } if dropped > 0 => format!(
                "The run was stopped within {steps} while it wrote its journal ({} of the last line are lost). There is no answer yet.",
                bytes(dropped)
            ),
            _ => format!(
                "The journal ends within {steps} without an outcome: the run is still going on, or its process was ended."
            ),
        },
    }
}

/// Returns what most likely ended the run: for some outcomes the last problem of their kind, of the root run where there is one.
fn cause<'p>(view: &View<'_>, outcome: Option<&str>, problems: &'p [Problem]) -> Option<&'p Problem> {
    let message = view
        .ended()
        .and_then(|ended| ended.message.as_deref())
        .unwrap_or_default();
    let last = |is_one: &dyn Fn(&ProblemKind) -> bool| {
        let of_kind = || problems.iter().rev().filter(|problem| is_one(&problem.kind));
        of_kind()
            .find(|problem| problem.is_of_root_run)
            .or_else(|| of_kind().next())
    };
    match outcome {
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

fn place(html: &mut Html, view: &View<'_>, cause: Option<&Problem>) {
    if let Some(cause) = cause {
        let said = view
            .ended()
            .and_then(|ended| ended.message.as_deref())
            .unwrap_or(&cause.what);
        if said.contains(cause.what.as_str()) {
            html.link(&cause.place, |html| html.text(&cause.place_name));
        } else {
            write_one(html, cause);
        }
        return;
    }
    let last = view.root().and_then(|root| root.turns.keys().next_back().copied());
    let Some(last) = last else {
        html.text("before the first step");
        return;
    };
    html.link(&step_place(&Default::default(), last), |html| {
        html.text(&format!("step {last}"))
    });
    html.text(", the last one");
    let open = view.totals.in_doubt.calls;
    if open > 0 {
        html.text(&format!("; {} had no reply yet", counted(open, "call")));
    }
}

fn advise(html: &mut Html, view: &View<'_>, outcome: Option<&str>, cause: Option<&Problem>) {
    let id = view.id();
    if let Some(hint) = cause.and_then(|cause| cause.hint.as_deref()) {
        html.text(&format!("Hint of what failed: {hint}. "));
    }
    let kind = cause.map(|cause| &cause.kind);
    let fork = format!("rlm fork {id} --at {} --model MODEL", view.totals.turns.max(1));
    let resume = format!("rlm resume {id}");
    let (text, command) = match (outcome, kind) {
        (_, Some(ProblemKind::Limit(name, allowed))) => match raised(name, *allowed) {
            Some(flag) => (
                "Go on with a higher limit. What was done is not paid for again.",
                format!("{resume} {flag}"),
            ),
            None => (
                "Go on from the last step with another model, or ask less at once.",
                fork,
            ),
        },
        (Some("provider_error"), Some(ProblemKind::Model(kind))) => match kind {
            ModelErrorKind::Unauthorized => (
                "Set a key that is valid for this model, then go on. What was done is not paid for again.",
                resume,
            ),
            ModelErrorKind::QuotaExhausted => (
                "Give the account credit, then go on. What was done is not paid for again.",
                resume,
            ),
            ModelErrorKind::InvalidRequest
            | ModelErrorKind::PromptTooLong
            | ModelErrorKind::PromptTruncated
            | ModelErrorKind::MalformedReply
            | ModelErrorKind::EmptyReply
            | ModelErrorKind::NoReply => (
                "The same request would fail again: go on with another model from this step.",
                fork,
            ),
            _ => (
                "When the provider answers again, go on. What was done is not paid for again.",
                resume,
            ),
        },
        (Some("tool_error"), _) => ("See what the tool said, mend that, then go on.", resume),
        (Some("unable" | "verification_failed"), _) => (
            "Read the last step: it shows what the model was missing. Then ask otherwise, or let another model take the last step.",
            fork,
        ),
        (Some("invalid_request"), _) => (
            "Correct what is said above, and run it again.",
            format!("rlm trace {id}"),
        ),
        _ => ("Go on where it stopped. What was done is not paid for again.", resume),
    };
    html.text(text);
    html.label("code", "command", &command);
}

/// Returns the flag that raises a limit, with twice of what was allowed.
fn raised(name: &str, allowed: u64) -> Option<String> {
    let twice = allowed.saturating_mul(2);
    match name {
        "MaxStepsExceeded" => Some(format!("--max-steps {twice}")),
        "MaxSubcallsExceeded" => Some(format!("--max-subcalls {}", twice.max(10))),
        "MaxTokensExceeded" => Some(format!("--max-tokens {twice}")),
        "CostExceeded" => Some(format!(
            "--max-cost {}",
            Money(twice).to_string().trim_start_matches('$')
        )),
        "DeadlineExceeded" => Some("--max-seconds none".to_owned()),
        _ => None,
    }
}
