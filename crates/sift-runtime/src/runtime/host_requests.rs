//! Requests of a program to its host, other than model calls. The program waits for the answer.
//!
//! A library function with a request runs twice: first it pauses the machine, then it finds the
//! answer. It takes the answer when nothing can make it run again.

use sift_text::Text;
use smol_str::SmolStr;

use super::pending_calls::CallFailure;
use super::tools::Derived;

/// A request of a program to its host.
#[derive(Debug, Clone)]
pub struct HostRequest {
    /// The number of the request within the program, counted from 1.
    pub ordinal: u32,
    /// The question.
    pub question: HostQuestion,
}

/// The question of a request.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum HostQuestion {
    /// `search`: the passages that match a query best.
    Search {
        /// The query.
        query: Text,
        /// Maximum number of passages, at least 1.
        top_k: usize,
    },
    /// A call of a tool of the host.
    Tool {
        /// The tool's name.
        name: SmolStr,
        /// The arguments by name, as a JSON object.
        arguments: String,
        /// What the arguments derive from.
        derived: Derived,
        /// What the conditions and loops derive from that the program has passed since it started,
        /// inside or outside of which the call is.
        condition: Derived,
    },
}

/// The host's answer.
#[derive(Debug, Clone)]
pub enum HostAnswer {
    /// The passages found, best first.
    Hits(Vec<FoundPassage>),
    /// The result of a tool, as JSON text.
    Value(Text),
    /// There is no answer: the program gets `CallFailed`.
    Failed(CallFailure),
}

/// A passage found by the host.
#[derive(Debug, Clone)]
pub struct FoundPassage {
    /// The name of its document.
    pub document: SmolStr,
    /// The text of the passage; a slice of the context if it comes from there.
    pub text: Text,
    /// The score of the match.
    pub score: f64,
    /// The start in the joined text, in code points.
    pub start: usize,
    /// The end in the joined text, in code points.
    pub end: usize,
}

impl HostAnswer {
    /// Returns the answer of a host that does not support the request.
    fn refused(question: &HostQuestion) -> Self {
        let (message, hint) = match question {
            HostQuestion::Search { .. } => (
                "this run has no search".to_owned(),
                Some("find words with grep(ctx, pattern) or ctx.find(text)".to_owned()),
            ),
            HostQuestion::Tool { name, .. } => (format!("the host does not answer for {name}"), None),
        };
        Self::Failed(CallFailure {
            kind: "not_granted".into(),
            message,
            hint,
        })
    }
}

/// A request in progress.
#[derive(Debug, Clone)]
pub(crate) struct ActiveRequest {
    pub(super) request: HostRequest,
    pub(super) answer: Option<HostAnswer>,
}

/// The requests of the running program.
#[derive(Debug, Clone, Default)]
pub struct HostRequests {
    pub(super) last_ordinal: u32,
    pub(super) active: Option<ActiveRequest>,
}

impl HostRequests {
    /// Starts a program.
    pub fn start_turn(&mut self) {
        *self = Self::default();
    }

    /// Returns the request that has no answer yet.
    pub fn unanswered(&self) -> Option<&HostRequest> {
        let asked = self.active.as_ref().filter(|asked| asked.answer.is_none());
        asked.map(|asked| &asked.request)
    }

    /// Answers the request that has no answer yet.
    pub fn answer(&mut self, answer: HostAnswer) {
        if let Some(asked) = self.active.as_mut().filter(|asked| asked.answer.is_none()) {
            asked.answer = Some(answer);
        }
    }

    /// Answers the request that has no answer yet with a refusal.
    pub fn refuse(&mut self) {
        if let Some(asked) = self.active.as_mut().filter(|asked| asked.answer.is_none()) {
            asked.answer = Some(HostAnswer::refused(&asked.request.question));
        }
    }
}
