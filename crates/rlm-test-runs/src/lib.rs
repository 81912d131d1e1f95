//! Helpers for tests of runs: recorded and replayed runs, spies, and models with computed replies.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod computed;

use std::sync::Arc;
use std::time::Duration;

use rlm_adapters::{Endpoint, FakeModel, OpenAiModel};
use rlm_context::Context;
use rlm_core::{RunOptions, RunResult, Runner, RunnerBuilder};
use rlm_model::Model;
use rlm_runs::replay;
use rlm_test_server::{CapturedRequest, TestServer};
use rlm_trace::{Event, Journal, JournalOptions, Record, RecordedRun, Times};

pub use self::computed::Computed;

/// A run with its journal.
pub struct Recorded {
    /// The result.
    pub result: RunResult,
    /// The records of the journal.
    pub records: Vec<Arc<Record>>,
}

impl Recorded {
    /// Returns the events of the journal.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.records.iter().map(|record| &record.event)
    }

    /// Returns the answer, or an empty string if there is none.
    #[must_use]
    pub fn answer(&self) -> &str {
        self.result.answer.as_deref().unwrap_or_default()
    }

    /// Returns the observations that were sent to the root model.
    #[must_use]
    pub fn observations(&self) -> Vec<&str> {
        let observations = self.events().filter_map(|event| match event {
            Event::Observation(observation) => Some(observation.text.as_str()),
            _ => None,
        });
        observations.collect()
    }

    /// Returns the last message of the first model call of the child run at `path`.
    #[must_use]
    pub fn first_message(&self, path: &str) -> String {
        let id = format!("{path}/1.0.0").parse().unwrap();
        let prompts = rlm_trace::RecordedPrompts::of(self.records.iter().map(|record| &**record));
        let request = prompts.request(&id, &|_| None).unwrap();
        request.messages.last().unwrap().content()
    }

    /// Returns the kinds of the events.
    #[must_use]
    pub fn kinds(&self) -> Vec<&str> {
        self.events().map(Event::kind).collect()
    }

    /// Converts the journal to a recording, as if read from a file.
    #[must_use]
    pub fn as_recorded(&self) -> RecordedRun {
        RecordedRun {
            records: self.records.iter().map(|record| (**record).clone()).collect(),
            ending: rlm_trace::Ending::Finished,
        }
    }
}

/// Creates an in-memory journal without timestamps.
#[must_use]
pub fn memory() -> Arc<Journal> {
    Arc::new(Journal::in_memory(JournalOptions {
        times: Times::None,
        ..JournalOptions::default()
    }))
}

/// Answers a question, and checks that a replay from the journal has the same result.
pub async fn run(builder: RunnerBuilder, question: &str, context: &Context) -> Recorded {
    let journal = memory();
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        ..RunOptions::default()
    };
    let result = builder
        .build()
        .unwrap()
        .run_with(question, context, options)
        .await
        .unwrap();
    let recorded = Recorded {
        result,
        records: journal.records().unwrap(),
    };
    let replayed = replay(&recorded.as_recorded(), context)
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(replayed.outcome.as_deref(), Some(recorded.result.outcome.name()));
    assert_eq!(replayed.answer, recorded.result.answer);
    recorded
}

/// Creates a model that replies with the texts of a script, in order.
#[must_use]
pub fn fake<const N: usize>(script: [&str; N]) -> FakeModel {
    FakeModel::new(script)
}

/// Returns a builder for a runner with a root model.
pub fn runner(model: impl Model + 'static) -> RunnerBuilder {
    Runner::builder(Arc::new(model))
}

/// Returns the endpoint of a model on a test server.
#[must_use]
pub fn endpoint(server: &TestServer, name: &str) -> Endpoint {
    Endpoint::new(server.base_url().parse().unwrap(), name)
}

/// Creates a client for a model on a test server.
#[must_use]
pub fn served(server: &TestServer, name: &str) -> Arc<dyn Model> {
    Arc::new(OpenAiModel::new(endpoint(server, name)).unwrap())
}

/// Returns the content of the last message of a request.
#[must_use]
pub fn last_user_message(request: &CapturedRequest) -> &str {
    let messages = request.body["messages"].as_array().unwrap();
    messages.last().unwrap()["content"].as_str().unwrap()
}

/// Returns scheduling settings without delays between attempts.
#[must_use]
pub fn without_pauses() -> rlm_scheduler::SchedulerSettings {
    rlm_scheduler::SchedulerSettings {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(2),
        ..rlm_scheduler::SchedulerSettings::default()
    }
}

/// Returns a reply that contains a program as a fenced code block.
#[must_use]
pub fn fenced(program: &str) -> String {
    format!("```repl\n{program}\n```")
}

/// A model that records the calls to another model, and runs `before` ahead of each.
pub struct Spy<M> {
    /// The model that answers the calls.
    pub inner: M,
    /// The calls so far.
    pub calls: std::sync::Mutex<Vec<rlm_model::Call>>,
    /// A callback that runs before each call.
    pub before: Box<dyn Fn(&rlm_model::Call) + Send + Sync>,
}

impl<M: Model> Spy<M> {
    /// Wraps a model.
    pub fn new(inner: M) -> Arc<Self> {
        Self::with(inner, |_| ())
    }

    /// Wraps a model, with a callback that runs before each call.
    pub fn with(inner: M, before: impl Fn(&rlm_model::Call) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            inner,
            calls: std::sync::Mutex::default(),
            before: Box::new(before),
        })
    }

    /// Returns the calls so far.
    pub fn calls(&self) -> Vec<rlm_model::Call> {
        self.calls.lock().unwrap().clone()
    }
}

impl<M: Model> Model for Spy<M> {
    fn identity(&self) -> &rlm_model::ModelIdentity {
        self.inner.identity()
    }

    fn price(&self) -> Option<rlm_model::Price> {
        self.inner.price()
    }

    fn complete<'a>(
        &'a self,
        call: &'a rlm_model::Call,
    ) -> rlm_model::BoxFuture<'a, Result<rlm_model::Reply, rlm_model::ModelError>> {
        (self.before)(call);
        self.calls.lock().unwrap().push(call.clone());
        self.inner.complete(call)
    }
}
