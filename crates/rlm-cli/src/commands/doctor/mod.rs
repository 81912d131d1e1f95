//! `rlm doctor`: checks the requirements of a run, and advises how to fix failures.

mod machine;
mod runs;
mod servers;
mod telemetry;

use rlm_cli_output::console::{Console, Stream};
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas::doctor::{Check, Report, State};
use rlm_cli_output::text::{counted, one_line};
use rlm_cli_settings::args::{DoctorArguments, command_line};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::{configuration_file, origins};

/// Runs `rlm doctor`: performs all checks. Returns the exit code: 1 if a check failed.
pub(crate) fn run(arguments: &DoctorArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let mut checks = files(environment);
    let readable = checks.iter().all(|check| check.state != State::Failed);
    checks.extend(servers::keys(environment));
    // The configuration files contain the models.
    if readable {
        checks.extend(servers::models(arguments, environment)?);
    }
    checks.extend(machine::folders(arguments.cache.as_deref(), environment));
    checks.extend(runs::checks(environment));
    checks.extend(telemetry::checks(environment)?);
    checks.push(machine::terminal(console));
    let count = |state| checks.iter().filter(|check| check.state == state).count();
    let (failed, warnings) = (count(State::Failed), count(State::Warning));
    if arguments.json {
        let report = Report {
            failed,
            warnings,
            checks,
        };
        console.json(&report)?;
    } else {
        console.painted_result(&shown(&checks, console))?;
        console.say(&match (failed, warnings) {
            (0, 0) => "all checks passed".to_owned(),
            (failed, warnings) => format!("{failed} failed, {}", counted(warnings, "warning")),
        });
    }
    Ok(u8::from(failed > 0))
}

/// Checks the configuration files and the `.env` file.
fn files(environment: &Environment) -> Vec<Check> {
    let paths = configuration_file::paths(environment);
    let mut checks: Vec<Check> = paths
        .iter()
        .map(|(scope, path)| {
            let found = if path.exists() { "read" } else { "not found (optional)" };
            Check::ok(
                format!("{} configuration", scope.name()),
                format!("{}: {found}", path.display()),
            )
        })
        .collect();
    if let Err(failure) = origins::settings(&command_line(), environment) {
        checks = vec![Check::failure("configuration", &failure)];
    }
    checks.extend(machine::variables_file(environment));
    checks
}

/// Formats the results of the checks, one per line.
fn shown(checks: &[Check], console: Console) -> String {
    let width = checks
        .iter()
        .map(|check| check.of.chars().count())
        .max()
        .unwrap_or_default();
    let line = |check: &Check| {
        let state = console.painted_on(
            Stream::Output,
            check.state.color(),
            &format!("{:<7}", check.state.name()),
        );
        let advice = check
            .advice
            .as_ref()
            .map(|advice| format!("; {advice}"))
            .unwrap_or_default();
        let (of, found) = (one_line(&check.of), one_line(&format!("{}{advice}", check.found)));
        format!("{state}  {of:<width$}  {found}\n")
    };
    checks.iter().map(line).collect()
}
