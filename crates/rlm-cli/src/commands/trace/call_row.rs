//! A call of a run as a row of a table or of JSON output.

use rlm_model::{CallId, Cost, ModelIdentity, Tokens};
use rlm_trace::{CallNode, CallState, JournalMessage, Millis, Totals, Tree, TurnNode};

/// A call of a run, or the child run that it started, as a row of a table.
#[derive(Debug, Clone)]
pub(in crate::commands) struct CallRow<'a> {
    pub(in crate::commands) id: CallId,
    /// The purpose of the call, by the same name as in exported traces.
    pub(in crate::commands) kind: &'static str,
    pub(in crate::commands) model: Option<&'a ModelIdentity>,
    pub(in crate::commands) state: &'a str,
    pub(in crate::commands) start: Option<Millis>,
    pub(in crate::commands) elapsed: Option<Millis>,
    /// The input and output tokens of the call.
    pub(in crate::commands) tokens: Option<(Tokens, Tokens)>,
    pub(in crate::commands) cost: Option<Cost>,
    /// Whether the call failed, or the child run that it started did.
    pub(in crate::commands) has_failed: bool,
    pub(in crate::commands) is_cached: bool,
    pub(in crate::commands) failed_attempts: usize,
    /// The last message of the call's request.
    pub(in crate::commands) asked: Option<&'a JournalMessage>,
    /// The question of the child run that the call started.
    pub(in crate::commands) question: Option<&'a str>,
    pub(in crate::commands) reply: Option<&'a str>,
    pub(in crate::commands) error: Option<&'a str>,
}

impl<'a> CallRow<'a> {
    /// Returns all calls of a run and of its child runs, in canonical order.
    pub(in crate::commands) fn all(tree: &Tree<'a>) -> impl Iterator<Item = Self> {
        let mut rows: Vec<Self> = tree
            .runs
            .iter()
            .flat_map(|(path, run)| run.turns.values().map(move |turn| (path, turn)))
            .flat_map(|(path, turn)| {
                turn.calls
                    .iter()
                    .map(move |(position, call)| (path, turn, *position, call))
            })
            .map(|(path, turn, position, call)| {
                let run = path.clone();
                Self::of(CallId { run, position }, turn, call, tree)
            })
            .collect();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows.into_iter()
    }

    fn of(id: CallId, turn: &TurnNode<'a>, call: &CallNode<'a>, tree: &Tree<'a>) -> Self {
        let child = call.child.and_then(|_| tree.started_by(&id));
        let ended = child.and_then(|child| child.outcome);
        let totals: Option<&Totals> = ended.map(|ended| &ended.totals);
        let (state, error) = match (call.state(), call.child) {
            (CallState::Open, Some(_)) => match ended {
                Some(ended) => (ended.outcome.as_str(), ended.message.as_deref()),
                None => ("open", None),
            },
            (CallState::Open, None) => ("open", None),
            (CallState::Replied, _) => ("replied", None),
            (CallState::Failed(message), _) => ("failed", Some(message)),
            (CallState::Cancelled(message), _) => ("cancelled", Some(message)),
            (CallState::Unissued(message), _) => ("not sent", Some(message)),
        };
        let reply = call.settled.and_then(|settled| settled.outcome.reply());
        let spent = totals.map(|totals| (totals.usage().input, totals.usage().output));
        Self {
            kind: match (call.child, id.is_root_model(), turn.step) {
                (Some(_), _, _) => "recursive_subcall",
                (None, false, _) => "subcall",
                (None, true, _) if id.position.index != 0 => "compaction",
                (None, true, step) => step.name(),
            },
            model: call
                .issued
                .map(|issued| &issued.model)
                .or(call.child.map(|child| &child.model)),
            state,
            start: call.span.start,
            elapsed: call.elapsed().or_else(|| ended.and(child)?.span.length()),
            tokens: call.tokens().or(spent),
            cost: call.cost().or(totals.map(Totals::cost)),
            has_failed: call.has_failed()
                || ended.is_some_and(|ended| !matches!(&*ended.outcome, "complete" | "cancelled")),
            is_cached: call.settled.is_some_and(|settled| settled.cached),
            failed_attempts: call.failed_attempts.len(),
            asked: call.issued.and_then(|issued| issued.messages.own.last()),
            question: call.child.map(|child| &*child.question),
            reply: reply
                .map(|reply| &*reply.text)
                .or(ended.and_then(|ended| ended.answer.as_deref())),
            error,
            id,
        }
    }

    /// Returns the cost of the call in micro-dollars, if it is known.
    pub(in crate::commands) fn micro_dollars(&self) -> Option<u64> {
        match self.cost? {
            Cost::Known(money) => Some(money.0),
            Cost::Unknown => None,
        }
    }

    /// Returns the text that the call asked: its question or its last message, with long pieces of
    /// the context shown as their locations.
    pub(in crate::commands) fn asked_text(&self) -> String {
        self.question.map_or_else(
            || self.asked.map(JournalMessage::outlined).unwrap_or_default(),
            str::to_owned,
        )
    }
}
