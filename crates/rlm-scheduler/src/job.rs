//! A call with all that making it needs.

use std::sync::Arc;

use rlm_model::{Call, Model, Price};
use rlm_policy::{Amount, GrantId, LimitReached};
use tokio_util::sync::CancellationToken;

use crate::{Observer, SharedLedger};

/// Who asks: root models go before programs, since everything waits for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The loop, for the next program.
    Root,
    /// A program.
    Sub,
}

/// A model that is asked in the place of another.
#[derive(Clone)]
pub struct Fallback {
    /// The model.
    pub model: Arc<dyn Model>,
    /// What it costs, where that is known.
    pub price: Option<Price>,
}

/// A call with all that making it needs.
pub struct Job {
    /// The call.
    pub call: Call,
    /// Who asks.
    pub class: Class,
    /// Who answers.
    pub model: Arc<dyn Model>,
    /// What the model costs, where that is known.
    pub price: Option<Price>,
    /// Who is asked, one after the other, when the model fails for good.
    pub fallbacks: Arc<[Fallback]>,
    /// The most that one attempt may use; `calls` says what the call counts as.
    pub amount: Amount,
    /// The limit that refuses the call before anything is asked of the book, where one does.
    pub refused: Option<LimitReached>,
    /// The book of the tree of runs that the call belongs to.
    pub ledger: SharedLedger,
    /// The run's grant in that book.
    pub grant: GrantId,
    /// Who is told what happens.
    pub observer: Arc<dyn Observer>,
    /// Ends the call when it is cancelled.
    pub cancel: CancellationToken,
}
