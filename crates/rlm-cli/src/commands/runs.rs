//! `rlm runs`: lists the runs on this machine.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::metrics;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::{grouped, shortened};
use rlm_cli_settings::args::RunsArguments;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_store::{RunEntry, RunStore};
use rlm_trace::Ending;

/// The maximum number of characters that the list shows of a run's question.
const QUESTION_CHARS: usize = 60;

/// Runs `rlm runs`: lists the newest runs. Returns the exit code.
pub(crate) fn run(arguments: &RunsArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let folder = folders::data(environment)?;
    let store = RunStore::open(&folder)?;
    let ids = store.ids()?;
    let entries: Vec<RunEntry> = ids
        .iter()
        .take(arguments.limit)
        .map(|id| store.entry(id.clone()))
        .collect();
    if arguments.json {
        let runs = entries.iter().map(json).collect();
        console.json(&schemas::Runs { runs })?;
        return Ok(0);
    }
    if entries.is_empty() {
        console.say(&format!(
            "no runs in {} yet; start one with `rlm run`",
            folder.display()
        ));
        return Ok(0);
    }
    console.result(&shown(&entries))?;
    let left_out = ids.len().saturating_sub(entries.len());
    if left_out > 0 {
        console.say(&format!("{} older; show more with -n", grouped(left_out as u64)));
    }
    Ok(0)
}

fn shown(entries: &[RunEntry]) -> String {
    let head = [
        "RUN", "STARTED", "OUTCOME", "STEPS", "CALLS", "COST", "TIME", "QUESTION",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(entries.iter().map(row));
    table(&rows, [Align::Left; 8])
}

fn row(entry: &RunEntry) -> [String; 8] {
    let totals = &entry.summary.totals;
    let started = entry.summary.started.as_ref();
    [
        entry.id.to_string(),
        started
            .and_then(|started| metrics::local_time(started.started?))
            .unwrap_or_else(|| "-".to_owned()),
        state(entry),
        grouped(u64::from(totals.turns)),
        grouped(totals.calls()),
        metrics::cost(totals.cost()),
        totals.elapsed.map_or_else(|| "-".to_owned(), metrics::duration),
        match (&entry.damage, started) {
            (Some(damage), _) => shortened(&damage.to_string(), QUESTION_CHARS),
            (None, Some(started)) => shortened(&started.question, QUESTION_CHARS),
            (None, None) => "-".to_owned(),
        },
    ]
}

/// Returns the state of a run as text: its outcome, or why it has none.
fn state(entry: &RunEntry) -> String {
    match (&entry.damage, &entry.summary.ended, entry.ending) {
        (Some(_), _, _) => "damaged".to_owned(),
        (None, Some(ended), _) => ended.outcome.to_string(),
        (None, None, Some(Ending::Torn { .. })) => "torn".to_owned(),
        (None, None, _) => "unfinished".to_owned(),
    }
}

fn json(entry: &RunEntry) -> schemas::ListedRun {
    let started = entry.summary.started.as_ref();
    let ended = entry.summary.ended.as_ref();
    schemas::ListedRun {
        run: entry.id.to_string(),
        started: started.and_then(|started| Some(started.started?.0)),
        outcome: state(entry),
        question: started.map(|started| started.question.clone()),
        model: entry.summary.root_model().map(|model| model.identity.to_string()),
        answer: ended.and_then(|ended| ended.answer.clone()),
        totals: value(&entry.summary.totals),
        damage: entry.damage.as_ref().map(ToString::to_string),
        journal: entry.journal.clone(),
    }
}
