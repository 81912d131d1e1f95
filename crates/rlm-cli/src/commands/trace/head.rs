//! Formats the header of `rlm trace`.

use rlm_cli_output::metrics;
use rlm_cli_output::run_facts::facts;
use rlm_cli_output::run_result::covered;
use rlm_trace::{CoverageSummary, RunStarted, StepKind, Tree};

/// Returns the id of the run, if the journal contains the start event.
pub(super) fn run_id(tree: &Tree<'_>) -> Option<String> {
    tree.started.map(|started| started.run.to_string())
}

/// Returns the header lines of a run.
pub(super) fn head(started: &RunStarted, tree: &Tree<'_>, coverage: CoverageSummary) -> Vec<String> {
    let mut lines = facts(started);
    lines.extend(looked_at(tree, coverage));
    lines
}

/// Returns header lines on how much of the context was looked at, and whether a model received all
/// of it in one call.
fn looked_at(tree: &Tree<'_>, coverage: CoverageSummary) -> Vec<String> {
    let turns = || tree.root().into_iter().flat_map(|root| root.turns.values());
    let is_direct = |step: StepKind| step == StepKind::BaselineCall;
    if !turns().any(|turn| is_direct(turn.step)) {
        return covered(coverage).into_iter().collect();
    }
    let size = metrics::bytes(coverage.bytes);
    let read = format!("coverage: all of {size} was sent to the model in one call");
    let is_answered = turns()
        .next_back()
        .is_some_and(|turn| is_direct(turn.step) && turn.final_value.is_some());
    let how = match is_answered {
        true => "answered: directly, without programs",
        false => "answered: not directly; the direct call gave no accepted answer",
    };
    vec![read, how.to_owned()]
}
