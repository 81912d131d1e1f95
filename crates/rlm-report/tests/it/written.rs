//! Synthetic runs, written with a real journal.

use rlm_model::{
    CallId, Cost, Message, ModelError, ModelErrorKind, ModelIdentity, Money, Parameters, Part, Reply, Request,
    RequestId, Role, RunPath, SourceRange, Tokens, Usage,
};
use rlm_trace::{
    CallClass, CallIssued, CallSettled, ContextSource, Event, Journal, JournalOptions, Messages, Millis, ModelUse,
    RecordedOutcome, RecordedRun, Reservation, RunEnded, RunStarted, StepKind, Times, Totals, TurnStarted, pieces,
};

/// A builder for the journal of a run.
pub(crate) struct Written {
    folder: tempfile::TempDir,
    journal: Journal,
}

impl Written {
    /// Starts a run about some documents.
    pub(crate) fn begin(question: &str, model: &str, documents: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("create the folder");
        // Tests set the times that they need.
        let options = JournalOptions {
            times: Times::None,
            ..JournalOptions::default()
        };
        let journal = Journal::create(folder.path().join("journal.jsonl"), options).expect("create a journal");
        let context = documents.iter().map(|(name, text)| ContextSource {
            name: (*name).to_owned(),
            location: None,
            bytes: text.len() as u64,
            digest: None,
            ends: None,
            modified: None,
            notes: Vec::new(),
        });
        let written = Self { folder, journal };
        written.write(Event::RunStarted(Box::new(RunStarted {
            run: "20261123-090000-abcdef".parse().expect("valid id"),
            rlm: "0.1.0".into(),
            started: Some(Millis(1_795_242_437_349)),
            question: question.to_owned(),
            settings: Default::default(),
            models: vec![ModelUse {
                class: CallClass::Root,
                identity: identity(model),
            }],
            context: context.collect(),
            templates: Vec::new(),
            host: Default::default(),
            forked: None,
            texts: rlm_trace::JournalTexts::Full,
            trace_parent: None,
        })));
        written
    }

    pub(crate) fn write(&self, event: Event) {
        self.journal.write(event).expect("the journal accepts the event");
    }

    /// Starts a turn of the root run.
    pub(crate) fn turn(&self, turn: u32) {
        self.write(Event::TurnStarted(TurnStarted {
            run: RunPath::default(),
            turn,
            step: StepKind::RootCall,
        }));
    }

    /// Writes a call and its result.
    pub(crate) fn call(&self, id: CallId, model: &str, prompt: &str, outcome: RecordedOutcome) {
        self.issue(id.clone(), model, prompt);
        self.settle(id, outcome, Millis(250));
    }

    /// Writes a call about a range of a document, and its result.
    pub(crate) fn call_about(
        &self,
        id: CallId,
        model: &str,
        prompt: &str,
        (document, range): (&str, SourceRange),
        outcome: RecordedOutcome,
    ) {
        let words = &document[range.start as usize..range.end as usize];
        let parts = vec![
            Part {
                text: prompt.into(),
                origin: None,
            },
            Part {
                text: words.into(),
                origin: Some(range),
            },
        ];
        self.issue_parts(id.clone(), model, parts);
        self.settle(id, outcome, Millis(250));
    }

    /// Writes the request of a call.
    pub(crate) fn issue(&self, id: CallId, model: &str, prompt: &str) {
        self.issue_parts(
            id,
            model,
            vec![Part {
                text: prompt.into(),
                origin: None,
            }],
        );
    }

    fn issue_parts(&self, id: CallId, model: &str, parts: Vec<Part>) {
        let message = Message {
            role: Role::User,
            parts,
        };
        let request = Request::new(vec![message], Parameters::with_max_output(Tokens(100)));
        let class = if id.is_root_model() {
            CallClass::Root
        } else {
            CallClass::Sub
        };
        self.write(Event::Issued(Box::new(CallIssued {
            id,
            request_id: RequestId {
                digest: request.digest(&identity(model)),
                occurrence: 0,
            },
            model: identity(model),
            class,
            early: false,
            batch: None,
            reserved: Reservation {
                input: Tokens(100),
                output: Tokens(100),
                cost: Cost::Known(Money(20)),
            },
            parameters: request.parameters.clone(),
            form: None,
            images: Vec::new(),
            messages: Messages::of(&request.messages),
            pieces: pieces(&request.messages),
        })));
    }

    /// Writes the result of a call.
    pub(crate) fn settle(&self, id: CallId, outcome: RecordedOutcome, elapsed: Millis) {
        self.write(Event::Settled(Box::new(CallSettled {
            id,
            outcome,
            cached: false,
            cost: Cost::Known(Money(12)),
            elapsed: Some(elapsed),
            attempts: Some(1),
            account: None,
            outage: false,
            quoted: Vec::new(),
        })));
    }

    /// Ends the run.
    pub(crate) fn end(&self, outcome: &str, answer: Option<&str>, message: Option<&str>) {
        self.write(Event::Outcome(Box::new(RunEnded {
            run: RunPath::default(),
            outcome: outcome.into(),
            answer: answer.map(str::to_owned),
            message: message.map(str::to_owned),
            memory: None,
            variables: None,
            totals: Totals::default(),
        })));
    }

    /// Reads the journal back.
    pub(crate) fn read(&self) -> RecordedRun {
        RecordedRun::read(self.folder.path().join("journal.jsonl")).expect("read the journal")
    }
}

pub(crate) fn identity(model: &str) -> ModelIdentity {
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
    RecordedOutcome::Failed(ModelError::new(kind, message))
}
