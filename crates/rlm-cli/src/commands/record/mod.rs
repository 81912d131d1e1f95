//! `rlm record`: a case made of a run.

mod context;
mod flags;
mod writing;

use std::io;
use std::path::{Path, PathBuf};

use rlm_cases::{CaseReport, Facts, Status};
use rlm_core::{ReplayError, RunSettings};
use rlm_store::RunStore;
use rlm_trace::{JournalTexts, RecordedRun, RunStarted, outcome};
use serde_json::Value;

use self::context::{Described, describe};
use self::writing::{Document, quoted};
use super::test::try_once;
use crate::args::RecordArguments;
use crate::execution::recording;
use crate::output::console::Console;
use crate::output::failure::Failure;
use crate::output::text::one_line;
use crate::settings::environment::Environment;
use crate::settings::model_bindings::ModelBindings;
use crate::settings::{folders, keys};

/// The exit code where a case was made that does not pass.
const NOT_PASSED: u8 = 3;
/// The longest answer that is proposed as what an answer holds, in bytes.
const PROPOSED_ANSWER: usize = 80;
/// The words of a question that a case is named after.
const NAME_WORDS: usize = 6;

/// A run that a case is made of.
struct Source<'r> {
    recorded: &'r RecordedRun,
    started: &'r RunStarted,
    settings: RunSettings,
    bindings: ModelBindings,
    /// Its journal.
    journal: &'r Path,
    facts: Facts,
}

/// Where a case is written to.
struct Target {
    /// Its file.
    file: PathBuf,
    /// Its folder.
    folder: PathBuf,
    /// What its other files are called by.
    stem: String,
}

/// Makes a case of a run. Returns the exit code.
pub(crate) fn run(arguments: &RecordArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = RunStore::open(folders::data(environment)?)?.find(&arguments.run)?;
    let run = RecordedRun::read(&found.journal)?;
    let source = Source::of(&run, &found.journal)?;
    let target = Target::of(arguments, source.started);
    let journal = std::fs::read(&found.journal).map_err(|cause| target.unwritten(&cause))?;
    if let Some(variable) = keys::key_within(&[&journal], source.bindings.api_key_env(), environment)? {
        return Err(Failure::KeyWithin { variable });
    }
    let copy = target.beside("jsonl");
    if !arguments.force && (target.file.exists() || copy.exists()) {
        return Err(target.refused("there is a case already; replace it with --force, or name another file with -o"));
    }
    std::fs::create_dir_all(&target.folder).map_err(|cause| target.unwritten(&cause))?;
    let described = describe(&source, arguments, &target, environment)?;
    for note in &described.notes {
        console.warn(note);
    }
    let text = document(&source, arguments, &target, &described)?;
    std::fs::write(&copy, &journal)
        .and_then(|()| std::fs::write(&target.file, text))
        .map_err(|cause| target.unwritten(&cause))?;
    let report = try_once(&target.file, environment, console)?;
    console.result_line(&target.file.display().to_string())?;
    Ok(said(&report, console))
}

/// Says whether the case passes as it was made: what can't be said by flags makes it stale.
fn said(report: &CaseReport, console: Console) -> u8 {
    match report.status {
        Status::Passed => 0,
        _ => {
            console.warn("the case does not pass as it was recorded; see why with `rlm test`");
            for line in report.changes.iter().chain(&report.error) {
                console.say(&format!("  {}", one_line(line)));
            }
            NOT_PASSED
        }
    }
}

impl<'r> Source<'r> {
    fn of(recorded: &'r RecordedRun, journal: &'r Path) -> Result<Self, Failure> {
        let started = recording::started_of(recorded)?;
        let refused = |detail: &str| Failure::Cases {
            path: journal.to_owned(),
            detail: detail.to_owned(),
        };
        if started.texts != JournalTexts::Full {
            return Err(refused(
                "its journal withholds texts, which a case is compared with: make one of a run with --journal-texts full",
            ));
        }
        if outcome(&recorded.records).is_none() {
            return Err(refused("the run has not ended: go on with it by `rlm resume`"));
        }
        if started.question.is_empty() {
            return Err(refused(
                "its programs were typed by hand, and no question was asked: make a case of a run of `rlm run`",
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
            bindings: ModelBindings::of_recorded(started),
            journal,
            facts: Facts::of(&recorded.records),
        })
    }
}

impl Target {
    /// Takes the file that is named, or one in the folder that is, called after the question.
    fn of(arguments: &RecordArguments, started: &RunStarted) -> Self {
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

    /// Returns a file beside the case that is called as it is.
    fn beside(&self, ending: &str) -> PathBuf {
        self.folder.join(self.name(ending))
    }

    fn name(&self, ending: &str) -> String {
        format!("{}.{ending}", self.stem)
    }

    fn refused(&self, detail: &str) -> Failure {
        Failure::Cases {
            path: self.file.clone(),
            detail: detail.to_owned(),
        }
    }

    fn unwritten(&self, cause: &io::Error) -> Failure {
        self.refused(&format!(
            "it can't be written: {cause}; name a file in a folder that you can write to"
        ))
    }
}

/// Makes a file's name of the first words of a question.
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

/// Writes the case's file.
fn document(
    source: &Source<'_>,
    arguments: &RecordArguments,
    target: &Target,
    described: &Described,
) -> Result<String, Failure> {
    let mut document = Document::new(&format!(
        "Recorded from run {}; the journal is {}.",
        source.started.run,
        target.name("jsonl")
    ));
    document.key("question", &quoted(&source.started.question));
    described.write(&mut document);
    if arguments.snapshots {
        document.key("snapshots", "[\"prompts\", \"trajectory\"]");
    }
    document.table("run");
    for note in flags::write(source, arguments, target, described, &mut document)? {
        document.remark(&note);
    }
    document.table("expect");
    expectations(source, &mut document);
    Ok(document.finish())
}

/// Proposes what to expect, of what happened.
fn expectations(source: &Source<'_>, document: &mut Document) {
    let facts = &source.facts;
    if facts.outcome != "complete" {
        document.key("outcome", &quoted(&facts.outcome));
    }
    match facts.answer.as_deref().map(str::trim) {
        Some(answer) if !answer.is_empty() && answer.len() <= PROPOSED_ANSWER && !answer.contains('\n') => {
            document.key("contains", &quoted(answer));
        }
        _ => document.remark("contains = \"…\"        # what a good answer holds"),
    }
    document.remark(&format!("max_steps = {}", facts.steps));
    let documents: Vec<String> = facts.cited.iter().map(|name| quoted(name)).collect();
    let is_verified = facts.citations > 0 && facts.unverified.is_empty();
    let parts = [
        is_verified.then(|| "verified = true".to_owned()),
        (!documents.is_empty()).then(|| format!("documents = [{}]", documents.join(", "))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        document.key("citations", &format!("{{ {} }}", parts.join(", ")));
    }
}
