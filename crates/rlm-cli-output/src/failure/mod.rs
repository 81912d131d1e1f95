//! The errors of commands, before, during and after a run. Each error has a one-line message, a
//! hint what to do, and a stable code.

mod hints;
mod outcome;
#[cfg(test)]
mod samples;

use std::io;
use std::path::PathBuf;

use rlm_adapters::SpecError;
use rlm_cache::CacheError;
use rlm_context::ContextError;
use rlm_core::RunError;
use rlm_model::RunId;
use rlm_policy::BudgetExhausted;
use rlm_prompt::PromptError;
use rlm_runs::ReplayError;
use rlm_scheduler::FailureKind;
use rlm_store::StoreError;
use rlm_trace::{ReadError, WriteError};

pub use self::outcome::StoppedRun;
use crate::text::one_line;

/// The error of a command.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line is invalid.
    #[error("{detail}")]
    Usage {
        /// A description of what is wrong with the command line.
        detail: String,
        /// The name of the command whose help describes the syntax.
        command: String,
    },
    /// The file that contains the question can't be read.
    #[error("can't read the question in {}: {cause}", path.display())]
    ReadQuestion {
        /// The path of the file that contains the question.
        path: PathBuf,
        /// The I/O error of reading the question.
        cause: io::Error,
    },
    /// The file that stores a session can't be used.
    #[error("can't use the session file {}: {detail}", path.display())]
    StateFile {
        /// The path of the session's file.
        path: PathBuf,
        /// A description of why the session's file can't be used.
        detail: String,
    },
    /// Another process uses the file that stores a session.
    #[error("the session in {} is in use by another process", path.display())]
    StateInUse {
        /// The path of the session's file.
        path: PathBuf,
    },
    /// The context of a session can't be standard input, because later questions need it too.
    #[error("standard input can't be the context of a session: it can be read only once")]
    SessionInput,
    /// The journals of a session would omit texts that its next question needs.
    #[error("a session needs the texts in its journals, but --journal-texts omits them")]
    SessionTexts,
    /// The folder in which a job was submitted is gone.
    #[error("can't enter the folder {} in which the job was submitted: {cause}", path.display())]
    JobFolder {
        /// The path of the folder in which the job was submitted.
        path: PathBuf,
        /// The I/O error of changing to the job's folder.
        cause: io::Error,
    },
    /// A keyword search has no text to search, as no context is named.
    #[error("keyword search needs a text to search, and no context is named")]
    NothingToSearch,
    /// The service can't start or continue, or its API keys can't be used.
    #[error("{detail}")]
    Serve {
        /// A description of what went wrong.
        detail: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// The texts of a demo can't be written.
    #[error("can't write the demo to {}: {cause}", path.display())]
    Demo {
        /// The path of the demo's folder.
        path: PathBuf,
        /// The I/O error of writing the demo.
        cause: io::Error,
    },
    /// Earlier runs of the question have used up its budget.
    #[error("BudgetExceeded: {empty} by earlier runs of this question")]
    QuestionBudget {
        /// The budget that is exhausted, with its limit and what was spent.
        empty: BudgetExhausted,
    },
    /// The stored command line of a job is invalid.
    #[error("can't read the job's command line: {detail}")]
    JobArguments {
        /// A description of what is wrong with the stored command line.
        detail: String,
    },
    /// A file of questions for `rlm batch` can't be used.
    #[error("{}: {detail}", path.display())]
    Questions {
        /// The path of the file of questions.
        path: PathBuf,
        /// A description of why the file of questions can't be used.
        detail: String,
    },
    /// A line in a file of questions contains no valid question.
    #[error("{}:{number}: {detail}", path.display())]
    Question {
        /// The path of the file of questions.
        path: PathBuf,
        /// The number of the invalid line, from 1.
        number: usize,
        /// A description of why the line is no valid question.
        detail: String,
    },
    /// A line in an answers file was not written by `rlm batch`.
    #[error("{}:{number}: not an answer written by `rlm batch`", path.display())]
    Answers {
        /// The path of the answers file.
        path: PathBuf,
        /// The number of the invalid line, from 1.
        number: usize,
    },
    /// Another process writes to the answers file of `rlm batch`.
    #[error("the answers file {} is in use by another process", path.display())]
    AnswersInUse {
        /// The path of the answers file.
        path: PathBuf,
    },
    /// The file of a program can't be read.
    #[error("can't read the program {}: {cause}", path.display())]
    ReadProgram {
        /// The path of the program's file.
        path: PathBuf,
        /// The I/O error of reading the program.
        cause: io::Error,
    },
    /// Test cases can't be found, read or written.
    #[error("{}: {detail}", path.display())]
    Cases {
        /// The path of the file or folder of test cases.
        path: PathBuf,
        /// A description of why the test cases can't be used, and what to do about it.
        detail: String,
    },
    /// A test case is invalid.
    #[error("{}:{line}: {detail}", path.display())]
    Case {
        /// The path of the file that contains the test case.
        path: PathBuf,
        /// The number of the invalid line, from 1.
        line: usize,
        /// A description of why the test case is invalid.
        detail: String,
    },
    /// A test case has no recording.
    #[error("recording not found: {}", path.display())]
    NotRecorded {
        /// The path at which the recording is expected.
        path: PathBuf,
    },
    /// The snapshot of a test case can't be read or written.
    #[error("can't read or write the snapshot {}: {cause}", path.display())]
    Snapshot {
        /// The path of the snapshot.
        path: PathBuf,
        /// The I/O error of reading or writing the snapshot.
        cause: io::Error,
    },
    /// A task file is invalid or can't be read.
    #[error("can't use the task file {}: {detail}", path.display())]
    Task {
        /// The path of the task file.
        path: PathBuf,
        /// A description of why the task file can't be used.
        detail: String,
    },
    /// The JSON Schema of the answer is invalid or can't be read.
    #[error("can't read the JSON Schema in {}: {detail}", path.display())]
    Schema {
        /// The path of the schema's file.
        path: PathBuf,
        /// A description of why the schema can't be used.
        detail: String,
    },
    /// A prompt template is invalid or can't be read.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// The file of additional instructions for models can't be read.
    #[error("can't read the instructions in {}: {cause}", path.display())]
    ReadInstructions {
        /// The path of the instructions file.
        path: PathBuf,
        /// The I/O error of reading the instructions.
        cause: io::Error,
    },
    /// The target folder already contains some of the prompt files to be written.
    #[error("{} already contains {}, so nothing was written", path.display(), files.join(", "))]
    PromptsThere {
        /// The path of the target folder.
        path: PathBuf,
        /// The names of the prompt files that already exist.
        files: Vec<String>,
    },
    /// Prompt files can't be written.
    #[error("can't write prompts to {}: {cause}", path.display())]
    WritePrompts {
        /// The path of the target folder.
        path: PathBuf,
        /// The I/O error of writing prompt files.
        cause: io::Error,
    },
    /// The file of a program can't be replaced.
    #[error("can't write the program {}: {cause}", path.display())]
    WriteProgram {
        /// The path of the program's file.
        path: PathBuf,
        /// The I/O error of replacing the program.
        cause: io::Error,
    },
    /// The command line names standard input for more than one purpose.
    #[error("standard input (`-`) is used more than once")]
    StandardInputTwice,
    /// Standard input can't be read.
    #[error("can't read standard input: {cause}")]
    StandardInput {
        /// The I/O error of reading standard input.
        cause: io::Error,
    },
    /// Standard input exceeds the maximum size.
    #[error("standard input is longer than {most} bytes")]
    StandardInputTooLong {
        /// The maximum size of standard input, in bytes.
        most: u64,
    },
    /// The copy of standard input can't be stored next to the journal.
    #[error("can't save a copy of standard input to {}: {cause}", path.display())]
    KeepStandardInput {
        /// The path of the copy.
        path: PathBuf,
        /// The I/O error of writing the copy.
        cause: io::Error,
    },
    /// The context of a question can't be loaded.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// A run can't be started or resumed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A run that has a journal was ended by an error.
    #[error("{}", .0.error)]
    StoppedRun(Box<StoppedRun>),
    /// No model is named, and the user has to choose one.
    #[error("no model named: {detail}")]
    NoModel {
        /// What is there without naming a model: a variable, or several servers.
        detail: String,
        /// A model string to choose, such as `groq:NAME`.
        model: String,
    },
    /// The `.env` file can't be read.
    #[error("can't read the environment file {}: {cause}", path.display())]
    EnvironmentFile {
        /// The path of the `.env` file.
        path: PathBuf,
        /// The I/O error of reading the `.env` file.
        cause: io::Error,
    },
    /// A configuration file is invalid or can't be read.
    #[error("{}: {detail}", path.display())]
    ConfigurationFile {
        /// The path of the configuration file.
        path: PathBuf,
        /// A description of why the configuration file can't be used.
        detail: String,
    },
    /// The configuration file to be created already exists.
    #[error("file already exists: {}", path.display())]
    ConfigurationThere {
        /// The path of the existing configuration file.
        path: PathBuf,
    },
    /// A configuration file can't be written.
    #[error("can't write {}: {cause}", path.display())]
    WriteConfiguration {
        /// The path of the configuration file.
        path: PathBuf,
        /// The I/O error of writing the configuration file.
        cause: io::Error,
    },
    /// An environment variable has an invalid value.
    #[error("invalid value `{value}` of the variable {variable}: {advice}")]
    Variable {
        /// The name of the invalid environment variable.
        variable: &'static str,
        /// The invalid value of the environment variable.
        value: String,
        /// A hint about valid values of the environment variable.
        advice: &'static str,
    },
    /// The client of a model can't be created from its specification.
    #[error(transparent)]
    Model(#[from] SpecError),
    /// A tool can't be started.
    #[error(transparent)]
    Tool(#[from] rlm_tools::ToolError),
    /// This build lacks the requested tokenizer.
    #[error(transparent)]
    Tokenizer(#[from] rlm_tokens::UnknownEncoding),
    /// The reply cache can't be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A run or a session can't be stored or found.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A journal can't be written.
    #[error(transparent)]
    WriteJournal(#[from] WriteError),
    /// A journal can't be read.
    #[error(transparent)]
    ReadJournal(#[from] ReadError),
    /// A recorded run can't be replayed or resumed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A journal does not record the paths of the whole context.
    #[error("the journal of run {run} does not record the paths of its whole context")]
    ContextUnknown {
        /// The id of the run whose journal is incomplete.
        run: RunId,
    },
    /// A file in the context of a recorded run no longer exists.
    #[error("document {document} ({digest}) not found: the run read it from {}", path.display())]
    ContextMoved {
        /// The name of the missing document.
        document: String,
        /// The beginning of the missing document's digest.
        digest: String,
        /// The path from which the run read the missing document.
        path: PathBuf,
    },
    /// A recorded run has no model call with the given id.
    #[error("run {run} has no call {call}")]
    NoCall {
        /// The id of the call that does not exist.
        call: String,
        /// The id of the run.
        run: String,
    },
    /// The request of a recorded model call can't be reconstructed.
    #[error(transparent)]
    Request(rlm_trace::RecordedPromptError),
    /// A recorded model call was repeated, and failed.
    #[error("{0}")]
    Call(FailureKind),
    /// The bundle of a run can't be written.
    #[error("can't write the bundle {}: {cause}", path.display())]
    Bundle {
        /// The path of the bundle.
        path: PathBuf,
        /// The I/O error of writing the bundle.
        cause: io::Error,
    },
    /// A file to be written would contain the value of an API key.
    #[error("the run's journal or context contains the value of {variable}, so nothing was written")]
    KeyInOutput {
        /// The name of the environment variable that contains the key.
        variable: String,
    },
    /// A recorded run has no answer.
    #[error("run {run} has no answer")]
    NoAnswer {
        /// The id of the run without an answer.
        run: String,
    },
    /// The user's home folder is unknown, so there is no default folder for runs.
    #[error("no folder for runs: the home folder is unknown")]
    NoHome,
    /// The report of a run can't be written.
    #[error("can't write the report to {}: {cause}", path.display())]
    Report {
        /// The path of the report.
        path: PathBuf,
        /// The I/O error of writing the report.
        cause: io::Error,
    },
    /// The report of a run was written, but no browser could be started.
    #[error("can't open {} in a browser: none was found, or it did not start", path.display())]
    OpenReport {
        /// The path of the report.
        path: PathBuf,
    },
    /// The output file of the flag `-o` can't be written.
    #[error("can't write the answer to {}: {cause}", path.display())]
    AnswerFile {
        /// The path of the output file.
        path: PathBuf,
        /// The I/O error of writing the answer.
        cause: io::Error,
    },
    /// Standard output can't be written.
    #[error("can't write to standard output: {cause}")]
    Output {
        /// The I/O error of writing to standard output.
        cause: io::Error,
    },
    /// A view can't be drawn, because standard error is not a suitable terminal.
    #[error("{what} needs a terminal, but standard error is not a terminal")]
    NoTerminal {
        /// The option or command that draws the view.
        what: &'static str,
    },
    /// Drawing on the terminal or reading its keys failed.
    #[error("can't draw on the terminal: {cause}")]
    Terminal {
        /// The I/O error of the terminal.
        cause: io::Error,
    },
    /// The process can't create its async runtime or random ids.
    #[error("can't start: {cause}")]
    Start {
        /// The operating system's error.
        cause: io::Error,
    },
}

impl Failure {
    /// Returns the stable code of a command's error, for machine-readable output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Usage { .. } => "usage",
            Self::ReadQuestion { .. } => "question_unreadable",
            Self::StateFile { .. } => "state_file",
            Self::StateInUse { .. } => "state_in_use",
            Self::SessionInput => "standard_input_later",
            Self::SessionTexts => "session_texts",
            Self::JobFolder { .. } => "job_folder",
            Self::NothingToSearch => "no_context",
            Self::Serve { .. } => "serve",
            Self::Demo { .. } => "demo_unwritten",
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
            Self::StoppedRun(stopped) => stopped.error.code(),
            Self::NoModel { .. } => "no_model",
            Self::EnvironmentFile { .. } => "environment_file",
            Self::ConfigurationFile { .. } => "models_file",
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
            Self::KeyInOutput { .. } => "key_within",
            Self::Request(_) => "request",
            Self::Call(FailureKind::Model(_)) => "call_failed",
            Self::Call(FailureKind::Ledger(_)) => "fault_ledger",
            Self::Call(FailureKind::NotRecorded(_)) => "call_not_recorded",
            Self::Call(kind) => kind.code(),
            Self::NoHome => "no_home",
            Self::Report { .. } => "report_file",
            Self::OpenReport { .. } => "open_report",
            Self::AnswerFile { .. } => "answer_file",
            Self::Output { .. } => "output",
            Self::NoTerminal { .. } => "no_terminal",
            Self::Terminal { .. } => "terminal",
            Self::Start { .. } => "start",
        }
    }

    /// Returns the error message and its hint as one line.
    pub fn line(&self) -> String {
        let said = self.to_string();
        one_line(&match self.hint() {
            None => said,
            Some(hint) => match said.trim_end().strip_suffix(['?', '!']) {
                Some(_) => format!("{} ({hint})", said.trim_end()),
                None => format!("{}; {hint}", said.trim_end().trim_end_matches('.')),
            },
        })
    }
}
