//! The tool `trace`: shows the steps of a run.

use std::fmt::Write as _;

use rlm_model::{RunId, RunPath};
use rlm_store::RunStore;
use rlm_trace::{CallNode, RecordedRun, Tree, TurnNode};
use rmcp::model::JsonObject;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arguments::{parse, shortened, within};
use crate::ask::{ANSWER_CHARS, known_dollars};
use crate::error::ToolError;
use crate::output::Output;

/// The maximum number of steps of a result.
pub(crate) const MAX_SHOWN: usize = 50;
/// The number of steps of a result if the call doesn't set it.
pub(crate) const SHOWN: usize = 20;
/// The maximum number of characters of a program or an output.
pub(crate) const STEP_CHARS: usize = 2_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    run: String,
    #[serde(default = "first")]
    step: u64,
    #[serde(default = "steps")]
    steps: u64,
}

const fn first() -> u64 {
    1
}

const fn steps() -> u64 {
    SHOWN as u64
}

/// Reads the steps of a run from its journal. Blocks.
pub(crate) fn trace(arguments: Option<JsonObject>, runs: &RunStore) -> Result<Output, ToolError> {
    let arguments: Arguments = parse("trace", arguments)?;
    let first = within("step", arguments.step, 1..=u32::MAX as usize)?;
    let count = within("steps", arguments.steps, 1..=MAX_SHOWN)?;
    let unknown = || {
        ToolError::new(
            "run_not_found",
            format!("run not found: `{}`", shortened(&arguments.run, 100)),
            "pass the `run` of a result of `ask`",
        )
    };
    let id: RunId = arguments.run.parse().map_err(|_| unknown())?;
    let recorded = RecordedRun::read(runs.journal_path(&id)).map_err(|_| unknown())?;
    let tree = Tree::of(&recorded.records);
    let (started, root) = tree
        .started
        .zip(tree.runs.get(&RunPath::default()))
        .ok_or_else(unknown)?;
    let mut turns = root.turns.iter().filter(|(number, _)| **number as usize >= first);
    let steps: Vec<Value> = turns
        .by_ref()
        .take(count)
        .map(|(number, turn)| step(*number, turn))
        .collect();
    let next = turns.next().map(|(number, _)| *number);
    let ended = root.outcome;
    let outcome = ended.map_or("running", |ended| ended.outcome.as_str());
    let answer = ended.and_then(|ended| ended.answer.as_deref());
    let mut text = format!(
        "run {id}: {outcome}\nquestion: {}\n",
        shortened(&started.question, STEP_CHARS)
    );
    for step in &steps {
        describe(step, &mut text);
    }
    if let Some(next) = next {
        let _ = writeln!(text, "\n(continue with step {next})");
    }
    if let Some(answer) = answer {
        let _ = writeln!(text, "\nanswer: {}", shortened(answer, STEP_CHARS));
    }
    Ok(Output {
        text,
        data: json!({
            "run": id,
            "question": shortened(&started.question, ANSWER_CHARS),
            "outcome": outcome,
            "answer": answer.map(|answer| shortened(answer, ANSWER_CHARS)),
            "message": ended.and_then(|ended| ended.message.as_deref()),
            "total_steps": root.turns.len(),
            "next_step": next,
            "steps": steps,
        }),
    })
}

fn step(number: u32, turn: &TurnNode<'_>) -> Value {
    let root = turn.root_call();
    let error = turn.ran.and_then(|ran| ran.error.as_ref());
    json!({
        "step": number,
        "code": turn.program.map(|program| shortened(&program.source, STEP_CHARS)),
        "rejected": turn.program.is_some_and(|program| !program.diagnostics.is_empty()),
        "output": turn.ran.map(|ran| shortened(&ran.stdout, STEP_CHARS)),
        "error": error.map(|error| shortened(&format!("{}: {}", error.class, error.message), STEP_CHARS)),
        "calls": turn.sub_calls().count(),
        "cost_usd": root.and_then(CallNode::cost).and_then(known_dollars),
        "duration_ms": turn.span.length().map(|length| length.0),
    })
}

fn describe(step: &Value, text: &mut String) {
    let field = |name: &str| step.get(name).and_then(Value::as_str).map(str::trim_end);
    let number = |name: &str| step.get(name).and_then(Value::as_u64).unwrap_or_default();
    let _ = write!(text, "\nstep {}, {} sub-calls\n", number("step"), number("calls"));
    for name in ["code", "output", "error"] {
        if let Some(part) = field(name).filter(|part| !part.is_empty()) {
            let _ = writeln!(text, "{name}:\n{part}");
        }
    }
}
