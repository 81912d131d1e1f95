//! A final answer before it is accepted, and what becomes of it.

use rlm_answer::Remark;
use rlm_prompt::SetAside;
use sift_text::Text;

use super::ending::Ending;

/// A final answer, before it is taken.
pub(super) struct CandidateAnswer<'a> {
    pub(super) answer: Text,
    pub(super) by: AnswerSource<'a>,
}

/// What becomes of an answer.
pub(super) enum Review {
    /// It is taken.
    Taken(Text),
    /// It is not, and the run goes on.
    SetAside(SetAside),
    /// It is not, and the run is over.
    Ends(Ending),
}

/// Who gave a final answer.
#[derive(Clone, Copy)]
pub(super) enum AnswerSource<'a> {
    /// The reply, outside of a program.
    Reply,
    /// A program.
    Program {
        source: &'a str,
        /// Whether it was the first to read something of the context.
        first_look: bool,
    },
}

/// What is found of an answer that is held to what is asked of it.
pub(super) enum CheckResult {
    /// It meets all of it; as the JSON that the schema describes, where there is one.
    Met(Text),
    /// It does not, and why.
    Unmet(Vec<Remark>),
    /// Nothing: the run is over.
    Ends(Ending),
}
