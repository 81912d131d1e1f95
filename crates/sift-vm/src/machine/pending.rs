//! Replies that have not arrived.
//!
//! A call returns at once with a text that is a hole. The hole travels through everything that does not look into it; what
//! does look makes the machine wait for that one reply. A call whose prompt has holes leaves when they are filled.

use sift_values::flow::{End, Flow, Limit};
use sift_values::value::Label;

use super::Interpreter;

impl Interpreter {
    /// Makes the program wait for a call that it has just made, if a handler is in force that would catch its failure.
    pub(super) fn settle_guarded_call(&mut self) {
        let call = self.single_call.take();
        if call.is_some() && self.guards.iter().any(|guard| guard.catches_call_failure) {
            self.settle_first = call;
            self.note_looked_at(Label::REPLY);
        }
    }

    /// Pays for the replies that have arrived after the program's end and that nobody looked at, in the order of the calls up to the
    /// first that has not arrived. Of one that does not fit into memory, and of all after it, none is kept.
    ///
    /// # Errors
    /// The limit that is met.
    pub(crate) fn pay_arrived(&mut self) -> Result<(), Limit> {
        self.flush_output();
        let mut paid_all = Ok(());
        while let Some(id) = self.runtime.holes.first_unpaid(self.runtime.holes.made_in_all())
            && self.runtime.holes.is_settled(id)
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
                    self.holes.refuse_unpaid();
                    paid_all = Err(Limit::Memory);
                }
            }
        }
        self.runtime.holes.drop_refused(self.runtime.output.waiting_for());
        paid_all
    }
}
