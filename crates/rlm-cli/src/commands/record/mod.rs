//! `rlm record`: creates a test case from a run.

mod context;
mod document;
mod flags;
mod source;

use rlm_cases::{CaseReport, Status};
use rlm_cli_execution::stores;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::text::one_line;
use rlm_cli_settings::args::RecordArguments;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::keys;
use rlm_trace::RecordedRun;

use self::context::{CaseContext, describe};
use self::document::{Document, quoted};
use self::source::{Source, Target};
use super::test::try_once;

/// The exit code of `rlm record` if the created test case does not pass.
const NOT_PASSED: u8 = 3;
/// The maximum length, in bytes, of an answer that is proposed as the expected text of a test case.
const PROPOSED_ANSWER: usize = 80;

/// Runs `rlm record`: creates a test case from a run. Returns the exit code.
pub(crate) fn run(arguments: &RecordArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = stores::runs(environment)?.find(&arguments.run)?;
    let run = RecordedRun::read(&found.journal)?;
    let source = Source::of(&run, &found.journal)?;
    let target = Target::of(arguments, source.started);
    let journal = std::fs::read(&found.journal).map_err(|cause| target.unwritten(&cause))?;
    if let Some(variable) = keys::key_within(&[&journal], source.bindings.api_key_env(), environment)? {
        return Err(Failure::KeyInOutput { variable });
    }
    let copy = target.beside("jsonl");
    if !arguments.force && (target.file.exists() || copy.exists()) {
        return Err(target.refused("the case already exists; replace it with --force, or choose another file with -o"));
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

/// Reports if the new test case does not pass with its own recording, and returns the exit code. A
/// setting that no flag can express makes the case stale.
fn said(report: &CaseReport, console: Console) -> u8 {
    match report.status {
        Status::Passed => 0,
        _ => {
            console.warn("the case does not pass with its own recording; run `rlm test` for details");
            for line in report.changes.iter().chain(&report.error) {
                console.say(&format!("  {}", one_line(line)));
            }
            NOT_PASSED
        }
    }
}

/// Returns the text of the test case's file.
fn document(
    source: &Source<'_>,
    arguments: &RecordArguments,
    target: &Target,
    described: &CaseContext,
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

/// Adds proposed expectations to the test case, derived from the run's result.
fn expectations(source: &Source<'_>, document: &mut Document) {
    let facts = &source.facts;
    if facts.outcome != "complete" {
        document.key("outcome", &quoted(&facts.outcome));
    }
    match facts.answer.as_deref().map(str::trim) {
        Some(answer) if !answer.is_empty() && answer.len() <= PROPOSED_ANSWER && !answer.contains('\n') => {
            document.key("contains", &quoted(answer));
        }
        _ => document.remark("contains = \"…\"        # text that a good answer contains"),
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
