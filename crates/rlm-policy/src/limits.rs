//! What a run may use.

use std::fmt;
use std::time::Duration;

use rlm_model::{Money, Tokens};
use serde::{Deserialize, Serialize};

/// Everything that a run and the tree of runs under it may use. `None` stands for no limit.
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
    /// The turns of one run: calls of its root model.
    pub steps: u32,
    /// The turns of a child run.
    pub child_steps: u32,
    /// The sub-calls of the whole tree of runs.
    pub subcalls: u32,
    /// The levels of sub-calls: 0 allows none, 1 allows plain sub-calls, 2 lets a sub-call be a run with sub-calls of its own.
    pub depth: u32,
    /// The input and output tokens of the whole tree, together.
    pub tokens: Option<Tokens>,
    /// The input and output tokens of all sub-calls and child runs, together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subcall_tokens: Option<Tokens>,
    /// The output tokens of the whole tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<Tokens>,
    /// The cost of the whole tree. Models without a known price are then not called.
    pub cost: Option<Money>,
    /// The seconds from the start of the root run to its end, waiting for models included.
    pub seconds: Option<u64>,
    /// The tokens of one reply of a root model.
    pub root_max_output: Tokens,
    /// The tokens of one reply to a sub-call.
    pub sub_max_output: Tokens,
    /// The tokens that a reply must at least have room for where less is left than it may have: a call is not made for less.
    #[serde(skip_serializing_if = "is_usual_least")]
    pub min_output: Tokens,
    /// The calls that are on their way at once.
    pub concurrency: u32,
    /// The attempts of the whole tree that may be made again after a failure.
    pub retries: u32,
    /// The characters of a turn's output that the root model is shown, head and tail together.
    pub shown_output: u32,
    /// The characters that a context may have; a longer one is refused before anything is spent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_chars: Option<u64>,
    /// The characters of a piece where a program cuts a text and does not say how large: `chunks(text)`, `ctx.chunk()`,
    /// `ask_chunks(question, text)`.
    #[serde(skip_serializing_if = "is_usual_chunk")]
    pub chunk_chars: u32,
    /// The bytes that a program's values may take.
    pub memory: u64,
    /// The units of work that a program may do in one turn.
    pub fuel: u64,
}

/// What a sub-model answers a question about in a few seconds.
const USUAL_CHUNK_CHARS: u32 = 20_000;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_usual_chunk(chars: &u32) -> bool {
    *chars == USUAL_CHUNK_CHARS
}

/// A program of a few lines, or an answer of a paragraph.
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
    /// Returns how many sub-calls a run may make: none at depth 0.
    #[must_use]
    pub fn granted_subcalls(&self) -> u64 {
        if self.depth == 0 { 0 } else { u64::from(self.subcalls) }
    }

    /// Tells whether a run that stands so many levels below the root run may start child runs: these can make calls themselves.
    #[must_use]
    pub fn has_child_runs_below(&self, depth: usize) -> bool {
        u64::from(self.depth) >= (depth as u64).saturating_add(2)
    }

    /// Returns the limit of time as a duration.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.seconds.map(Duration::from_secs)
    }
}

impl Limits {
    /// Returns the name of each limit that is not as by default, with its value and unit.
    #[must_use]
    pub fn stated(&self) -> Vec<(&'static str, String)> {
        let rows = self.rows().into_iter().zip(Self::default().rows());
        rows.filter(|(row, usual)| row != usual).map(|(row, _)| row).collect()
    }

    fn rows(&self) -> [(&'static str, String); 19] {
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
    /// Shows a table of two columns: the limit and its value with its unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.rows() {
            writeln!(f, "{name:<16} {value}")?;
        }
        Ok(())
    }
}
