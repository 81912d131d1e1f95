//! Dry-runs a question with the current prompts, answering model calls from a recording.
//!
//! A replay takes everything but the context from the journal, and compares the run with it. A
//! rehearsal takes question, context, settings and prompts from the caller, and only the replies
//! from the journal. As long as every request was recorded, the result is that of a live run. A
//! request that was not recorded is reported with its difference.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rlm_adapters::ReplayModel;
use rlm_calls::Purpose;
use rlm_context::Context;
use rlm_core::{RunResult, RunSettings, Runner, rerun::Rerun};
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelErrorKind, ModelIdentity, Price, Reply};
use rlm_policy::Limits;
use rlm_retrieval::Retriever;
use rlm_scheduler::SharedLedger;
use rlm_settings::{ModelRoles, Toolbox};
use rlm_trace::{Journal, Record, RecordedOutcome, RecordedRun, ReplayIndex};
use tokio_util::sync::CancellationToken;

use crate::error::ReplayError;
use crate::models::{once, roles, without_times};
use crate::recorded::{settings_of, started_of, with_quotes};

/// The policy for matching requests with recorded replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Replies {
    /// Takes replies to identical requests. The run ends at the first other request.
    #[default]
    ToSameRequests,
    /// Takes the replies to the calls at the same positions in the run, even if their requests
    /// differ.
    ByPosition,
}

/// The options of a rehearsal.
#[derive(Debug, Default)]
pub struct RehearseOptions {
    /// The policy for matching requests with recorded replies.
    pub replies: Replies,
    /// Answers the searches of programs. Without one, programs are told to use `grep`.
    pub retriever: Option<Arc<dyn Retriever>>,
    /// Ends the rehearsal when cancelled.
    pub cancel: CancellationToken,
}

/// The result of a rehearsal.
#[derive(Debug)]
pub struct Rehearsal {
    /// The result of the run. It is meaningful if all requests were recorded, or replies were taken
    /// by position.
    pub result: RunResult,
    /// The journal of the rehearsal.
    pub records: Vec<Arc<Record>>,
    /// The requests that differ from those recorded at their places, in canonical order.
    pub others: Vec<OtherRequest>,
}

/// A request that differs from the one recorded at its place.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherRequest {
    /// The current call.
    pub call: Call,
    /// The difference, in one line.
    pub detail: String,
}

/// Dry-runs a question with the replies of a recorded run. No model is called, and there is no time
/// limit. The models with their prices and windows, the tools with their results, and the session
/// state are those of the recording.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::{ContextAs, ContextSpec, LoadOptions, load};
/// # use rlm_core::Runner;
/// # use rlm_runs::{RehearseOptions, Replies, rehearse};
/// # use rlm_trace::RecordedRun;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let runner = Runner::builder(Arc::new(FakeModel::new([""; 0]))).build()?;
/// let recorded = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let base = Some("../../examples/recorded".into());
/// let options = LoadOptions { base, shown_as: ContextAs::Text, ..LoadOptions::default() };
/// let context = load(&[ContextSpec::path("reviews/kettle.jsonl")], &options)?.context;
///
/// // The question is worded anew: other requests than the recorded ones, and the replies of the same places.
/// let question = "How many reviewers find the kettle too dear?";
/// let options = RehearseOptions { replies: Replies::ByPosition, ..RehearseOptions::default() };
/// let rehearsal = rehearse(&runner, &recorded, question, &context, options).await?;
/// assert!(rehearsal.others.iter().any(|other| other.call.id.to_string() == "1.0.0"));
/// assert_eq!(rehearsal.result.totals.turns, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReplayError::NoStart`], [`ReplayError::Settings`], [`ReplayError::Calls`];
/// [`ReplayError::Run`] as for any run that can't start.
pub async fn rehearse(
    runner: &Runner,
    recorded: &RecordedRun,
    question: &str,
    context: &Context,
    options: RehearseOptions,
) -> Result<Rehearsal, ReplayError> {
    let started = started_of(recorded)?;
    let whole = with_quotes(recorded, context)?;
    let recorded = &*whole;
    let settings = settings_of(started)?;
    let recorded_replies = Arc::new(RehearsalReplies::of(recorded, options.replies)?);
    let models = started.models.iter().map(|used| {
        let model = Remembering {
            identity: used.identity.clone(),
            recorded_replies: Arc::clone(&recorded_replies),
        };
        Arc::new(model) as Arc<dyn Model>
    });
    let runner = remembering(runner, &settings, models.collect())?;
    let runner = runner.routed(question, context, settings.session.as_ref())?;
    let journal = Arc::new(Journal::in_memory(without_times()));
    let search = options.retriever.is_some();
    let session = settings.session;
    let rerun = Rerun {
        purpose: Purpose::Replay,
        recorded,
        overrides: BTreeMap::new(),
        started: runner.started(
            &started.run,
            question,
            context,
            search,
            settings.constrained,
            session.as_ref(),
        ),
        constrained: settings.constrained,
        session,
        search,
        retriever: options.retriever,
        journal: Arc::clone(&journal),
        notes: Vec::new(),
        ledger: SharedLedger::new(runner.limits()),
        cancel: options.cancel.child_token(),
    };
    let result = runner.rerun(question, context, rerun).await?;
    Ok(Rehearsal {
        result,
        records: journal.records().unwrap_or_default(),
        others: recorded_replies.others(),
    })
}

/// Returns a runner with the models and tools of a recorded run. `models` are used in place of the
/// recorded ones.
fn remembering(runner: &Runner, recorded: &RunSettings, models: Vec<Arc<dyn Model>>) -> Result<Runner, ReplayError> {
    let own = runner.roles();
    let mut roles: ModelRoles = roles(&recorded.into(), models)?;
    roles
        .all_mut()
        .for_each(|role| role.sampling = own.sub.sampling.clone());
    roles.root.sampling = own.root.sampling.clone();
    for role in roles.recursive.iter_mut().chain(roles.by_depth.values_mut()) {
        role.sampling = own.root.sampling.clone();
    }
    let mut settings = runner.settings().clone();
    settings.limits = Limits {
        seconds: None,
        ..settings.limits
    };
    // All replies are recorded, so speculative execution saves no time.
    settings.run_ahead = sift_vm::RunAhead::Off;
    settings.tools = Toolbox::recorded(&recorded.tools, settings.tools.taint, &Toolbox::default());
    Ok(Runner::from_parts(
        roles,
        settings,
        runner.prompts().clone(),
        once(),
        None,
    ))
}

/// The replies of a recorded run, and the requests that differed from it.
struct RehearsalReplies {
    /// `None` if a run ended before its first call.
    recording: Option<ReplayModel>,
    index: ReplayIndex,
    replies: Replies,
    others: Mutex<Vec<OtherRequest>>,
}

impl RehearsalReplies {
    fn of(recorded: &RecordedRun, replies: Replies) -> Result<Self, ReplayError> {
        let recording = match ReplayModel::of(recorded.clone()) {
            Ok(model) => Some(model),
            Err(rlm_adapters::RecordingError::NoCalls) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Self {
            recording,
            index: ReplayIndex::of(&recorded.records),
            replies,
            others: Mutex::default(),
        })
    }

    fn answer(&self, call: &Call) -> Result<Reply, ModelError> {
        let compared = match &self.recording {
            Some(recording) => recording.compare(call),
            None => Err(not_recorded(call)),
        };
        let Some(outcome) = self.index.get(&call.id).and_then(|recorded| recorded.outcome.as_ref()) else {
            let error = compared.err().unwrap_or_else(|| not_recorded(call));
            self.note(call, &error);
            return Err(error);
        };
        if let Err(error) = compared {
            self.note(call, &error);
            if self.replies == Replies::ToSameRequests {
                return Err(error);
            }
        }
        match outcome {
            RecordedOutcome::Reply(reply) => Ok(reply.clone()),
            RecordedOutcome::Failed(error) => Err(error.clone()),
            RecordedOutcome::Unissued(_) => {
                let error = not_recorded(call);
                self.note(call, &error);
                Err(error)
            }
        }
    }

    fn note(&self, call: &Call, error: &ModelError) {
        let prefix = format!("replay: call {} ", call.id);
        let detail = error.message.strip_prefix(&prefix).unwrap_or(&error.message).to_owned();
        let other = OtherRequest {
            call: call.clone(),
            detail,
        };
        self.others.lock().unwrap_or_else(PoisonError::into_inner).push(other);
    }

    fn others(&self) -> Vec<OtherRequest> {
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner).clone();
        others.sort_by(|left, right| left.call.id.cmp(&right.call.id));
        others
    }
}

fn not_recorded(call: &Call) -> ModelError {
    let message = format!("replay: call {} is not in the recording", call.id);
    ModelError::new(ModelErrorKind::NoReply, message)
}

/// A model of a recorded run whose replies in a rehearsal come from the recording.
struct Remembering {
    identity: ModelIdentity,
    recorded_replies: Arc<RehearsalReplies>,
}

impl Model for Remembering {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        None
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(std::future::ready(self.recorded_replies.answer(call)))
    }
}
