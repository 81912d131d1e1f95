//! The hints of errors: what to do about each.

use rlm_cache::CacheError;
use rlm_policy::BudgetExhausted;
use rlm_scheduler::FailureKind;

use super::Failure;

impl Failure {
    /// Returns the hint what to do about the error; `None` if the message already contains it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Usage { command, .. } => return Some(format!("see `rlm {command} --help`")),
            Self::Prompt(error) => error.hint(),
            Self::ReadInstructions { .. } => "pass a readable text file",
            Self::PromptsThere { .. } | Self::WritePrompts { .. } | Self::WriteProgram { .. } => self.hint_of_output(),
            Self::ReadQuestion { .. } | Self::ReadProgram { .. } => "pass a readable file, or `-` for standard input",
            Self::StateFile { .. } => "choose a new file, or one that --state wrote",
            Self::StateInUse { .. } | Self::AnswersInUse { .. } => {
                "wait until that process has finished, or use another file"
            }
            Self::SessionTexts => "ask each question outside a session, or use --journal-texts full",
            Self::JobFolder { .. } => "submit the job again from a permanent folder",
            Self::Serve { hint, .. } => hint,
            Self::NothingToSearch => {
                "name files after the question or pipe text, or name a model: --model openai:NAME, see `rlm models`"
            }
            Self::Demo { .. } => "set RLM_DATA_DIR to a folder that you can write to",
            Self::QuestionBudget { empty } => hint_of_budget(empty),
            Self::JobArguments { .. } => "submit the job again with this version of rlm",
            Self::Questions { .. } | Self::Question { .. } => {
                "each line is {\"id\": …, \"question\": \"…\"}, or a question as a JSON string"
            }
            Self::Answers { .. } => "choose a new file, or one that `rlm batch` wrote",
            Self::NotRecorded { .. } => {
                "make one with `rlm test --live`, or make a case with a recording with `rlm record RUN`"
            }
            Self::Snapshot { .. } => "remove it, or move the cases to a writable folder",
            Self::Task { .. } => {
                "a task is a TOML or JSON file with a `question` and, optionally, `context`, `model`, `budget` and `criteria`, \
                 or a task of enzu"
            }
            Self::Schema { .. } => "pass a file that contains a JSON Schema",
            Self::SessionInput
            | Self::StandardInput { .. }
            | Self::StandardInputTwice
            | Self::StandardInputTooLong { .. }
            | Self::KeepStandardInput { .. } => self.hint_of_input(),
            Self::Context(error) => return Some(error.hint()),
            Self::NoModel { model, .. } => {
                return Some(format!(
                    "pass --model {model}, or --model search for keyword search without a model"
                ));
            }
            Self::Tool(error) => error.hint(),
            Self::Tokenizer(_) => "omit --tokenizer to estimate tokens, or build rlm with `--features tokens`",
            Self::Run(error) => error.hint(),
            Self::StoppedRun(stopped) => return Some(stopped.hint()),
            Self::Store(error) => error.hint(),
            Self::WriteJournal(error) => error.hint(),
            Self::ReadJournal(error) => error.hint(),
            Self::Replay(error) => error.hint(),
            Self::ContextUnknown { .. } | Self::ContextMoved { .. } => "pass --context as for the original run",
            Self::NoCall { .. } => "`rlm trace RUN --calls` lists its calls",
            Self::Request(error) => error.hint(),
            Self::Call(kind) => return hint_of_call(kind),
            Self::Bundle { .. } => "choose a new file in a writable folder",
            Self::KeyInOutput { .. } => "revoke that key, or unset the variable if it does not contain a key",
            Self::NoAnswer { .. } => "`rlm trace RUN` shows how it ended",
            Self::NoHome => "set RLM_DATA_DIR to a folder, or pass --journal FILE or --no-journal",
            Self::NoTerminal { .. }
            | Self::Terminal { .. }
            | Self::AnswerFile { .. }
            | Self::Report { .. }
            | Self::OpenReport { .. }
            | Self::Output { .. } => self.hint_of_output(),
            Self::Start { .. } => "check your system's limits (`ulimit -a`)",
            Self::EnvironmentFile { .. }
            | Self::ConfigurationFile { .. }
            | Self::ConfigurationThere { .. }
            | Self::WriteConfiguration { .. } => return self.hint_of_settings().map(str::to_owned),
            Self::Cache(error) => return hint_of_cache(error).map(str::to_owned),
            Self::Model(error) => return error.hint().map(str::to_owned),
            Self::Cases { .. } | Self::Case { .. } | Self::Variable { .. } => return None,
        };
        Some(hint.to_owned())
    }

    /// Returns the hint for standard input that can't be used.
    const fn hint_of_input(&self) -> &'static str {
        match self {
            Self::SessionInput => "save it to a file and pass that file",
            Self::StandardInputTwice => "use `-` once, and files for the other inputs",
            Self::StandardInputTooLong { .. } => {
                "save it to a file and pass that file: the size of files is not limited"
            }
            Self::KeepStandardInput { .. } => "choose another --journal FILE, or use --no-journal",
            _ => "pipe text into it, or pass a file",
        }
    }

    /// Returns the hint for output that can't be written or shown.
    const fn hint_of_output(&self) -> &'static str {
        match self {
            Self::NoTerminal { .. } => {
                "run it in a terminal, add --plain for progress as lines, or use `rlm trace RUN` to print a run as text"
            }
            Self::Terminal { .. } => "use `rlm trace RUN` to print a run as text",
            Self::AnswerFile { .. } | Self::Report { .. } => "choose a file in a writable folder",
            Self::PromptsThere { .. } => "choose another folder, or use --force to overwrite them",
            Self::WritePrompts { .. } => "choose a writable folder",
            Self::WriteProgram { .. } => {
                "the file is unchanged: make it writable, or pipe the program through `rlm fmt -`"
            }
            Self::OpenReport { .. } => "open the file yourself, or omit --open",
            _ => "redirect standard output to a file that can be written",
        }
    }

    /// Returns the hint for an error of a settings file.
    fn hint_of_settings(&self) -> Option<&'static str> {
        Some(match self {
            Self::EnvironmentFile { .. } => "pass a readable file with --env-file",
            // A file that can't be read or parsed needs no description of its tables.
            Self::ConfigurationFile { detail, .. } if !detail.contains("unknown") => return None,
            Self::ConfigurationFile { .. } => {
                "a table [models.NAME] defines a model with `adapter` and `model`, and the table [run] sets flags of `rlm run`"
            }
            Self::ConfigurationThere { .. } => "edit it, or use --force to overwrite it",
            _ => "run it in a writable folder, or set RLM_CONFIG to your own file",
        })
    }
}

/// Returns the hint for a question whose budget is exhausted before it starts.
const fn hint_of_budget(empty: &BudgetExhausted) -> &'static str {
    match empty {
        BudgetExhausted::Unknown { .. } => "submit it again with the model's price (--price), or without a cost limit",
        _ => "submit it again with a higher limit",
    }
}

/// Returns the hint for an error of the reply cache; `None` if the message says what to do.
const fn hint_of_cache(error: &CacheError) -> Option<&'static str> {
    match error {
        CacheError::NotACache { .. } => Some("pass the folder of a cache with --cache"),
        CacheError::Read { .. } => {
            Some("remove its replies with `rlm cache clear`, or use another folder (--cache DIR)")
        }
        CacheError::Write { .. } => Some("use another folder (--cache DIR), or turn the cache off (--cache off)"),
        _ => None,
    }
}

/// Returns the hint for a model call that was repeated and failed.
fn hint_of_call(kind: &FailureKind) -> Option<String> {
    match kind {
        FailureKind::Ledger(_) => Some("please report it with the steps that led to it".to_owned()),
        FailureKind::Cancelled | FailureKind::NotRecorded(_) => Some("repeat the call".to_owned()),
        kind => kind.hint().map(str::to_owned),
    }
}
