//! A run as a flat list of steps, in the JSON exchange format of other tools for recursive language
//! models.

use rlm_model::{CallId, Digest, Position, RunPath, Usage};
use serde::{Deserialize, Serialize};

use crate::{CallNode, Millis, ProgramEnd, Record, StepKind, Tree, TurnNode};

/// The maximum number of characters of a prompt in a step's summary.
const SUMMARY_CHARS: usize = 240;

/// The steps of a run and the runs below it, in sequential order. A turn consists of the call of a
/// root model, the calls of its program, then the program. The steps of a child run follow the call
/// that started it.
///
/// Its JSON is compatible with `pyrlm_runtime.Trace.from_json` in both directions. It omits the
/// rest of the journal, so a trace can't be replayed.
///
/// ```
/// use rlm_trace::{Trace, TraceKind};
///
/// let json = r#"[{"step_id": 1, "kind": "root_call", "depth": 0, "output": "FINAL: 42", "elapsed": 0.5}]"#;
/// let trace = Trace::from_json(json)?;
/// assert_eq!(trace.steps[0].kind, TraceKind::RootCall);
/// assert_eq!(Trace::from_json(&trace.to_json())?, trace);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trace {
    /// The steps of the trace, in sequential order.
    pub steps: Vec<TraceStep>,
}

/// One step of a trace: a model call, an executed program or a compaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraceStep {
    /// The number of the step, counted from 1.
    pub step_id: u64,
    /// The kind of the step: which model was called, or which program ran.
    pub kind: TraceKind,
    /// The depth of the step's run: 0 for the root run.
    #[serde(default)]
    pub depth: u32,
    /// The beginning of the prompt, with long pieces of the context shown as their ranges.
    #[serde(default)]
    pub prompt_summary: Option<String>,
    /// The source code of the program that the root model wrote or that was executed. `None` for
    /// other steps.
    #[serde(default)]
    pub code: Option<String>,
    /// The reply of the called model. For a compaction, the summary.
    #[serde(default)]
    pub output: Option<String>,
    /// The printed output of the program that was executed.
    #[serde(default)]
    pub stdout: Option<String>,
    /// The error message of the call or program, in one line.
    #[serde(default)]
    pub error: Option<String>,
    /// The token usage of the model call. `None` if the call failed.
    #[serde(default)]
    pub usage: Option<TraceUsage>,
    /// The model that was called, as `adapter:model`.
    #[serde(default)]
    pub model: Option<String>,
    /// The duration of the step in seconds. Journals don't record the duration of programs.
    #[serde(default)]
    pub elapsed: Option<f64>,
    /// Whether a cache answered the model call.
    #[serde(default)]
    pub cache_hit: bool,
    /// The digest of the model call's request.
    #[serde(default)]
    pub input_hash: Option<String>,
    /// The digest of `output`.
    #[serde(default)]
    pub output_hash: Option<String>,
    /// The key of the model call in a cache: the digest of its request, and which of several equal
    /// calls of the run it is.
    #[serde(default)]
    pub cache_key: Option<String>,
    /// The batch that the call belongs to, if the program made several calls together.
    #[serde(default)]
    pub parallel_group_id: Option<String>,
    /// The index of the call in its batch, from 0.
    #[serde(default)]
    pub parallel_index: Option<u32>,
    /// The number of calls of the batch.
    #[serde(default)]
    pub parallel_total: Option<u32>,
    /// The id of the model call in the journal. `None` for a program, and for a trace from another
    /// tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallId>,
}

/// The kind of a step in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceKind {
    /// The root model was called for a program or an answer.
    RootCall,
    /// A program of the root run was executed, or rejected by the check.
    ReplExec,
    /// A program called a sub-model.
    Subcall,
    /// A program started a child run.
    RecursiveSubcall,
    /// The root model of a child run was called.
    SubRootCall,
    /// A program of a child run was executed, or rejected by the check.
    SubReplExec,
    /// A program of a child run called a sub-model.
    SubSubcall,
    /// The root model was called with the whole context in its prompt.
    BaselineCall,
    /// Earlier turns were summarized by the root model.
    Compaction,
}

/// The token usage of a step's model call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TraceUsage {
    /// The number of tokens of the prompt.
    #[serde(default)]
    pub prompt_tokens: u64,
    /// The number of tokens of the model's reply.
    #[serde(default)]
    pub completion_tokens: u64,
    /// The sum of the prompt and completion tokens.
    #[serde(default)]
    pub total_tokens: u64,
}

impl Trace {
    /// Creates the trace of a run from the records of its journal.
    ///
    /// ```
    /// # use rlm_trace::{RecordedRun, Trace, TraceKind};
    /// # let journal = "../../examples/recorded/reviews.jsonl";
    /// let trace = Trace::of(&RecordedRun::read(journal)?.records);
    /// let kinds: Vec<_> = trace.steps.iter().map(|step| step.kind).collect();
    /// assert_eq!(kinds[0], TraceKind::RootCall);
    /// assert_eq!(kinds.iter().filter(|kind| **kind == TraceKind::Subcall).count(), 6);
    /// assert_eq!(Trace::from_json(&trace.to_json())?.steps.len(), trace.steps.len());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let tree = Tree::of(records);
        let mut placed = Vec::new();
        for (path, run) in &tree.runs {
            for (turn, node) in &run.turns {
                add_turn(&mut placed, &tree, path, *turn, node);
            }
        }
        // A stable sort, so that steps at the same place keep the order in which they were added.
        placed.sort_by(|(a, _), (b, _)| a.cmp(b));
        let numbered = placed
            .into_iter()
            .zip(1..)
            .map(|((_, step), step_id)| TraceStep { step_id, ..step });
        Self {
            steps: numbered.collect(),
        }
    }

    /// Serializes the trace as a JSON list of steps.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers can always be serialized.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Parses a trace from the output of [`to_json`](Self::to_json) or of `pyrlm_runtime`. Unknown
    /// fields are ignored.
    ///
    /// # Errors
    /// The text is not a JSON list of steps with a `step_id` and a known `kind`.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl TraceKind {
    /// Returns the name of the step kind used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RootCall => "root_call",
            Self::ReplExec => "repl_exec",
            Self::Subcall => "subcall",
            Self::RecursiveSubcall => "recursive_subcall",
            Self::SubRootCall => "sub_root_call",
            Self::SubReplExec => "sub_repl_exec",
            Self::SubSubcall => "sub_subcall",
            Self::BaselineCall => "baseline_call",
            Self::Compaction => "compaction",
        }
    }
}

impl From<&Usage> for TraceUsage {
    fn from(usage: &Usage) -> Self {
        Self {
            prompt_tokens: usage.input.0,
            completion_tokens: usage.output.0,
            total_tokens: usage.total().0,
        }
    }
}

impl TraceStep {
    fn new(kind: TraceKind, run: &RunPath) -> Self {
        Self {
            step_id: 0,
            kind,
            depth: u32::try_from(run.depth()).unwrap_or(u32::MAX),
            prompt_summary: None,
            code: None,
            output: None,
            stdout: None,
            error: None,
            usage: None,
            model: None,
            elapsed: None,
            cache_hit: false,
            input_hash: None,
            output_hash: None,
            cache_key: None,
            parallel_group_id: None,
            parallel_index: None,
            parallel_total: None,
            call: None,
        }
    }
}

fn add_turn(placed: &mut Vec<(CallId, TraceStep)>, tree: &Tree<'_>, path: &RunPath, turn: u32, node: &TurnNode<'_>) {
    let is_root = path.depth() == 0;
    let at = |ordinal, index| CallId {
        run: path.clone(),
        position: Position { turn, ordinal, index },
    };
    if node.compacted.is_some() || node.summary_call().is_some() {
        let mut step = match node.summary_call() {
            Some(call) => of_call(TraceKind::Compaction, path, call),
            None => TraceStep::new(TraceKind::Compaction, path),
        };
        if let Some(compacted) = node.compacted {
            step.output = Some(compacted.summary.clone());
        }
        placed.push((at(0, 0), step));
    }
    if let Some(call) = node.root_call() {
        let kind = match (node.step, is_root) {
            (StepKind::BaselineCall, _) => TraceKind::BaselineCall,
            (StepKind::RootCall | StepKind::GivenProgram, true) => TraceKind::RootCall,
            (StepKind::RootCall | StepKind::GivenProgram, false) => TraceKind::SubRootCall,
        };
        let step = TraceStep {
            code: node.program.map(|program| program.source.clone()),
            call: Some(at(0, 0)),
            ..of_call(kind, path, call)
        };
        placed.push((at(0, 0), step));
    }
    for (position, call) in node.sub_calls() {
        let id = at(position.ordinal, position.index);
        let step = match (call.child, is_root) {
            (Some(_), _) => of_child(tree, &id, call),
            (None, true) => of_call(TraceKind::Subcall, path, call),
            (None, false) => of_call(TraceKind::SubSubcall, path, call),
        };
        placed.push((id.clone(), TraceStep { call: Some(id), ..step }));
    }
    if let Some(program) = node.program {
        let kind = if is_root {
            TraceKind::ReplExec
        } else {
            TraceKind::SubReplExec
        };
        let step = TraceStep {
            code: Some(program.source.clone()),
            stdout: node.ran.map(|ran| ran.stdout.clone()),
            error: program_error(node),
            ..TraceStep::new(kind, path)
        };
        placed.push((at(u32::MAX, u32::MAX), step));
    }
}

fn of_call(kind: TraceKind, run: &RunPath, call: &CallNode<'_>) -> TraceStep {
    let outcome = call.settled.map(|settled| &settled.outcome);
    let reply = outcome.and_then(|outcome| outcome.reply());
    let asked = call.issued.and_then(|issued| issued.messages.own.last());
    let batch = call.issued.and_then(|issued| Some((&issued.id, issued.batch?)));
    TraceStep {
        prompt_summary: asked.map(|message| shortened(&message.outlined())),
        output: reply.map(|reply| reply.text.to_string()),
        error: outcome.and_then(|outcome| outcome.failure()).map(str::to_owned),
        usage: reply.map(|reply| TraceUsage::from(&reply.usage)),
        model: call.issued.map(|issued| issued.model.to_string()),
        elapsed: call.elapsed().map(seconds),
        cache_hit: call.settled.is_some_and(|settled| settled.cached),
        input_hash: call.issued.map(|issued| issued.request_id.digest.to_string()),
        output_hash: reply.map(|reply| Digest::of(reply.text.as_bytes()).to_string()),
        cache_key: call.issued.map(|issued| issued.request_id.to_string()),
        parallel_group_id: batch.map(|(id, _)| batch_id(id)),
        parallel_index: batch.map(|(id, _)| id.position.index),
        parallel_total: batch.map(|(_, calls)| calls),
        ..TraceStep::new(kind, run)
    }
}

/// Returns the id that the calls of a batch share: theirs without its last number.
fn batch_id(call: &CallId) -> String {
    let id = call.to_string();
    id.rsplit_once('.').map_or(id.clone(), |(batch, _)| batch.to_owned())
}

/// Returns the step of a call that a child run answered. Its usage is that of the whole child run,
/// whose own steps report it again.
fn of_child(tree: &Tree<'_>, id: &CallId, call: &CallNode<'_>) -> TraceStep {
    let run = tree.started_by(id);
    let ended = run.and_then(|run| run.outcome);
    TraceStep {
        prompt_summary: call.child.map(|child| shortened(&child.question)),
        output: ended.and_then(|ended| ended.answer.clone()),
        error: ended.and_then(|ended| ended.message.clone()),
        usage: ended.map(|ended| TraceUsage::from(&ended.totals.usage())),
        model: call.child.map(|child| child.model.to_string()),
        elapsed: ended.and(run).and_then(|run| run.span.length()).map(seconds),
        ..TraceStep::new(TraceKind::RecursiveSubcall, &id.run)
    }
}

/// Returns the error of a turn's program that was rejected or stopped before its end.
fn program_error(node: &TurnNode<'_>) -> Option<String> {
    if let Some(wrong) = node.program.and_then(|program| program.diagnostics.first()) {
        return Some(format!(
            "{} at {}:{}: {}",
            wrong.code, wrong.line, wrong.column, wrong.message
        ));
    }
    let ran = node.ran?;
    match (&ran.error, ran.end) {
        (Some(error), _) => Some(format!("{}: {}", error.class, error.message)),
        (None, ProgramEnd::Limit) => Some(
            node.limits
                .last()
                .map_or("a limit was reached", |limit| &limit.message)
                .to_owned(),
        ),
        (None, ProgramEnd::Cancelled) => Some("the run was cancelled".to_owned()),
        (None, ProgramEnd::Done | ProgramEnd::Raised | ProgramEnd::Final) => None,
    }
}

fn seconds(time: Millis) -> f64 {
    time.0 as f64 / 1e3
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SUMMARY_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
