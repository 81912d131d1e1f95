//! Making calls: the request, its identity, its reservation, and the way to the scheduler.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rlm_model::{
    BoxFuture, Call, CallId, Cost, Digest, Message, Model, ModelError, ModelErrorKind, Money, Position, Price,
    ReplyForm, Request, RequestId, Role, RunPath, Tokens,
};
use rlm_policy::{Amount, GrantId, LimitReached, Limits, Spend};
use rlm_scheduler::{Before, CallFailure, Class, FailureKind, Fallback, Job, Known, Settled, Source};
use rlm_text::{Origin, ReplyId, Text, TextBuilder, Tokenizer};
use rlm_trace::{CallClass, CallReached, Event, WriteError};
use rlm_vm::{Budget, CallKey, CallKind, CallOutcome, IssuedCall};
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

use super::certain::{Certain, too_long};
use super::child::Becomes;
use super::parts::parts_of;
use super::past::{Past, Remembered};
use super::prompt_tokens::{self, counter};
use super::recorder::{CallRecorder, Departure, reservation};
use super::retrieval::Retrieval;
use super::tools::ToolFailure;
use super::tree::Tree;
use crate::citation::Evidence;
use crate::constrain::Held;
use crate::session::Carried;
use crate::settings::Sampling;

/// The index of the call for a summary, beside that for the turn's program, which is the first.
const SUMMARY: u32 = 1;

/// A model with what is asked of it each time.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) model: Arc<dyn Model>,
    pub(crate) price: Option<Price>,
    /// The tokens that a prompt and its reply may have together.
    pub(crate) window: Option<Tokens>,
    /// What prompts are counted by before they are paid for; bytes where there is none.
    pub(crate) counter: Option<Arc<dyn Tokenizer>>,
    /// Who is asked in its place when it fails for good.
    pub(crate) fallbacks: Arc<[Fallback]>,
    pub(crate) sampling: Sampling,
}

/// The models of a run.
#[derive(Clone)]
pub(crate) struct Seats {
    pub(crate) root: Seat,
    pub(crate) sub: Seat,
    /// The model that writes the programs of child runs, where it is not the sub-model.
    pub(crate) recursive: Option<Seat>,
    /// The models that write the programs of child runs so many levels below the root run.
    pub(crate) by_depth: BTreeMap<u32, Seat>,
    pub(crate) named: BTreeMap<SmolStr, Seat>,
}

impl Seats {
    /// Has prompts counted where these limits ask for it.
    pub(crate) fn count_for(&mut self, limits: &Limits) {
        for seat in self.all_mut() {
            seat.counter = counter(seat.model.identity(), limits);
        }
    }

    /// Returns all of them in the order of a journal's list of models.
    pub(crate) fn in_order(&self) -> Vec<&Seat> {
        let below = self.recursive.iter().chain(self.by_depth.values());
        let named = self.named.values();
        [&self.root, &self.sub].into_iter().chain(named).chain(below).collect()
    }

    /// Returns all of them.
    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut Seat> {
        let below = self.recursive.iter_mut().chain(self.by_depth.values_mut());
        let named = self.named.values_mut();
        [&mut self.root, &mut self.sub].into_iter().chain(named).chain(below)
    }
}

/// Who makes a call.
#[derive(Debug, Clone, Copy)]
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

/// A call that a program makes, before it leaves.
pub(crate) struct Weighed {
    pub(crate) call: IssuedCall,
    /// How many calls the program makes at once.
    pub(crate) batch: usize,
    /// Why it can't be made.
    pub(crate) refused: Option<LimitReached>,
}

/// Which sample of equal requests a call is.
#[derive(Debug, Default)]
pub(crate) struct Occurrences {
    counted: HashMap<Digest, u32>,
    recorded: Arc<RecordedOccurrences>,
    /// The first number: each run of a tree counts from another, so that equal requests of two runs are two samples.
    first: u32,
}

/// The numbers that a recorded run gave.
#[derive(Debug, Default)]
struct RecordedOccurrences {
    numbers: BTreeMap<CallId, u32>,
    taken: HashSet<RequestId>,
}

impl Occurrences {
    /// Gives calls the numbers that they had in a recorded run, and no number of theirs to any other.
    pub(crate) fn recorded(calls: impl IntoIterator<Item = (CallId, RequestId)>) -> Self {
        let mut recorded = RecordedOccurrences::default();
        for (id, request) in calls {
            recorded.numbers.insert(id, request.occurrence);
            recorded.taken.insert(request);
        }
        Self {
            recorded: Arc::new(recorded),
            ..Self::default()
        }
    }

    /// Begins to count the requests of a child run.
    pub(crate) fn of_child(&self, path: &RunPath) -> Self {
        let digest = Digest::of(path.to_string().as_bytes());
        let number = digest
            .as_bytes()
            .iter()
            .take(4)
            .fold(0, |number, byte| (number << 8) | u32::from(*byte));
        Self {
            counted: HashMap::new(),
            recorded: Arc::clone(&self.recorded),
            // Room for some thousand equal requests of each.
            first: number & !0xfff,
        }
    }

    fn next(&mut self, id: &CallId, digest: Digest) -> u32 {
        if let Some(number) = self.recorded.numbers.get(id) {
            return *number;
        }
        let count = self.counted.entry(digest).or_insert(self.first);
        loop {
            let occurrence = *count;
            *count = count.saturating_add(1);
            if occurrence == u32::MAX || !self.recorded.taken.contains(&RequestId { digest, occurrence }) {
                return occurrence;
            }
        }
    }
}

/// Makes a run's calls. Calls are given here in the order in which the program makes them, so that reservations are taken in
/// that order.
pub(crate) struct Desk {
    /// What all runs of the tree have in common.
    pub(crate) tree: Arc<Tree>,
    /// The run whose calls these are.
    pub(crate) path: RunPath,
    /// What the run may spend.
    pub(crate) grant: GrantId,
    pub(crate) seats: Seats,
    /// How the root model is held to the language.
    pub(crate) held: Option<Held>,
    pub(crate) retrieval: Retrieval,
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
    certain: Certain,
    /// The calls that left before the program came to them.
    early: HashMap<CallKey, Arc<Departure>>,
    /// The child runs that started before the program came to their calls.
    pub(super) early_children: HashMap<CallKey, CancellationToken>,
    /// The calls of the present program, where the run is carried out again.
    made_again: BTreeSet<Position>,
}

impl Desk {
    /// Makes the desk of a root run whose model is not held to the language.
    pub(crate) fn new(tree: Arc<Tree>, seats: Seats, retrieval: Retrieval, cancel: CancellationToken) -> Self {
        Self {
            tree,
            path: RunPath::default(),
            grant: GrantId::ROOT,
            seats,
            held: None,
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
            certain: Certain::default(),
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
        self.certain = Certain::of(&left);
        Budget {
            steps: Some(u64::from(left.steps)),
            calls: Some(left.calls),
            tokens: left.tokens.map(|tokens| tokens.0),
            cost_micro_dollars: left.cost.map(|cost| cost.0),
        }
    }

    /// Returns the last failure of a model's server that was out for too long, if one was.
    pub(crate) fn outage(&self) -> Option<ModelError> {
        self.tree.recorder.outage()
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
        self.ask_root(turn, messages, most, Caller::Loop, self.held.map(Held::form))
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
        let seat = &self.seats.root;
        let request = Request::new(messages.to_vec(), seat.sampling.parameters(most));
        let content = prompt_tokens::of_content(&request, seat.counter.as_deref());
        let amount = Amount::of(prompt_tokens::at_most(&request, content), most, seat.price, 0);
        too_long(&request, content, seat.window).is_none() && self.tree.ledger.can_pay(self.grant, &amount)
    }

    /// Asks the root model to sum up its earlier turns.
    pub(crate) async fn ask_for_summary(&mut self, turn: u32, messages: Vec<Message>) -> Result<Settled, CallFailure> {
        let seat = self.seats.root.clone();
        let most = self.tree.settings.limits.root_max_output;
        let request = Request::new(messages, seat.sampling.parameters(most));
        let earlier = self.last_root.clone();
        let id = self.call_id(turn, 0, SUMMARY);
        let (job, before) = self.job(id, &seat, request, Caller::Loop, earlier, Arc::default());
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
        let seat = self.seats.root.clone();
        let shared: Arc<[Message]> = messages.as_slice().into();
        let request = Request::new(messages, seat.sampling.parameters(most)).with_form(form);
        let earlier = self.last_root.clone();
        let (job, before) = self.job(id.clone(), &seat, request, caller, earlier, Arc::default());
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
        let seat = self.seats.sub.clone();
        let max_output = self.tree.settings.limits.sub_max_output;
        let request = Request::new(messages, seat.sampling.parameters(max_output));
        let (job, before) = self.job(id, &seat, request, Caller::Judge, None, Arc::default());
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

    /// Says why a program's calls can't be made, where their prompts alone are too much: for each, those of one batch together.
    pub(crate) fn weigh(&self, turn: u32, calls: Vec<IssuedCall>) -> Vec<Weighed> {
        let mut weights = Vec::with_capacity(calls.len());
        for batch in calls.chunk_by(|one, next| one.key.ordinal == next.key.ordinal) {
            let are_runs = batch.iter().any(|call| matches!(self.becomes(call), Becomes::ChildRun));
            let price = |call: &IssuedCall| self.seat_for(turn, call.model.as_deref()).price;
            // What a child run sends of its prompt is not known.
            let limit = (!are_runs).then(|| self.certain.refuses(batch, price)).flatten();
            weights.extend(batch.iter().map(|_| (batch.len(), limit.clone())));
        }
        let weighed = calls.into_iter().zip(weights);
        weighed
            .map(|(call, (batch, refused))| Weighed { call, batch, refused })
            .collect()
    }

    /// Sends a program's call, one of `batch` that it makes at once, on its way; what comes back waits for its outcome.
    pub(crate) fn send(
        &mut self,
        turn: u32,
        call: IssuedCall,
        batch: usize,
        refused: Option<LimitReached>,
    ) -> BoxFuture<'static, (CallKey, CallOutcome)> {
        let key = call.key;
        if self.tree.past.is_some() {
            self.made_again
                .insert(self.call_id(turn, key.ordinal, key.index).position);
        }
        let outcome = match self.becomes(&call) {
            Becomes::ChildRun => self.start_child(turn, call, batch),
            Becomes::TooDeep => self.too_deep(),
            Becomes::PlainCall => self.ask_plainly(turn, call, refused),
        };
        Box::pin(async move { (key, outcome.await) })
    }

    fn too_deep(&self) -> BoxFuture<'static, CallOutcome> {
        let limit = LimitReached::MaxRecursionExceeded {
            limit: self.tree.settings.limits.depth,
            wanted: u32::try_from(self.path.depth() + 2).unwrap_or(u32::MAX),
        };
        Box::pin(std::future::ready(CallOutcome::Failed(failed(&FailureKind::Refused(
            limit,
        )))))
    }

    fn ask_plainly(
        &mut self,
        turn: u32,
        call: IssuedCall,
        refused: Option<LimitReached>,
    ) -> BoxFuture<'static, CallOutcome> {
        let (key, early) = (call.key, call.early);
        let id = self.call_id(turn, key.ordinal, key.index);
        let seat = self.seat_for(turn, call.model.as_deref()).clone();
        if call.kind == CallKind::Run {
            let text = "rlm_query was answered by a plain sub-call: runs may not stand any deeper";
            self.note(turn, "child_run_as_plain_call", text.to_owned());
        }
        let most = self
            .tree
            .settings
            .limits
            .sub_max_output
            .max(self.tree.settings.limits.root_max_output);
        let max_output = call
            .max_tokens
            .map_or(self.tree.settings.limits.sub_max_output, |wanted| {
                Tokens(wanted.max(1)).min(most)
            });
        let form = call.schema.as_ref().and_then(form_of);
        let parts = parts_of(&prompt_of(call));
        for origin in parts.iter().filter_map(|part| part.origin) {
            self.evidence.give(origin);
        }
        let messages = vec![
            Message::system(Arc::clone(&self.tree.told().sub_system)),
            Message {
                role: Role::User,
                parts,
            },
        ];
        let request = Request::new(messages, seat.sampling.parameters(max_output)).with_form(form);
        let departure = Arc::new(Departure::new(early));
        if early {
            self.early.insert(key, Arc::clone(&departure));
        }
        let (mut job, before) = self.job(id, &seat, request, Caller::Program, None, departure);
        if !matches!(before, Before::Known(_)) {
            job.refused = refused.or(job.refused);
        }
        let reply = self.number_reply();
        let settled = self.tree.scheduler.call_after(job, before);
        Box::pin(async move {
            match settled.await {
                Ok(settled) => CallOutcome::Reply(Text::with_origin(settled.reply.text.clone(), Origin::Reply(reply))),
                Err(failure) => CallOutcome::Failed(failed(&failure.kind)),
            }
        })
    }

    /// Writes down that the program has come to calls that had left.
    pub(crate) fn reach(&mut self, turn: u32, keys: Vec<CallKey>) {
        for key in keys {
            if let Some(departure) = self.early.remove(&key) {
                departure.reached(&self.tree.recorder, self.call_id(turn, key.ordinal, key.index));
            }
            if self.early_children.remove(&key).is_some() {
                let id = self.call_id(turn, key.ordinal, key.index);
                self.tree.recorder.write(Event::Reached(CallReached { id }));
            }
        }
    }

    /// Forgets the calls of a program that is over, and stops the child runs among them; says how many it did not come to, and counts
    /// those that it had not come to when the run was carried out before.
    pub(crate) fn leave_behind(&mut self, turn: u32, unreached: usize) {
        let again = std::mem::take(&mut self.made_again);
        if let Some(past) = &self.tree.past {
            let in_vain = past.spent_in_vain(&self.path, turn, &again);
            // The grant is open as long as its run asks.
            let _ = self.tree.ledger.count(self.grant, &in_vain);
        }
        self.early.clear();
        for (_, child) in self.early_children.drain() {
            child.cancel();
        }
        if unreached > 0 {
            let calls = if unreached == 1 { "call" } else { "calls" };
            let text = format!("{unreached} {calls} left ahead of the program, which ended before it came to them");
            self.note(turn, "calls_not_reached", text);
        }
    }

    /// Returns the model that a program asks for, or the sub-model where it asks for none that there is.
    pub(super) fn seat_for(&self, turn: u32, name: Option<&str>) -> &Seat {
        let Some(name) = name else { return &self.seats.sub };
        match self.seats.named.get(name) {
            Some(seat) => seat,
            None if self.seats.sub.model.identity().model == name => &self.seats.sub,
            None => {
                let shown = crate::prompt::quoted_line(name, 60);
                let text = format!("no model is named `{shown}`; the sub-model answered instead");
                self.note(turn, "unknown_model_name", text);
                &self.seats.sub
            }
        }
    }

    fn job(
        &mut self,
        id: CallId,
        seat: &Seat,
        request: Request,
        caller: Caller,
        earlier: Option<(CallId, Arc<[Message]>)>,
        departure: Arc<Departure>,
    ) -> (Job, Before) {
        let past = self.tree.past.clone();
        // Of a forked run, another model may have been asked then.
        let asked = past.as_ref().and_then(|past| past.model_of(&id));
        let asked = asked.unwrap_or_else(|| seat.model.identity()).clone();
        let digest = request.digest(&asked);
        let (calls, class, call_class) = match caller {
            Caller::Loop => (0, Class::Root, CallClass::Root),
            Caller::Direct => (0, Class::Sub, CallClass::Root),
            Caller::Program => (1, Class::Sub, CallClass::Sub),
            Caller::Judge => (0, Class::Sub, CallClass::Sub),
        };
        let content = prompt_tokens::of_content(&request, seat.counter.as_deref());
        let amount = Amount::of(
            prompt_tokens::at_most(&request, content),
            request.parameters.max_output,
            seat.price,
            calls,
        );
        let refused = too_long(&request, content, seat.window);
        let occurrence = self.occurrences.next(&id, digest);
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
            model: Arc::clone(&seat.model),
            price: seat.price,
            fallbacks: Arc::clone(&seat.fallbacks),
            refused: refused.filter(|_| !is_known),
            amount,
            ledger: self.tree.ledger.clone(),
            grant: self.grant,
            observer: Arc::new(observer),
            cancel: self.cancel.clone(),
        };
        (job, before)
    }

    /// Returns what became of a call before, where the run is carried out again.
    fn before(&self, past: Option<&Past>, call: &Call, calls: u64) -> Before {
        match past.map_or(Remembered::Nothing, |past| past.of_call(call, calls)) {
            Remembered::Nothing => Before::Nothing,
            Remembered::InDoubt(times) => Before::InDoubt(times),
            Remembered::Ended(known) => Before::Known(known),
            Remembered::Otherwise(detail) => {
                // Nobody is asked, and the run ends at its next step.
                let error = ModelError::new(ModelErrorKind::NoReply, detail.clone());
                self.tree.recorder.fail(WriteError::Otherwise { detail });
                Before::Known(Box::new(Known {
                    outcome: Err(error),
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

/// Returns what is asked: of a child run, its prompt with its context after it.
pub(super) fn prompt_of(call: IssuedCall) -> Text {
    let Some(context) = call.context else {
        return call.prompt;
    };
    let mut prompt = TextBuilder::new();
    prompt.push_text(&call.prompt);
    prompt.push_str("\n\n");
    prompt.push_text(&context);
    // A text that is too long for one is refused by the provider or by the budget, without the context even sooner.
    prompt.finish().unwrap_or(call.prompt)
}

/// Returns the form of a reply that a schema describes. What the machine gives out can be read.
fn form_of(schema: &Text) -> Option<ReplyForm> {
    let schema = serde_json::from_str(&schema.to_flat().ok()?).ok()?;
    Some(ReplyForm::Json(Arc::new(schema)))
}

pub(super) fn failed(kind: &FailureKind) -> rlm_vm::CallFailure {
    rlm_vm::CallFailure {
        kind: kind.code().into(),
        message: kind.to_string(),
        hint: kind.hint().map(str::to_owned),
    }
}
