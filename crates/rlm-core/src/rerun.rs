//! Re-executes a recorded run to compare it with its journal, to resume it, or to fork it from one
//! of its turns. Also repeats single calls.
//!
//! A [`Rerun`] holds the data from the journal, and [`Runner::rerun`] executes it. Recorded calls
//! and requests are answered from the journal, the others by the runner. The caller (`rlm-runs`)
//! chooses limits and models, and compares the result.
//!

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use rlm_calls::{Occurrences, Override, Purpose, Recorder, Recording, ResultNote, SearchSource, turn_of_root};
use rlm_context::Context;
use rlm_model::{Call, CallId, GrammarWay, RecordedForm, ReplyForm, Request, RequestId, RunId};
use rlm_policy::GrantId;
use rlm_prompt::{Conversation, SessionState};
use rlm_retrieval::Retriever;
use rlm_scheduler::{CallFailure, Class, Job, Observer, Settled, SharedLedger};
use rlm_settings::Constraint;
use rlm_trace::{Journal, RecordedRun, ReplayIndex, RunStarted};
use tokio_util::sync::CancellationToken;

use crate::error::RunError;
use crate::programs::{Programs, record_supplied_from};
use crate::result::RunResult;
use crate::runner::{RunInputs, Runner, new_id};

/// The inputs for the re-execution of a recorded run.
pub struct Rerun<'r> {
    /// The purpose of the re-execution: replay, resume or fork.
    pub purpose: Purpose,
    /// The recorded run to re-execute.
    pub recorded: &'r RecordedRun,
    /// The changes of settings, keyed by the turn of the root run at which they apply.
    pub overrides: BTreeMap<u32, Override>,
    /// The first event of the new journal.
    pub started: RunStarted,
    /// The kind of grammar that constrained the root model's decoding, if any.
    pub constrained: Option<GrammarWay>,
    /// The session state at the start of the run, if it is a question of a session.
    pub session: Option<SessionState>,
    /// Whether programs of the re-executed run may search.
    pub search: bool,
    /// The retriever that answers the searches of programs. `None` answers them from the journal.
    pub retriever: Option<Arc<dyn Retriever>>,
    /// The journal that the re-execution writes. A resumed run continues its recorded journal.
    pub journal: Arc<Journal>,
    /// Notes for the result that the journal contains already.
    pub notes: Vec<ResultNote>,
    /// The shared budget of the re-execution.
    pub ledger: SharedLedger,
    /// The token that ends the re-execution when cancelled.
    pub cancel: CancellationToken,
}

impl Rerun<'_> {
    fn inputs(self) -> RunInputs {
        let recorder = match self.purpose {
            Purpose::Resume(_) => Recorder::resuming(self.journal, self.recorded),
            Purpose::Replay | Purpose::Fork { .. } => Recorder::new(self.journal),
        };
        for note in self.notes {
            recorder.add_note(&note.code, note.text);
        }
        let search = match (self.search, self.retriever) {
            (false, _) => SearchSource::Disabled,
            (true, Some(retriever)) => SearchSource::Retriever(retriever),
            (true, None) => SearchSource::Recorded(Arc::new(ReplayIndex::of(&self.recorded.records))),
        };
        RunInputs {
            recorder,
            occurrences: occurrences(self.recorded, self.purpose),
            recording: Some(Arc::new(Recording::of(self.purpose, self.recorded, self.overrides))),
            cancel: self.cancel,
            ledger: self.ledger,
            search,
            // The run continues even if a server no longer accepts the grammar.
            constraint: self.constrained.map(|way| Constraint { way, required: false }),
            session: self.session.map(Arc::new),
            started: self.started,
        }
    }
}

/// Returns the occurrence numbers that the recording gave to equal requests, for the calls that the
/// re-execution shares with it. The order of equal requests may depend on the order of replies.
fn occurrences(recorded: &RecordedRun, purpose: Purpose) -> Occurrences {
    let is_shared = |id: &CallId| match purpose {
        Purpose::Replay | Purpose::Resume(_) => true,
        Purpose::Fork { at } => turn_of_root(id) < at,
    };
    let index = ReplayIndex::of(&recorded.records);
    let calls = index.iter().filter(|(id, _)| is_shared(id));
    Occurrences::recorded(calls.filter_map(|(id, call)| Some((id.clone(), call.request_id?))))
}

impl Runner {
    /// Re-executes a recorded run. The result has only the notes of the run;
    /// [`hand_over`](Self::hand_over) adds the notes of this runner.
    ///
    /// # Errors
    /// As of [`run`](Self::run).
    pub async fn rerun(&self, question: &str, context: &Context, rerun: Rerun<'_>) -> Result<RunResult, RunError> {
        self.begin(question, context, rerun.inputs()).await
    }

    /// Re-executes the turns of a recorded run before the turn `from`, counted from 1. From there
    /// on the caller supplies the programs. The run may have ended before; [`Programs::turns`]
    /// returns its last turn.
    ///
    /// # Errors
    /// As of [`programs`](Self::programs), and [`RunError::Machine`].
    pub async fn rerun_programs(
        &self,
        question: &str,
        context: &Context,
        rerun: Rerun<'_>,
        from: u32,
    ) -> Result<Programs, RunError> {
        let mut inputs = rerun.inputs();
        record_supplied_from(&mut inputs.started, from);
        let started = inputs.started.clone();
        let run = match from {
            1 => self.with_conversation(question, context, inputs, Conversation::with_opening(Vec::new()))?,
            _ => self.prepare(question, context, inputs)?,
        };
        let mut programs = Programs::begin(run, started)?;
        programs.run_up_to(from).await?;
        Ok(programs)
    }

    /// Repeats a call of a recorded run with this runner's root model. As in a run, its budget is
    /// reserved within this runner's limits, rate limits apply, and failed attempts are retried.
    /// Caches and fallback models are not used. Only `observer` records the call.
    ///
    /// # Errors
    /// [`FailureKind::Refused`](rlm_scheduler::FailureKind) if a limit refuses the call or its
    /// price is unknown; other failures as for any call.
    pub async fn ask_again(
        &self,
        id: CallId,
        request: Request,
        observer: Arc<dyn Observer>,
        cancel: CancellationToken,
    ) -> Result<Settled, CallFailure> {
        let role = &self.roles.root;
        let (amount, refused) = role.weigh(&request, 0);
        let request_id = RequestId {
            digest: request.digest(role.model.identity()),
            occurrence: 0,
        };
        let job = Job {
            call: Call {
                id,
                request_id,
                request,
            },
            // The cache never answers calls of the root class.
            class: Class::Root,
            model: Arc::clone(&role.model),
            price: role.price,
            fallbacks: Arc::default(),
            amount,
            refused,
            ledger: SharedLedger::new(self.limits()),
            grant: GrantId::ROOT,
            replies: None,
            observer,
            cancel,
        };
        self.scheduler().call(job).await
    }

    /// Returns the required format of the reply to a recorded call, for repeating it with this
    /// runner's root model. A journal only holds the name of a grammar, so the current grammar is
    /// used. Returns `None` if the model doesn't support grammars.
    pub async fn form_again(&self, form: &RecordedForm) -> Option<ReplyForm> {
        match form {
            RecordedForm::Json(schema) => Some(ReplyForm::Json(Arc::new(schema.clone()))),
            RecordedForm::Grammar { .. } => {
                let way = self.roles.root.model.grammar_way().await?;
                // An unconstrained call would not be the recorded one.
                Some(Constraint { way, required: true }.form())
            }
        }
    }
}

/// Creates the id of a run that starts now.
///
/// # Errors
/// [`RunError::Id`] if the clock is before 1970.
pub fn new_run_id() -> Result<RunId, RunError> {
    Ok(new_id(SystemTime::now())?)
}
