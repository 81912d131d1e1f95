//! What tests of runs share.

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

pub(crate) use self::computed::Computed;

/// A run with all that it wrote down.
pub(crate) struct Recorded {
    pub(crate) result: RunResult,
    pub(crate) records: Vec<Arc<Record>>,
}

impl Recorded {
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.records.iter().map(|record| &record.event)
    }

    pub(crate) fn answer(&self) -> &str {
        self.result.answer.as_deref().unwrap_or_default()
    }

    /// What the root model was shown of its turns.
    pub(crate) fn observations(&self) -> Vec<&str> {
        let observations = self.events().filter_map(|event| match event {
            Event::Observation(observation) => Some(observation.text.as_str()),
            _ => None,
        });
        observations.collect()
    }

    /// The last message of the first call of a child run's model.
    pub(crate) fn first_message(&self, path: &str) -> String {
        let id = format!("{path}/1.0.0").parse().unwrap();
        let prompts = rlm_trace::Prompts::of(self.records.iter().map(|record| &**record));
        let request = prompts.request(&id, &|_| None).unwrap();
        request.messages.last().unwrap().content()
    }

    pub(crate) fn kinds(&self) -> Vec<&str> {
        self.events().map(Event::kind).collect()
    }

    pub(crate) fn as_recorded(&self) -> RecordedRun {
        RecordedRun {
            records: self.records.iter().map(|record| (**record).clone()).collect(),
            ending: rlm_trace::Ending::Finished,
        }
    }
}

pub(crate) fn memory() -> Arc<Journal> {
    Arc::new(Journal::in_memory(JournalOptions {
        times: Times::None,
        ..JournalOptions::default()
    }))
}

/// Carries a run out, and again from its journal: whatever a test does, the two must be the same.
pub(crate) async fn run(builder: RunnerBuilder, question: &str, context: &Context) -> Recorded {
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

pub(crate) fn fake<const N: usize>(script: [&str; N]) -> FakeModel {
    FakeModel::new(script)
}

pub(crate) fn runner(model: impl Model + 'static) -> RunnerBuilder {
    Runner::builder(Arc::new(model))
}

/// How to reach a model of a server.
pub(crate) fn endpoint(server: &TestServer, name: &str) -> Endpoint {
    Endpoint::new(server.base_url().parse().unwrap(), name)
}

/// A model of a server.
pub(crate) fn served(server: &TestServer, name: &str) -> Arc<dyn Model> {
    Arc::new(OpenAiModel::new(endpoint(server, name)).unwrap())
}

pub(crate) fn last_user_message(request: &CapturedRequest) -> &str {
    let messages = request.body["messages"].as_array().unwrap();
    messages.last().unwrap()["content"].as_str().unwrap()
}

/// Attempts that follow each other at once.
pub(crate) fn without_pauses() -> rlm_scheduler::Settings {
    rlm_scheduler::Settings {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(2),
        ..rlm_scheduler::Settings::default()
    }
}

pub(crate) fn fenced(program: &str) -> String {
    format!("```repl\n{program}\n```")
}

/// A model that keeps what it is asked, and asks `before` at the moment of each call.
pub(crate) struct Spy<M> {
    pub(crate) inner: M,
    pub(crate) calls: std::sync::Mutex<Vec<rlm_model::Call>>,
    pub(crate) before: Box<dyn Fn(&rlm_model::Call) + Send + Sync>,
}

impl<M: Model> Spy<M> {
    pub(crate) fn new(inner: M) -> Arc<Self> {
        Self::with(inner, |_| ())
    }

    pub(crate) fn with(inner: M, before: impl Fn(&rlm_model::Call) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            inner,
            calls: std::sync::Mutex::default(),
            before: Box::new(before),
        })
    }

    pub(crate) fn calls(&self) -> Vec<rlm_model::Call> {
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
