//! `rlm check`: checks programs without running them.

use rlm_cli_execution::program_file::ProgramFile;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas;
use rlm_cli_output::text::{counted, one_line};
use rlm_cli_settings::args::{CheckArguments, UnknownNames};
use serde_json::{Value, json};
use sift_syntax::{Color, Diagnostic, Severity, render_ariadne, to_json};
use sift_text::Text;
use sift_vm::{ContextData, Machine, Settings};

/// A checked program with its diagnostics.
struct Checked {
    source: ProgramFile,
    diagnostics: Vec<Diagnostic>,
}

/// Runs `rlm check`: checks each file separately. Returns the exit code.
pub(crate) fn run(arguments: &CheckArguments, console: Console) -> Result<u8, Failure> {
    let sources = arguments.files.iter().map(|path| ProgramFile::read(path));
    let checked = sources
        .map(|source| Ok(check(source?, arguments.unknown_names)))
        .collect::<Result<Vec<_>, Failure>>()?;
    if arguments.json {
        console.json(&json(&checked))?;
    } else {
        show(&checked, console);
    }
    Ok(u8::from(checked.iter().any(Checked::is_refused)))
}

impl Checked {
    fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|found| found.is_error()).count()
    }

    fn is_refused(&self) -> bool {
        self.errors() > 0
    }
}

fn check(source: ProgramFile, unknown_names: UnknownNames) -> Checked {
    let settings = Settings {
        unknown_names: match unknown_names {
            UnknownNames::Refuse => sift_syntax::UnknownNames::Refuse,
            UnknownNames::Allow => sift_syntax::UnknownNames::Allow,
        },
        ..Settings::default()
    };
    let nothing = ContextData::text("text", Text::default());
    let diagnostics = match Machine::new(settings, nothing, "").compile(&source.text) {
        Ok(program) => program.notes().to_vec(),
        Err(refusal) => refusal.diagnostics,
    };
    Checked { source, diagnostics }
}

/// Returns the JSON result `{"diagnostics": […]}` of `rlm check`. Each diagnostic has its `file` if
/// several files were checked. `notes` contains the places where the parser accepted invalid
/// syntax.
fn json(checked: &[Checked]) -> schemas::Check {
    let rows = |severity: Severity| -> Vec<Value> {
        let of_one = |one: &Checked| {
            let diagnostics: Vec<_> = one
                .diagnostics
                .iter()
                .filter(|found| found.severity == severity)
                .cloned()
                .collect();
            let mut shown = to_json(&one.source.text, &diagnostics);
            let rows = shown
                .get_mut("diagnostics")
                .and_then(Value::as_array_mut)
                .map(std::mem::take);
            let mut rows = rows.unwrap_or_default();
            if checked.len() > 1 {
                for row in rows.iter_mut().filter_map(Value::as_object_mut) {
                    row.insert("file".to_owned(), json!(one.source.name));
                }
            }
            rows
        };
        checked.iter().flat_map(of_one).collect()
    };
    schemas::Check {
        diagnostics: rows(Severity::Error),
        notes: rows(Severity::Note),
    }
}

/// Formats the diagnostics of a program with its source lines.
pub(super) fn boxed(name: &str, program: &str, diagnostics: &[Diagnostic], console: Console) -> String {
    let color = if console.has_color() {
        Color::Always
    } else {
        Color::Never
    };
    // The renderer names every program `program`.
    render_ariadne(program, diagnostics, color).replace("[ program:", &format!("[ {}:", one_line(name)))
}

/// Shows the diagnostics of checked programs on standard error, grouped by file, and a summary.
fn show(checked: &[Checked], console: Console) {
    for one in checked.iter().filter(|one| !one.diagnostics.is_empty()) {
        console.say(&boxed(&one.source.name, &one.source.text, &one.diagnostics, console));
    }
    let refused = checked.iter().filter(|one| one.is_refused()).count();
    let errors: usize = checked.iter().map(Checked::errors).sum();
    match refused {
        0 => console.say(&format!("{} ready to run", counted(checked.len(), "program"))),
        _ => console.say(&format!(
            "{} in {} of {}",
            counted(errors, "error"),
            refused,
            counted(checked.len(), "program")
        )),
    }
}
