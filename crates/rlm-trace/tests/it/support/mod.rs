//! A sample run for tests.
#[allow(unused_imports, reason = "example files need no generators")]
pub(crate) use rlm_fuzzing::generators::{any_event, any_id};
use rlm_model::{
    CallId, Cost, Digest, Message, ModelError, ModelErrorKind, ModelIdentity, Money, Parameters, Part, Reply,
    ReplyForm, Request, RequestId, Role, RunPath, SourceRange, Tokens, Usage,
};
use rlm_trace::*;

pub(crate) const CONTEXT: &str =
    "2026-11-20 disk full on node 7\n2026-11-20 disk full on node 9\n2026-11-21 all nodes are well again\n";

pub(crate) fn id(text: &str) -> CallId {
    text.parse().unwrap()
}

pub(crate) fn path(text: &str) -> RunPath {
    id(&format!("{text}/1.0.0")).run
}

pub(crate) fn model() -> ModelIdentity {
    ModelIdentity::new("fake", "", "m")
}

pub(crate) fn usage(input: u64, output: u64) -> Usage {
    Usage {
        input: Tokens(input),
        output: Tokens(output),
        ..Usage::default()
    }
}

/// Returns the whole context as one part with its origin.
pub(crate) fn context_part() -> Part {
    Part {
        text: CONTEXT.into(),
        origin: Some(SourceRange {
            source: 0,
            start: 0,
            end: CONTEXT.len() as u64,
        }),
    }
}

pub(crate) fn resolve(range: SourceRange) -> Option<std::sync::Arc<str>> {
    let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
    (range.source == 0)
        .then(|| CONTEXT.get(start..end).map(Into::into))
        .flatten()
}

pub(crate) fn run_started() -> Event {
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
        host: JsonObject::new(),
        forked: None,
        texts: JournalTexts::Full,
        trace_parent: None,
    }))
}

pub(crate) fn turn_started(run: RunPath, turn: u32) -> Event {
    Event::TurnStarted(TurnStarted {
        run,
        turn,
        step: StepKind::RootCall,
    })
}

pub(crate) fn issue(call: &str, request: &Request, messages: Messages) -> CallIssued {
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
        batch: None,
        reserved: Reservation {
            input: Tokens(100),
            output: Tokens(1_024),
            cost: Cost::Known(Money(50)),
        },
        parameters: request.parameters.clone(),
        form: request.form.as_ref().map(ReplyForm::recorded),
        images: Vec::new(),
        messages,
        pieces: pieces(&request.messages),
    }
}

pub(crate) fn issued(call: &str, prompt: &str) -> Event {
    let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(1_024)));
    let messages = Messages::of(&request.messages);
    Event::Issued(Box::new(issue(call, &request, messages)))
}

pub(crate) fn settled(call: &str, reply: &str) -> CallSettled {
    CallSettled {
        id: id(call),
        outcome: RecordedOutcome::Reply(Reply::new(reply, usage(30, 4))),
        cached: false,
        cost: Cost::Known(Money(7)),
        elapsed: Some(Millis(50)),
        attempts: None,
        account: None,
        outage: false,
        quoted: Vec::new(),
    }
}

pub(crate) fn attempt_failed(call: &str) -> Event {
    Event::AttemptFailed(AttemptFailed {
        id: id(call),
        attempt: 1,
        error: ModelError::new(ModelErrorKind::RateLimited, "the server asks to slow down (429)"),
        wait: Some(Millis(200)),
        next: None,
        fallback: None,
        account: None,
    })
}

pub(crate) fn ended(outcome: &str, answer: Option<&str>, totals: Totals) -> Event {
    Event::Outcome(Box::new(RunEnded {
        run: RunPath::default(),
        outcome: outcome.into(),
        answer: answer.map(str::to_owned),
        message: None,
        memory: None,
        variables: None,
        totals,
    }))
}

/// Returns a complete run of two turns: a rejected program, then one with two sub-calls. The second
/// sub-call is issued early, fails once and is settled first.
pub(crate) fn a_run() -> Vec<Event> {
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
        last_program_ran(),
        final_value(),
    ];
    let totals = Totals::of(&records(&events));
    events.push(ended("complete", Some("node 9"), totals));
    events
}

fn last_program_ran() -> Event {
    Event::ProgramRan(ProgramRan {
        run: RunPath::default(),
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
    })
}

fn final_value() -> Event {
    Event::Final(FinalValue {
        run: RunPath::default(),
        turn: 2,
        value: "node 9".into(),
        citations: vec![RecordedCitation {
            at: 0,
            range: SourceRange {
                source: 0,
                start: 55,
                end: 61,
            },
            name: "nodes.log".into(),
            page: None,
            section: None,
            line: Some(2),
        }],
        quotes: vec![CheckedQuote {
            at: 0,
            bytes: 6,
            verdict: "verbatim".into(),
            range: None,
        }],
    })
}

/// Returns records of the events, ten milliseconds apart.
pub(crate) fn records(events: &[Event]) -> Vec<Record> {
    let record = |(line, event): (u64, &Event)| Record {
        line,
        at: Some(Millis(line * 10)),
        hash: Digest::of(b""),
        event: event.clone(),
    };
    (1..).zip(events).map(record).collect()
}

/// Returns the bytes of a journal of `events`, without times.
pub(crate) fn bytes_of(events: &[Event]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let journal = Journal::create(&path, timeless()).unwrap();
    for event in events {
        journal.write(event.clone()).unwrap();
    }
    std::fs::read(path).unwrap()
}

pub(crate) fn timeless() -> JournalOptions {
    JournalOptions {
        times: Times::None,
        ..JournalOptions::default()
    }
}

pub(crate) fn read(bytes: &[u8]) -> Result<RecordedRun, ReadError> {
    JournalReader::new(bytes, "journal.jsonl").read_all()
}

/// Returns the event of a program of turn 1 that scanned these ranges.
pub(crate) fn ran(ranges: &[(u64, u64)]) -> Event {
    let ranges = ranges.iter();
    Event::ProgramRan(ProgramRan {
        run: RunPath::default(),
        turn: 1,
        end: ProgramEnd::Done,
        error: None,
        stdout: String::new(),
        echo: None,
        fuel: 1,
        memory: 1,
        scanned: ranges
            .map(|&(start, end)| SourceRange { source: 0, start, end })
            .collect(),
    })
}
