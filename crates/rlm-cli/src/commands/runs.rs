//! `rlm runs`: lists the runs on this machine.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;

use rlm_cli_execution::stores;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::metrics;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::{counted, grouped, one_line, shortened};
use rlm_cli_settings::args::{PruneArguments, RunsArguments, RunsCommand};
use rlm_cli_settings::environment::{DATABASE_VARIABLE, Environment};
use rlm_cli_settings::folders;
use rlm_model::RunId;
use rlm_store::{JobStore, RunEntry, RunStore, SessionStore};

/// The maximum number of characters that the list shows of a run's question.
const QUESTION_CHARS: usize = 60;

/// Runs `rlm runs`: lists the newest runs. Returns the exit code.
pub(crate) fn run(arguments: &RunsArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let folder = folders::data(environment)?;
    let store = stores::runs(environment)?;
    let database = environment.stated(DATABASE_VARIABLE);
    if let Some(RunsCommand::Prune(arguments)) = &arguments.command {
        if database.is_some() {
            // Sessions and jobs of other machines may need them.
            return Err(Failure::Usage {
                detail: "the runs of a database can't be pruned".to_owned(),
                command: "runs prune".to_owned(),
            });
        }
        return prune(&store, &folder, arguments, console);
    }
    let ids = store.ids()?;
    let is_wanted = |entry: &RunEntry| {
        let wanted = &arguments.outcome;
        wanted.is_empty() || wanted.iter().any(|outcome| *outcome == state(entry, &store))
    };
    let entries: Vec<RunEntry> = ids
        .iter()
        .map(|id| store.entry(id.clone()))
        .filter(is_wanted)
        .take(arguments.limit)
        .collect();
    if arguments.json {
        let runs = entries.iter().map(|entry| json(entry, &store)).collect();
        console.json(&schemas::Runs { runs })?;
        return Ok(0);
    }
    if entries.is_empty() && !ids.is_empty() {
        console.say(&format!(
            "none of {} is {}",
            counted(ids.len(), "run"),
            one_line(&arguments.outcome.join(" or "))
        ));
        return Ok(0);
    }
    if entries.is_empty() {
        let place = database.map_or_else(|| folder.display().to_string(), |_| "the database".to_owned());
        console.say(&format!("no runs in {place} yet; start one with `rlm run`"));
        return Ok(0);
    }
    console.result(&shown(&entries, &store))?;
    let left_out = ids.len().saturating_sub(entries.len());
    if left_out > 0 && arguments.outcome.is_empty() {
        console.say(&format!("{} older; show more with -n", grouped(left_out as u64)));
    }
    Ok(0)
}

fn shown(entries: &[RunEntry], store: &RunStore) -> String {
    let head = [
        "RUN", "STARTED", "OUTCOME", "STEPS", "CALLS", "COST", "TIME", "QUESTION",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(entries.iter().map(|entry| row(entry, store)));
    table(&rows, [Align::Left; 8])
}

fn row(entry: &RunEntry, store: &RunStore) -> [String; 8] {
    let totals = &entry.summary.totals;
    let started = entry.summary.started.as_ref();
    [
        entry.id.to_string(),
        started
            .and_then(|started| metrics::local_time(started.started?))
            .unwrap_or_else(|| "-".to_owned()),
        state(entry, store),
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
fn state(entry: &RunEntry, store: &RunStore) -> String {
    match (&entry.damage, &entry.summary.ended) {
        (Some(_), _) => "damaged".to_owned(),
        (None, Some(ended)) => ended.outcome.to_string(),
        (None, None) if store.is_running(&entry.id) => "running".to_owned(),
        (None, None) => "interrupted".to_owned(),
    }
}

/// Deletes old runs, except those in progress and those that sessions and jobs need.
fn prune(store: &RunStore, folder: &Path, arguments: &PruneArguments, console: Console) -> Result<u8, Failure> {
    let needed = needed_runs(folder)?;
    let before = SystemTime::now().checked_sub(arguments.older_than);
    let is_old = |id: &RunId| before.is_some_and(|before| store.last_written(id).is_some_and(|at| at < before));
    let (mut removed, mut kept) = (0_u64, 0_u64);
    for id in store.ids()?.into_iter().filter(is_old) {
        let is_removed = !needed.contains(&id)
            && match arguments.dry_run {
                true => !store.is_running(&id),
                false => store.remove(&id)?,
            };
        if is_removed {
            removed += 1;
            console.result_line(id.as_str())?;
        } else {
            kept += 1;
        }
    }
    let what = if arguments.dry_run {
        "would be deleted"
    } else {
        "deleted"
    };
    let kept = match kept {
        0 => String::new(),
        kept => format!(", {} kept: in progress, or needed by a session or a job", grouped(kept)),
    };
    console.say(&format!("{} {what}{kept}", counted(removed, "run")));
    Ok(0)
}

/// Returns the runs that sessions and unfinished jobs need.
fn needed_runs(folder: &Path) -> Result<BTreeSet<RunId>, Failure> {
    let mut needed = BTreeSet::new();
    let sessions = SessionStore::open(folder)?;
    for name in sessions.names()? {
        needed.extend(sessions.read(&name)?.runs);
    }
    let jobs = JobStore::open(folder)?;
    for id in jobs.ids()? {
        let job = jobs.read(&id)?;
        if !job.state.is_over() {
            needed.extend(job.runs);
        }
    }
    Ok(needed)
}

fn json(entry: &RunEntry, store: &RunStore) -> schemas::ListedRun {
    let started = entry.summary.started.as_ref();
    let ended = entry.summary.ended.as_ref();
    schemas::ListedRun {
        run: entry.id.to_string(),
        started: started.and_then(|started| Some(started.started?.0)),
        outcome: state(entry, store),
        question: started.map(|started| started.question.clone()),
        model: entry.summary.root_model().map(|model| model.identity.to_string()),
        answer: ended.and_then(|ended| ended.answer.clone()),
        totals: value(&entry.summary.totals),
        damage: entry.damage.as_ref().map(ToString::to_string),
        journal: entry.journal.clone(),
    }
}
