//! Errors of runs that return no result, not even a partial one.

use rlm_answer::InvalidSetting;
use rlm_calls::{ExecutionError, MAX_QUESTION_BYTES};
use rlm_model::{ModelIdentity, Money};
use rlm_policy::{Answer, BudgetExhausted, LedgerError, LimitReached, Outcome};
use rlm_prompt::PromptError;
use rlm_settings::{NoGrammar, ToolboxError};
use rlm_trace::WriteError;

use crate::result::RunResult;

/// The maximum length of the user's instructions in bytes. Every request to the root model repeats
/// them.
pub const MAX_INSTRUCTIONS_BYTES: usize = 32 << 10;

/// An error that prevents a run from starting or continuing. Limits, failing providers and
/// cancellations are outcomes, not errors, unless [`OnLimit::Error`](rlm_policy::OnLimit) is set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The question is empty.
    #[error("the question is empty")]
    EmptyQuestion,
    /// The question is too long for a prompt.
    #[error("the question has {bytes} bytes, but the maximum is {MAX_QUESTION_BYTES}")]
    QuestionTooLong {
        /// The length of the rejected question in bytes.
        bytes: usize,
    },
    /// The context is empty.
    #[error("the context is empty")]
    EmptyContext,
    /// The context is longer than [`Limits::context_chars`](rlm_policy::Limits::context_chars).
    #[error("the context has {chars} characters, but the limit is {most}")]
    ContextTooLong {
        /// The length of the rejected context in characters.
        chars: u64,
        /// The maximum length of a context in characters.
        most: u64,
    },
    /// Constrained decoding is required, but the root model does not support it.
    #[error("{model} is not known to support constrained decoding")]
    NoGrammar {
        /// The root model, which does not support constrained decoding.
        model: ModelIdentity,
    },
    /// A setting of the runner is invalid.
    #[error("invalid setting {name}: {detail}")]
    Setting {
        /// The name of the invalid setting.
        name: &'static str,
        /// The reason why the setting is invalid.
        detail: String,
    },
    /// There is a cost limit, but the price of a model that the run may call is unknown.
    #[error(
        "no price is known for {model}, so the cost limit of {limit} can't be enforced; pass --price \
         {model}=INPUT,CACHED_INPUT,OUTPUT (dollars per million tokens), or {model}=free"
    )]
    PriceUnknown {
        /// The model whose price is unknown.
        model: ModelIdentity,
        /// The cost limit, which needs a price for every model.
        limit: Money,
    },
    /// A direct answer is required, but the context does not fit into one prompt.
    #[error("can't answer directly: {reason}")]
    NotDirect {
        /// The reason why the question can't be answered directly, in a few words.
        reason: String,
    },
    /// A limit ended the run, and limits are errors.
    #[error("{limit}")]
    Limit {
        /// The limit that ended the run.
        limit: LimitReached,
        /// The partial result, with the path of its journal.
        partial: Box<RunResult>,
    },
    /// The budget that all questions of a batch share is used up, so the next question is not run.
    #[error("BatchBudgetExceeded: {0} by earlier questions of the batch")]
    BatchBudgetExceeded(BudgetExhausted),
    /// An earlier process started a run of this batch, and the run can't be resumed.
    #[error("{0}")]
    NotResumed(NotResumed),
    /// The remaining budget of a session is too small for another answer.
    #[error("SessionBudgetExceeded: in this session, {0}")]
    SessionBudgetExceeded(BudgetExhausted),
    /// A file of the context changed during the run, or can't be read.
    #[error(transparent)]
    Context(#[from] rlm_context::ContextError),
    /// The name of a tool is invalid or taken.
    #[error(transparent)]
    ToolName(#[from] sift_vm::ToolNameError),
    /// A permission names an unknown tool.
    #[error("can't grant the unknown tool `{name}`; offered tools: {}", known.join(", "))]
    NoSuchTool {
        /// The unknown name in the permission.
        name: smol_str::SmolStr,
        /// The names of the known tools.
        known: Vec<String>,
    },
    /// A prompt template can't be read, or is invalid.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// The run's journal can't be written, so no call is made.
    #[error(transparent)]
    Journal(#[from] WriteError),
    /// No id can be created for the run.
    #[error("can't create a run id: {0}")]
    Id(#[from] rlm_store::StoreError),
    /// The price table can't be read.
    #[error(transparent)]
    Prices(#[from] rlm_policy::PriceError),
    /// No thread or async runtime can be started for a blocking call.
    #[error("can't start a thread or async runtime: {source}")]
    Runtime {
        /// The I/O error from the start of the thread or async runtime.
        source: std::io::Error,
    },
    /// Internal error of the ledger, which accounts for budgets.
    #[error("internal error: {0}")]
    Ledger(#[from] LedgerError),
    /// Internal error of the virtual machine that runs programs.
    #[error("internal error: the virtual machine stopped in turn {turn}: {detail}")]
    Machine {
        /// The number of the turn in which the machine stopped, counted from 1.
        turn: u32,
        /// A description of the machine's internal error.
        detail: String,
    },
}

impl RunError {
    /// Returns the error's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EmptyQuestion => "empty_question",
            Self::QuestionTooLong { .. } => "question_too_long",
            Self::EmptyContext => "empty_context",
            Self::ContextTooLong { .. } => "context_too_long",
            Self::NoGrammar { .. } => "no_grammar",
            Self::Setting { .. } => "setting",
            Self::PriceUnknown { .. } => "price_unknown",
            Self::NotDirect { .. } => "not_direct",
            Self::Limit { limit, .. } => limit.name(),
            Self::BatchBudgetExceeded(_) => "BatchBudgetExceeded",
            Self::NotResumed(error) => error.code,
            Self::SessionBudgetExceeded(_) => "SessionBudgetExceeded",
            Self::Context(error) => error.code(),
            Self::ToolName(_) => "tool_name",
            Self::NoSuchTool { .. } => "no_such_tool",
            Self::Prompt(error) => error.code(),
            Self::Journal(error) => error.code(),
            Self::Id(_) => "run_id",
            Self::Prices(error) => error.code(),
            Self::Runtime { .. } => "no_runtime",
            Self::Ledger(_) => "fault_ledger",
            Self::Machine { .. } => "fault_machine",
        }
    }

    /// Returns a hint for the user at how to fix or avoid the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::EmptyQuestion => "pass a question that is not empty",
            Self::QuestionTooLong { .. } => "pass long texts as context, and ask a short question about them",
            Self::EmptyContext => "pass a text or file that is not empty",
            Self::ContextTooLong { .. } => "ask about a part of it, or raise the limit",
            Self::NoGrammar { .. } => {
                "use `auto` to constrain only models that support it, or use a model of OpenAI, vLLM, SGLang, llama.cpp or \
                 Ollama; set `server` in [models.NAME] if the type of the server can't be detected"
            }
            Self::Setting { .. } => "correct the setting, or omit it",
            Self::PriceUnknown { .. } => "or remove the cost limit",
            Self::NotDirect { .. } => {
                "use the route `rlm`, or `auto`, which answers directly only if the context is short, or use a model with a \
                 larger context window"
            }
            Self::Limit { limit, .. } => limit.hint(),
            Self::NotResumed(error) => error.hint,
            Self::BatchBudgetExceeded(BudgetExhausted::Unknown { .. })
            | Self::SessionBudgetExceeded(BudgetExhausted::Unknown { .. }) => {
                "set the model's price, or remove the cost limit"
            }
            Self::BatchBudgetExceeded(_) => {
                "raise the limit of the batch, and run it again for the remaining questions"
            }
            Self::SessionBudgetExceeded(_) => "raise the limit of the session (`rlm session set`), or start a new one",
            Self::Context(_) => "run it again, or copy the context to files that don't change during the run",
            Self::ToolName(_) => "offer the tool under another name",
            Self::NoSuchTool { .. } => "use the names of offered tools",
            Self::Prompt(error) => error.hint(),
            Self::Journal(error) => error.hint(),
            Self::Id(_) => "set the system's clock",
            Self::Prices(_) => "correct the price table",
            Self::Runtime { .. } => "raise the limit on threads, or await `run` in your own async runtime",
            Self::Ledger(_) | Self::Machine { .. } => "please report it with the file that `rlm bundle RUN` writes",
        }
    }

    /// Returns the outcome that corresponds to this error.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Limit { partial, .. } => partial.outcome.clone(),
            Self::BatchBudgetExceeded(empty) | Self::SessionBudgetExceeded(empty) => {
                Outcome::at_limit(empty.limit(), Answer::Nothing)
            }
            Self::ContextTooLong { .. }
            | Self::NotResumed(_)
            | Self::NoGrammar { .. }
            | Self::Setting { .. }
            | Self::PriceUnknown { .. }
            | Self::NotDirect { .. }
            | Self::EmptyQuestion
            | Self::QuestionTooLong { .. }
            | Self::EmptyContext
            | Self::ToolName(_)
            | Self::NoSuchTool { .. }
            | Self::Prompt(_)
            | Self::Journal(_)
            | Self::Id(_)
            | Self::Prices(_) => Outcome::InvalidRequest,
            Self::Context(_) | Self::Runtime { .. } | Self::Ledger(_) | Self::Machine { .. } => Outcome::Unable,
        }
    }
}

impl From<InvalidSetting> for RunError {
    fn from(InvalidSetting { setting, detail }: InvalidSetting) -> Self {
        Self::Setting { name: setting, detail }
    }
}

impl From<ExecutionError> for RunError {
    fn from(error: ExecutionError) -> Self {
        match error {
            ExecutionError::Journal(error) => error.into(),
            ExecutionError::Context(error) => error.into(),
            ExecutionError::Machine { turn, detail } => Self::Machine { turn, detail },
        }
    }
}

impl From<NoGrammar> for RunError {
    fn from(NoGrammar(model): NoGrammar) -> Self {
        Self::NoGrammar { model }
    }
}

impl From<ToolboxError> for RunError {
    fn from(error: ToolboxError) -> Self {
        match error {
            ToolboxError::Name(error) => error.into(),
            ToolboxError::NoSuchTool { name, known } => Self::NoSuchTool { name, known },
        }
    }
}

/// The reason why a recorded run was not resumed: an error of `rlm-runs`, on which this crate
/// doesn't depend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NotResumed {
    /// The message of the error that prevented the resumption, in one line.
    pub message: String,
    /// The stable name of the error that prevented the resumption.
    pub code: &'static str,
    /// A suggestion for the user whose run was not resumed.
    pub hint: &'static str,
}
