//! `rlm doctor`: whether everything is there that a run needs, and what to do where it is not.

mod machine;
mod runs;
mod servers;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::{DoctorArguments, command_line};
use crate::configuration;
use crate::console::{Console, Stream, counted, one_line};
use crate::environment::Environment;
use crate::failure::Failure;

/// What was found of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct Check {
    /// What was looked at.
    of: String,
    state: State,
    found: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

/// Whether something is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    /// Runs go, though not as well as they could.
    Warning,
    /// Runs that need it can't go.
    Failed,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }

    /// Its ANSI colour.
    const fn color(self) -> &'static str {
        match self {
            Self::Ok => "32",
            Self::Warning => "33",
            Self::Failed => "31",
        }
    }
}

impl Check {
    fn ok(of: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            of: of.into(),
            state: State::Ok,
            found: found.into(),
            advice: None,
        }
    }

    fn warning(of: impl Into<String>, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            state: State::Warning,
            advice: Some(advice.into()),
            ..Self::ok(of, found)
        }
    }

    fn failed(of: impl Into<String>, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            state: State::Failed,
            ..Self::warning(of, found, advice)
        }
    }

    /// Says that something failed as an error of ours says it.
    fn failure(of: impl Into<String>, failure: &Failure) -> Self {
        Self {
            state: State::Failed,
            advice: failure.hint(),
            ..Self::ok(of, failure.to_string())
        }
    }
}

/// All that `--json` prints.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Report {
    failed: usize,
    warnings: usize,
    checks: Vec<Check>,
}

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
        console.form(&report)?;
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
    let paths = environment.file_paths();
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
    if let Err(failure) = configuration::settings(&command_line(), environment) {
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
