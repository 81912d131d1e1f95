//! Types for the review of a final answer.

use rlm_answer::Remark;
use rlm_prompt::AnswerRejection;
use sift_text::Text;

use super::ending::Ending;

/// A final answer that has not been reviewed yet.
pub(super) struct CandidateAnswer<'a> {
    pub(super) answer: Text,
    pub(super) by: AnswerSource<'a>,
}

/// The result of reviewing a final answer.
pub(super) enum Review {
    /// The answer is accepted.
    Taken(Text),
    /// The answer is rejected, and the run continues.
    Rejected(AnswerRejection),
    /// The answer is not accepted, and the run is over.
    Ends(Ending),
}

/// The place where a model gave its final answer.
#[derive(Clone, Copy)]
pub(super) enum AnswerSource<'a> {
    /// The answer is in the text of a reply, outside of a program.
    Reply,
    /// The answer was given by a program.
    Program {
        source: &'a str,
        /// Whether the program was the first to read a part of the context.
        first_look: bool,
    },
}

/// The result of checking an answer against its requirements.
pub(super) enum CheckResult {
    /// The answer meets the requirements. Holds the answer, as JSON if there is a schema.
    Met(Text),
    /// The answer does not meet the requirements. Holds the reasons.
    Unmet(Vec<Remark>),
    /// The check has no result, since the run is over.
    Ends(Ending),
}
