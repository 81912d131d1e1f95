//! The arguments of the command line, as clap parses them; what they mean is lowered by the settings.

mod answer;
mod batch;
mod cli;
mod command_line;
mod context;
mod job;
mod limits;
mod models;
mod programs;
mod progress;
mod prompts;
mod recordings;
mod records;
mod repl;
mod run;
mod runner;
mod session;
mod setup;
mod test;
mod tools;
mod trace;
mod values;

pub(crate) use self::answer::AnswerArguments;
pub(crate) use self::batch::BatchArguments;
pub(crate) use self::cli::{Arguments, Command};
pub(crate) use self::command_line::command_line;
pub(crate) use self::context::{ContextArguments, DEFAULT_MAX_UNPACKED, QuestionArguments, SharedContextArguments};
pub(crate) use self::job::{
    JobCancelArguments, JobCommand, JobListArguments, JobSubmitArguments, JobWaitArguments, JobWorkArguments,
};
pub(crate) use self::limits::{HistoryArguments, SizeArguments, WaitArguments};
pub(crate) use self::models::RecursionArguments;
pub(crate) use self::programs::{CheckArguments, ExecArguments, FmtArguments};
pub(crate) use self::prompts::{
    PromptArguments, PromptsCommand, PromptsEjectArguments, PromptsRenderArguments, PromptsShowArguments,
};
pub(crate) use self::recordings::{
    ContinuationArguments, DiffArguments, ForkArguments, RecordedContextArguments, ReplayArguments, ReportArguments,
    ResumeArguments, RunsArguments, WatchArguments,
};
pub(crate) use self::records::{CacheArguments, TextsArguments};
pub(crate) use self::repl::{ReplArguments, ReplParts};
pub(crate) use self::run::{EstimateArguments, RunArguments};
pub(crate) use self::runner::RunnerArguments;
pub(crate) use self::session::{
    ChatArguments, SessionCommand, SessionListArguments, SessionNewArguments, SessionRemoveArguments,
    SessionRunArguments, SessionShowArguments,
};
pub(crate) use self::setup::{
    CacheCommand, CompletionsArguments, ConfigCommand, ConfigPathArguments, ConfigShowArguments, DoctorArguments,
    InitArguments, ModelsArguments, SchemaArguments,
};
pub(crate) use self::test::{RecordArguments, StaleCases, TestArguments};
pub(crate) use self::tools::{ToolArguments, ToolGrantArguments, ToolSourceArguments};
pub(crate) use self::trace::{BundleArguments, CallAgainArguments, ExportForm, FilterArguments, TraceArguments};
pub(crate) use self::values::{
    AtLimit, AtMaxDepth, DepthModel, Effort, JournalPlace, LogFormat, OnOff, OnUnreadable, PresetName, Records,
    Seconds, ShownAs, TokenizerChoice, UnknownNames, depth, seconds,
};
