//! The call dispatcher: makes the calls of a run. It creates the request, reserves its budget, and
//! passes it to the scheduler.

mod occurrences;
mod program_calls;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use rlm_answer::Evidence;
use rlm_model::{
    Call, CallId, Cost, Message, ModelError, ModelErrorKind, Money, Position, ReplyForm, Request, RequestId, RunPath,
    Tokens,
};
use rlm_policy::{GrantId, LimitReached, OnLimit, Spend};
use rlm_prompt::SessionState;
use rlm_scheduler::{Before, CallFailure, Class, Job, Known, Settled, Source};
use rlm_settings::{Constraint, ModelRole, ModelRoles};
use rlm_trace::{CallClass, WriteError};
use sift_text::ReplyId;
use sift_vm::{Budget, CallKey};
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

pub use occurrences::Occurrences;
pub(crate) use program_calls::{CallResult, WeighedCall};

use crate::batch_budget::BatchBudget;
use crate::call_recorder::{CallRecorder, IssueState, reservation};
use crate::child::CarryOutChild;
use crate::outage::Outage;
use crate::recording::{PriorOutcome, Recording};
use crate::requests::{SearchSource, ToolFailure};
use crate::tree::RunTree;

/// The index of the call for a summary. The call for the turn's program has index 0.
const SUMMARY: u32 = 1;

/// The caller of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// The loop, for the next program or for an answer.
    Loop,
    /// The loop, for an answer from all of the context.
    Direct,
    /// A program.
    Program,
    /// The loop, for the verdict on an answer.
    Judge,
}

/// The ordinal of the call for the verdict on an answer, above those of a program's calls.
const JUDGE_ORDINAL: u32 = 1_000_000;

/// The call dispatcher of a run. It gets a program's calls in program order, so that they are
/// reserved in that order.
pub struct Dispatcher {
    /// The data shared by all runs of the tree.
    pub tree: Arc<RunTree>,
    /// The run that makes the calls.
    pub path: RunPath,
    /// The run's slice of the budget.
    pub grant: GrantId,
    /// The models of the run: the root model, the sub-model and those that programs name.
    pub roles: ModelRoles,
    /// The constraint on the root model's decoding, if any.
    pub constraint: Option<Constraint>,
    /// The source that answers searches.
    pub search: SearchSource,
    /// The state of the session, if the root run is a question of one.
    pub session: Option<Arc<SessionState>>,
    /// The number of calls of each tool.
    pub(crate) tool_calls: HashMap<SmolStr, u32>,
    /// The last failure of a tool in the current program.
    pub tool_failure: Option<ToolFailure>,
    /// Ends the run when cancelled.
    pub cancel: CancellationToken,
    /// Assigns occurrence numbers, which distinguish equal requests.
    pub occurrences: Occurrences,
    /// The number of replies that programs have requested.
    replies: u32,
    /// The parts of the context that models were shown, for the citations of the answer.
    pub evidence: Evidence,
    /// The messages of calls that failed.
    pub faults: BTreeSet<String>,
    last_root: Option<(CallId, Arc<[Message]>)>,
    /// The budget before the current program.
    batch_budget: BatchBudget,
    /// The calls that were issued before the program reached them.
    early: HashMap<CallKey, Arc<IssueState>>,
    /// The child runs that were started before the program reached their calls.
    pub(crate) early_children: HashMap<CallKey, CancellationToken>,
    /// The calls of the current program, if the run is run again.
    made_again: BTreeSet<Position>,
    pub(crate) carry_out_child: CarryOutChild,
}

impl Dispatcher {
    /// Creates the dispatcher of a root run whose model's decoding is not constrained.
    #[must_use]
    pub fn new(
        tree: Arc<RunTree>,
        roles: ModelRoles,
        search: SearchSource,
        cancel: CancellationToken,
        carry_out_child: CarryOutChild,
    ) -> Self {
        Self {
            tree,
            path: RunPath::default(),
            grant: GrantId::ROOT,
            roles,
            constraint: None,
            search,
            session: None,
            tool_calls: HashMap::new(),
            tool_failure: None,
            cancel,
            occurrences: Occurrences::default(),
            replies: 0,
            evidence: Evidence::default(),
            faults: BTreeSet::new(),
            last_root: None,
            batch_budget: BatchBudget::default(),
            early: HashMap::new(),
            early_children: HashMap::new(),
            made_again: BTreeSet::new(),
            carry_out_child,
        }
    }

    /// Returns the budget that the program sees. The time is omitted, since it differs in a replay.
    pub fn budget(&mut self) -> Budget {
        let Ok(left) = self.tree.ledger.read(|ledger| ledger.remaining(self.grant)) else {
            return Budget::default();
        };
        self.batch_budget = BatchBudget::of(&left);
        Budget {
            steps: Some(u64::from(left.steps)),
            calls: Some(left.calls),
            tokens: left.tokens.map(|tokens| tokens.0),
            cost_micro_dollars: left.cost.map(|cost| cost.0),
        }
    }

    /// Returns the last outage that ended a call, if one did.
    #[must_use]
    pub fn outage(&self) -> Option<Outage> {
        self.tree.recorder.outage()
    }

    /// Returns the first limit that refused a call of a program, if refusals end the run.
    #[must_use]
    pub fn refused(&self) -> Option<LimitReached> {
        let ends = self.tree.settings.on_limit == OnLimit::Error;
        ends.then(|| self.tree.recorder.refused()).flatten()
    }

    /// Returns the id of a call of the run. Ordinal 0 is the call of the root model.
    pub(crate) fn call_id(&self, turn: u32, ordinal: u32, index: u32) -> CallId {
        CallId {
            run: self.path.clone(),
            position: Position { turn, ordinal, index },
        }
    }

    /// Writes a note to the journal and to the result, once.
    pub fn note(&self, turn: u32, code: &str, text: String) {
        self.tree.recorder.note(&self.path, turn, code, text);
    }

    /// Asks the root model for a program.
    ///
    /// # Errors
    /// [`CallFailure`].
    pub async fn ask_for_program(&mut self, turn: u32, messages: Vec<Message>) -> Result<Settled, CallFailure> {
        let most = self.tree.settings.limits.root_max_output;
        self.ask_root(
            turn,
            messages,
            most,
            Caller::Loop,
            self.constraint.map(Constraint::form),
        )
        .await
    }

    /// Asks the root model for an answer in its own words, with at most `most` tokens.
    ///
    /// # Errors
    /// [`CallFailure`].
    pub async fn ask_for_answer(
        &mut self,
        turn: u32,
        messages: Vec<Message>,
        most: Tokens,
    ) -> Result<Settled, CallFailure> {
        self.ask_root(turn, messages, most, Caller::Loop, None).await
    }

    /// Asks the root model for an answer from the whole context. The reply is cached like those of
    /// sub-calls.
    ///
    /// # Errors
    /// [`CallFailure`].
    pub async fn ask_directly(&mut self, turn: u32, messages: Vec<Message>) -> Result<Settled, CallFailure> {
        let most = self.tree.settings.limits.root_max_output;
        self.ask_root(turn, messages, most, Caller::Direct, None).await
    }

    /// Returns whether the budget allows a reply of `most` tokens to these messages, and they fit
    /// the root model's window.
    #[must_use]
    pub fn can_ask(&self, messages: &[Message], most: Tokens) -> bool {
        let role = &self.roles.root;
        let request = Request::new(messages.to_vec(), role.sampling.parameters(most));
        let (amount, refused) = role.weigh(&request, 0);
        refused.is_none() && self.tree.ledger.can_pay(self.grant, &amount)
    }

    /// Asks the root model to sum up its earlier turns.
    ///
    /// # Errors
    /// [`CallFailure`].
    pub async fn ask_for_summary(&mut self, turn: u32, messages: Vec<Message>) -> Result<Settled, CallFailure> {
        let role = self.roles.root.clone();
        let most = self.tree.settings.limits.root_max_output;
        let request = Request::new(messages, role.sampling.parameters(most));
        let earlier = self.last_root.clone();
        let id = self.call_id(turn, 0, SUMMARY);
        let (job, before) = self.job(id, &role, request, Caller::Loop, earlier, Arc::default());
        self.tree.scheduler.call_after(job, before).await
    }

    async fn ask_root(
        &mut self,
        turn: u32,
        messages: Vec<Message>,
        most: Tokens,
        caller: Caller,
        form: Option<ReplyForm>,
    ) -> Result<Settled, CallFailure> {
        let id = self.call_id(turn, 0, 0);
        let role = self.roles.root.clone();
        let shared: Arc<[Message]> = messages.as_slice().into();
        let request = Request::new(messages, role.sampling.parameters(most)).with_form(form);
        let earlier = self.last_root.clone();
        let (job, before) = self.job(id.clone(), &role, request, caller, earlier, Arc::default());
        let settled = self.tree.scheduler.call_after(job, before).await;
        if settled.is_ok() {
            // The messages of a call that was never issued are not in the journal.
            self.last_root = Some((id, shared));
        }
        settled
    }

    /// Asks the sub-model to judge an answer. It is not counted as a sub-call.
    ///
    /// # Errors
    /// [`CallFailure`].
    pub async fn ask_judge(&mut self, turn: u32, index: u32, messages: Vec<Message>) -> Result<Settled, CallFailure> {
        let id = self.call_id(turn, JUDGE_ORDINAL, index);
        let role = self.roles.sub.clone();
        let max_output = self.tree.settings.limits.sub_max_output;
        let request = Request::new(messages, role.sampling.parameters(max_output));
        let (job, before) = self.job(id, &role, request, Caller::Judge, None, Arc::default());
        self.tree.scheduler.call_after(job, before).await
    }

    /// Returns how many calls programs have made.
    #[must_use]
    pub const fn calls_made(&self) -> u32 {
        self.replies
    }

    /// Returns the number of the next reply, which is the origin of its text.
    pub(crate) fn number_reply(&mut self) -> ReplyId {
        let number = ReplyId(self.replies);
        self.replies = self.replies.saturating_add(1);
        number
    }

    /// Returns the model that a program names, or the sub-model if it names none.
    ///
    /// # Errors
    /// There is no model of this name.
    pub(crate) fn role_for(&self, name: Option<&str>) -> Result<ModelRole, sift_vm::CallFailure> {
        let Some(name) = name else {
            return Ok(self.roles.sub.clone());
        };
        self.roles.of_name(name).ok_or_else(|| {
            let shown = rlm_prompt::quoted_line(name, 60);
            let names = match self.roles.names().join(", ") {
                names if names.is_empty() => "no models are named in this run".to_owned(),
                names => format!("available: {names}"),
            };
            sift_vm::CallFailure {
                kind: "unknown_model".into(),
                message: format!("unknown model `{shown}`; {names}"),
                hint: Some("leave out `model` to ask the sub-model".to_owned()),
            }
        })
    }

    fn job(
        &mut self,
        id: CallId,
        role: &ModelRole,
        request: Request,
        caller: Caller,
        earlier: Option<(CallId, Arc<[Message]>)>,
        issue: Arc<IssueState>,
    ) -> (Job, Before) {
        let recording = self.tree.recording.clone();
        // A forked run may have other models than the recorded one.
        let asked = recording.as_ref().and_then(|recording| recording.model_of(&id));
        let asked = asked.unwrap_or_else(|| role.model.identity()).clone();
        let digest = request.digest(&asked);
        let (calls, class, call_class) = match caller {
            Caller::Loop => (0, Class::Root, CallClass::Root),
            Caller::Direct => (0, Class::Sub, CallClass::Root),
            Caller::Program => (1, Class::Sub, CallClass::Sub),
            Caller::Judge => (0, Class::Sub, CallClass::Sub),
        };
        let (amount, refused) = role.weigh(&request, calls);
        let replies = self.tree.replies.clone().filter(|_| caller == Caller::Program);
        let occurrence = match replies {
            Some(_) => self.occurrences.same(&id),
            None => self.occurrences.next(&id, digest),
        };
        let call = Call {
            id,
            request_id: RequestId { digest, occurrence },
            request,
        };
        let before = self.before(recording.as_deref(), &call, calls);
        let is_known = matches!(before, Before::Known(_));
        let observer = CallRecorder {
            recorder: Arc::clone(&self.tree.recorder),
            model: asked,
            class: call_class,
            reserved: reservation(&amount),
            earlier,
            issue,
            is_written: is_known && recording.is_some_and(|recording| recording.is_written()),
        };
        let job = Job {
            call,
            class,
            model: Arc::clone(&role.model),
            price: role.price,
            fallbacks: Arc::clone(&role.fallbacks),
            refused: refused.filter(|_| !is_known),
            amount,
            ledger: self.tree.ledger.clone(),
            grant: self.grant,
            replies,
            observer: Arc::new(observer),
            cancel: self.cancel.clone(),
        };
        (job, before)
    }

    /// Returns the recorded outcome of a call if the run is re-executed.
    fn before(&self, recording: Option<&Recording>, call: &Call, calls: u64) -> Before {
        match recording.map_or(PriorOutcome::Nothing, |recording| recording.outcome_of(call, calls)) {
            PriorOutcome::Nothing => Before::Nothing,
            PriorOutcome::InDoubt(times) => Before::InDoubt(times),
            PriorOutcome::Ended(known) => Before::Known(known),
            PriorOutcome::Otherwise(detail) => {
                // No model is called, and the run ends at its next step.
                let error = ModelError::new(ModelErrorKind::NoReply, detail.clone());
                self.tree.recorder.fail(WriteError::Otherwise { detail });
                Before::Known(Box::new(Known {
                    outcome: Err(error),
                    outage: false,
                    sent: true,
                    elapsed: Duration::ZERO,
                    source: Source::Model,
                    attempts: 0,
                    cost: Cost::Known(Money::ZERO),
                    spent: Spend::calls_only(calls),
                    overrun: None,
                }))
            }
        }
    }
}
