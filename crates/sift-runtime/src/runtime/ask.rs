//! Sends requests to the host and takes its answers.

use sift_values::flow::Flow;

use super::Runtime;
use super::host_requests::ActiveRequest;
use crate::runtime::{HostAnswer, HostQuestion, HostRequest};

impl Runtime {
    /// Sends a request to the host, unless it was already sent. The answer is kept until it is
    /// [taken](Self::take_answer_of_host).
    ///
    /// # Errors
    /// [`Flow::Ask`] until there is an answer. Ends speculation.
    pub fn ask(&mut self, question: HostQuestion) -> Result<(), Flow> {
        if self.is_speculating() {
            // The answer is unknown, and a request can't be rolled back.
            return Err(self.give_up());
        }
        if self.host_requests.active.is_none() {
            self.host_requests.last_ordinal = self.host_requests.last_ordinal.saturating_add(1);
            let request = HostRequest {
                ordinal: self.host_requests.last_ordinal,
                question,
            };
            self.host_requests.active = Some(ActiveRequest { request, answer: None });
        }
        match self.answer_of_host() {
            Some(_) => Ok(()),
            None => Err(Flow::Ask),
        }
    }

    /// Returns the host's answer to the request in progress, if it has arrived.
    pub fn answer_of_host(&self) -> Option<&HostAnswer> {
        self.host_requests.active.as_ref()?.answer.as_ref()
    }

    /// Removes and returns the host's answer to the request in progress. Afterwards, the library
    /// function that asked must not be run again.
    pub fn take_answer_of_host(&mut self) -> Option<HostAnswer> {
        self.host_requests.active.take()?.answer
    }
}
