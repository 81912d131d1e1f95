//! `rlm replay`: repeats a recorded run, and compares the events.

use rlm_cli_execution::stores;
use rlm_cli_execution::{recording, runtime};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::places::Places;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_output::steps;
use rlm_cli_output::text::{counted, one_line};
use rlm_cli_settings::args::ReplayArguments;
use rlm_cli_settings::environment::Environment;
use rlm_runs::{ReplayError, ReplayExtent, ReplayReport, replay, rerecord};
use rlm_trace::{RecordedRun, RunStarted};
use tokio_util::sync::CancellationToken;

/// The exit code of `rlm replay` if the events differ from the recording.
const DIFFERS_EXIT: u8 = 1;

/// Runs `rlm replay`: repeats a recorded run and compares the events. Returns the exit code.
pub(crate) fn run(arguments: &ReplayArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = stores::runs(environment)?.find(&arguments.run)?;
    let run = RecordedRun::read(&found.journal)?;
    let started = recording::started_again(&run)?;
    let context = recording::load_context(started, &found.journal, &arguments.context, environment)?;
    if let Some(path) = &arguments.record {
        let work = rerecord(&run, &context, path);
        let result = runtime::carry_out(runtime::runtime()?, CancellationToken::new(), console, work)?;
        if let Some(answer) = &result.answer {
            console.result_line(answer)?;
        }
        console.say(&format!(
            "run {}: re-recorded in {}",
            result.run,
            one_line(&path.to_string_lossy())
        ));
        return Ok(0);
    }
    if arguments.show_steps {
        steps::show(&run, &found.journal, Places::new(&context).of_run(started), console);
    }
    let work = replay(&run, &context);
    match runtime::carry_out(runtime::runtime()?, CancellationToken::new(), console, work) {
        Ok(report) => same(&report, arguments, console),
        Err(error @ ReplayError::Differs { .. }) => differs(&error, started, arguments, console),
        Err(error) => Err(error.into()),
    }
}

fn same(report: &ReplayReport, arguments: &ReplayArguments, console: Console) -> Result<u8, Failure> {
    if arguments.json {
        console.json(&schemas::Replay {
            same: true,
            replay: Some(value(report)),
            run: report.run.to_string(),
            error: None,
        })?;
        return Ok(0);
    }
    if let Some(answer) = &report.answer {
        console.result_line(answer)?;
    }
    let extent = match &report.extent {
        ReplayExtent::Whole => String::new(),
        ReplayExtent::Until { event } => format!(", up to {}", one_line(event)),
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
        let error = schemas::Error {
            code: error.code().to_owned(),
            message: error.to_string(),
            hint: Some(error.hint().to_owned()),
        };
        console.json(&schemas::Replay {
            same: false,
            replay: None,
            run: started.run.to_string(),
            error: Some(error),
        })?;
    } else {
        let label = console.painted("31", "error:");
        console.say(&format!("{label} {}; {}", one_line(&error.to_string()), error.hint()));
    }
    Ok(DIFFERS_EXIT)
}
