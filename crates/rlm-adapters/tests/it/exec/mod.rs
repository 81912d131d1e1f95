//! Models that are commands, with real processes.

mod acp;
mod lines;
mod once;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rlm_adapters::{ExecModel, ModelTable, ResolveOptions, SpecError};
use rlm_model::ModelError;

/// Creates the model `house` of a table with these lines.
fn model(lines: &str) -> Result<Arc<ExecModel>, SpecError> {
    model_with(lines, &[], &ResolveOptions::default())
}

fn model_with(lines: &str, variables: &[(&str, &str)], options: &ResolveOptions) -> Result<Arc<ExecModel>, SpecError> {
    let table = format!("[models.house]\nadapter = \"exec\"\n{lines}\n");
    let entry = ModelTable::from_toml(&table).unwrap().commands.remove("house").unwrap();
    let env = |name: &str| {
        let stated = variables.iter().find(|(known, _)| *known == name);
        stated
            .map(|(_, value)| (*value).to_owned())
            .or_else(|| std::env::var(name).ok())
    };
    ExecModel::new("house", &entry, &env, options).map(Arc::new)
}

/// Returns the line that sets the command, with the path of a script in this folder.
fn script(name: &str, arguments: &[&Path]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/exec").join(name);
    let words = ["python3".as_ref(), path.as_path()]
        .into_iter()
        .chain(arguments.iter().copied());
    format!("command = {:?}", words.collect::<Vec<_>>())
}

/// Formats an error with all fields that a user or the scheduler uses.
fn shown(error: &ModelError) -> String {
    let hint = error.hint.as_deref().unwrap_or("-");
    format!(
        "{}: {error}\nhint: {hint}\nretry: {:?}",
        error.kind.code(),
        error.retry()
    )
}

/// Waits until a condition holds. Panics after 30 seconds.
async fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Returns `true` if a process is running. A zombie is not.
fn is_running(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat"));
    status.is_ok_and(|status| !status.contains(") Z "))
}

#[test]
fn invalid_command_is_an_error_with_a_fix() {
    let wrong = [
        "command = []",
        "command = [\"./agent\"]",
        "command = [\"tools/agent\"]",
        "command = [\"no-such-agent\"]",
        "command = [\"/no/such/agent\"]",
        "command = [\"sh\"]\ncwd = \"here\"",
        "command = [\"sh\"]\ncwd = \"/no/such/folder\"",
    ];
    let errors = wrong.map(|lines| format!("{lines}\n  {}", model(lines).err().unwrap()));
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn invalid_tables_of_commands_are_errors_with_their_line() {
    let wrong = [
        "[models.a]\nadapter = \"exec\"\n",
        "[models.a]\nadapter = \"exec\"\ncommand = \"claude -p\"\n",
        "[models.a]\nadapter = \"exec\"\ncommand = [\"a\"]\nprotocol = \"http\"\n",
        "[models.a]\nadapter = \"exec\"\ncommand = [\"a\"]\nbase_url = \"x\"\n",
        "[models.a]\nadapter = \"exec\"\ncommand = [\"a\"]\nmax_in_flight = 0\n",
        "[models.a]\nadapter = \"openai\"\nmodel = \"a\"\ncommand = [\"a\"]\n",
        "[commands.a]\ncommand = [\"a\"]\n",
    ];
    let errors = wrong.map(|text| format!("{text}  {}\n", ModelTable::from_toml(text).unwrap_err()));
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn no_model_string_contains_a_command() {
    for text in ["exec:house", "exec:", "exec:sh -c true", "exec"] {
        let error = rlm_adapters::ModelSpec::parse(text).unwrap_err();
        assert!(matches!(error, SpecError::UndefinedCommand { .. }), "{error}");
        assert!(error.hint().unwrap().contains("[models.NAME]"));
    }
}
