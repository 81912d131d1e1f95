//! The run from which a test case is created, and the file of the case.

use std::io;
use std::path::{Path, PathBuf};

use rlm_cases::Facts;
use rlm_cli_execution::recording;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::RecordArguments;
use rlm_cli_settings::model_bindings::ModelBindings;
use rlm_core::RunSettings;
use rlm_runs::ReplayError;
use rlm_trace::{JournalTexts, RecordedRun, RunStarted, outcome};
use serde_json::Value;

/// The maximum number of words of a question in the file name of a test case.
const NAME_WORDS: usize = 6;

/// The recorded run from which a test case is created.
pub(super) struct Source<'r> {
    pub(super) recorded: &'r RecordedRun,
    pub(super) started: &'r RunStarted,
    pub(super) settings: RunSettings,
    pub(super) bindings: ModelBindings,
    /// The path of the run's journal.
    pub(super) journal: &'r Path,
    pub(super) facts: Facts,
}

/// The location at which a test case is created.
pub(super) struct Target {
    /// The path of the test case's file.
    pub(super) file: PathBuf,
    /// The folder that contains the test case's file.
    pub(super) folder: PathBuf,
    /// The name of the test case's file without its extension. The names of the case's other files
    /// start with it.
    pub(super) stem: String,
}

impl<'r> Source<'r> {
    pub(super) fn of(recorded: &'r RecordedRun, journal: &'r Path) -> Result<Self, Failure> {
        let started = recording::started_of(recorded)?;
        let refused = |detail: &str| Failure::Cases {
            path: journal.to_owned(),
            detail: detail.to_owned(),
        };
        if started.texts != JournalTexts::Full {
            return Err(refused(
                "the journal has no texts to compare a case with; record a run with --journal-texts full",
            ));
        }
        if outcome(&recorded.records).is_none() {
            return Err(refused("the run is unfinished; continue it with `rlm resume`"));
        }
        if started.question.is_empty() {
            return Err(refused(
                "the run has no question, since its programs were typed by hand; record a run of `rlm run`",
            ));
        }
        let settings =
            serde_json::from_value(Value::Object(started.settings.clone())).map_err(|error| ReplayError::Settings {
                detail: error.to_string(),
            })?;
        Ok(Self {
            recorded,
            started,
            settings,
            bindings: ModelBindings::from_recording(started),
            journal,
            facts: Facts::of(&recorded.records),
        })
    }
}

impl Target {
    /// Returns the location that the arguments name: a file, or a folder in which the file is named
    /// after the question's first words.
    pub(super) fn of(arguments: &RecordArguments, started: &RunStarted) -> Self {
        let output = &arguments.output;
        let file = match output.extension() {
            Some(end) if end == "toml" => output.clone(),
            _ => output.join(format!("{}.toml", named_after(&started.question))),
        };
        Self {
            folder: file.parent().unwrap_or(Path::new("")).to_owned(),
            stem: file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            file,
        }
    }

    /// Returns the path of another file of the test case, beside it: the case's name with another
    /// ending.
    pub(super) fn beside(&self, ending: &str) -> PathBuf {
        self.folder.join(self.name(ending))
    }

    pub(super) fn name(&self, ending: &str) -> String {
        format!("{}.{ending}", self.stem)
    }

    pub(super) fn refused(&self, detail: &str) -> Failure {
        Failure::Cases {
            path: self.file.clone(),
            detail: detail.to_owned(),
        }
    }

    pub(super) fn unwritten(&self, cause: &io::Error) -> Failure {
        self.refused(&format!("not writable: {cause}; choose a file in a writable folder"))
    }
}

/// Creates a file name from the first words of a question.
fn named_after(question: &str) -> String {
    let words = question
        .split(|char: char| !char.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let name = words.take(NAME_WORDS).collect::<Vec<_>>().join("-").to_lowercase();
    match name.is_empty() {
        true => "case".to_owned(),
        false => name.chars().take(60).collect(),
    }
}
