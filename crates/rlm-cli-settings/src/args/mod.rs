//! The command-line arguments of `rlm`, as clap parses them. The other modules of this crate
//! convert them to settings.

mod answer;
mod batch;
mod cli;
mod command_line;
mod context;
mod database;
mod job;
mod limits;
mod mcp;
mod models;
mod programs;
mod progress;
mod prompts;
mod recordings;
mod records;
mod repl;
mod run;
mod runner;
mod serve;
mod session;
mod setup;
mod test;
mod tools;
mod trace;
mod values;

pub use self::answer::AnswerArguments;
pub use self::batch::BatchArguments;
pub use self::cli::{Arguments, Command};
pub use self::command_line::command_line;
pub use self::context::{
    CURRENT_FOLDER, ContextArguments, DEFAULT_MAX_UNPACKED, QuestionArguments, SharedContextArguments,
};
pub use self::database::DatabaseCommand;
pub use self::job::{
    JobCancelArguments, JobCommand, JobListArguments, JobSubmitArguments, JobWaitArguments, JobWorkArguments,
};
pub use self::limits::{HistoryArguments, SizeArguments, WaitArguments};
pub use self::mcp::McpArguments;
pub use self::models::RecursionArguments;
pub use self::programs::{CheckArguments, ExecArguments, FmtArguments};
pub use self::prompts::{
    PromptArguments, PromptsCommand, PromptsEjectArguments, PromptsRenderArguments, PromptsShowArguments,
};
pub use self::recordings::{
    ContinuationArguments, DiffArguments, ForkArguments, PruneArguments, RecordedContextArguments, ReplayArguments,
    ReportArguments, ResumeArguments, RunsArguments, RunsCommand, WatchArguments,
};
pub use self::records::{CacheArguments, TextsArguments};
pub use self::repl::{ReplArguments, ReplParts};
pub use self::run::{EstimateArguments, RunArguments};
pub use self::runner::RunnerArguments;
pub use self::serve::{KeysAddArguments, KeysCommand, KeysRevokeArguments, ServeArguments};
pub use self::session::{
    ChatArguments, SessionCommand, SessionLimitArguments, SessionListArguments, SessionNewArguments,
    SessionRemoveArguments, SessionRunArguments, SessionSetArguments, SessionShowArguments,
};
pub use self::setup::{
    CacheCommand, CompletionsArguments, ConfigCommand, ConfigPathArguments, ConfigShowArguments, DemoArguments,
    DoctorArguments, InitArguments, ManArguments, ModelsArguments, SchemaArguments,
};
pub use self::test::{RecordArguments, StaleCases, TestArguments};
pub use self::tools::{ToolArguments, ToolGrantArguments, ToolSourceArguments};
pub use self::trace::{BundleArguments, CallAgainArguments, ExportForm, FilterArguments, TraceArguments};
pub use self::values::{
    AtLimit, AtMaxDepth, DepthModel, Effort, JournalPlace, LogFormat, OnOff, OnUnreadable, PresetName, Records, Route,
    Seconds, ShownAs, TokenizerChoice, UnknownNames, depth, seconds,
};
