//! Output of the REPL: results of programs, and the state of the session.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::metrics;
use rlm_cli_output::text::{counted, grouped, one_line, visible};
use rlm_core::{ProgramStep, Programs, StepEnd};
use rlm_model::Cost;
use rlm_repl::{Listed, list_variables};

use crate::commands::check::boxed;

/// The maximum number of characters that are shown of a variable's text.
const PREVIEW_CHARS: usize = 80;

/// Shows the result of a program: output and the answer on standard output, errors and notes on
/// standard error.
pub(super) fn step(program: &str, step: &ProgramStep, console: Console) -> Result<(), Failure> {
    console.result(&step.printed)?;
    match &step.end {
        StepEnd::Done => {}
        StepEnd::Refused(diagnostics) => console.say(&boxed("program", program, diagnostics, console)),
        StepEnd::Raised(error) => console.say(&visible(&error.rendered)),
        // A note names the limit.
        StepEnd::Limit(_) => {}
        StepEnd::Outage(error) => say_error(
            &format!("{error}; the server has been unavailable for too long"),
            console,
        ),
        StepEnd::Stopped => say_error("the program was stopped; what it had bound is bound", console),
    }
    for note in &step.notes {
        console.say(&format!("note: {}", one_line(note)));
    }
    match &step.answer {
        Some(answer) => console.result_line(answer),
        None => Ok(()),
    }
}

fn say_error(text: &str, console: Console) {
    console.say(&format!("{} {}", console.painted("31", "error:"), one_line(text)));
}

/// Wraps the lines of a text at the terminal's width, and keeps their indentation. Without a
/// terminal, returns the text unchanged.
pub(super) fn wrapped(text: &str) -> String {
    let Some((terminal_size::Width(width), _)) = terminal_size::terminal_size_of(std::io::stdout()) else {
        return text.to_owned();
    };
    let lines = text.lines().map(|line| {
        let indent: String = line.chars().take_while(|char| *char == ' ').collect();
        textwrap::fill(line, textwrap::Options::new(width.into()).subsequent_indent(&indent))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the list of variables that programs have bound, as text.
pub(super) fn variables(programs: &mut Programs) -> String {
    let listed: Vec<Listed> = programs
        .variables()
        .into_iter()
        .map(|variable| Listed {
            preview: preview(programs, &variable.name),
            name: variable.name.to_string(),
            type_name: variable.type_name.to_string(),
            size: variable.size.unwrap_or_default(),
        })
        .collect();
    list_variables(&listed)
}

fn preview(programs: &mut Programs, name: &str) -> String {
    let text = programs.look_at(name).unwrap_or_default();
    let Ok(settled) = text.settled() else {
        return String::new();
    };
    let beginning: String = settled.chars().take(PREVIEW_CHARS).collect();
    one_line(&beginning)
}

/// Returns a description of the run's spending and its remaining budget.
pub(super) fn budget(programs: &Programs) -> String {
    let spent = programs.spent();
    let tokens = spent.input_tokens.saturating_add(spent.output_tokens);
    let mut text = format!(
        "spent: {}, {} tokens, {}\n",
        counted(spent.calls, "sub-call"),
        grouped(tokens.0),
        metrics::cost(spent.total_cost())
    );
    if let Some(left) = programs.left() {
        let mut parts = vec![counted(left.calls, "sub-call")];
        parts.extend(left.tokens.map(|tokens| format!("{} tokens", grouped(tokens.0))));
        parts.extend(left.cost.map(|cost| metrics::cost(Cost::Known(cost))));
        text.push_str(&format!("left:  {}\n", parts.join(", ")));
    }
    text
}

/// Returns a description of the run's journal: the number of recorded events, and the file.
pub(super) fn journal(programs: &Programs) -> String {
    let place = match programs.journal().path() {
        Some(path) => format!("recorded in {}", path.display()),
        None => "no journal kept".to_owned(),
    };
    format!(
        "run {}: {}; {place}",
        programs.id(),
        metrics::totals(&programs.totals())
    )
}
