//! Settings of a session: limits of programs, and what programs are told of the run.

use sift_syntax::UnknownNames;

/// How the value of a program's last expression is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Echo {
    /// Prints it, as `print(value)` would, unless it is None.
    On,
    /// Prints nothing.
    #[default]
    Off,
    /// It is kept for the host.
    Keep,
}

/// The limits and options of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Fuel of one program, in units; a billion by default.
    pub fuel: u64,
    /// Maximum nominal bytes of all live values; 128 MiB by default.
    pub memory_bytes: usize,
    /// How the value of a program's last expression is used.
    pub echo: Echo,
    /// How the checker treats unbound names.
    pub unknown_names: UnknownNames,
    /// Which calls are issued before the program reaches them.
    pub run_ahead: RunAhead,
    /// The default size of chunks in characters, at least 1; used by `chunks(text)`, `ctx.chunk()`
    /// and `ask_chunks(question, text)`.
    pub chunk_chars: usize,
}

impl Default for Settings {
    /// Returns a billion units of fuel, 128 MiB, no echo, an error for unknown names, speculation
    /// on certain calls, and chunks of 20,000 characters.
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

/// A turn that the model is no longer shown; programs read it in `history`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTurn {
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The model's reply.
    pub reply: String,
    /// The output that the model was shown in return.
    pub shown: String,
}

/// The remaining budget of a run, as programs read it; `None` means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Programs after the next one.
    pub steps: Option<u64>,
    /// Model calls.
    pub calls: Option<u64>,
    /// Input and output tokens together.
    pub tokens: Option<u64>,
    /// Millionths of a dollar.
    pub cost_micro_dollars: Option<u64>,
}

/// Which calls are issued before the program reaches them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RunAhead {
    /// None.
    Off,
    /// Those that the program makes whatever the replies are.
    #[default]
    Certain,
    /// Also those that it makes unless a reply makes it raise an exception.
    PastErrors,
}
