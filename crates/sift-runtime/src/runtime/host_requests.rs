//! Putting requests to the host, and taking its answers.

use sift_values::flow::Flow;

use super::Runtime;
use super::asking::Asked;
use crate::runtime::{HostAnswer, HostQuestion, HostRequest};

impl Runtime {
    /// Asks the host, if it was not asked yet. The answer stays until it is [taken](Self::take_answer_of_host).
    ///
    /// # Errors
    /// Pauses the machine until there is an answer; gives up running ahead.
    pub fn ask(&mut self, question: HostQuestion) -> Result<(), Flow> {
        if self.is_ahead() {
            // What the host says is not known, and asking can't be undone.
            return Err(self.give_up());
        }
        if self.asking.asked.is_none() {
            self.asking.last_ordinal = self.asking.last_ordinal.saturating_add(1);
            let request = HostRequest {
                ordinal: self.asking.last_ordinal,
                question,
            };
            self.asking.asked = Some(Asked { request, answer: None });
        }
        match self.answer_of_host() {
            Some(_) => Ok(()),
            None => Err(Flow::Ask),
        }
    }

    /// Returns the answer.
    pub fn answer_of_host(&self) -> Option<&HostAnswer> {
        self.asking.asked.as_ref()?.answer.as_ref()
    }

    /// Takes the answer: from here on the function that asked must come to its end.
    pub fn take_answer_of_host(&mut self) -> Option<HostAnswer> {
        self.asking.asked.take()?.answer
    }
}
