//! What a program asks of its host beside calls of models: it does not go on before it is answered.
//!
//! A library function that asks is run twice: the first time it pauses the machine, the second it finds the answer. It takes the answer
//! when nothing can make it run once more.

use sift_text::Text;
use smol_str::SmolStr;

use super::holes::CallFailure;
use super::tools::Derived;

/// Something that a program asks of its host.
#[derive(Debug, Clone)]
pub struct HostRequest {
    /// Which of the running program's requests it is, counted from 1.
    pub ordinal: u32,
    /// What is asked.
    pub question: HostQuestion,
}

/// What a program may ask.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum HostQuestion {
    /// The passages that fit a query best: `search`.
    Search {
        /// What is looked for.
        query: Text,
        /// The most passages that are wanted, at least 1.
        top_k: usize,
    },
    /// What a tool of the host gives.
    Tool {
        /// The tool's name.
        name: SmolStr,
        /// The arguments that were given, by name: a JSON object.
        arguments: String,
        /// What the arguments derive from.
        derived: Derived,
        /// What the conditions and loops derive from that the program has passed since it began, whether the call stands in one or not.
        condition: Derived,
    },
}

/// What a host says.
#[derive(Debug, Clone)]
pub enum HostAnswer {
    /// The passages that were found, best first.
    Hits(Vec<FoundPassage>),
    /// What a tool gave: JSON text.
    Value(Text),
    /// There is no answer: the program gets `CallFailed`.
    Failed(CallFailure),
}

/// A passage that a host has found.
#[derive(Debug, Clone)]
pub struct FoundPassage {
    /// The name of its document.
    pub document: SmolStr,
    /// The passage; one that is from the context is a slice of it.
    pub text: Text,
    /// How well it fits.
    pub score: f64,
    /// Where it begins in the joined text, in code points.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl HostAnswer {
    /// What a program hears whose host does not answer such requests.
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

/// A request under way.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(super) request: HostRequest,
    pub(super) answer: Option<HostAnswer>,
}

/// The requests of the running program.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    pub(super) last_ordinal: u32,
    pub(super) asked: Option<Asked>,
}

impl Asking {
    /// Begins a program.
    pub fn start_turn(&mut self) {
        *self = Self::default();
    }

    /// Returns the request that has no answer yet.
    pub fn unanswered(&self) -> Option<&HostRequest> {
        let asked = self.asked.as_ref().filter(|asked| asked.answer.is_none());
        asked.map(|asked| &asked.request)
    }

    /// Answers the request that has no answer yet.
    pub fn answer(&mut self, answer: HostAnswer) {
        if let Some(asked) = self.asked.as_mut().filter(|asked| asked.answer.is_none()) {
            asked.answer = Some(answer);
        }
    }

    /// Refuses the request that has no answer yet: a host that does not answer has nothing to say.
    pub fn refuse(&mut self) {
        if let Some(asked) = self.asked.as_mut().filter(|asked| asked.answer.is_none()) {
            asked.answer = Some(HostAnswer::refused(&asked.request.question));
        }
    }
}
