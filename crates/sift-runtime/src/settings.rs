//! Settings of a session: limits of programs, and what programs can read about the run.

use sift_syntax::UnknownNames;

/// What happens to the value of a program's last expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Echo {
    /// Prints the value of the last expression, as `print(value)` does, unless it is `None`.
    On,
    /// Ignores the value of the last expression.
    #[default]
    Off,
    /// Keeps the value of the last expression for the host.
    Keep,
}

/// The limits and options of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The fuel limit of one program, in units; a billion by default.
    pub fuel: u64,
    /// The maximum nominal bytes of all live values; 128 MiB by default.
    pub memory_bytes: usize,
    /// What happens to the value of a program's last expression.
    pub echo: Echo,
    /// How the checker treats unbound names.
    pub unknown_names: UnknownNames,
    /// Which model calls speculation may issue before the program reaches them.
    pub run_ahead: RunAhead,
    /// The default size of chunks in characters, at least 1; used by `chunks(text)`, `ctx.chunk()`
    /// and `ask_chunks(question, text)`.
    pub chunk_chars: usize,
}

impl Default for Settings {
    /// Returns the default settings: a billion units of fuel, 128 MiB, no echo, an error for
    /// unknown names, speculation on certain calls, and chunks of 20,000 characters.
    fn default() -> Self {
        Self {
            fuel: 1_000_000_000,
            memory_bytes: 128 << 20,
            echo: Echo::Off,
            unknown_names: UnknownNames::Refuse,
            run_ahead: RunAhead::default(),
            chunk_chars: 20_000,
        }
    }
}

/// An earlier turn that is no longer shown to the model. Programs can read it in `history`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTurn {
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The model's reply in the turn.
    pub reply: String,
    /// The output that was shown to the model after its reply.
    pub shown: String,
}

/// The remaining budget of a run, as programs read it; `None` means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// The remaining number of programs that the run may execute, not counting the next one; `None`
    /// means no limit.
    pub steps: Option<u64>,
    /// The remaining number of model calls; `None` means no limit.
    pub calls: Option<u64>,
    /// The remaining number of input and output tokens together; `None` means no limit.
    pub tokens: Option<u64>,
    /// The remaining cost in millionths of a dollar; `None` means no limit.
    pub cost_micro_dollars: Option<u64>,
}

/// Which model calls speculation may issue before the program reaches them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RunAhead {
    /// No calls are issued before the program reaches them.
    Off,
    /// Calls are issued early if the program makes them for any replies to earlier calls.
    #[default]
    Certain,
    /// Calls are also issued early if the program makes them unless a reply causes an exception.
    PastErrors,
}
