//! What a host decides before programs run: what they may use, and what they are told.

use sift_syntax::UnknownNames;

/// What becomes of the value of a program's last expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Echo {
    /// It is printed, as by `print(value)`; None is not.
    On,
    /// It is dropped.
    #[default]
    Off,
    /// It is kept for the host.
    Keep,
}

/// What a machine may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Units of fuel for one program.
    pub fuel: u64,
    /// Nominal bytes of all values that are alive.
    pub memory_bytes: usize,
    /// What becomes of the value of a program's last expression.
    pub echo: Echo,
    /// How the checker treats names that nothing binds.
    pub unknown_names: UnknownNames,
    /// Whether calls leave before the program comes to them.
    pub run_ahead: RunAhead,
    /// Characters of a piece where a program cuts a text and does not say how large: `chunks(text)`, `ctx.chunk()`,
    /// `ask_chunks(question, text)`. 1 at least.
    pub chunk_chars: usize,
}

impl Default for Settings {
    /// A billion units of fuel, 128 MiB, no echo, unknown names refused, certain calls made ahead, pieces of 20,000 characters.
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

/// A turn that a model is no longer shown; programs find it in `history`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTurn {
    /// The turn, counted from 1.
    pub turn: u32,
    /// What the model replied.
    pub reply: String,
    /// What it was shown in answer.
    pub shown: String,
}

/// What a run has left for its programs to know of; none where there is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Programs after the one that begins next.
    pub steps: Option<u64>,
    /// Calls.
    pub calls: Option<u64>,
    /// Tokens, of input and output together.
    pub tokens: Option<u64>,
    /// Money, in millionths of a dollar.
    pub cost_micro_dollars: Option<u64>,
}

/// Whether calls leave before the program comes to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RunAhead {
    /// None does.
    Off,
    /// Those that the program makes whatever the replies say.
    #[default]
    Certain,
    /// Those, too, that it makes unless a reply makes it raise an exception.
    PastErrors,
}
