//! Exports a recorded run as a log for the visualizer of the reference implementation (the package
//! `rlms`).

use std::sync::Arc;

use jiff::Timestamp;
use rlm_model::{CallId, Cost, Position, RunPath, SourceRange, Tokens};
use serde_json::{Map, Value, json};

use super::{seconds, since_1970};
use crate::{
    CallNode, JournalMessage, JournalPart, Millis, Record, RecordedPrompts, RunNode, RunStarted, Span, Tree, TurnNode,
};

/// The maximum nesting depth of child runs in the exported log.
const DEPTH: usize = 16;

/// Exports the run of a journal as a log for the visualizer of `rlms`, in the format of
/// `rlm.logger.RLMLogger` 0.1.3: a line of metadata, then a line for each step. As in that format,
/// child runs are nested in the calls that started them. `resolve` returns the text of a range of
/// the context; if it returns `None`, the prompt holds the range instead. Journals don't hold
/// variables, so `locals` is empty. Returns `None` if the journal has no `run_started` event.
///
/// ```
/// # use rlm_trace::{RecordedRun, visualizer};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let run = RecordedRun::read(journal)?;
/// let lines = visualizer(&run.records, &|_| None).ok_or("the journal does not say how its run began")?;
/// assert_eq!(lines.lines().count(), 3, "the metadata, and two steps");
/// assert!(lines.starts_with(r#"{"type":"metadata""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn visualizer(records: &[Record], resolve: &dyn Fn(SourceRange) -> Option<Arc<str>>) -> Option<String> {
    let tree = Tree::of(records);
    let log = Log {
        started: tree.started?,
        tree: &tree,
        prompts: RecordedPrompts::of(records),
        resolve,
    };
    let mut metadata = object(json!({ "type": "metadata", "timestamp": log.timestamp(Some(Millis(0))) }));
    metadata.extend(log.metadata(&RunPath::default()));
    let mut lines = vec![Value::Object(metadata)];
    lines.extend(log.iterations(&RunPath::default()));
    Some(lines.iter().map(|line| format!("{line}\n")).collect())
}

struct Log<'t, 'a> {
    started: &'a RunStarted,
    tree: &'t Tree<'a>,
    prompts: RecordedPrompts<'a>,
    resolve: &'t dyn Fn(SourceRange) -> Option<Arc<str>>,
}

impl<'a> Log<'_, 'a> {
    fn metadata(&self, path: &RunPath) -> Map<String, Value> {
        let limit = |name: &str| {
            self.started
                .settings
                .get("limits")
                .and_then(|limits| limits.get(name))
                .cloned()
        };
        let steps = if path.depth() == 0 { "steps" } else { "child_steps" };
        let first = self.tree.runs.get(path).and_then(|run| run.calls().next());
        let model = first.and_then(|(_, call)| call.issued).map(|issued| &issued.model);
        let model = model.or_else(|| self.started.models.first().map(|used| &used.identity));
        let name = model.map_or("unknown", |model| model.model.as_str());
        object(json!({
            "root_model": name,
            "max_depth": limit("depth"),
            "max_iterations": limit(steps),
            "backend": model.map_or("unknown", |model| model.adapter.as_str()),
            "backend_kwargs": { "model_name": name },
            "environment_type": "sift",
            "environment_kwargs": {},
            "other_backends": null,
        }))
    }

    fn iterations(&self, path: &RunPath) -> Vec<Value> {
        let turns = self.tree.runs.get(path).into_iter().flat_map(|run| &run.turns);
        let iterations = turns.zip(1_u32..).map(|((number, turn), iteration)| {
            let root = CallId {
                run: path.clone(),
                position: Position {
                    turn: *number,
                    ordinal: 0,
                    index: 0,
                },
            };
            let reply = turn.root_call().and_then(|call| call.settled?.outcome.reply());
            json!({
                "type": "iteration",
                "iteration": iteration,
                "timestamp": self.timestamp(turn.span.end),
                "prompt": self.messages(&root),
                "response": reply.map_or("", |reply| &*reply.text),
                "code_blocks": self.code_blocks(path, turn),
                "final_answer": turn.final_value.map(|value| &value.value),
                "iteration_time": seconds(turn.span),
            })
        });
        iterations.collect()
    }

    fn code_blocks(&self, path: &RunPath, turn: &TurnNode<'a>) -> Vec<Value> {
        let Some(program) = turn.program else {
            return Vec::new();
        };
        let diagnostics = program
            .diagnostics
            .iter()
            .map(|wrong| format!("\n{} at {}:{}: {}", wrong.code, wrong.line, wrong.column, wrong.message));
        let raised = turn.ran.and_then(|ran| ran.error.as_ref());
        let raised = raised.map(|error| format!("\n{}: {}", error.class, error.message));
        let calls = turn.sub_calls().map(|(position, call)| {
            let id = CallId {
                run: path.clone(),
                position: *position,
            };
            self.call(&id, call)
        });
        // From the root model's reply to the end of the turn.
        let ran = Span {
            start: turn.root_call().and_then(|call| call.span.end),
            end: turn.span.end,
        };
        vec![json!({
            "code": program.source,
            "result": {
                "stdout": turn.ran.map_or("", |ran| &*ran.stdout),
                "stderr": diagnostics.chain(raised).collect::<String>(),
                "locals": {},
                "execution_time": seconds(ran),
                "rlm_calls": calls.collect::<Vec<_>>(),
                "final_answer": turn.final_value.map(|value| &value.value),
            },
        })]
    }

    fn call(&self, id: &CallId, call: &CallNode<'a>) -> Value {
        let path = id.child_run();
        let child: Option<&RunNode<'a>> = call.child.and_then(|_| self.tree.runs.get(&path));
        let ended = child.and_then(|child| child.outcome);
        let reply = call.settled.and_then(|settled| settled.outcome.reply());
        let model = call
            .issued
            .map(|issued| &issued.model)
            .or(call.child.map(|child| &child.model));
        let model = model.map_or("unknown", |model| model.model.as_str());
        let usage = reply
            .map(|reply| (1, reply.usage))
            .or(ended.map(|ended| (ended.totals.calls(), ended.totals.usage())));
        let cost = call.cost().or(ended.map(|ended| ended.totals.cost()));
        let prompt = match call.child {
            Some(child) => Value::from(&*child.question),
            None => self.prompt(id),
        };
        let mut fields = object(json!({
            "root_model": model,
            "prompt": prompt,
            "response": reply.map(|reply| &*reply.text).or(ended.and_then(|ended| ended.answer.as_deref())).unwrap_or_default(),
            "usage_summary": usage.map_or_else(
                || json!({ "model_usage_summaries": {} }),
                |(calls, usage)| usage_summary(model, calls, usage.input, usage.output, cost),
            ),
            "execution_time": seconds(child.map_or(call.span, |child| child.span)),
        }));
        if child.is_some() && path.depth() <= DEPTH {
            let metadata = json!({ "run_metadata": self.metadata(&path), "iterations": self.iterations(&path) });
            fields.insert("metadata".to_owned(), metadata);
        }
        let failure = call.settled.and_then(|settled| settled.outcome.failure());
        if let Some(message) = failure.or(ended.and_then(|ended| ended.message.as_deref())) {
            fields.insert("error".to_owned(), message.into());
        }
        Value::Object(fields)
    }

    /// Returns the prompt of a sub-call: the text of its last message, since the log format has no
    /// room for more.
    fn prompt(&self, id: &CallId) -> Value {
        let messages = self.prompts.journal_messages(id).unwrap_or_default();
        messages
            .last()
            .map_or_else(|| Value::from(""), |message| self.content(message).into())
    }

    fn messages(&self, id: &CallId) -> Vec<Value> {
        let messages = self.prompts.journal_messages(id).unwrap_or_default();
        let messages = messages
            .into_iter()
            .map(|message| json!({ "role": message.role, "content": self.content(message) }));
        messages.collect()
    }

    fn content(&self, message: &JournalMessage) -> String {
        let parts = message.parts.iter().map(|part| match part {
            JournalPart::Text(text) => text.to_string(),
            JournalPart::Source(range) => (self.resolve)(*range).map_or_else(
                || format!("[{}: {}..{}]", range.source, range.start, range.end),
                |text| text.to_string(),
            ),
        });
        parts.collect()
    }

    /// Returns a UTC timestamp such as `2026-11-21T03:47:55.120000`.
    fn timestamp(&self, at: Option<Millis>) -> String {
        let millis = i64::try_from(since_1970(self.started, at)).unwrap_or_default();
        let time = Timestamp::from_millisecond(millis).unwrap_or_default();
        time.strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string()
    }
}

fn usage_summary(model: &str, calls: u64, input: Tokens, output: Tokens, cost: Option<Cost>) -> Value {
    let mut usage = object(json!({ "total_calls": calls, "total_input_tokens": input, "total_output_tokens": output }));
    let mut summary = Map::new();
    if let Some(Cost::Known(money)) = cost {
        let dollars = money.0 as f64 / 1e6;
        usage.insert("total_cost".to_owned(), dollars.into());
        summary.insert("total_cost".to_owned(), dollars.into());
    }
    summary.insert("model_usage_summaries".to_owned(), json!({ model: usage }));
    Value::Object(summary)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
