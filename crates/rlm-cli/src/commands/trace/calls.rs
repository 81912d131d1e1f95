//! `rlm trace --calls`: shows the calls of a run as a table.

use std::collections::BTreeMap;

use rlm_cli_output::metrics;
use rlm_cli_output::run_result::dollars;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::{grouped, shortened};
use rlm_model::{CallId, Tokens};
use rlm_trace::{CallNames, CallPrompt, PlaceOf, StepKind, Tree};

use super::call_row::CallRow;
use super::head::run_id;
use super::selection::Selection;

/// The maximum number of characters that the table shows of a prompt or a reply.
const SAID_CHARS: usize = 40;

/// Formats the table of a run's calls, and the number of calls that the filters exclude. With the
/// places of the context, the calls of a program are named by what differs between them.
pub(super) fn text(tree: &Tree<'_>, selection: &Selection, place_of: Option<&PlaceOf<'_>>) -> String {
    let names = place_of.map(|place_of| names(tree, place_of)).unwrap_or_default();
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
            let asked = names.get(&row.id).cloned().unwrap_or_else(|| row.asked_text());
            rows.push(cells(&row, &asked));
        }
    }
    let (left, right) = (Align::Left, Align::Right);
    let mut text = table(&rows, [left, left, left, left, right, right, right, right, left, left]);
    if shown < all {
        text.push_str(&format!("{} of {} calls\n", grouped(shown), grouped(all)));
    }
    text
}

/// Returns the names of the calls of all programs of a run.
fn names(tree: &Tree<'_>, place_of: &PlaceOf<'_>) -> BTreeMap<CallId, String> {
    let mut all = BTreeMap::new();
    for (path, run) in &tree.runs {
        for turn in run.turns.values() {
            let prompts = turn
                .sub_calls()
                .filter_map(|(position, call)| Some((*position, CallPrompt::of_call(call)?)));
            let names = CallNames::new(prompts, place_of, SAID_CHARS);
            all.extend(turn.sub_calls().map(|(position, _)| {
                let id = CallId {
                    run: path.clone(),
                    position: *position,
                };
                (id, names.name(*position).to_owned())
            }));
        }
    }
    all.retain(|_, name| !name.is_empty());
    all
}

fn cells(row: &CallRow<'_>, asked: &str) -> [String; 10] {
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
        shortened(asked, SAID_CHARS),
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
