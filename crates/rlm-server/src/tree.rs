//! The tree of an execution: agents, their steps, and the calls of each step.

use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{CallNode, CallState, JournalMessage, Record, Span, Tree, TurnNode};
use serde_json::{Value, json};

use crate::events::dollars;

/// The maximum depth of agents in the tree. Deeper ones are counted, not listed, so that no depth of
/// a run exhausts the stack.
const MOST_LEVELS: usize = 32;

/// Returns the tree of a run from the records of its journal.
pub(crate) fn tree(records: &[Record]) -> Value {
    let tree = Tree::of(records);
    let mut root = agent(&tree, &RunPath::default());
    if let (Some(started), Some(fields)) = (tree.started, root.as_object_mut()) {
        fields.insert("execution_id".to_owned(), json!(started.run));
        fields.insert("user_query".to_owned(), started.question.clone().into());
    }
    root
}

fn agent(tree: &Tree<'_>, path: &RunPath) -> Value {
    let Some(run) = tree.runs.get(path) else {
        return json!({"type": "agent", "depth": path.depth(), "status": "pending", "children": []});
    };
    let steps: Vec<Value> = run
        .turns
        .iter()
        .map(|(number, turn)| step(tree, path, *number, turn))
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

fn step(tree: &Tree<'_>, path: &RunPath, number: u32, turn: &TurnNode<'_>) -> Value {
    let calls: Vec<Value> = turn
        .sub_calls()
        .map(|(position, node)| call(tree, path, *position, node))
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
        "model": root.and_then(|root| root.issued).map(|issued| issued.model.to_string()),
        "input_tokens": root.and_then(CallNode::tokens).map(|(input, _)| input.0),
        "output_tokens": root.and_then(CallNode::tokens).map(|(_, output)| output.0),
        "cost_usd": root.and_then(CallNode::cost).and_then(dollars),
        "duration_ms": length(turn.span),
        "children": calls,
    })
}

fn call(tree: &Tree<'_>, path: &RunPath, position: Position, node: &CallNode<'_>) -> Value {
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
        Some(_) if below.depth() <= MOST_LEVELS => vec![agent(tree, &below)],
        Some(_) | None => Vec::new(),
    };
    json!({
        "id": id.to_string(),
        "type": "call",
        "status": status,
        "error": error,
        "prompt": node.child.map_or_else(
            || asked.map(JournalMessage::outlined),
            |child| Some(child.question.to_string()),
        ),
        "reply": reply.map(|reply| reply.text.to_string()),
        "model": node.issued.map(|issued| issued.model.to_string()),
        "input_tokens": node.tokens().map(|(input, _)| input.0),
        "output_tokens": node.tokens().map(|(_, output)| output.0),
        "cost_usd": node.cost().and_then(dollars),
        "duration_ms": node.elapsed().map(|elapsed| elapsed.0),
        "cached": node.settled.is_some_and(|settled| settled.cached),
        "children": children,
    })
}

fn length(span: Span) -> Option<u64> {
    span.length().map(|length| length.0)
}
