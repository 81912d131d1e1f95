//! Exports a recorded run as OpenTelemetry spans that follow the semantic conventions for
//! generative AI.

use rlm_model::{CallId, Cost, Digest, Finish, Role, RunPath};
use serde_json::{Value, json};

use super::since_1970;
use crate::{
    CallNode, HostAnswer, HostRequest, JournalTexts, Record, RecordedOutcome, RecordedPrompts, RequestNode, RunNode,
    RunStarted, Span, Tree, TurnNode,
};

/// The number of hexadecimal digits in an OpenTelemetry trace id. A span id has half as many.
const TRACE_DIGITS: usize = 32;
const SPAN_DIGITS: usize = 16;
/// The OpenTelemetry span kind of an operation within a process. Requests to servers have the kind
/// `CLIENT`.
const INTERNAL: u32 = 1;
const CLIENT: u32 = 3;
/// The OpenTelemetry status code of a failed span.
const ERROR: u32 = 2;

/// The texts that exported spans contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanTexts {
    /// No texts. Failed spans have the class of their error, not its message.
    None,
    /// Only the messages of errors, which may quote texts.
    Errors,
    /// All texts of the journal: questions, prompts, replies, programs, output and errors. If the
    /// journal withholds any of them, there are none. Long pieces of the context are named by their
    /// ranges, as in the journal.
    All,
}

/// Exports the run of a journal as OTLP JSON. The output has an `invoke_agent` span for each run,
/// below it one for each step, and below that `chat` for model calls and `execute_tool` for host
/// requests. Ids are derived from the run's id, so that the same journal always gives the same
/// file. The file holds error messages, but no prompts, replies or programs. Returns `None` if the
/// journal has no `run_started` event.
///
/// ```
/// # use rlm_trace::{RecordedRun, otlp};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let run = RecordedRun::read(journal)?;
/// let file = otlp(&run.records).ok_or("the journal does not say how its run began")?;
/// let spans = file.pointer("/resourceSpans/0/scopeSpans/0/spans").and_then(|spans| spans.as_array());
/// let chats = spans.into_iter().flatten().filter(|span| span["name"].as_str().is_some_and(|name| name.starts_with("chat")));
/// assert_eq!(chats.count(), 8, "two calls of the root model, six of its programs");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn otlp<'a>(records: impl IntoIterator<Item = &'a Record>) -> Option<Value> {
    let tree = Tree::of(records);
    let release = &tree.started?.rlm;
    Some(json!({
        "resourceSpans": [{
            "resource": { "attributes": [attribute("service.name", "rlm"), attribute("service.version", &**release)] },
            "scopeSpans": [{
                "scope": { "name": "rlm", "version": release },
                "spans": spans_of(&tree, None, SpanTexts::Errors)?,
            }],
        }],
    }))
}

/// Returns the spans of [`otlp`], without their resource, and with the given texts. Returns `None` if
/// the journal has no `run_started` event.
#[must_use]
pub fn otlp_spans<'a>(records: impl IntoIterator<Item = &'a Record> + Clone, texts: SpanTexts) -> Option<Vec<Value>> {
    let tree = Tree::of(records.clone());
    let texts = match tree.started?.texts {
        JournalTexts::Full => texts,
        JournalTexts::References | JournalTexts::Digests => SpanTexts::None,
    };
    let prompts = (texts == SpanTexts::All).then(|| RecordedPrompts::of(records));
    spans_of(&tree, prompts, texts)
}

fn spans_of(tree: &Tree<'_>, prompts: Option<RecordedPrompts<'_>>, texts: SpanTexts) -> Option<Vec<Value>> {
    let started = tree.started?;
    let mut spans = Spans {
        tree,
        started,
        prompts,
        texts,
        trace: match started.trace_parent {
            Some(parent) => format!("{:032x}", parent.trace),
            None => digits(&started.run.to_string(), TRACE_DIGITS),
        },
        spans: Vec::new(),
    };
    for (path, run) in &tree.runs {
        spans.add_run(path, run);
    }
    Some(spans.spans)
}

struct Spans<'t, 'a> {
    tree: &'t Tree<'a>,
    started: &'a RunStarted,
    /// The prompts of calls, if spans contain them.
    prompts: Option<RecordedPrompts<'a>>,
    texts: SpanTexts,
    trace: String,
    spans: Vec<Value>,
}

/// The data of an OpenTelemetry span before its serialization.
struct Said {
    /// The position of the span in the tree of runs, from which the span's id is derived.
    place: String,
    parent: Option<String>,
    name: String,
    kind: u32,
    span: Span,
    attributes: Vec<Value>,
    failure: Option<Failure>,
}

/// The error of a failed span.
struct Failure {
    class: String,
    message: String,
}

impl Failure {
    fn new(class: impl ToString, message: impl ToString) -> Self {
        Self {
            class: class.to_string(),
            message: message.to_string(),
        }
    }
}

impl<'a> Spans<'_, 'a> {
    fn add_run(&mut self, path: &RunPath, run: &RunNode<'a>) {
        let mut attributes = vec![
            attribute("gen_ai.operation.name", "invoke_agent"),
            attribute("gen_ai.agent.name", "rlm"),
            attribute("gen_ai.conversation.id", self.started.run.as_str()),
            attribute("rlm.depth", path.depth()),
        ];
        attributes.extend(run.outcome.map(|ended| attribute("rlm.outcome", &*ended.outcome)));
        if let Some(Cost::Known(money)) = run.outcome.map(|ended| ended.totals.cost()) {
            attributes.push(attribute("rlm.cost.micro_dollars", money.0));
        }
        let parent = path
            .0
            .split_last()
            .map(|(position, above)| step_place(&RunPath(above.to_vec()), position.turn));
        let failed = run
            .outcome
            .filter(|ended| !matches!(&*ended.outcome, "complete" | "partial"));
        if self.texts == SpanTexts::All {
            // The question of a child run is in the event of its call.
            let question = match path.0.is_empty() {
                true => Some(&self.started.question),
                false => self.child_question(path),
            };
            let answer = run.outcome.and_then(|ended| ended.answer.as_ref());
            attributes.extend(question.map(|text| input([message(Role::User, text, None)])));
            attributes.extend(answer.map(|text| output(text, "stop")));
        }
        self.push(Said {
            place: run_place(path),
            parent,
            name: "invoke_agent rlm".to_owned(),
            kind: INTERNAL,
            span: run.span,
            attributes,
            failure: failed
                .map(|ended| Failure::new(&ended.outcome, ended.message.as_deref().unwrap_or(&ended.outcome))),
        });
        for (number, turn) in &run.turns {
            self.add_turn(path, *number, turn);
        }
    }

    fn add_turn(&mut self, path: &RunPath, number: u32, turn: &TurnNode<'a>) {
        let place = step_place(path, number);
        let mut attributes = vec![
            attribute("rlm.step", number),
            attribute("rlm.step.kind", turn.step.name()),
        ];
        attributes.extend(turn.ran.map(|ran| attribute("rlm.program.fuel", ran.fuel)));
        let error = turn.ran.and_then(|ran| ran.error.as_ref());
        if self.texts == SpanTexts::All {
            let program = turn.program.map(|program| &*program.source);
            let printed = turn.observation.map(|observation| &*observation.text);
            attributes.extend(program.map(|text| attribute("rlm.program.source", text)));
            attributes.extend(printed.map(|text| attribute("rlm.program.output", text)));
        }
        self.push(Said {
            place: place.clone(),
            parent: Some(run_place(path)),
            name: format!("step {number}"),
            kind: INTERNAL,
            span: turn.span,
            attributes,
            failure: error.map(|error| Failure::new(&error.class, &error.message)),
        });
        for (position, call) in &turn.calls {
            let id = CallId {
                run: path.clone(),
                position: *position,
            };
            // A child run has its own span.
            if self.tree.started_by(&id).is_none() {
                self.add_call(&place, &id, call);
            }
        }
        for (ordinal, request) in &turn.requests {
            self.add_request(&place, *ordinal, request);
        }
    }

    fn add_call(&mut self, step: &str, id: &CallId, call: &CallNode<'a>) {
        let mut attributes = vec![
            attribute("gen_ai.operation.name", "chat"),
            attribute("rlm.call", id.to_string()),
        ];
        let mut name = "chat".to_owned();
        if let Some(issued) = call.issued {
            let (model, parameters) = (&issued.model, &issued.parameters);
            name = format!("chat {}", model.model);
            attributes.push(attribute("gen_ai.provider.name", &*model.adapter));
            attributes.push(attribute("gen_ai.request.model", &*model.model));
            attributes.push(attribute("server.address", &*model.endpoint));
            attributes.push(attribute("gen_ai.request.max_tokens", parameters.max_output.0));
            let temperature = parameters.temperature;
            attributes.extend(
                temperature
                    .map(|heat| json!({ "key": "gen_ai.request.temperature", "value": { "doubleValue": heat } })),
            );
            attributes.extend(parameters.seed.map(|seed| attribute("gen_ai.request.seed", seed)));
        }
        if let Some(settled) = call.settled {
            attributes.push(attribute("rlm.cache_hit", settled.cached));
            if let Cost::Known(money) = settled.cost {
                attributes.push(attribute("rlm.cost.micro_dollars", money.0));
            }
            if let Some(reply) = settled.outcome.reply() {
                attributes.push(attribute("gen_ai.usage.input_tokens", reply.usage.input.0));
                attributes.push(attribute("gen_ai.usage.output_tokens", reply.usage.output.0));
                let finish = finish_name(reply.finish);
                attributes.push(json!({
                    "key": "gen_ai.response.finish_reasons",
                    "value": { "arrayValue": { "values": [{ "stringValue": finish }] } },
                }));
                if self.texts == SpanTexts::All {
                    attributes.push(output(&reply.text, finish));
                }
            }
        }
        if let Some(messages) = self
            .prompts
            .as_ref()
            .and_then(|prompts| prompts.journal_messages(id).ok())
        {
            let messages = messages.iter();
            attributes.push(input(
                messages.map(|given| message(given.role, &given.outlined(), None)),
            ));
        }
        let failure = match call.settled.map(|settled| &settled.outcome) {
            Some(RecordedOutcome::Failed(error)) => Some(Failure::new(error.kind.code(), &error.message)),
            Some(RecordedOutcome::Unissued(unissued)) => Some(Failure::new(&unissued.code, &unissued.message)),
            Some(RecordedOutcome::Reply(_)) | None => None,
        };
        self.push(Said {
            place: format!("call {id}"),
            parent: Some(step.to_owned()),
            name,
            kind: CLIENT,
            span: call.span,
            attributes,
            failure,
        });
    }

    fn add_request(&mut self, step: &str, ordinal: u32, request: &RequestNode<'a>) {
        let tool = match request.asked.map(|asked| &asked.request) {
            Some(HostRequest::Tool { name, .. }) => name.to_string(),
            Some(HostRequest::Search { .. }) | None => "search".to_owned(),
        };
        let answer = request.answered.map(|answered| &answered.answer);
        let failure = match answer {
            Some(HostAnswer::Failed(failure)) => Some(Failure::new(&failure.code, &failure.message)),
            Some(HostAnswer::Hits(_) | HostAnswer::Value(_)) | None => None,
        };
        let mut attributes = vec![
            attribute("gen_ai.operation.name", "execute_tool"),
            attribute("gen_ai.tool.name", tool.as_str()),
        ];
        if self.texts == SpanTexts::All {
            let arguments = match request.asked.map(|asked| &asked.request) {
                Some(HostRequest::Tool { arguments, .. }) => Some(arguments.clone()),
                Some(HostRequest::Search { query, .. }) => Some(json!({ "query": query }).to_string()),
                None => None,
            };
            let result = match answer {
                Some(HostAnswer::Value(value)) => Some(value.as_str()),
                Some(HostAnswer::Hits(_) | HostAnswer::Failed(_)) | None => None,
            };
            attributes.extend(arguments.map(|text| attribute("gen_ai.tool.call.arguments", text)));
            attributes.extend(result.map(|text| attribute("gen_ai.tool.call.result", text)));
        }
        self.push(Said {
            place: format!("{step}, request {ordinal}"),
            parent: Some(step.to_owned()),
            name: format!("execute_tool {tool}"),
            kind: INTERNAL,
            span: request.span,
            attributes,
            failure,
        });
    }

    /// Returns the question of a child run.
    fn child_question(&self, path: &RunPath) -> Option<&'a String> {
        let (position, above) = path.0.split_last()?;
        let call = self.tree.call(&CallId {
            run: RunPath(above.to_vec()),
            position: *position,
        })?;
        call.child.map(|child| &child.question)
    }

    fn push(&mut self, mut said: Said) {
        let nanos = |at| (u128::from(since_1970(self.started, at)) * 1_000_000).to_string();
        let named = |place: &str| digits(&format!("{}, {place}", self.started.run), SPAN_DIGITS);
        let above = self.started.trace_parent.map(|parent| format!("{:016x}", parent.span));
        let failure = said.failure;
        said.attributes
            .extend(failure.as_ref().map(|failure| attribute("error.type", &*failure.class)));
        let status = match failure {
            None => json!({}),
            Some(_) if self.texts == SpanTexts::None => json!({ "code": ERROR }),
            Some(failure) => json!({ "code": ERROR, "message": failure.message }),
        };
        self.spans.push(json!({
            "traceId": self.trace,
            "spanId": named(&said.place),
            "parentSpanId": said.parent.as_deref().map(named).or(above).unwrap_or_default(),
            "name": said.name,
            "kind": said.kind,
            "startTimeUnixNano": nanos(said.span.start),
            "endTimeUnixNano": nanos(said.span.end),
            "attributes": said.attributes,
            "status": status,
        }));
    }
}

fn run_place(path: &RunPath) -> String {
    format!("run {path}")
}

fn step_place(path: &RunPath, number: u32) -> String {
    format!("run {path}, step {number}")
}

/// Returns an OpenTelemetry trace or span id: the first `most` hexadecimal digits of the digest of
/// a text.
fn digits(of: &str, most: usize) -> String {
    let digest = Digest::of(of.as_bytes()).to_string();
    digest.chars().skip("b3:".len()).take(most).collect()
}

const fn finish_name(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "stop",
        Finish::Length | Finish::Budget => "length",
        Finish::Filtered => "content_filter",
        Finish::Other => "other",
    }
}

/// Returns the attribute with the messages that a model or an agent received.
fn input(messages: impl IntoIterator<Item = Value>) -> Value {
    let messages: Vec<Value> = messages.into_iter().collect();
    attribute("gen_ai.input.messages", Value::Array(messages).to_string())
}

/// Returns the attribute with the reply of a model, or the answer of an agent.
fn output(text: &str, finish: &str) -> Value {
    let messages = json!([message(Role::Assistant, text, Some(finish))]);
    attribute("gen_ai.output.messages", messages.to_string())
}

/// Returns a message in the form that the semantic conventions define.
fn message(role: Role, text: &str, finish: Option<&str>) -> Value {
    let parts = json!([{ "type": "text", "content": text }]);
    match finish {
        Some(finish) => json!({ "role": role.as_str(), "parts": parts, "finish_reason": finish }),
        None => json!({ "role": role.as_str(), "parts": parts }),
    }
}

fn attribute(key: &str, value: impl Into<Value>) -> Value {
    let value = match value.into() {
        Value::String(text) => json!({ "stringValue": text }),
        Value::Bool(flag) => json!({ "boolValue": flag }),
        // OTLP represents integers as strings.
        number => json!({ "intValue": number.to_string() }),
    };
    json!({ "key": key, "value": value })
}
