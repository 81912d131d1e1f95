//! How a row stands, and the symbol that says so where there are no colours.

/// How a run, a step, a call or a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Under way: a model was asked, a program runs.
    #[default]
    UnderWay,
    /// An attempt failed, and another one follows.
    Waiting,
    /// It came to its end.
    Done,
    /// A cache answered.
    Cached,
    /// It failed.
    Failed,
    /// It was stopped with the run.
    Cancelled,
    /// A call that was never sent.
    NotSent,
    /// It was under way when the run ended; nobody knows what came of it.
    InDoubt,
}

impl State {
    /// All of them, in the order in which they are explained.
    pub(crate) const ALL: [Self; 8] = [
        Self::UnderWay,
        Self::Waiting,
        Self::Done,
        Self::Cached,
        Self::Failed,
        Self::Cancelled,
        Self::NotSent,
        Self::InDoubt,
    ];

    /// Returns how a run stands that has ended so.
    pub(crate) fn of_outcome(outcome: &str) -> Self {
        match outcome {
            "complete" | "partial" => Self::Done,
            "cancelled" => Self::Cancelled,
            _ => Self::Failed,
        }
    }

    /// Returns the symbol, one column wide.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::UnderWay => "●",
            Self::Waiting => "○",
            Self::Done => "✓",
            Self::Cached => "≡",
            Self::Failed => "✗",
            Self::Cancelled => "⊖",
            Self::NotSent => "⊘",
            Self::InDoubt => "?",
        }
    }

    /// Returns the state in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnderWay => "under way",
            Self::Waiting => "waiting to try again",
            Self::Done => "done",
            Self::Cached => "answered by the cache",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::NotSent => "not sent",
            Self::InDoubt => "no reply when the run ended",
        }
    }

    /// Tells whether more is to come.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::UnderWay | Self::Waiting)
    }

    /// Tells whether something went wrong.
    pub(crate) const fn is_bad(self) -> bool {
        matches!(self, Self::Failed)
    }
}
