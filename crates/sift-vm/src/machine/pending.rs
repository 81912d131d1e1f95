//! Pending replies.
//!
//! A call returns at once with a text that holds a pending value. It can be stored, copied and
//! concatenated; only code that reads its content waits for that reply. A call whose prompt holds
//! pending values is issued when they are filled.

use sift_values::flow::{End, Flow, Limit};
use sift_values::value::Label;

use super::Interpreter;

impl Interpreter {
    /// Makes the program wait for the call that it has just made, if a handler in force would catch
    /// its failure.
    pub(super) fn settle_guarded_call(&mut self) {
        let call = self.single_call.take();
        if call.is_some() && self.guards.iter().any(|guard| guard.catches_call_failure) {
            self.settle_first = call;
            self.note_looked_at(Label::REPLY);
        }
    }

    /// Pays for the replies that have arrived and that the program did not read, in the order of
    /// the calls, up to the first that has not arrived. Called after the program's end.
    ///
    /// If a reply does not fit into memory, it and all later ones are dropped.
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
