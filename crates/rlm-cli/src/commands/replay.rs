//! `rlm replay`: a recorded run, run again and compared.

use std::path::{Path, PathBuf};

use rlm_context::{Context, ContextSpec, Formats, RecordsAre};
use rlm_core::{Extent, ReplayError, ReplayReport, is_shown_as, record_again, replay};
use rlm_store::RunStore;
use rlm_trace::{Event, RecordedRun, RunStarted};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::arguments::{ReplayArguments, ShownAs};
use crate::console::{Console, counted, one_line};
use crate::context::{self, Reading};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::{execution, folders, standard_input};

/// The exit code of a run that went otherwise.
const DIFFERS_EXIT: u8 = 1;

/// Replays a run. Returns the exit code.
pub(crate) fn run(arguments: &ReplayArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = RunStore::open(folders::data(environment)?)?.find(&arguments.run)?;
    let recorded = RecordedRun::read(&found.journal)?;
    let started = recorded.events().find_map(|event| match event {
        Event::RunStarted(started) => Some(&**started),
        _ => None,
    });
    let started = started.ok_or(ReplayError::NoStart)?;
    let context = match &arguments.context_json {
        Some(path) => {
            let reading = Reading::again(ShownAs::Auto, Formats::Extracted, RecordsAre::Text, environment);
            context::load_value(path, reading)?.context
        }
        None if arguments.context.is_empty() => recorded_context(started, &found.journal, environment)?,
        None => given_context(started, &arguments.context, environment)?,
    };
    if let Some(path) = &arguments.record {
        let work = record_again(&recorded, &context, path);
        let result = execution::carry_out(execution::runtime()?, CancellationToken::new(), console, work)?;
        if let Some(answer) = &result.answer {
            console.result_line(answer)?;
        }
        console.say(&format!(
            "run {}: recorded again in {}",
            result.run,
            one_line(&path.to_string_lossy())
        ));
        return Ok(0);
    }
    let work = replay(&recorded, &context);
    match execution::carry_out(execution::runtime()?, CancellationToken::new(), console, work) {
        Ok(report) => same(&report, arguments, console),
        Err(error @ ReplayError::Differs { .. }) => differs(&error, started, arguments, console),
        Err(error) => Err(error.into()),
    }
}

fn same(report: &ReplayReport, arguments: &ReplayArguments, console: Console) -> Result<u8, Failure> {
    if arguments.json {
        console.json(&json!({ "same": true, "replay": report, "error": null }))?;
        return Ok(0);
    }
    if let Some(answer) = &report.answer {
        console.result_line(answer)?;
    }
    let extent = match &report.extent {
        Extent::Whole => String::new(),
        Extent::Until { event } => format!(", up to {}", one_line(event)),
    };
    let outcome = report.outcome.as_deref().unwrap_or("unfinished");
    let events = counted(report.compared, "event");
    console.say(&format!(
        "run {}: {outcome}; {events} compared, all as recorded{extent}",
        report.run
    ));
    Ok(0)
}

fn differs(
    error: &ReplayError,
    started: &RunStarted,
    arguments: &ReplayArguments,
    console: Console,
) -> Result<u8, Failure> {
    if arguments.json {
        let error = json!({ "code": error.code(), "message": error.to_string(), "hint": error.hint() });
        console.json(&json!({ "same": false, "replay": null, "run": started.run, "error": error }))?;
    } else {
        let label = console.painted("31", "error:");
        console.say(&format!("{label} {}; {}", one_line(&error.to_string()), error.hint()));
    }
    Ok(DIFFERS_EXIT)
}

/// Reads the context again from where the run read it, in whichever of its forms it is the same.
fn recorded_context(started: &RunStarted, journal: &Path, environment: &Environment) -> Result<Context, Failure> {
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
            None if Path::new(location).exists() => ContextSpec::path(PathBuf::from(location)),
            None => {
                return Err(Failure::ContextMoved {
                    document: source.name.clone(),
                    // Enough to tell two apart.
                    digest: source
                        .digest
                        .or(source.ends)
                        .map(|digest| digest.to_string().chars().take(15).collect())
                        .unwrap_or_default(),
                    path: location.into(),
                });
            }
        };
        specs.push(spec.named(source.name.as_str()));
    }
    again(started, &specs, input, environment)
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
        let reading = Reading::again(shown_as, formats, records, environment);
        Ok(context::load_specs(specs, &mut input, reading)?.context)
    })
}

/// A journal holds the digest of the context's form, not its name; nor whether formats were read as they are, and records as documents.
fn in_its_form(
    started: &RunStarted,
    mut load: impl FnMut(ShownAs, Formats, RecordsAre) -> Result<Context, Failure>,
) -> Result<Context, Failure> {
    let likely = if started.context.len() == 1 {
        ShownAs::Text
    } else {
        ShownAs::List
    };
    let mut first = None;
    let readings = [
        (Formats::Extracted, RecordsAre::Text),
        (Formats::Extracted, RecordsAre::Documents),
        (Formats::AsTheyAre, RecordsAre::Text),
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
    // Which document differs is said by the replay itself.
    first.unwrap_or_else(|| {
        Err(Failure::ContextUnknown {
            run: started.run.clone(),
        })
    })
}
