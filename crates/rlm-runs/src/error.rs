//! Why a recorded run can't be carried out again.

use rlm_core::{NotResumed, RunError, UnlikeTools};
use rlm_prompt::PromptError;
use rlm_trace::{Difference, ResumeError};
use smol_str::SmolStr;

/// A recorded run can't be carried out again, gone on with or forked, or is not the run that was recorded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The journal does not begin with the run's start.
    #[error("the journal does not say how the run began")]
    NoStart,
    /// The journal does not hold what a replay needs.
    #[error(
        "the journal holds digests in the place of texts: it can be verified and summed up, and not carried out again"
    )]
    Withheld,
    /// The settings are not of the form that this release writes.
    #[error("the journal's settings can't be read: {detail}")]
    Settings {
        /// What is wrong.
        detail: String,
    },
    /// The templates can't be used.
    #[error(transparent)]
    Prompts(#[from] PromptError),
    /// The recorded calls can't be used.
    #[error(transparent)]
    Calls(#[from] rlm_adapters::RecordingError),
    /// The context is another one.
    #[error("the context is not that of the run: {detail}")]
    Context {
        /// What differs.
        detail: String,
    },
    /// The journal can't be gone on with.
    #[error(transparent)]
    Open(#[from] ResumeError),
    /// The run has its answer.
    #[error("the run is complete: there is nothing to go on with")]
    Complete,
    /// The run was ended by a limit, and has no more than it had.
    #[error("the run was ended by a limit, and would be again: {detail}")]
    StillLimited {
        /// What it said of its end.
        detail: String,
    },
    /// The run was ended by a tool's failures, which its journal holds.
    #[error("the run was ended by a tool, and would be again: {detail}")]
    ToolFailed {
        /// What it said of its end.
        detail: String,
    },
    /// Nobody but whoever gave the run its programs can go on with it.
    #[error("the run's programs were given to it from step {from} on, and no model goes on with them")]
    Given {
        /// The first turn whose program was given.
        from: u32,
    },
    /// A model is not the one that the run began with.
    #[error("the run's models are {recorded}, and not {given}")]
    OtherModel {
        /// Those of the journal.
        recorded: String,
        /// Those that were given.
        given: String,
    },
    /// The run's programs call tools that are not offered as they were.
    #[error("the run's programs call tools that are not offered{}", unlike(missing, different))]
    Tools {
        /// Those that are not there.
        missing: Vec<SmolStr>,
        /// Those that take or do something else.
        different: Vec<SmolStr>,
    },
    /// The turn that was named is not in the journal.
    #[error("there is no step {at} in the run, which has {steps}")]
    NoSuchStep {
        /// The turn.
        at: u32,
        /// The last one that began.
        steps: u32,
    },
    /// A prompt is given for a fork whose message was sent before it.
    #[error("the prompt `{name}` belongs to the first message, which stands before step {at}")]
    SentBefore {
        /// The prompt.
        name: SmolStr,
        /// The first turn that is taken anew.
        at: u32,
    },
    /// The run could not be carried out again.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The run went otherwise.
    #[error("{difference}{detail}")]
    Differs {
        /// Where the two part.
        difference: Difference,
        /// What the replayed call said, where a request differs.
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
            Self::Open(ResumeError::Read(error)) => error.code(),
            Self::Open(ResumeError::Write(error)) => error.code(),
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

    /// Returns what to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NoStart | Self::Calls(_) => {
                "name the journal of another run: there is nothing in this one to carry out again"
            }
            Self::Withheld => "keep journals with --journal-texts references to replay them from their contexts",
            Self::Settings { .. } => "use the release that wrote it",
            Self::Prompts(error) => error.hint(),
            Self::Context { .. } => "give the context that the run was given, unchanged",
            Self::Open(ResumeError::Read(error)) => error.hint(),
            Self::Open(ResumeError::Write(error)) => error.hint(),
            Self::Complete => "fork it at one of its steps to go another way",
            Self::StillLimited { .. } => "give it more than it had",
            Self::ToolFailed { .. } => "mend the tool, and fork the run at the step where it failed first",
            Self::Given { .. } => "go on with programs of your own: `rlm repl --run`",
            Self::OtherModel { .. } => "go on with the same models, or fork the run to go on with others",
            Self::Tools { .. } => "offer them again as for the run (`--tool`, `--mcp`, `--web-search`)",
            Self::NoSuchStep { .. } => "name one of its steps, as `rlm trace RUN` shows them",
            Self::SentBefore { .. } => "fork the run at step 1",
            Self::Run(error) => error.hint(),
            Self::Differs { .. } => {
                "the journal is intact, as its hash chain shows, so this release computes that step otherwise: replay the run with the \
                 release that recorded it; if that is this one, report it with the file that `rlm bundle RUN` writes"
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

/// Says which tools are not there, and which take or do something else.
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
