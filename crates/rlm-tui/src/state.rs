//! The state of a row, with a symbol for terminals without colours.

/// The state of a run, a step, a call or a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// In progress: a model was called, or a program is running.
    #[default]
    UnderWay,
    /// An attempt failed, and a retry follows.
    Waiting,
    /// The run, step, call or request has ended successfully.
    Done,
    /// The call was answered by a cache.
    Cached,
    /// The run, step, call or request has failed.
    Failed,
    /// The step, call or request was cancelled together with its run.
    Cancelled,
    /// The call was never sent.
    NotSent,
    /// The result is unknown, since the step, call or request was in progress when the run ended.
    InDoubt,
}

impl State {
    /// All states, in the order in which the help explains them.
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

    /// Returns the state of a run that ended with this outcome.
    pub(crate) fn of_outcome(outcome: &str) -> Self {
        match outcome {
            "complete" | "partial" => Self::Done,
            "cancelled" => Self::Cancelled,
            _ => Self::Failed,
        }
    }

    /// Returns the symbol of the state, one column wide.
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

    /// Returns the name of the state in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnderWay => "in progress",
            Self::Waiting => "waiting to retry",
            Self::Done => "done",
            Self::Cached => "cached",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::NotSent => "not sent",
            Self::InDoubt => "no reply before the run ended",
        }
    }

    /// Returns `true` if the state is not final.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::UnderWay | Self::Waiting)
    }

    /// Returns `true` if the state is a failure.
    pub(crate) const fn is_bad(self) -> bool {
        matches!(self, Self::Failed)
    }
}
