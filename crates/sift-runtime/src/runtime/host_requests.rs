//! Requests of a program to its host, other than model calls. The program waits for the answer.
//!
//! A library function that sends a request is run twice. The first run pauses the machine, and the
//! second finds the answer. It takes the answer only when nothing can cause another run.

use sift_text::Text;
use smol_str::SmolStr;

use super::tools::Derived;
use sift_values::pending_calls::CallFailure;

/// A request of a program to its host.
#[derive(Debug, Clone)]
pub struct HostRequest {
    /// The number of the request among those of the program, counted from 1.
    pub ordinal: u32,
    /// What the program requests: a search or a tool call.
    pub question: HostQuestion,
}

/// The content of a request to the host: a search or a tool call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum HostQuestion {
    /// A call of `search`, which requests the passages that match a query best.
    Search {
        /// The text to search for.
        query: Text,
        /// The maximum number of passages to return, at least 1.
        top_k: usize,
        /// The part of a text that is ranked and returned.
        unit: SearchUnit,
    },
    /// A call of a tool that the host provides.
    Tool {
        /// The name of the tool to call.
        name: SmolStr,
        /// The arguments of the tool, by name, as a JSON object.
        arguments: String,
        /// The sources from which the arguments derive.
        derived: Derived,
        /// The sources from which the control flow derives that led to the call: all conditions and
        /// loops that the program has passed.
        condition: Derived,
    },
}

/// The part of a text that `search` ranks and returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchUnit {
    /// A passage of up to 2,000 characters.
    #[default]
    Passage,
    /// A whole paragraph, or another block of lines.
    Paragraph,
}

/// The host's answer to a request of a program.
#[derive(Debug, Clone)]
pub enum HostAnswer {
    /// The passages found by a search, best first.
    Hits(Vec<FoundPassage>),
    /// The result of a tool call, as JSON text.
    Value(Text),
    /// The request failed. The program gets the exception `CallFailed`.
    Failed(CallFailure),
}

/// A passage that the host's search has found.
#[derive(Debug, Clone)]
pub struct FoundPassage {
    /// The name of the document that contains the passage.
    pub document: SmolStr,
    /// The text of the passage; a slice of the context if it comes from there.
    pub text: Text,
    /// The relevance score of the passage.
    pub score: f64,
    /// The start of the passage in the joined text of the context, in code points.
    pub start: usize,
    /// The end of the passage in the joined text of the context, in code points.
    pub end: usize,
    /// The document and the line in which the passage starts, such as `minutes/may.md:12`.
    pub location: SmolStr,
}

impl HostAnswer {
    /// Returns the failure for a request that the host does not support.
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

/// The request to the host that is in progress, with its answer once it has arrived.
#[derive(Debug, Clone)]
pub(crate) struct ActiveRequest {
    pub(super) request: HostRequest,
    pub(super) answer: Option<HostAnswer>,
}

/// The requests of the running program to its host. At most one is in progress.
#[derive(Debug, Clone, Default)]
pub struct HostRequests {
    pub(super) last_ordinal: u32,
    pub(super) active: Option<ActiveRequest>,
}

impl HostRequests {
    /// Forgets the requests of the previous program, at the start of a new one.
    pub fn start_turn(&mut self) {
        *self = Self::default();
    }

    /// Returns the request in progress if the host has not answered it yet.
    pub fn unanswered(&self) -> Option<&HostRequest> {
        let asked = self.active.as_ref().filter(|asked| asked.answer.is_none());
        asked.map(|asked| &asked.request)
    }

    /// Stores the host's answer to the request in progress.
    pub fn answer(&mut self, answer: HostAnswer) {
        if let Some(asked) = self.active.as_mut().filter(|asked| asked.answer.is_none()) {
            asked.answer = Some(answer);
        }
    }

    /// Answers the request in progress with the failure of a host that does not support it.
    pub fn refuse(&mut self) {
        if let Some(asked) = self.active.as_mut().filter(|asked| asked.answer.is_none()) {
            asked.answer = Some(HostAnswer::refused(&asked.request.question));
        }
    }
}
