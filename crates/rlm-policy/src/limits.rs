//! The limits of a run.

use std::fmt;
use std::time::Duration;

use rlm_model::{Money, Tokens};
use serde::{Deserialize, Serialize};

/// The limits of a run and of all its child runs together. `None` means unlimited.
///
/// ```
/// use std::time::Duration;
/// use rlm_model::Tokens;
/// use rlm_policy::Limits;
///
/// let limits = Limits { steps: 8, depth: 0, tokens: Some(Tokens(50_000)), seconds: Some(90), ..Limits::default() };
/// assert_eq!(limits.granted_subcalls(), 0, "none at depth 0");
/// assert_eq!(limits.duration(), Some(Duration::from_secs(90)));
/// assert!(Limits { depth: 2, ..limits }.has_child_runs_below(0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The maximum number of turns of one run, which are calls of its root model; default 40.
    pub steps: u32,
    /// The maximum number of turns of a child run; default 10.
    pub child_steps: u32,
    /// The maximum number of sub-calls of the whole tree of runs; default 200.
    pub subcalls: u32,
    /// The maximum depth of sub-calls; default 1. 0 allows none, 1 allows plain sub-calls, and 2
    /// allows sub-calls to be child runs that make plain sub-calls.
    pub depth: u32,
    /// The maximum number of input and output tokens of the whole tree.
    pub tokens: Option<Tokens>,
    /// The maximum number of input and output tokens of all sub-calls and child runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subcall_tokens: Option<Tokens>,
    /// The maximum number of input tokens of the whole tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<Tokens>,
    /// The maximum number of output tokens of the whole tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<Tokens>,
    /// The maximum cost of the whole tree. If it is set, models without a known price are not
    /// called.
    pub cost: Option<Money>,
    /// The maximum number of seconds from the start of the root run to its end, including the time
    /// spent waiting for models; default 300.
    pub seconds: Option<u64>,
    /// The maximum number of output tokens of one reply of a root model; default 4,096.
    pub root_max_output: Tokens,
    /// The maximum number of output tokens of one reply to a sub-call; default 1,024.
    pub sub_max_output: Tokens,
    /// The minimum number of output tokens that a call requests if the budget has no room for a
    /// full reply; default 256. If fewer are left, the call is refused.
    #[serde(skip_serializing_if = "is_usual_least")]
    pub min_output: Tokens,
    /// The maximum number of concurrent calls; default 10.
    pub concurrency: u32,
    /// The maximum number of retries of the whole tree; default 200.
    pub retries: u32,
    /// The maximum number of characters of a turn's output that are shown to the root model, head
    /// and tail together; default 4,000.
    pub shown_output: u32,
    /// The maximum number of characters of a context. A longer one is rejected before any call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_chars: Option<u64>,
    /// The number of characters of a chunk, if a call of `chunks(text)`, `ctx.chunk()` or
    /// `ask_chunks(question, text)` doesn't set it; default 20,000.
    #[serde(skip_serializing_if = "is_usual_chunk")]
    pub chunk_chars: u32,
    /// The maximum number of bytes of a program's values; default 128 MiB.
    pub memory: u64,
    /// The maximum number of units of work (fuel) of a program in one turn; default 10⁹.
    pub fuel: u64,
}

/// The default of [`Limits::chunk_chars`]: a sub-model answers a question about so much text in a
/// few seconds.
const USUAL_CHUNK_CHARS: u32 = 20_000;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_usual_chunk(chars: &u32) -> bool {
    *chars == USUAL_CHUNK_CHARS
}

/// The default of [`Limits::min_output`]: enough for a program of a few lines, or an answer of a
/// paragraph.
const USUAL_LEAST_OUTPUT: Tokens = Tokens(256);

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_usual_least(tokens: &Tokens) -> bool {
    *tokens == USUAL_LEAST_OUTPUT
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 40,
            child_steps: 10,
            subcalls: 200,
            depth: 1,
            tokens: None,
            subcall_tokens: None,
            input_tokens: None,
            output_tokens: None,
            cost: None,
            seconds: Some(300),
            root_max_output: Tokens(4_096),
            sub_max_output: Tokens(1_024),
            min_output: USUAL_LEAST_OUTPUT,
            concurrency: 10,
            retries: 200,
            shown_output: 4_000,
            context_chars: None,
            chunk_chars: USUAL_CHUNK_CHARS,
            memory: 128 * 1_024 * 1_024,
            fuel: 1_000_000_000,
        }
    }
}

impl Limits {
    /// Returns the maximum number of sub-calls, which is 0 at depth 0.
    #[must_use]
    pub fn granted_subcalls(&self) -> u64 {
        if self.depth == 0 { 0 } else { u64::from(self.subcalls) }
    }

    /// Returns `true` if a run `depth` levels below the root run may start child runs.
    #[must_use]
    pub fn has_child_runs_below(&self, depth: usize) -> bool {
        u64::from(self.depth) >= (depth as u64).saturating_add(2)
    }

    /// Returns the time limit as a duration.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.seconds.map(Duration::from_secs)
    }
}

impl Limits {
    /// Returns the name, value and unit of each limit that differs from its default.
    #[must_use]
    pub fn stated(&self) -> Vec<(&'static str, String)> {
        let rows = self.rows().into_iter().zip(Self::default().rows());
        rows.filter(|(row, usual)| row != usual).map(|(row, _)| row).collect()
    }

    fn rows(&self) -> [(&'static str, String); 20] {
        fn or_unlimited<T: ToString>(limit: Option<T>) -> String {
            limit.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string())
        }
        [
            ("steps", self.steps.to_string()),
            ("child_steps", format!("{} per child run", self.child_steps)),
            ("subcalls", format!("{} in the tree", self.subcalls)),
            ("depth", self.depth.to_string()),
            ("tokens", or_unlimited(self.tokens)),
            ("subcall_tokens", or_unlimited(self.subcall_tokens)),
            ("input_tokens", or_unlimited(self.input_tokens)),
            ("output_tokens", or_unlimited(self.output_tokens)),
            ("cost", or_unlimited(self.cost)),
            ("seconds", or_unlimited(self.seconds)),
            ("root_max_output", format!("{} tokens", self.root_max_output)),
            ("sub_max_output", format!("{} tokens", self.sub_max_output)),
            ("min_output", format!("{} tokens", self.min_output)),
            ("concurrency", format!("{} calls", self.concurrency)),
            ("retries", format!("{} in the tree", self.retries)),
            ("shown_output", format!("{} characters", self.shown_output)),
            ("context_chars", or_unlimited(self.context_chars)),
            ("chunk_chars", format!("{} characters", self.chunk_chars)),
            ("memory", format!("{} bytes", self.memory)),
            ("fuel", format!("{} units per turn", self.fuel)),
        ]
    }
}

impl fmt::Display for Limits {
    /// Writes a table with two columns: the name of each limit, and its value with its unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.rows() {
            writeln!(f, "{name:<16} {value}")?;
        }
        Ok(())
    }
}
