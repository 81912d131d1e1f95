//! A run to test with, and generators of any event at all.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "every test file uses another part of this module"
)]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rlm_model::{
    CallId, Cost, Digest, Message, ModelError, ModelErrorKind, ModelIdentity, Money, Parameters, Part, Position, Reply,
    Request, RequestId, Role, RunPath, SourceRange, TimeoutPhase, Tokens, Usage,
};
use rlm_trace::*;

pub const CONTEXT: &str =
    "2026-11-20 disk full on node 7\n2026-11-20 disk full on node 9\n2026-11-21 all nodes are well again\n";

pub fn id(text: &str) -> CallId {
    text.parse().unwrap()
}

pub fn path(text: &str) -> RunPath {
    id(&format!("{text}/1.0.0")).run
}

pub fn model() -> ModelIdentity {
    ModelIdentity::new("fake", "", "m")
}

pub fn usage(input: u64, output: u64) -> Usage {
    Usage {
        input: Tokens(input),
        output: Tokens(output),
        ..Usage::default()
    }
}

/// The whole context as one part with its origin.
pub fn context_part() -> Part {
    Part {
        text: CONTEXT.into(),
        origin: Some(SourceRange {
            source: 0,
            start: 0,
            end: CONTEXT.len() as u64,
        }),
    }
}

pub fn resolve(range: SourceRange) -> Option<std::sync::Arc<str>> {
    let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
    (range.source == 0)
        .then(|| CONTEXT.get(start..end).map(Into::into))
        .flatten()
}

pub fn run_started() -> Event {
    let settings = serde_json::json!({"max_steps": 40, "concurrency": 10});
    Event::RunStarted(Box::new(RunStarted {
        run: "20261121-034755-k3f9x2".parse().unwrap(),
        rlm: "0.1.0".into(),
        started: Some(Millis(1_795_232_875_000)),
        question: "Which node was full last?".into(),
        settings: settings.as_object().unwrap().clone(),
        models: vec![ModelUse {
            class: CallClass::Root,
            identity: model(),
        }],
        context: vec![ContextSource {
            name: "nodes.log".into(),
            location: Some("logs/nodes.log".into()),
            bytes: CONTEXT.len() as u64,
            digest: Some(Digest::of(CONTEXT.as_bytes())),
            ends: None,
            modified: None,
            notes: Vec::new(),
        }],
        templates: vec![Template {
            name: "sub".into(),
            text: "You are a sub-LLM. {{ prompt }}".into(),
        }],
    }))
}

pub fn turn_started(run: RunPath, turn: u32) -> Event {
    Event::TurnStarted(TurnStarted { run, turn })
}

pub fn issue(call: &str, request: &Request, messages: Messages) -> CallIssued {
    let id = id(call);
    let class = if id.is_root_model() {
        CallClass::Root
    } else {
        CallClass::Sub
    };
    CallIssued {
        request_id: RequestId {
            digest: request.digest(&model()),
            occurrence: 0,
        },
        id,
        model: model(),
        class,
        early: false,
        reserved: Reservation {
            input: Tokens(100),
            output: Tokens(1_024),
            cost: Cost::Known(Money(50)),
        },
        parameters: request.parameters.clone(),
        messages,
    }
}

pub fn issued(call: &str, prompt: &str) -> Event {
    let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(1_024)));
    let messages = Messages::of(&request.messages);
    Event::Issued(Box::new(issue(call, &request, messages)))
}

pub fn settled(call: &str, reply: &str) -> CallSettled {
    CallSettled {
        id: id(call),
        outcome: CallOutcome::Reply(Reply::new(reply, usage(30, 4))),
        cached: false,
        cost: Cost::Known(Money(7)),
        elapsed: Some(Millis(50)),
    }
}

pub fn attempt_failed(call: &str) -> Event {
    Event::AttemptFailed(AttemptFailed {
        id: id(call),
        attempt: 1,
        error: ModelError::new(ModelErrorKind::RateLimited, "the server asks to slow down (429)"),
        wait: Some(Millis(200)),
    })
}

pub fn ended(outcome: &str, answer: Option<&str>, totals: Totals) -> Event {
    Event::Outcome(Box::new(RunEnded {
        run: RunPath::default(),
        outcome: outcome.into(),
        answer: answer.map(str::to_owned),
        message: None,
        totals,
    }))
}

/// A whole run of two turns: a refused program, then one with two sub-calls, of which the second leaves early, fails once
/// and comes back first.
pub fn a_run() -> Vec<Event> {
    let parameters = Parameters::with_max_output(Tokens(1_024));
    let first = Request::new(
        vec![
            Message::system("You answer questions by programs. The context is nodes.log, 98 bytes, one text."),
            Message::user("Which node was full last?"),
        ],
        parameters.clone(),
    );
    let mut second = first.clone();
    second.messages.push(Message::assistant("print(contxt)"));
    second
        .messages
        .push(Message::user("NameError: contxt; did you mean context?"));
    let sub = Message {
        role: Role::User,
        parts: vec![
            Part {
                text: "Which node? ".into(),
                origin: None,
            },
            context_part(),
        ],
    };
    let sub = Request::new(vec![sub], parameters);
    let follow_up = Messages::following((&id("1.0.0"), &first.messages), &second.messages);
    let root = RunPath::default;
    let mut early = issue("2.2.0", &sub, Messages::of(&sub.messages));
    early.early = true;
    early.request_id.occurrence = 1;
    let source = "a = llm_query('Which node? ' + context)\nb = llm_query('Which node? ' + context)\nFINAL(a)";
    let mut events = vec![
        run_started(),
        turn_started(root(), 1),
        Event::Issued(Box::new(issue("1.0.0", &first, Messages::of(&first.messages)))),
        Event::Settled(Box::new(settled("1.0.0", "print(contxt)"))),
        Event::ProgramChecked(ProgramChecked {
            run: root(),
            turn: 1,
            source: "print(contxt)".into(),
            diagnostics: vec![ProgramDiagnostic {
                code: "unknown-name".into(),
                line: 1,
                column: 7,
                message: "there is no `contxt`".into(),
                help: Some("did you mean `context`?".into()),
            }],
        }),
        Event::Observation(Observation {
            run: root(),
            turn: 1,
            text: "NameError: contxt; did you mean context?".into(),
        }),
        turn_started(root(), 2),
        Event::Issued(Box::new(issue("2.0.0", &second, follow_up))),
        Event::Settled(Box::new(settled("2.0.0", source))),
        Event::ProgramChecked(ProgramChecked {
            run: root(),
            turn: 2,
            source: source.into(),
            diagnostics: Vec::new(),
        }),
        Event::Issued(Box::new(issue("2.1.0", &sub, Messages::of(&sub.messages)))),
        Event::Issued(Box::new(early)),
        attempt_failed("2.2.0"),
        Event::Settled(Box::new(CallSettled {
            cached: true,
            cost: Cost::Known(Money::ZERO),
            ..settled("2.2.0", "node 9")
        })),
        Event::Settled(Box::new(settled("2.1.0", "node 9"))),
        Event::Reached(CallReached { id: id("2.2.0") }),
        Event::ProgramRan(ProgramRan {
            run: root(),
            turn: 2,
            end: ProgramEnd::Final,
            error: None,
            stdout: String::new(),
            echo: None,
            fuel: 1_234,
            memory: 640,
            scanned: vec![
                SourceRange {
                    source: 0,
                    start: 0,
                    end: 30,
                },
                SourceRange {
                    source: 0,
                    start: 40,
                    end: 62,
                },
            ],
        }),
        Event::Final(FinalValue {
            run: root(),
            turn: 2,
            value: "node 9".into(),
            citations: vec![Citation {
                at: 0,
                range: SourceRange {
                    source: 0,
                    start: 55,
                    end: 61,
                },
                name: "nodes.log".into(),
                page: None,
                line: Some(2),
            }],
            quotes: vec![CheckedQuote {
                at: 0,
                bytes: 6,
                verdict: "verbatim".into(),
                range: None,
            }],
        }),
    ];
    let totals = Totals::of(&records(&events));
    events.push(ended("complete", Some("node 9"), totals));
    events
}

/// The events with their lines, ten milliseconds apart.
pub fn records(events: &[Event]) -> Vec<Record> {
    let record = |(line, event): (u64, &Event)| Record {
        line,
        at: Some(Millis(line * 10)),
        hash: Digest::of(b""),
        event: event.clone(),
    };
    (1..).zip(events).map(record).collect()
}

/// The bytes of a journal of `events`, without times.
pub fn bytes_of(events: &[Event]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let journal = Journal::create(&path, timeless()).unwrap();
    for event in events {
        journal.write(event.clone()).unwrap();
    }
    std::fs::read(path).unwrap()
}

pub fn timeless() -> JournalOptions {
    JournalOptions {
        times: Times::None,
        ..JournalOptions::default()
    }
}

pub fn read(bytes: &[u8]) -> Result<RecordedRun, ReadError> {
    JournalReader::new(bytes, "journal.jsonl").read_all()
}

// Generators.

prop_compose! {
    pub fn any_position()(turn: u32, ordinal: u32, index: u32) -> Position {
        Position { turn, ordinal, index }
    }
}

prop_compose! {
    pub fn any_path()(positions in vec(any_position(), 0..3)) -> RunPath {
        RunPath(positions)
    }
}

prop_compose! {
    pub fn any_id()(run in any_path(), position in any_position()) -> CallId {
        CallId { run, position }
    }
}

prop_compose! {
    fn any_digest()(bytes: [u8; 8]) -> Digest {
        Digest::of(&bytes)
    }
}

prop_compose! {
    fn any_identity()(adapter in ".{0,8}", endpoint in ".{0,8}", model in ".{0,8}") -> ModelIdentity {
        ModelIdentity::new(adapter, endpoint, model)
    }
}

fn any_class() -> impl Strategy<Value = CallClass> {
    prop_oneof![Just(CallClass::Root), Just(CallClass::Sub)]
}

fn any_cost() -> impl Strategy<Value = Cost> {
    prop_oneof![
        Just(Cost::Unknown),
        any::<u64>().prop_map(|cost| Cost::Known(Money(cost)))
    ]
}

prop_compose! {
    fn any_reservation()(input: u64, output: u64, cost in any_cost()) -> Reservation {
        Reservation { input: Tokens(input), output: Tokens(output), cost }
    }
}

prop_compose! {
    fn any_parameters()(
        max_output: u64,
        temperature in option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO),
        seed: Option<u64>,
        stop in vec(any::<String>(), 0..3),
    ) -> Parameters {
        Parameters { temperature, seed, stop, ..Parameters::with_max_output(Tokens(max_output)) }
    }
}

prop_compose! {
    fn any_range()(source: u32, start: u64, end: u64) -> SourceRange {
        SourceRange { source, start, end }
    }
}

fn any_part() -> impl Strategy<Value = JournalPart> {
    prop_oneof![
        any::<String>().prop_map(|text| JournalPart::Text(text.into())),
        any_range().prop_map(JournalPart::Source),
    ]
}

fn any_message() -> impl Strategy<Value = JournalMessage> {
    let role = prop_oneof![Just(Role::System), Just(Role::User), Just(Role::Assistant)];
    (role, vec(any_part(), 0..3)).prop_map(|(role, parts)| JournalMessage { role, parts })
}

prop_compose! {
    fn any_messages()(
        repeated in option::of((any_id(), any::<u32>(), any::<u64>())),
        own in vec(any_message(), 0..3),
    ) -> Messages {
        let repeated = repeated.map(|(call, messages, bytes)| Repeated { call, messages, bytes });
        Messages { repeated, own }
    }
}

fn any_error() -> impl Strategy<Value = ModelError> {
    let kind = prop_oneof![
        Just(ModelErrorKind::Server),
        Just(ModelErrorKind::Timeout(TimeoutPhase::Idle)),
    ];
    (
        kind,
        any::<String>(),
        option::of(any::<String>()),
        any::<Option<u16>>(),
        option::of(any::<u32>()),
    )
        .prop_map(|(kind, message, hint, status, pause)| ModelError {
            hint,
            status,
            retry_after: pause.map(|pause| std::time::Duration::from_millis(pause.into())),
            ..ModelError::new(kind, message)
        })
}

fn any_outcome() -> impl Strategy<Value = CallOutcome> {
    prop_oneof![
        (any::<String>(), any::<u64>(), any::<u64>())
            .prop_map(|(text, input, output)| CallOutcome::Reply(Reply::new(text, usage(input, output)))),
        any_error().prop_map(CallOutcome::Failed),
        (".{0,9}", any::<String>()).prop_map(|(code, message)| {
            let code = code.into();
            CallOutcome::Unissued(Unissued { code, message })
        }),
    ]
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any::<String>(), inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = JsonObject> {
    vec((any::<String>(), any_json()), 0..4).prop_map(|fields| fields.into_iter().collect())
}

prop_compose! {
    fn any_run_started()(
        seconds in 0_u32..1_000_000, started: Option<u64>, question: String, settings in any_object(),
        models in vec((any_class(), any_identity()), 0..3),
        context in vec((any::<String>(), any::<Option<String>>(), any::<u64>(), any_digest(), any::<Option<u64>>(), vec(any::<String>(), 0..2)), 0..3),
        templates in vec((".{0,8}", any::<String>()), 0..3),
    ) -> Event {
        Event::RunStarted(Box::new(RunStarted {
            run: format!("run-{seconds}").parse().unwrap(),
            rlm: "0.1.0".into(),
            started: started.map(Millis),
            question,
            settings,
            models: models.into_iter().map(|(class, identity)| ModelUse { class, identity }).collect(),
            context: context
                .into_iter()
                .map(|(name, location, bytes, digest, modified, notes)| ContextSource {
                    name,
                    location,
                    bytes,
                    digest: modified.is_none().then_some(digest),
                    ends: modified.map(|_| digest),
                    modified: modified.map(Millis),
                    notes,
                })
                .collect(),
            templates: templates.into_iter().map(|(name, text)| Template { name: name.into(), text }).collect(),
        }))
    }
}

prop_compose! {
    fn any_issued()(
        id in any_id(), digest in any_digest(), occurrence: u32, model in any_identity(), class in any_class(),
        early: bool, reserved in any_reservation(), parameters in any_parameters(), messages in any_messages(),
    ) -> Event {
        let request_id = RequestId { digest, occurrence };
        Event::Issued(Box::new(CallIssued { id, request_id, model, class, early, reserved, parameters, messages }))
    }
}

prop_compose! {
    fn any_settled()(
        id in any_id(), outcome in any_outcome(), cached: bool, cost in any_cost(), elapsed: Option<u64>,
    ) -> Event {
        Event::Settled(Box::new(CallSettled { id, outcome, cached, cost, elapsed: elapsed.map(Millis) }))
    }
}

fn any_program_event() -> impl Strategy<Value = Event> {
    let checked = (
        any_path(),
        any::<u32>(),
        any::<String>(),
        vec((any::<String>(), any::<Option<String>>()), 0..3),
    );
    let checked = checked.prop_map(|(run, turn, source, diagnostics)| {
        let diagnostic = |(message, help)| ProgramDiagnostic {
            code: "x".into(),
            line: 1,
            column: 2,
            message,
            help,
        };
        let diagnostics = diagnostics.into_iter().map(diagnostic).collect();
        Event::ProgramChecked(ProgramChecked {
            run,
            turn,
            source,
            diagnostics,
        })
    });
    let ran = (
        any_path(),
        any::<u32>(),
        any::<String>(),
        any::<Option<String>>(),
        any::<u64>(),
        option::of(any::<String>()),
        vec(any::<u32>(), 0..3),
    );
    let ran = ran.prop_map(|(run, turn, stdout, echo, fuel, message, scanned)| {
        let error = message.map(|message| ProgramError {
            class: "KeyError".into(),
            message,
            line: Some(3),
        });
        let end = if error.is_some() {
            ProgramEnd::Raised
        } else {
            ProgramEnd::Done
        };
        Event::ProgramRan(ProgramRan {
            run,
            turn,
            end,
            error,
            stdout,
            echo,
            fuel,
            memory: 1,
            scanned: scanned
                .into_iter()
                .map(|start| SourceRange {
                    source: turn % 3,
                    start: start.into(),
                    end: u64::from(start) + 7,
                })
                .collect(),
        })
    });
    prop_oneof![checked, ran]
}

fn any_turn_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (any_path(), any::<u32>()).prop_map(|(run, turn)| turn_started(run, turn)),
        (any_path(), any::<u32>(), any::<String>()).prop_map(|(run, turn, text)| Event::Observation(Observation {
            run,
            turn,
            text
        })),
        (
            any_path(),
            any::<u32>(),
            any::<u64>(),
            any::<u64>(),
            any::<Option<u64>>(),
            any::<String>()
        )
            .prop_map(|(run, turn, used, allowed, fuel, message)| Event::Limit(LimitHit {
                run,
                turn,
                name: "MaxStepsExceeded".into(),
                used,
                allowed,
                fuel,
                message
            })),
        (
            any_path(),
            any::<u32>(),
            any::<String>(),
            vec((any::<u64>(), any_range(), any::<Option<u64>>()), 0..3)
        )
            .prop_map(|(run, turn, value, citations)| {
                let citation = |(at, range, line)| Citation {
                    at,
                    range,
                    name: "n".into(),
                    page: None,
                    line,
                };
                let citations = citations.into_iter().map(citation).collect();
                Event::Final(FinalValue {
                    run,
                    turn,
                    value,
                    citations,
                    quotes: Vec::new(),
                })
            }),
        (
            any::<u32>(),
            any::<[u64; 3]>(),
            any_digest(),
            vec(any::<String>(), 0..2)
        )
            .prop_map(|(source, [bytes, chars, lines], digest, notes)| {
                Event::SourceRead(SourceRead {
                    source,
                    bytes,
                    chars,
                    lines,
                    digest,
                    notes,
                })
            }),
        (any_path(), any::<Option<u32>>(), any::<String>()).prop_map(|(run, turn, text)| {
            let code = "n".into();
            Event::Note(RunNote { run, turn, code, text })
        }),
    ]
}

fn any_answer() -> impl Strategy<Value = HostAnswer> {
    let passage = prop_oneof![
        any_range().prop_map(Passage::Context),
        (any::<String>(), any::<String>()).prop_map(|(document, text)| Passage::Elsewhere {
            document,
            start: 0,
            end: 1,
            text
        }),
    ];
    let score = (0_u32..2_000_000_000).prop_map(|score| f64::from(score) / 1e4);
    let hit = (score, passage).prop_map(|(score, passage)| Hit { score, passage });
    prop_oneof![
        vec(hit, 0..3).prop_map(HostAnswer::Hits),
        (any::<String>(), any::<Option<String>>()).prop_map(|(message, hint)| {
            let code = "retrieval_index".into();
            HostAnswer::Failed(RequestFailed { code, message, hint })
        }),
    ]
}

/// Any event, those of unknown kinds included.
pub fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        any_run_started(),
        any_issued(),
        any_settled(),
        any_program_event(),
        any_turn_event(),
        (any_id(), any::<u32>(), any_error(), any::<Option<u64>>()).prop_map(|(id, attempt, error, wait)| {
            let wait = wait.map(Millis);
            Event::AttemptFailed(AttemptFailed {
                id,
                attempt,
                error,
                wait,
            })
        }),
        any_id().prop_map(|id| Event::Reached(CallReached { id })),
        (any_path(), any::<u32>(), any::<u32>(), any::<String>(), any::<u64>()).prop_map(
            |(run, turn, ordinal, query, top_k)| {
                let request = HostRequest::Search { query, top_k };
                Event::Asked(HostAsked {
                    run,
                    turn,
                    ordinal,
                    request,
                })
            }
        ),
        (
            any_path(),
            any::<u32>(),
            any::<u32>(),
            any_answer(),
            any::<Option<u64>>()
        )
            .prop_map(|(run, turn, ordinal, answer, elapsed)| {
                let elapsed = elapsed.map(Millis);
                Event::Answered(HostAnswered {
                    run,
                    turn,
                    ordinal,
                    answer,
                    elapsed,
                })
            }),
        (any_id(), any_reservation(), any_reservation()).prop_map(|(id, reserved, used)| Event::Overrun(Overrun {
            id,
            reserved,
            used
        })),
        (any_path(), any::<Option<String>>(), any::<Option<String>>()).prop_map(|(run, answer, message)| {
            Event::Outcome(Box::new(RunEnded {
                run,
                outcome: "partial".into(),
                answer,
                message,
                totals: Totals::default(),
            }))
        }),
        ("later_[a-z]{1,6}", any_object()).prop_map(|(kind, mut fields)| {
            fields.shift_remove("kind");
            Event::Unknown(UnknownEvent {
                kind: kind.into(),
                fields,
            })
        }),
    ]
}
