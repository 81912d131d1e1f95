//! `rlm trace --calls`: shows the calls of a run as a table.

use rlm_cli_output::metrics;
use rlm_cli_output::run_result::dollars;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::{grouped, shortened};
use rlm_model::Tokens;
use rlm_trace::{StepKind, Tree};

use super::call_row::CallRow;
use super::head::run_id;
use super::selection::Selection;

/// The maximum number of characters that the table shows of a prompt or a reply.
const SAID_CHARS: usize = 40;

/// Formats the table of a run's calls, and the number of calls that the filters exclude.
pub(super) fn text(tree: &Tree<'_>, selection: &Selection) -> String {
    let head = [
        "CALL", "KIND", "MODEL", "STATE", "TIME", "IN", "OUT", "COST", "ASKED", "REPLIED",
    ]
    .map(str::to_owned);
    let mut rows = vec![head];
    let (mut all, mut shown) = (0_u64, 0_u64);
    for row in CallRow::all(tree) {
        all += 1;
        if selection.has_call(&row.id) {
            shown += 1;
            rows.push(cells(&row));
        }
    }
    let (left, right) = (Align::Left, Align::Right);
    let mut text = table(&rows, [left, left, left, left, right, right, right, right, left, left]);
    if shown < all {
        text.push_str(&format!("{} of {} calls\n", grouped(shown), grouped(all)));
    }
    text
}

fn cells(row: &CallRow<'_>) -> [String; 10] {
    let kind = match row.kind {
        "recursive_subcall" => "child run",
        "subcall" => "sub-call",
        "compaction" => "summary",
        kind if kind == StepKind::BaselineCall.name() => "direct",
        _ => "root",
    };
    let state = match (row.is_cached, row.failed_attempts) {
        (true, _) => "cached".to_owned(),
        (false, 0) => row.state.to_owned(),
        (false, failed) => format!("{}, attempt {}", row.state, failed + usize::from(row.error.is_none())),
    };
    let said = match (row.reply, row.error) {
        (Some(reply), _) => shortened(reply, SAID_CHARS),
        (None, Some(error)) => shortened(error, SAID_CHARS),
        (None, None) => String::new(),
    };
    let tokens = |tokens: Option<Tokens>| tokens.map(|tokens| grouped(tokens.0)).unwrap_or_default();
    [
        row.id.to_string(),
        kind.to_owned(),
        row.model.map(ToString::to_string).unwrap_or_default(),
        state,
        row.elapsed.map(metrics::duration).unwrap_or_default(),
        tokens(row.tokens.map(|(input, _)| input)),
        tokens(row.tokens.map(|(_, output)| output)),
        row.cost.map(metrics::cost).unwrap_or_default(),
        shortened(&row.asked_text(), SAID_CHARS),
        said,
    ]
}

/// Returns the JSON object of a run's calls.
pub(super) fn json(tree: &Tree<'_>, selection: &Selection) -> schemas::Calls {
    let rows = CallRow::all(tree).filter(|row| selection.has_call(&row.id));
    let calls = rows.map(|row| schemas::ListedCall {
        call: row.id.to_string(),
        kind: row.kind.to_owned(),
        depth: row.id.run.depth(),
        model: row.model.map(value),
        state: row.state.to_owned(),
        cached: row.is_cached,
        failed_attempts: row.failed_attempts,
        start_ms: row.start.map(|start| start.0),
        elapsed_ms: row.elapsed.map(|elapsed| elapsed.0),
        input: row.tokens.map(|(input, _)| input.0),
        output: row.tokens.map(|(_, output)| output.0),
        cost: row.cost.and_then(dollars),
        asked: row.asked_text(),
        reply: row.reply.map(str::to_owned),
        error: row.error.map(str::to_owned),
    });
    schemas::Calls {
        run: run_id(tree),
        calls: calls.collect(),
    }
}
