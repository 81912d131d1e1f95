//! `rlm trace`: shows what a run did.

mod call_row;
mod calls;
mod head;
mod messages;
mod selection;
mod steps;
mod timeline;
mod why;

use rlm_cli_execution::stores;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_settings::args::{ExportForm, TraceArguments};
use rlm_cli_settings::environment::Environment;
use rlm_runs::ReplayError;
use rlm_trace::{Coverage, Ending, Record, RecordedRun, Totals, Trace, Tree, otlp, visualizer};

pub(super) use self::call_row::CallRow;
use self::head::run_id;
pub(super) use self::messages::{ContextText, Place, ruled};
use self::selection::Selection;

/// Runs `rlm trace`: shows what a recorded run did. Returns the exit code.
pub(crate) fn run(arguments: &TraceArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = stores::runs(environment)?.find(&arguments.run)?;
    let recorded = RecordedRun::read(&found.journal)?;
    let place = messages::Place {
        recorded: &recorded,
        journal: &found.journal,
        context: &arguments.context,
        environment,
    };
    if let (true, Some(step)) = (arguments.messages, &arguments.filter.step) {
        return messages::show(&step.call(), &place, arguments.json, console);
    }
    if arguments.why {
        return why::show(&place, arguments.json, console);
    }
    if let Some(form) = arguments.export {
        return export(&place, form, console);
    }
    let tree = Tree::of(&recorded.records);
    let selection = Selection::of(&tree, &arguments.filter);
    let context = messages::ContextText::of(&place);
    match (arguments.timeline, arguments.calls, arguments.json) {
        (true, _, true) => console.json(&timeline::json(&tree, &selection))?,
        (true, _, false) => console.result(&timeline::text(&tree, &selection))?,
        (_, true, true) => console.json(&calls::json(&tree, &selection))?,
        (_, true, false) => console.result(&calls::text(&tree, &selection, Some(&|range| context.lines(range))))?,
        (_, _, true) => console.json(&json(&recorded, &tree, &selection))?,
        (_, _, false) => {
            let view = steps::TreeView {
                tree: &tree,
                selection: &selection,
                has_all_calls: arguments.all,
                place_of: &|range| context.lines(range),
                console,
            };
            console.painted_result(&steps::outline(&recorded, view).render(console))?;
        }
    }
    Ok(0)
}

/// Returns the table of all calls in a journal's events.
pub(super) fn calls_table(records: &[Record]) -> String {
    let tree = Tree::of(records);
    calls::text(&tree, &Selection::all(), None)
}

fn export(place: &messages::Place<'_>, form: ExportForm, console: Console) -> Result<u8, Failure> {
    let records = &place.recorded.records;
    let context = messages::ContextText::of(place);
    let text = match form {
        ExportForm::Json => Some(Trace::of(records).to_json()),
        ExportForm::Otlp => otlp(records).map(|file| file.to_string()),
        ExportForm::Visualizer => visualizer(records, &|range| context.text(range)),
    };
    console.result_line(&text.ok_or(ReplayError::NoStart)?)?;
    context.warn(console);
    Ok(0)
}

fn json(recorded: &RecordedRun, tree: &Tree<'_>, selection: &Selection) -> schemas::Trace {
    let events = recorded
        .records
        .iter()
        .filter(|record| selection.has_event(&record.event));
    let events = events.map(|record| schemas::TracedEvent {
        seq: record.line,
        at: record.at.map(|at| at.0),
        event: value(&record.event),
    });
    schemas::Trace {
        run: run_id(tree),
        ending: ending_name(recorded.ending).to_owned(),
        totals: value(&Totals::of(&recorded.records)),
        coverage: value(&Coverage::of(&recorded.records).covered()),
        events: events.collect(),
    }
}

const fn ending_name(ending: Ending) -> &'static str {
    match ending {
        Ending::Finished => "finished",
        Ending::Unfinished => "unfinished",
        Ending::Torn { .. } => "torn",
    }
}
