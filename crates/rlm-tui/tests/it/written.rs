//! Synthetic runs, written event by event with explicit times.

use std::sync::Arc;

use rlm_model::{
    CallId, Cost, Digest, Message, ModelError, ModelErrorKind, ModelIdentity, Money, Parameters, Reply, Request,
    RequestId, RunPath, SourceRange, Tokens, Usage,
};
use rlm_trace::{
    AttemptFailed, CallClass, CallIssued, CallSettled, ChildStarted, ContextSource, Event, FinalValue, JournalMessage,
    LimitHit, Messages, Millis, ModelUse, Observation, ProgramChecked, ProgramEnd, ProgramError, ProgramRan, Record,
    RecordedCitation, RecordedOutcome, RecordedRun, Reservation, RunEnded, RunStarted, StepKind, Totals, TurnStarted,
    Unissued,
};
use serde_json::json;

/// A builder for the journal of a run.
pub(crate) struct Written {
    pub(crate) records: Vec<Arc<Record>>,
    now: u64,
}

impl Written {
    /// Starts a run about two documents.
    pub(crate) fn begin(question: &str) -> Self {
        let mut written = Self {
            records: Vec::new(),
            now: 0,
        };
        let source = |name: &str, bytes| ContextSource {
            name: name.to_owned(),
            location: None,
            bytes,
            digest: None,
            ends: None,
            modified: None,
            notes: Vec::new(),
        };
        let limits = json!({"steps": 40, "subcalls": 200, "tokens": 100_000, "cost": 500_000, "seconds": 300});
        let settings = json!({ "limits": limits });
        written.write(Event::RunStarted(Box::new(RunStarted {
            run: "20261123-090000-abcdef".parse().unwrap(),
            rlm: "0.1.0".into(),
            started: Some(Millis(1_795_242_437_349)),
            question: question.to_owned(),
            settings: settings.as_object().unwrap().clone(),
            models: vec![ModelUse {
                class: CallClass::Root,
                identity: identity("gpt-5.1"),
            }],
            context: vec![source("contract.md", 48_000), source("letters/grüße.txt", 1_200)],
            templates: Vec::new(),
            host: Default::default(),
            forked: None,
            texts: rlm_trace::JournalTexts::Full,
            trace_parent: None,
        })));
        written
    }

    /// Advances the clock by some milliseconds.
    pub(crate) fn wait(&mut self, millis: u64) -> &mut Self {
        self.now += millis;
        self
    }

    pub(crate) fn write(&mut self, event: Event) -> &mut Self {
        self.records.push(Arc::new(Record {
            line: self.records.len() as u64 + 1,
            at: Some(Millis(self.now)),
            hash: Digest::of(b"any"),
            event,
        }));
        self
    }

    /// Starts a turn of a run: `1` of the root run, `2.1.0/1` of a child run.
    pub(crate) fn turn(&mut self, turn: &str) -> &mut Self {
        let (run, turn) = place(turn);
        self.write(Event::TurnStarted(TurnStarted {
            run,
            turn,
            step: StepKind::RootCall,
        }))
    }

    pub(crate) fn issue(&mut self, call: &str, prompt: &str) -> &mut Self {
        self.issue_of(call, prompt, None)
    }

    /// Issues a call in a batch of some size.
    pub(crate) fn issue_of(&mut self, call: &str, prompt: &str, batch: Option<u32>) -> &mut Self {
        let id: CallId = call.parse().unwrap();
        let model = identity(if id.is_root_model() { "gpt-5.1" } else { "gpt-5-mini" });
        let mut message = Message::user(prompt);
        if !id.is_root_model() {
            let mut part = message.parts[0].clone();
            part.text = "x".repeat(400).into();
            part.origin = Some(SourceRange {
                source: 0,
                start: 1_000 + 400 * u64::from(id.position.index),
                end: 1_400 + 400 * u64::from(id.position.index),
            });
            message.parts.push(part);
        }
        let request = Request::new(vec![message], Parameters::with_max_output(Tokens(1_024)));
        self.write(Event::Issued(Box::new(CallIssued {
            request_id: RequestId {
                digest: request.digest(&model),
                occurrence: 0,
            },
            class: if id.is_root_model() {
                CallClass::Root
            } else {
                CallClass::Sub
            },
            id,
            model,
            early: false,
            batch,
            reserved: Reservation {
                input: Tokens(900),
                output: Tokens(1_024),
                cost: Cost::Known(Money(4_000)),
            },
            parameters: request.parameters.clone(),
            form: None,
            images: Vec::new(),
            messages: Messages::of(&request.messages),
            pieces: Vec::new(),
        })))
    }

    pub(crate) fn settle(&mut self, call: &str, outcome: RecordedOutcome) -> &mut Self {
        self.settled(call, outcome, false)
    }

    pub(crate) fn cached(&mut self, call: &str, text: &str) -> &mut Self {
        self.settled(call, reply(text), true)
    }

    fn settled(&mut self, call: &str, outcome: RecordedOutcome, cached: bool) -> &mut Self {
        let cost = if cached { 0 } else { 2_100 };
        self.write(Event::Settled(Box::new(CallSettled {
            id: call.parse().unwrap(),
            outcome,
            cached,
            cost: Cost::Known(Money(cost)),
            elapsed: Some(Millis(if cached { 2 } else { 1_250 })),
            attempts: Some(1),
            account: None,
            outage: false,
            quoted: Vec::new(),
        })))
    }

    /// Adds a call that is answered after 1.25 seconds.
    pub(crate) fn call(&mut self, call: &str, prompt: &str, text: &str) -> &mut Self {
        self.issue(call, prompt).wait(1_250).settle(call, reply(text))
    }

    pub(crate) fn attempt_failed(&mut self, call: &str, message: &str) -> &mut Self {
        self.write(Event::AttemptFailed(AttemptFailed {
            id: call.parse().unwrap(),
            attempt: 1,
            error: ModelError::new(ModelErrorKind::RateLimited, message),
            wait: Some(Millis(4_000)),
            next: None,
            fallback: None,
            account: None,
        }))
    }

    pub(crate) fn child(&mut self, call: &str, question: &str) -> &mut Self {
        self.write(Event::ChildStarted(Box::new(ChildStarted {
            id: call.parse().unwrap(),
            model: identity("gpt-5-mini"),
            early: false,
            batch: None,
            steps: 10,
            subcalls: 20,
            question: question.to_owned(),
            context: JournalMessage::of(&Message::user("The letters, all of them.")),
            pieces: Vec::new(),
        })))
    }

    pub(crate) fn program(&mut self, turn: &str, source: &str) -> &mut Self {
        let (run, turn) = place(turn);
        self.write(Event::ProgramChecked(ProgramChecked {
            run,
            turn,
            source: source.to_owned(),
            diagnostics: Vec::new(),
        }))
    }

    pub(crate) fn ran(
        &mut self,
        turn: &str,
        end: ProgramEnd,
        stdout: &str,
        error: Option<(&str, &str, u32)>,
    ) -> &mut Self {
        let (run, turn) = place(turn);
        self.write(Event::ProgramRan(ProgramRan {
            run,
            turn,
            end,
            error: error.map(|(class, message, line)| ProgramError {
                class: class.into(),
                message: message.to_owned(),
                line: Some(line),
            }),
            stdout: stdout.to_owned(),
            echo: None,
            fuel: 1_234,
            memory: 4_096,
            scanned: vec![SourceRange {
                source: 0,
                start: 0,
                end: 24_000,
            }],
        }))
    }

    pub(crate) fn observed(&mut self, turn: &str, text: &str) -> &mut Self {
        let (run, turn) = place(turn);
        self.write(Event::Observation(Observation {
            run,
            turn,
            text: text.to_owned(),
        }))
    }

    pub(crate) fn limit(&mut self, turn: &str, name: &str, allowed: u64, message: &str) -> &mut Self {
        let (run, turn) = place(turn);
        self.write(Event::Limit(LimitHit {
            run,
            turn,
            name: name.into(),
            used: allowed + 1,
            allowed,
            fuel: None,
            message: message.to_owned(),
        }))
    }

    pub(crate) fn final_value(&mut self, turn: &str, value: &str, cited: &str) -> &mut Self {
        let (run, turn) = place(turn);
        let at = value.find(cited).unwrap() as u64;
        self.write(Event::Final(FinalValue {
            run,
            turn,
            value: value.to_owned(),
            citations: vec![RecordedCitation {
                at,
                range: SourceRange {
                    source: 0,
                    start: 1_200,
                    end: 1_200 + cited.len() as u64,
                },
                name: "contract.md".into(),
                page: None,
                section: None,
                line: Some(31),
            }],
            quotes: Vec::new(),
        }))
    }

    pub(crate) fn end(&mut self, run: &str, outcome: &str, answer: Option<&str>, message: Option<&str>) -> &mut Self {
        self.write(Event::Outcome(Box::new(RunEnded {
            run: run.parse().unwrap(),
            outcome: outcome.into(),
            answer: answer.map(str::to_owned),
            message: message.map(str::to_owned),
            memory: None,
            variables: None,
            totals: Totals::default(),
        })))
    }
}

fn place(turn: &str) -> (RunPath, u32) {
    match turn.rsplit_once('/') {
        Some((run, turn)) => (run.parse().unwrap(), turn.parse().unwrap()),
        None => (RunPath::default(), turn.parse().unwrap()),
    }
}

fn identity(model: &str) -> ModelIdentity {
    ModelIdentity::new("openai", "https://api.example/v1", model)
}

pub(crate) fn reply(text: &str) -> RecordedOutcome {
    let usage = Usage {
        input: Tokens(1_200),
        cached_input: Tokens(200),
        cache_written: Tokens(0),
        output: Tokens(80),
        reasoning: Tokens(0),
        reported_cost: None,
        estimated: false,
    };
    RecordedOutcome::Reply(Reply::new(text, usage))
}

pub(crate) fn failed(kind: ModelErrorKind, message: &str) -> RecordedOutcome {
    let mut error = ModelError::new(kind, message);
    error.hint = Some("look at the account's page, then go on".to_owned());
    RecordedOutcome::Failed(error)
}

pub(crate) fn not_sent(code: &str, message: &str) -> RecordedOutcome {
    RecordedOutcome::Unissued(Unissued {
        code: code.into(),
        message: message.to_owned(),
        error: None,
    })
}

/// Returns the records of a run in `examples/recorded`.
pub(crate) fn recorded(name: &str) -> Vec<Arc<Record>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/recorded");
    let run = RecordedRun::read(format!("{folder}/{name}.jsonl")).expect("read the journal");
    run.records.into_iter().map(Arc::new).collect()
}

const PROGRAM: &str = "# Ask about each clause.\nclauses = re.split(r'\\n## ', context)\nreplies = [llm_query(f'Is this about ending? {c}') for c in clauses]\nfor clause, reply in zip(clauses, replies):\n    if reply.startswith('yes'):\n        print(clause[:80])\n";

/// Returns a run in progress: one step is done, and the calls of the next are in all states.
pub(crate) fn running() -> Written {
    let mut run =
        Written::begin("Which clauses of the contract deal with its ending, and what do the letters say about them?");
    run.turn("1").wait(10).call(
        "1.0.0",
        "You answer questions about a text.",
        "I look at the size first.\n```sift\nprint(len(context))\n```",
    );
    run.program("1", "print(len(context))")
        .ran("1", ProgramEnd::Done, "48000\n", None)
        .observed("1", "48000\n");
    run.turn("2")
        .wait(10)
        .call("2.0.0", "You answer questions about a text.", "Then clause by clause.");
    run.program("2", PROGRAM);
    run.call("2.1.0", "Is this about ending? ", "yes: notice of three months");
    run.issue("2.2.0", "Is this about ending? ").cached("2.2.0", "no");
    run.issue("2.3.0", "Is this about ending? ")
        .wait(300)
        .attempt_failed("2.3.0", "too many requests (HTTP 429)");
    run.issue("2.4.0", "Is this about ending? ").wait(200);
    run.issue("2.5.0", "Is this about ending? ")
        .settle("2.5.0", failed(ModelErrorKind::Server, "the server failed (HTTP 500)"));
    run.settle("2.6.0", not_sent("MaxSubcallsExceeded", "5 of 5 calls were made"));
    run.issue("2.7.0", "Is this about ending? ").wait(700);
    run
}

/// Returns a complete run with an answer.
pub(crate) fn complete() -> Written {
    let mut run = running();
    run.settle("2.3.0", reply("no"))
        .settle("2.4.0", reply("yes: a breach ends it"))
        .settle("2.7.0", reply("no"));
    run.ran(
        "2",
        ProgramEnd::Done,
        "4. Ending. Either party may end this contract by notice of three months.\n",
        None,
    );
    run.observed(
        "2",
        "4. Ending. Either party may end this contract by notice of three months.\n",
    );
    run.turn("3")
        .wait(10)
        .call("3.0.0", "You answer questions about a text.", "```sift\nFINAL(…)\n```");
    let answer = "Clause 4: “Either party may end this contract by notice of three months.”\n\nThe letters — 手紙, and e\u{301}te\u{301} — say nothing about it.";
    run.program("3", "FINAL(answer)").ran("3", ProgramEnd::Final, "", None);
    run.final_value(
        "3",
        answer,
        "Either party may end this contract by notice of three months.",
    );
    run.wait(5).end("", "complete", Some(answer), None);
    run
}

/// Returns a run that a limit has ended with a partial answer.
pub(crate) fn partial() -> Written {
    let mut run = running();
    run.settle("2.3.0", reply("no"))
        .settle("2.4.0", reply("yes: a breach ends it"))
        .settle("2.7.0", reply("no"));
    run.ran(
        "2",
        ProgramEnd::Raised,
        "clause 4\n",
        Some(("CallFailed", "call 2.5.0: the server failed (HTTP 500)", 5)),
    );
    run.observed("2", "clause 4\nCallFailed");
    run.limit("3", "CostExceeded", 500_000, "CostExceeded: $0.501 of $0.50");
    run.wait(5).end(
        "",
        "partial",
        Some("Clause 4, as far as could be seen."),
        Some("CostExceeded: $0.501 of $0.50"),
    );
    run
}

/// Returns a run whose provider rejected the API key.
pub(crate) fn failed_run() -> Written {
    let mut run = Written::begin("Who signed it?");
    run.turn("1")
        .wait(10)
        .issue("1.0.0", "You answer questions about a text.")
        .wait(400);
    run.settle(
        "1.0.0",
        failed(ModelErrorKind::Unauthorized, "the key was refused (HTTP 401)"),
    );
    run.end(
        "",
        "provider_error",
        None,
        Some("the root model failed: the key was refused (HTTP 401)"),
    );
    run
}

/// Returns a run with child runs, two levels deep.
pub(crate) fn recursive() -> Written {
    let mut run = Written::begin("What do the letters say?");
    run.turn("1")
        .wait(10)
        .call("1.0.0", "You answer questions.", "Each letter by a run of its own.");
    run.program(
        "1",
        "answers = [rlm_query('What does it say?', letter) for letter in letters]\nprint(answers)",
    );
    run.child("1.1.0", "What does it say?")
        .turn("1.1.0/1")
        .call("1.1.0/1.0.0", "You answer.", "print(context)");
    run.program("1.1.0/1", "x = rlm_query('And its end?', context[-500:])\nFINAL(x)");
    run.child("1.1.0/1.1.0", "And its end?").turn("1.1.0/1.1.0/1").call(
        "1.1.0/1.1.0/1.0.0",
        "You answer.",
        "FINAL('Yours')",
    );
    run.end("1.1.0/1.1.0", "complete", Some("Yours"), None);
    run.ran("1.1.0/1", ProgramEnd::Final, "", None)
        .end("1.1.0", "complete", Some("It thanks."), None);
    run.child("1.2.0", "What does it say?")
        .turn("1.2.0/1")
        .wait(100)
        .issue("1.2.0/1.0.0", "You answer.");
    run.wait(900);
    run
}
