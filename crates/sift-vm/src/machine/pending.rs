//! Waiting for pending model replies, and payment for them.
//!
//! A model call returns at once with a text that contains a pending value. The text can be stored,
//! copied and concatenated; only code that reads its content waits for the reply. A call whose
//! prompt contains pending values is issued when they are filled.

use sift_values::flow::{End, Flow, Limit};
use sift_values::value::Label;

use super::Interpreter;

impl Interpreter {
    /// Makes the program wait for the model call that it has just made, if an active exception
    /// handler would catch the call's failure.
    pub(super) fn settle_guarded_call(&mut self) {
        let call = self.single_call.take();
        if call.is_some() && self.guards.iter().any(|guard| guard.catches_call_failure) {
            self.settle_first = call;
            self.note_looked_at(Label::REPLY);
        }
    }

    /// Charges for the replies that have arrived and that the program did not read, in the order of
    /// the calls, up to the first that has not arrived. Called after the program's end.
    ///
    /// If a reply does not fit into memory, this reply and all later ones are dropped.
    ///
    /// # Errors
    /// The limit that was reached.
    pub(crate) fn pay_arrived(&mut self) -> Result<(), Limit> {
        self.flush_output();
        let mut paid_all = Ok(());
        while let Some(id) = self
            .runtime
            .pending_calls
            .first_unpaid(self.runtime.pending_calls.made_in_all())
            && self.runtime.pending_calls.is_settled(id)
        {
            let mut paid = self.pay_for(id);
            if matches!(paid, Err(Flow::Collect)) {
                self.collect();
                self.just_collected = true;
                paid = self.pay_for(id);
                self.just_collected = false;
            }
            match paid {
                Ok(()) => {}
                Err(Flow::End(End::Limit(Limit::Fuel))) => paid_all = Err(Limit::Fuel),
                Err(_) => {
                    self.pending_calls.refuse_unpaid();
                    paid_all = Err(Limit::Memory);
                }
            }
        }
        self.runtime
            .pending_calls
            .drop_refused(self.runtime.output.waiting_for());
        paid_all
    }
}
