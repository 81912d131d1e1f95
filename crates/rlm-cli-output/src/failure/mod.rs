//! What can go wrong before, beside and after a run: each in one line that says what to do, with a stable code.

#[cfg(test)]
mod samples;

use std::io;
use std::path::PathBuf;

use rlm_adapters::SpecError;
use rlm_cache::CacheError;
use rlm_context::ContextError;
use rlm_core::RunError;
use rlm_model::RunId;
use rlm_policy::{Answer, BudgetExhausted, Outcome};
use rlm_prompt::PromptError;
use rlm_runs::ReplayError;
use rlm_scheduler::FailureKind;
use rlm_store::StoreError;
use rlm_trace::{ReadError, WriteError};

use crate::text::one_line;

/// Something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line can't be read.
    #[error("{detail}")]
    Usage {
        /// What is wrong with it.
        detail: String,
        /// The command whose help says how it is written.
        command: String,
    },
    /// The question's file can't be read.
    #[error("can't read the question in {}: {cause}", path.display())]
    ReadQuestion {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A session's file can't be used.
    #[error("can't use the session in {}: {detail}", path.display())]
    StateFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// Another process goes on with a session's file.
    #[error("another process goes on with the session in {}", path.display())]
    StateInUse {
        /// The file.
        path: PathBuf,
    },
    /// What is asked about later comes over standard input.
    #[error("standard input is there once, and can't be asked about later")]
    SessionInput,
    /// The journals of a session would not hold what its next question needs.
    #[error("a session goes on from what its journals hold, and --journal-texts leaves that out")]
    SessionTexts,
    /// The folder in which a job was submitted is gone.
    #[error("can't work in the folder {}, where the job was submitted: {cause}", path.display())]
    JobFolder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// Nothing is left of a question's budget after its earlier runs.
    #[error("BudgetExceeded: {empty} by earlier runs of this question")]
    QuestionBudget {
        /// What is used up.
        empty: BudgetExhausted,
    },
    /// The command line of a job can't be read.
    #[error("the command line of the job can't be read: {detail}")]
    JobArguments {
        /// What is wrong with it.
        detail: String,
    },
    /// A file of questions can't be used.
    #[error("{}: {detail}", path.display())]
    Questions {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A line of a file of questions holds none.
    #[error("{}, line {number}: {detail}", path.display())]
    Question {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        number: usize,
        /// What is wrong with it.
        detail: String,
    },
    /// A file of answers holds something else.
    #[error("{}, line {number}: this is no answer of `rlm batch`", path.display())]
    Answers {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        number: usize,
    },
    /// Another process writes a file of answers.
    #[error("another process writes answers to {}", path.display())]
    AnswersInUse {
        /// The file.
        path: PathBuf,
    },
    /// A program's file can't be read.
    #[error("can't read the program {}: {cause}", path.display())]
    ReadProgram {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// Cases can't be found, read or kept.
    #[error("{}: {detail}", path.display())]
    Cases {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong, and what to do about it.
        detail: String,
    },
    /// A case can't be used.
    #[error("{}:{line}: {detail}", path.display())]
    Case {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        detail: String,
    },
    /// A case has no recording.
    #[error("there is no recording {}", path.display())]
    NotRecorded {
        /// Where it would be.
        path: PathBuf,
    },
    /// A snapshot can't be read or written.
    #[error("can't use the snapshot {}: {cause}", path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The file of a task can't be used.
    #[error("the task in {} can't be used: {detail}", path.display())]
    Task {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The schema of the answer can't be read.
    #[error("can't read the schema in {}: {detail}", path.display())]
    Schema {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A prompt can't be used.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// Instructions can't be read.
    #[error("can't read the instructions in {}: {cause}", path.display())]
    ReadInstructions {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// Prompts would take the place of files that are there.
    #[error("{} has {} already, and nothing was written", path.display(), files.join(", "))]
    PromptsThere {
        /// The folder.
        path: PathBuf,
        /// The files.
        files: Vec<String>,
    },
    /// Prompts can't be written.
    #[error("can't write prompts to {}: {cause}", path.display())]
    WritePrompts {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A program's file can't be replaced.
    #[error("can't write the program {}: {cause}", path.display())]
    WriteProgram {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// Standard input is to be read for two things.
    #[error("standard input is named more than once")]
    StandardInputTwice,
    /// Standard input can't be read.
    #[error("can't read standard input: {cause}")]
    StandardInput {
        /// What the system says.
        cause: io::Error,
    },
    /// Standard input does not end where it should.
    #[error("standard input holds more than {most} bytes")]
    StandardInputTooLong {
        /// How many are taken.
        most: u64,
    },
    /// Standard input can't be kept beside the journal.
    #[error("can't keep standard input in {}: {cause}", path.display())]
    KeepStandardInput {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The context can't be had.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// A run can't begin or go on.
    #[error(transparent)]
    Run(#[from] RunError),
    /// No model is named, and nobody is there to be asked.
    #[error("no model is named: looked for --model and the variables {}{}", looked_for.join(", "), after(*remark))]
    NoModel {
        /// The variables.
        looked_for: Vec<&'static str>,
        /// What was found and is not enough.
        remark: Option<&'static str>,
    },
    /// The file of variables can't be read.
    #[error("can't read the variables in {}: {cause}", path.display())]
    EnvironmentFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The file that describes models can't be used.
    #[error("{}: {detail}", path.display())]
    ModelsFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A file of configuration is there already.
    #[error("{} is there already, and nothing was written", path.display())]
    ConfigurationThere {
        /// The file.
        path: PathBuf,
    },
    /// A file of configuration can't be written.
    #[error("can't write {}: {cause}", path.display())]
    WriteConfiguration {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A variable holds what it can't.
    #[error("the variable {variable} holds `{value}`: {advice}")]
    Variable {
        /// The variable.
        variable: &'static str,
        /// What it holds.
        value: String,
        /// What it should hold.
        advice: &'static str,
    },
    /// A model can't be had.
    #[error(transparent)]
    Model(#[from] SpecError),
    /// A tool can't be offered.
    #[error(transparent)]
    Tool(#[from] rlm_tools::ToolError),
    /// The build lacks the tokenizer that is asked for.
    #[error(transparent)]
    Tokenizer(#[from] rlm_tokens::UnknownEncoding),
    /// The folder of replies can't be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A run can't be kept or found.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A journal can't be written.
    #[error(transparent)]
    WriteJournal(#[from] WriteError),
    /// A journal can't be read.
    #[error(transparent)]
    ReadJournal(#[from] ReadError),
    /// A run can't be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A journal does not say where the context was read from.
    #[error("the journal of run {run} does not say where its whole context was read from")]
    ContextUnknown {
        /// The run.
        run: RunId,
    },
    /// A file of a recorded run's context is no longer where it was.
    #[error("the document {document} ({digest}) was read from {}, where there is nothing now", path.display())]
    ContextMoved {
        /// The document.
        document: String,
        /// The beginning of its digest.
        digest: String,
        /// Where it was.
        path: PathBuf,
    },
    /// A recorded run has no such call.
    #[error("run {run} has no call {call}")]
    NoCall {
        /// The call.
        call: String,
        /// The run.
        run: String,
    },
    /// The request of a recorded call can't be made again.
    #[error(transparent)]
    Request(rlm_trace::RecordedPromptError),
    /// A call that was asked again got no reply.
    #[error("{0}")]
    Call(FailureKind),
    /// A bundle can't be written.
    #[error("can't bundle {}: {cause}", path.display())]
    Bundle {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A bundle would hold a key.
    #[error("the run's journal or context holds the value of {variable}, and nothing was written")]
    KeyWithin {
        /// The variable.
        variable: String,
    },
    /// A recorded run has no answer.
    #[error("run {run} has no answer")]
    NoAnswer {
        /// The run.
        run: String,
    },
    /// The user has no folder for data.
    #[error("there is no folder for runs: no home folder is known")]
    NoHome,
    /// The page of a run can't be written.
    #[error("can't write the report to {}: {cause}", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The file for the answer can't be written.
    #[error("can't write the answer to {}: {cause}", path.display())]
    AnswerFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// Standard output can't be written.
    #[error("can't write to standard output: {cause}")]
    Output {
        /// What the system says.
        cause: io::Error,
    },
    /// What is drawn on a terminal has none.
    #[error("{what} needs a terminal to draw on, and standard error is none")]
    NoTerminal {
        /// What wants one.
        what: &'static str,
    },
    /// The terminal can't be drawn on.
    #[error("can't draw on the terminal: {cause}")]
    Terminal {
        /// What the system says.
        cause: io::Error,
    },
    /// The process can't do what every run needs.
    #[error("can't start: {cause}")]
    Start {
        /// What the system says.
        cause: io::Error,
    },
}

impl Failure {
    /// Returns a stable name for machine-readable output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Usage { .. } => "usage",
            Self::ReadQuestion { .. } => "question_unreadable",
            Self::StateFile { .. } => "state_file",
            Self::StateInUse { .. } => "state_in_use",
            Self::SessionInput => "standard_input_later",
            Self::SessionTexts => "session_texts",
            Self::JobFolder { .. } => "job_folder",
            Self::QuestionBudget { .. } => "BudgetExceeded",
            Self::JobArguments { .. } => "job_arguments",
            Self::Questions { .. } => "questions",
            Self::Question { .. } => "question",
            Self::Answers { .. } => "answers",
            Self::AnswersInUse { .. } => "answers_in_use",
            Self::ReadProgram { .. } => "program_unreadable",
            Self::Cases { .. } => "cases_unusable",
            Self::Case { .. } => "case_unusable",
            Self::NotRecorded { .. } => "not_recorded",
            Self::Snapshot { .. } => "snapshot_unusable",
            Self::Task { .. } => "task_unusable",
            Self::Schema { .. } => "schema_unreadable",
            Self::Prompt(error) => error.code(),
            Self::ReadInstructions { .. } => "instructions_unreadable",
            Self::PromptsThere { .. } => "prompts_there",
            Self::WritePrompts { .. } => "prompts_unwritable",
            Self::WriteProgram { .. } => "program_unwritable",
            Self::StandardInputTwice => "standard_input_twice",
            Self::StandardInput { .. } => "standard_input_unreadable",
            Self::StandardInputTooLong { .. } => "standard_input_too_long",
            Self::KeepStandardInput { .. } => "standard_input_not_kept",
            Self::Context(error) => error.code(),
            Self::Run(error) => error.code(),
            Self::NoModel { .. } => "no_model",
            Self::EnvironmentFile { .. } => "environment_file",
            Self::ModelsFile { .. } => "models_file",
            Self::ConfigurationThere { .. } => "configuration_there",
            Self::WriteConfiguration { .. } => "configuration_unwritable",
            Self::Variable { .. } => "variable",
            Self::Model(error) => error.code(),
            Self::Tool(error) => error.code(),
            Self::Tokenizer(_) => "not_in_this_build",
            Self::Cache(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::WriteJournal(error) => error.code(),
            Self::ReadJournal(error) => error.code(),
            Self::Replay(error) => error.code(),
            Self::ContextUnknown { .. } => "replay_context_unknown",
            Self::ContextMoved { .. } => "replay_context_moved",
            Self::NoCall { .. } => "no_call",
            Self::NoAnswer { .. } => "no_answer",
            Self::Bundle { .. } => "bundle_unwritable",
            Self::KeyWithin { .. } => "key_within",
            Self::Request(_) => "request",
            Self::Call(FailureKind::Model(_)) => "call_failed",
            Self::Call(FailureKind::Ledger(_)) => "fault_ledger",
            Self::Call(FailureKind::NotRecorded(_)) => "call_not_recorded",
            Self::Call(kind) => kind.code(),
            Self::NoHome => "no_home",
            Self::Report { .. } => "report_file",
            Self::AnswerFile { .. } => "answer_file",
            Self::Output { .. } => "output",
            Self::NoTerminal { .. } => "no_terminal",
            Self::Terminal { .. } => "terminal",
            Self::Start { .. } => "start",
        }
    }

    /// Returns what to do about it, where the message does not say it already.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Usage { command, .. } => return Some(format!("see `rlm {command} --help`")),
            Self::Prompt(error) => error.hint(),
            Self::ReadInstructions { .. } => "name a file of text that you can read",
            Self::PromptsThere { .. } => "name another folder, or replace them with --force",
            Self::WritePrompts { .. } => "name a folder that you can write to",
            Self::ReadQuestion { .. } | Self::ReadProgram { .. } => {
                "name a file that you can read, or `-` for standard input"
            }
            Self::StateFile { .. } => "name a file that does not exist yet, or one that --state has written",
            Self::StateInUse { .. } => "wait until it is done, or name another file",
            Self::SessionInput => "write it to a file and name that",
            Self::SessionTexts => "ask each question by itself, or give --journal-texts full",
            Self::JobFolder { .. } => "submit the job again from a folder that stays",
            Self::QuestionBudget {
                empty: BudgetExhausted::Unknown { .. },
            } => "submit it again with the model's price (--price), or without the cost limit",
            Self::QuestionBudget { .. } => "submit it again with a higher limit",
            Self::JobArguments { .. } => "submit it again with this release",
            Self::Questions { .. } | Self::Question { .. } => {
                "a line is {\"id\": …, \"question\": \"…\"}, or a question as a JSON string"
            }
            Self::Answers { .. } => "name a file that does not exist yet, or one that `rlm batch` has written",
            Self::AnswersInUse { .. } => "wait until it is done, or name another file",
            Self::NotRecorded { .. } => "`rlm test --live` makes one, and `rlm record RUN` a case with one",
            Self::Snapshot { .. } => "remove it, or name cases in a folder that you can write to",
            Self::Task { .. } => {
                "a task is a TOML or JSON file with a `question` and, if wanted, `context`, `model`, `budget` and `criteria`"
            }
            Self::Schema { .. } => "name a file that holds a JSON schema",
            Self::WriteProgram { .. } => {
                "it is as it was: name a file that you can write, or pipe it through `rlm fmt -`"
            }
            Self::StandardInputTwice => "`-` can stand for one thing only: put the others into files",
            Self::StandardInput { .. } => "pipe something into it, or name a file",
            Self::StandardInputTooLong { .. } => "write it to a file and name that: files may have any size",
            Self::KeepStandardInput { .. } => "name another --journal FILE, or give --no-journal",
            Self::Context(error) => return Some(error.hint()),
            Self::NoModel { .. } => {
                "give --model openai:NAME with OPENAI_API_KEY, LLM_BASE_URL for a server of your own, or --model extractive \
                 to look words up without a model"
            }
            Self::Tool(error) => error.hint(),
            Self::Tokenizer(_) => "leave --tokenizer out to estimate, or build rlm with `--features tokens`",
            Self::Run(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::WriteJournal(error) => error.hint(),
            Self::ReadJournal(error) => error.hint(),
            Self::Replay(error) => error.hint(),
            Self::ContextUnknown { .. } | Self::ContextMoved { .. } => "name it with --context, as for the run",
            Self::NoCall { .. } => "`rlm trace RUN --calls` lists its calls",
            Self::Request(error) => error.hint(),
            Self::Call(kind) => return hint_of_call(kind),
            Self::Bundle { .. } => "name a file that is not there yet, in a folder that you can write to",
            Self::KeyWithin { .. } => "withdraw that key, and unset the variable if it is none",
            Self::NoAnswer { .. } => "`rlm trace RUN` shows how it ended",
            Self::NoHome => "set RLM_DATA_DIR to a folder, or give --journal FILE or --no-journal",
            Self::NoTerminal { .. } => "call it in a terminal; `rlm trace RUN` writes what a run did as text",
            Self::Terminal { .. } => "`rlm trace RUN` writes what a run did as text",
            Self::AnswerFile { .. } | Self::Report { .. } => "name a file in a folder that you can write to",
            Self::Output { .. } => "write the answer to a file with -o FILE",
            Self::Start { .. } => "look at the limits of your system (`ulimit -a`)",
            Self::EnvironmentFile { .. } => "name a file that you can read with --env-file",
            Self::ModelsFile { .. } => {
                "a table [models.NAME] describes a model by `adapter` and `model`, and the table [run] states flags of `rlm run`"
            }
            Self::ConfigurationThere { .. } => "change it by hand, or replace it with --force",
            Self::WriteConfiguration { .. } => {
                "go to a folder that you can write to, or name your own file with RLM_CONFIG"
            }
            Self::Cache(CacheError::NotACache { .. }) => "name the folder of a cache with --cache",
            Self::Cache(CacheError::Read { .. } | CacheError::Write { .. }) => {
                "name another folder with --cache, or do without by --cache off"
            }
            Self::Model(error) => return error.hint().map(str::to_owned),
            Self::Cases { .. } | Self::Case { .. } | Self::Variable { .. } | Self::Cache(_) => return None,
        };
        Some(hint.to_owned())
    }

    /// Returns how what was asked for is to be counted.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Run(error) | Self::Replay(ReplayError::Run(error)) => error.outcome(),
            Self::QuestionBudget { empty } => Outcome::at_limit(empty.limit(), Answer::Nothing),
            Self::Call(kind) => match kind {
                FailureKind::Model(_) | FailureKind::Outage(_) => Outcome::ProviderError,
                FailureKind::Refused(limit) => Outcome::at_limit(limit.clone(), Answer::Nothing),
                FailureKind::Cancelled => Outcome::Cancelled,
                FailureKind::NotRecorded(_) | FailureKind::Ledger(_) => Outcome::Unable,
            },
            _ => Outcome::InvalidRequest,
        }
    }

    /// Returns the exit code of a process that ends with it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Output { .. } | Self::Start { .. } | Self::Terminal { .. } => 1,
            _ => self.outcome().exit_code(),
        }
    }

    /// Returns all of it in one line.
    pub fn line(&self) -> String {
        let hint = self.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
        one_line(&format!("{self}{hint}"))
    }
}

/// Returns what to do about a call that was asked again and has no reply.
fn hint_of_call(kind: &FailureKind) -> Option<String> {
    match kind {
        FailureKind::Ledger(_) => Some("this is a defect of rlm: report it with what you did".to_owned()),
        FailureKind::Cancelled | FailureKind::NotRecorded(_) => Some("ask it again".to_owned()),
        kind => kind.hint().map(str::to_owned),
    }
}

fn after(remark: Option<&str>) -> String {
    remark.map(|remark| format!(" ({remark})")).unwrap_or_default()
}
