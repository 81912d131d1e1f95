//! The tree of an execution: agents, their steps, and the calls of each step.

use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{CallNode, CallState, Record, Span, Tree, TurnNode};
use serde_json::{Value, json};

use crate::runs::events::shortened;
use crate::runs::money::dollars;

/// The maximum depth of agents in the tree. Deeper ones are counted, not listed, so that no depth of
/// a run exhausts the stack.
const MOST_LEVELS: usize = 32;

/// Returns the tree of a run from the records of its journal. The prompts and replies of calls have
/// up to `most` characters.
pub(crate) fn tree(records: &[Record], most: usize) -> Value {
    let tree = Tree::of(records);
    let mut root = agent(&tree, &RunPath::default(), most);
    if let (Some(started), Some(fields)) = (tree.started, root.as_object_mut()) {
        fields.insert("execution_id".to_owned(), json!(started.run));
        fields.insert("user_query".to_owned(), started.question.clone().into());
        // The events after this one are not in the tree.
        fields.insert(
            "last_event_id".to_owned(),
            json!(records.last().map(|record| record.line)),
        );
    }
    root
}

/// Returns a call of a run with its whole texts, if there is such a call.
pub(crate) fn call_of(records: &[Record], id: &CallId) -> Option<Value> {
    let tree = Tree::of(records);
    let node = tree.call(id)?;
    Some(call(&tree, &id.run, id.position, node, usize::MAX, false))
}

fn agent(tree: &Tree<'_>, path: &RunPath, most: usize) -> Value {
    let Some(run) = tree.runs.get(path) else {
        return json!({"type": "agent", "depth": path.depth(), "status": "pending", "children": []});
    };
    let steps: Vec<Value> = run
        .turns
        .iter()
        .map(|(number, turn)| step(tree, path, *number, turn, most))
        .collect();
    let totals = run.outcome.map(|ended| &ended.totals);
    json!({
        "id": path.to_string(),
        "type": "agent",
        "depth": path.depth(),
        "status": run.outcome.map_or("running", |ended| ended.outcome.as_str()),
        "answer": run.outcome.and_then(|ended| ended.answer.clone()),
        "error": run.outcome.and_then(|ended| ended.message.clone()),
        "duration_ms": length(run.span),
        "input_tokens": totals.map(|totals| totals.usage().input.0),
        "output_tokens": totals.map(|totals| totals.usage().output.0),
        "cost_usd": totals.and_then(|totals| dollars(totals.cost())),
        "children": steps,
    })
}

fn step(tree: &Tree<'_>, path: &RunPath, number: u32, turn: &TurnNode<'_>, most: usize) -> Value {
    let calls: Vec<Value> = turn
        .sub_calls()
        .map(|(position, node)| call(tree, path, *position, node, most, true))
        .collect();
    let root = turn.root_call();
    json!({
        "id": format!("{path}/{number}").trim_start_matches('/'),
        "type": "step",
        "step": number,
        "code": turn.program.map(|program| program.source.clone()),
        "rejected": turn.program.is_some_and(|program| !program.diagnostics.is_empty()),
        "stdout": turn.ran.map(|ran| ran.stdout.clone()),
        "error": turn.ran.and_then(|ran| ran.error.as_ref()).map(|error| format!("{}: {}", error.class, error.message)),
        "start_ms": turn.span.start,
        "model": root.and_then(|root| root.issued).map(|issued| issued.model.to_string()),
        "input_tokens": root.and_then(CallNode::tokens).map(|(input, _)| input.0),
        "output_tokens": root.and_then(CallNode::tokens).map(|(_, output)| output.0),
        "cost_usd": root.and_then(CallNode::cost).and_then(dollars),
        "duration_ms": length(turn.span),
        "root_duration_ms": root.and_then(CallNode::elapsed),
        "children": calls,
    })
}

/// Returns a call, with the agent that it started if `is_deep`.
fn call(tree: &Tree<'_>, path: &RunPath, position: Position, node: &CallNode<'_>, most: usize, is_deep: bool) -> Value {
    let id = CallId {
        run: path.clone(),
        position,
    };
    let (status, error) = match node.state() {
        CallState::Open if node.child.is_some() => ("agent", None),
        CallState::Open => ("running", None),
        CallState::Replied => ("replied", None),
        CallState::Failed(message) => ("failed", Some(message)),
        CallState::Cancelled(message) => ("cancelled", Some(message)),
        CallState::Unissued(message) => ("not_sent", Some(message)),
    };
    let asked = node.issued.and_then(|issued| issued.messages.own.last());
    let reply = node.settled.and_then(|settled| settled.outcome.reply());
    let below = id.child_run();
    let children = match node.child {
        Some(_) if is_deep && below.depth() <= MOST_LEVELS => vec![agent(tree, &below, most)],
        Some(_) | None => Vec::new(),
    };
    json!({
        "id": id.to_string(),
        "type": "call",
        "status": status,
        "error": error,
        "prompt": node.child.map_or_else(
            || asked.map(|asked| shortened(&asked.outlined(), most)),
            |child| Some(shortened(&child.question, most)),
        ),
        "reply": reply.map(|reply| shortened(&reply.text, most)),
        "model": node.issued.map(|issued| issued.model.to_string()),
        "input_tokens": node.tokens().map(|(input, _)| input.0),
        "output_tokens": node.tokens().map(|(_, output)| output.0),
        "cost_usd": node.cost().and_then(dollars),
        "start_ms": node.span.start,
        "duration_ms": node.elapsed().map(|elapsed| elapsed.0),
        "cached": node.settled.is_some_and(|settled| settled.cached),
        "children": children,
    })
}

fn length(span: Span) -> Option<u64> {
    span.length().map(|length| length.0)
}
