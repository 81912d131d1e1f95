//! Making calls: the request, its identity, its reservation, and the way to the scheduler.

mod occurrences;
mod subcalls;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use rlm_answer::Evidence;
use rlm_model::{
    Call, CallId, Cost, Message, ModelError, ModelErrorKind, Money, Position, ReplyForm, Request, RequestId, RunPath,
    Tokens,
};
use rlm_policy::{GrantId, LimitReached, OnLimit, Spend};
use rlm_prompt::Carried;
use rlm_scheduler::{Before, CallFailure, Class, Job, Known, Settled, Source};
use rlm_settings::{Constraint, ModelRole, ModelRoles};
use rlm_trace::{CallClass, WriteError};
use sift_text::ReplyId;
use sift_vm::{Budget, CallKey};
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

pub(crate) use occurrences::Occurrences;
pub(crate) use subcalls::{CallResult, CallRoute, WeighedCall};
pub(super) use subcalls::{failed, prompt_of};

use super::certain::BatchBudget;
use super::failure::Outage;
use super::host::{SearchSource, ToolFailure};
use super::past::{RecordedOutcome, Recording};
use super::recorder::{CallRecorder, Departure, reservation};
use super::tree::RunTree;

/// The index of the call for a summary, beside that for the turn's program, which is the first.
const SUMMARY: u32 = 1;

/// Who makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// The loop, for the next program or for an answer.
    Loop,
    /// The loop, for an answer from all of the context.
    Direct,
    /// A program.
    Program,
    /// The loop, to have an answer judged.
    Judge,
}

/// The ordinal of the call that judges an answer: above those of a program's calls.
const JUDGE_ORDINAL: u32 = 1_000_000;

/// Makes a run's calls. Calls are given here in the order in which the program makes them, so that reservations are taken in
/// that order.
pub(crate) struct Dispatcher {
    /// What all runs of the tree have in common.
    pub(crate) tree: Arc<RunTree>,
    /// The run whose calls these are.
    pub(crate) path: RunPath,
    /// What the run may spend.
    pub(crate) grant: GrantId,
    pub(crate) roles: ModelRoles,
    /// How the root model is held to the language.
    pub(crate) constraint: Option<Constraint>,
    pub(crate) retrieval: SearchSource,
    /// What the root run goes on from, in a session.
    pub(crate) carried: Option<Arc<Carried>>,
    /// How often each tool was called.
    pub(super) tool_calls: HashMap<SmolStr, u32>,
    /// The last failure of a tool that the present program was told of.
    pub(super) tool_failure: Option<ToolFailure>,
    pub(crate) cancel: CancellationToken,
    pub(crate) occurrences: Occurrences,
    /// How many replies have their numbers.
    replies: u32,
    pub(crate) evidence: Evidence,
    /// What is said of the calls that failed.
    pub(super) faults: BTreeSet<String>,
    last_root: Option<(CallId, Arc<[Message]>)>,
    /// What was left before the present program.
    batch_budget: BatchBudget,
    /// The calls that left before the program came to them.
    early: HashMap<CallKey, Arc<Departure>>,
    /// The child runs that started before the program came to their calls.
    pub(super) early_children: HashMap<CallKey, CancellationToken>,
    /// The calls of the present program, where the run is carried out again.
    made_again: BTreeSet<Position>,
}

impl Dispatcher {
    /// Makes the dispatcher of a root run whose model is not held to the language.
    pub(crate) fn new(
        tree: Arc<RunTree>,
        roles: ModelRoles,
        retrieval: SearchSource,
        cancel: CancellationToken,
    ) -> Self {
        Self {
            tree,
            path: RunPath::default(),
            grant: GrantId::ROOT,
            roles,
            constraint: None,
            retrieval,
            carried: None,
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
        }
    }

    /// Returns what is left of the run before a program, as programs may know it: without the time, which differs in a replay.
    pub(crate) fn budget(&mut self) -> Budget {
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

    /// Returns the outage that ended a call, if one did.
    pub(crate) fn outage(&self) -> Option<Outage> {
        self.tree.recorder.outage()
    }

    /// Returns the limit that refused a call, if the run is to end by that.
    pub(crate) fn refused(&self) -> Option<LimitReached> {
        let ends = self.tree.settings.on_limit == OnLimit::Error;
        ends.then(|| self.tree.recorder.refused()).flatten()
    }

    /// Names a call of the run: ordinal 0 is that of its root model.
    pub(super) fn call_id(&self, turn: u32, ordinal: u32, index: u32) -> CallId {
        CallId {
            run: self.path.clone(),
            position: Position { turn, ordinal, index },
        }
    }

    /// Writes a note for whoever asked, once.
    pub(crate) fn note(&self, turn: u32, code: &str, text: String) {
        self.tree.recorder.note(&self.path, turn, code, text);
    }

    /// Asks the root model for a program.
    pub(crate) async fn ask_for_program(&mut self, turn: u32, messages: Vec<Message>) -> Result<Settled, CallFailure> {
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

    /// Asks the root model for an answer in its own words, with so many tokens at the most.
    pub(crate) async fn ask_for_answer(
        &mut self,
        turn: u32,
        messages: Vec<Message>,
        most: Tokens,
    ) -> Result<Settled, CallFailure> {
        self.ask_root(turn, messages, most, Caller::Loop, None).await
    }

    /// Asks the root model for an answer from all of the context. It is kept like those of sub-calls: the same question about the same
    /// text has the same answer.
    pub(crate) async fn ask_directly(&mut self, turn: u32, messages: Vec<Message>) -> Result<Settled, CallFailure> {
        let most = self.tree.settings.limits.root_max_output;
        self.ask_root(turn, messages, most, Caller::Direct, None).await
    }

    /// Tells whether what is left pays for an answer of the root model with so many tokens, and the model can read these messages.
    pub(crate) fn can_ask(&self, messages: &[Message], most: Tokens) -> bool {
        let role = &self.roles.root;
        let request = Request::new(messages.to_vec(), role.sampling.parameters(most));
        let (amount, refused) = role.weigh(&request, 0);
        refused.is_none() && self.tree.ledger.can_pay(self.grant, &amount)
    }

    /// Asks the root model to sum up its earlier turns.
    pub(crate) async fn ask_for_summary(&mut self, turn: u32, messages: Vec<Message>) -> Result<Settled, CallFailure> {
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
            // The messages of a call that was never sent stand nowhere.
            self.last_root = Some((id, shared));
        }
        settled
    }

    /// Asks the sub-model to judge an answer. This is no sub-call: none that programs may make is used for it.
    pub(super) async fn ask_judge(
        &mut self,
        turn: u32,
        index: u32,
        messages: Vec<Message>,
    ) -> Result<Settled, CallFailure> {
        let id = self.call_id(turn, JUDGE_ORDINAL, index);
        let role = self.roles.sub.clone();
        let max_output = self.tree.settings.limits.sub_max_output;
        let request = Request::new(messages, role.sampling.parameters(max_output));
        let (job, before) = self.job(id, &role, request, Caller::Judge, None, Arc::default());
        self.tree.scheduler.call_after(job, before).await
    }

    /// Returns how many calls programs have made.
    pub(super) const fn calls_made(&self) -> u32 {
        self.replies
    }

    /// Returns the number by which the texts of the next reply know where they are from.
    pub(super) fn number_reply(&mut self) -> ReplyId {
        let number = ReplyId(self.replies);
        self.replies = self.replies.saturating_add(1);
        number
    }

    /// Returns the model that a program asks for: the sub-model if it names none.
    ///
    /// # Errors
    /// There is no model of this name. No other is asked in its place.
    pub(super) fn role_for(&self, name: Option<&str>) -> Result<ModelRole, sift_vm::CallFailure> {
        let Some(name) = name else {
            return Ok(self.roles.sub.clone());
        };
        self.roles.of_name(name).ok_or_else(|| {
            let shown = rlm_prompt::quoted_line(name, 60);
            let names = match self.roles.names().join(", ") {
                names if names.is_empty() => "no model has a name here".to_owned(),
                names => format!("there are: {names}"),
            };
            sift_vm::CallFailure {
                kind: "unknown_model".into(),
                message: format!("no model is named `{shown}`; {names}"),
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
        departure: Arc<Departure>,
    ) -> (Job, Before) {
        let past = self.tree.past.clone();
        // Of a forked run, another model may have been asked then.
        let asked = past.as_ref().and_then(|past| past.model_of(&id));
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
        let before = self.before(past.as_deref(), &call, calls);
        let is_known = matches!(before, Before::Known(_));
        let observer = CallRecorder {
            recorder: Arc::clone(&self.tree.recorder),
            model: asked,
            class: call_class,
            reserved: reservation(&amount),
            earlier,
            departure,
            is_written: is_known && past.is_some_and(|past| past.is_written()),
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

    /// Returns what became of a call before, where the run is carried out again.
    fn before(&self, past: Option<&Recording>, call: &Call, calls: u64) -> Before {
        match past.map_or(RecordedOutcome::Nothing, |past| past.of_call(call, calls)) {
            RecordedOutcome::Nothing => Before::Nothing,
            RecordedOutcome::InDoubt(times) => Before::InDoubt(times),
            RecordedOutcome::Ended(known) => Before::Known(known),
            RecordedOutcome::Otherwise(detail) => {
                // Nobody is asked, and the run ends at its next step.
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
