//! Reads recorded runs: their start events, and their contexts.

use std::path::{Component, Path, PathBuf};

use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::{RecordedContextArguments, ShownAs};
use rlm_cli_settings::environment::Environment;
use rlm_context::{Context, ContextSpec, Formats, RecordSplitting};
use rlm_policy::Limits;
use rlm_runs::{ReplayError, check_context, is_shown_as};
use rlm_trace::{Event, JournalTexts, RecordedRun, RunStarted};

use crate::context::{self, Reading};
use crate::standard_input;

/// Returns the start event of a recorded run.
///
/// # Errors
/// [`ReplayError::NoStart`].
pub fn started_of(run: &RecordedRun) -> Result<&RunStarted, Failure> {
    let started = run.events().find_map(|event| match event {
        Event::RunStarted(started) => Some(&**started),
        _ => None,
    });
    Ok(started.ok_or(ReplayError::NoStart)?)
}

/// Returns the start event of a recorded run, if its journal contains enough to run it again.
///
/// # Errors
/// [`ReplayError::NoStart`]; [`ReplayError::Withheld`] if the journal holds only digests of texts.
pub fn started_again(run: &RecordedRun) -> Result<&RunStarted, Failure> {
    let started = started_of(run)?;
    check_texts(started)?;
    Ok(started)
}

fn check_texts(started: &RunStarted) -> Result<(), Failure> {
    match started.texts {
        JournalTexts::Full | JournalTexts::References => Ok(()),
        JournalTexts::Digests => Err(ReplayError::Withheld.into()),
    }
}

/// Returns the limits of a recorded run. Returns the default limits if the journal has no valid
/// ones; that error is reported later.
pub fn limits_of(started: &RunStarted) -> Limits {
    let limits = started.settings.get("limits").cloned().unwrap_or_default();
    serde_json::from_value(limits).unwrap_or_default()
}

/// Loads the context of a recorded run again: from the files that the arguments name, or else from
/// where the run read it.
///
/// # Errors
/// [`Failure::ContextUnknown`], [`Failure::ContextMoved`], [`Failure::Context`];
/// [`ReplayError::Withheld`] if the journal does not contain what the context was.
pub fn load_context(
    started: &RunStarted,
    journal: &Path,
    arguments: &RecordedContextArguments,
    environment: &Environment,
) -> Result<Context, Failure> {
    check_texts(started)?;
    match &arguments.context_json {
        Some(path) => {
            let reading = Reading {
                separator: separator_of(started),
                ..Reading::again(ShownAs::Auto, Formats::Extracted, RecordSplitting::Text, environment)
            };
            Ok(context::load_value(path, reading)?.context)
        }
        None if let Some(data) = &arguments.data => Ok(Context::from_text(data.as_str())),
        None if arguments.context.is_empty() => recorded_context(started, journal, environment),
        None => given_context(started, &arguments.context, environment),
    }
}

/// Loads the context from where the recorded run read it, in the first form that matches the
/// recorded one.
fn recorded_context(started: &RunStarted, journal: &Path, environment: &Environment) -> Result<Context, Failure> {
    if started.context.is_empty() {
        return Ok(Context::none());
    }
    if started.context.iter().all(|source| source.bytes == 0) {
        return Ok(Context::from_text(""));
    }
    let unknown = || Failure::ContextUnknown {
        run: started.run.clone(),
    };
    let mut input = None;
    let mut specs = Vec::new();
    for source in &started.context {
        let location = source.location.as_ref().ok_or_else(unknown)?;
        let spec = match standard_input::kept(journal, location)? {
            Some(bytes) => {
                input = Some(bytes);
                "-".parse()?
            }
            None => match ContextSpec::at_location(location) {
                Some(spec) => spec,
                None if let Some(path) = beside(journal, &source.name) => ContextSpec::path(path),
                None => {
                    return Err(Failure::ContextMoved {
                        document: source.name.clone(),
                        // A prefix of the digest is enough to tell two documents apart.
                        digest: source
                            .digest
                            .or(source.ends)
                            .map(|digest| digest.to_string().chars().take(15).collect())
                            .unwrap_or_default(),
                        path: location.into(),
                    });
                }
            },
        };
        specs.push(spec.named(source.name.as_str()));
    }
    again(started, &specs, input, environment)
}

/// Returns the path of a document below the folder of its journal, if the journal was moved together
/// with its context. Whether the document is the same is checked by its digest.
fn beside(journal: &Path, document: &str) -> Option<PathBuf> {
    let document = Path::new(document);
    let is_below = document.components().all(|part| matches!(part, Component::Normal(_)));
    let path = journal.parent()?.join(document);
    (is_below && path.is_file()).then_some(path)
}

/// Loads the context of a recorded run again, and checks that it is unchanged.
///
/// # Errors
/// The errors of [`load_context`]; [`ReplayError::Context`] names the difference.
pub fn same_context_again(
    run: &RecordedRun,
    journal: &Path,
    arguments: &RecordedContextArguments,
    environment: &Environment,
) -> Result<Context, Failure> {
    let context = load_context(started_of(run)?, journal, arguments, environment)?;
    check_context(run, &context)?;
    Ok(context)
}

fn given_context(started: &RunStarted, arguments: &[String], environment: &Environment) -> Result<Context, Failure> {
    let specs = context::parse(arguments)?;
    let input = standard_input::read(&specs)?;
    again(started, &specs, input, environment)
}

fn again(
    started: &RunStarted,
    specs: &[ContextSpec],
    mut input: Option<Vec<u8>>,
    environment: &Environment,
) -> Result<Context, Failure> {
    in_its_form(started, |shown_as, formats, records| {
        let reading = Reading {
            separator: separator_of(started),
            ..Reading::again(shown_as, formats, records, environment)
        };
        Ok(context::load_specs(specs, &mut input, reading)?.context)
    })
}

/// Returns the separator between the documents of a recorded run; `None` for the default separator.
pub fn separator_of(started: &RunStarted) -> Option<String> {
    let separator = started.settings.get("separator").and_then(serde_json::Value::as_str);
    separator.map(ToOwned::to_owned)
}

/// Loads the context with each combination of options until it matches the recorded context. A
/// journal records the digest of what programs saw, but not the options for its type, file formats
/// and records.
fn in_its_form(
    started: &RunStarted,
    mut load: impl FnMut(ShownAs, Formats, RecordSplitting) -> Result<Context, Failure>,
) -> Result<Context, Failure> {
    let likely = if started.context.len() == 1 {
        ShownAs::Text
    } else {
        ShownAs::List
    };
    let mut first = None;
    let readings = [
        (Formats::Extracted, RecordSplitting::Text),
        (Formats::Extracted, RecordSplitting::Documents),
        (Formats::AsTheyAre, RecordSplitting::Text),
    ];
    for (formats, records) in readings {
        for shown_as in [likely, ShownAs::Dict, ShownAs::List, ShownAs::Text] {
            let loaded = load(shown_as, formats, records);
            if loaded.as_ref().is_ok_and(|context| is_shown_as(started, context)) {
                return loaded;
            }
            let has_failed = loaded.is_err();
            first.get_or_insert(loaded);
            if has_failed {
                break;
            }
        }
    }
    // The replay itself reports which document differs.
    first.unwrap_or_else(|| {
        Err(Failure::ContextUnknown {
            run: started.run.clone(),
        })
    })
}
