//! Errors of replay, resumption and forks.

use rlm_core::{NotResumed, RunError, UnlikeTools};
use rlm_prompt::PromptError;
use rlm_trace::{Difference, ResumeError};
use smol_str::SmolStr;

/// An error of replaying, resuming or forking a recorded run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The journal does not start with the start of a run.
    #[error("the journal does not contain the start of the run")]
    NoStart,
    /// The journal holds digests instead of the texts that a replay needs.
    #[error("the journal contains digests instead of texts: it can be verified and summarized, but not replayed")]
    Withheld,
    /// The settings were written by a release with another format.
    #[error("can't read the settings in the journal: {detail}")]
    Settings {
        /// The error.
        detail: String,
    },
    /// A recorded prompt template is invalid.
    #[error(transparent)]
    Prompts(#[from] PromptError),
    /// The recorded calls can't be replayed.
    #[error(transparent)]
    Calls(#[from] rlm_adapters::RecordingError),
    /// The context differs from that of the run.
    #[error("the context differs from that of the run: {detail}")]
    Context {
        /// The difference.
        detail: String,
    },
    /// The journal can't be opened for writing.
    #[error(transparent)]
    Open(#[from] ResumeError),
    /// The run is already complete.
    #[error("the run is complete: there is nothing to resume")]
    Complete,
    /// The run was ended by a limit that has not been raised.
    #[error("the run would reach the same limit again: {detail}")]
    StillLimited {
        /// The message of its outcome.
        detail: String,
    },
    /// The run was ended by failures of a tool, which its journal holds.
    #[error("the run would fail again because of a tool: {detail}")]
    ToolFailed {
        /// The message of its outcome.
        detail: String,
    },
    /// The run's programs were supplied by a caller, so no model can resume it.
    #[error("the run's programs were supplied by its caller from step {from} on, so no model can resume it")]
    Given {
        /// The first turn with a supplied program.
        from: u32,
    },
    /// A model differs from that of the run.
    #[error("expected the run's models {recorded}, got {given}")]
    OtherModel {
        /// The models in the journal.
        recorded: String,
        /// The models of the runner.
        given: String,
    },
    /// Tools that the run's programs call are missing or differ.
    #[error("the run's programs call tools that are not available{}", unlike(missing, different))]
    Tools {
        /// The missing tools.
        missing: Vec<SmolStr>,
        /// The tools with other parameters or effects.
        different: Vec<SmolStr>,
    },
    /// The journal has no such turn.
    #[error("the run has no step {at}, its last step is {steps}")]
    NoSuchStep {
        /// The number of the turn, counted from 1.
        at: u32,
        /// The last turn in the journal.
        steps: u32,
    },
    /// A fork replaces a prompt whose message was sent before the fork's step.
    #[error("the prompt `{name}` is part of the first message, which was sent before step {at}")]
    SentBefore {
        /// The prompt.
        name: SmolStr,
        /// The first turn of the fork.
        at: u32,
    },
    /// The run failed when it was executed again.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The replayed run differs from the recorded one.
    #[error("{difference}{detail}")]
    Differs {
        /// The first difference.
        difference: Difference,
        /// The message of the replayed call, if a request differs.
        detail: String,
    },
}

impl ReplayError {
    /// Returns the error's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoStart => "replay_no_start",
            Self::Withheld => "replay_withheld",
            Self::Settings { .. } => "replay_settings",
            Self::Prompts(error) => error.code(),
            Self::Calls(_) => "replay_no_calls",
            Self::Context { .. } => "replay_context",
            Self::Open(error) => error.code(),
            Self::Complete => "run_complete",
            Self::StillLimited { .. } => "still_limited",
            Self::ToolFailed { .. } => "tool_failed_before",
            Self::Given { .. } => "programs_given",
            Self::OtherModel { .. } => "other_model",
            Self::Tools { .. } => "other_tools",
            Self::NoSuchStep { .. } => "no_such_step",
            Self::SentBefore { .. } => "prompt_sent_before",
            Self::Run(error) => error.code(),
            Self::Differs { .. } => "replay_differs",
        }
    }

    /// Returns a hint for the user.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoStart | Self::Calls(_) => "use the journal of another run: this one has nothing to replay",
            Self::Withheld => "record journals with --journal-texts references to replay them from their contexts",
            Self::Settings { .. } => "use the release that wrote it",
            Self::Prompts(error) => error.hint(),
            Self::Context { .. } => "give the context of the recorded run, unchanged",
            Self::Open(error) => error.hint(),
            Self::Complete => "fork it at one of its steps instead",
            Self::StillLimited { detail } if detail.starts_with("InvalidResponsesExceeded") => {
                "branch it with another model: `rlm fork RUN --at 1 --model MODEL`"
            }
            Self::StillLimited { .. } => "raise the limit",
            Self::ToolFailed { .. } => "fix the tool, and fork the run at the step where it first failed",
            Self::Given { .. } => "continue with your own programs: `rlm repl --run`",
            Self::OtherModel { .. } => "resume it with the same models, or fork the run to use others",
            Self::Tools { .. } => "provide them as in the original run (`--tool`, `--mcp`, `--web-search`)",
            Self::NoSuchStep { .. } => "`rlm trace RUN` lists its steps",
            Self::SentBefore { .. } => "fork the run at step 1",
            Self::Run(error) => error.hint(),
            Self::Differs { .. } => {
                "the journal's hash chain is valid, so this release computes that step differently: replay the run with the release \
                 that recorded it; if that is this one, report it with the file that `rlm bundle RUN` writes"
            }
        }
    }
}

impl From<UnlikeTools> for ReplayError {
    fn from(UnlikeTools { missing, different }: UnlikeTools) -> Self {
        Self::Tools { missing, different }
    }
}

impl From<ReplayError> for RunError {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Run(error) => error,
            error => Self::NotResumed(NotResumed {
                message: error.to_string(),
                code: error.code(),
                hint: error.hint(),
            }),
        }
    }
}

/// Returns a message about missing tools, and about tools with other parameters or effects.
fn unlike(missing: &[SmolStr], different: &[SmolStr]) -> String {
    let list = |names: &[SmolStr], rest: &str| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| format!("{}{rest}", names.join(", ")))
    };
    let parts = [
        list(missing, ""),
        list(different, " with the same parameters and effects"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!(": {}", parts.join("; "))
}
