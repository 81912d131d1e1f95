//! `rlm doctor`: whether everything is there that a run needs, and what to do where it is not.

mod machine;
mod runs;
mod servers;

use rlm_cli_output::console::{Console, Stream};
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas::doctor::{Check, Report, State};
use rlm_cli_output::text::{counted, one_line};
use rlm_cli_settings::args::{DoctorArguments, command_line};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::{configuration_file, origins};

/// Looks at everything. Returns the exit code: 1 if something failed.
pub(crate) fn run(arguments: &DoctorArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let mut checks = files(environment);
    let readable = checks.iter().all(|check| check.state != State::Failed);
    checks.extend(servers::keys(environment));
    // What models there are stands in the files.
    if readable {
        checks.extend(servers::models(arguments, environment)?);
    }
    checks.extend(machine::folders(arguments.cache.as_deref(), environment));
    checks.extend(runs::checks(environment));
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
            (0, 0) => "all is well".to_owned(),
            (failed, warnings) => format!("{failed} failed, {}", counted(warnings, "warning")),
        });
    }
    Ok(u8::from(failed > 0))
}

/// Looks at the files of configuration and of variables.
fn files(environment: &Environment) -> Vec<Check> {
    let paths = configuration_file::paths(environment);
    let mut checks: Vec<Check> = paths
        .iter()
        .map(|(scope, path)| {
            let found = if path.exists() {
                "read"
            } else {
                "not there, which is no fault"
            };
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

/// Writes a line for each.
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
