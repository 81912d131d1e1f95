//! Checks for runs whose journals are damaged, truncated or without an end.

use rlm_cli_output::schemas::doctor::Check;
use rlm_cli_output::text::{counted, grouped};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_store::{RunEntry, RunStore};
use rlm_trace::Ending;

/// The maximum number of runs that `rlm doctor` checks, newest first. Each journal is read
/// completely.
const MOST: usize = 200;
/// The maximum number of runs that a message of `rlm doctor` names.
const NAMED: usize = 3;

/// Checks the journals of the newest runs.
pub(super) fn checks(environment: &Environment) -> Vec<Check> {
    let of = "journals";
    // The check of folders has already reported a missing folder. This check must not create it.
    let Some(folder) = folders::data(environment)
        .ok()
        .filter(|folder| folder.join("runs").is_dir())
    else {
        return vec![Check::ok(of, "no runs yet")];
    };
    let store = RunStore::open(folder);
    let unreadable = |error: String| vec![Check::failed(of, error, "make the folder readable")];
    let ids = match store.as_ref().map(RunStore::ids) {
        Ok(Ok(ids)) => ids,
        Ok(Err(error)) => return unreadable(error.to_string()),
        Err(error) => return unreadable(error.to_string()),
    };
    let entries: Vec<RunEntry> = store
        .iter()
        .flat_map(|store| ids.iter().take(MOST).map(|id| store.entry(id.clone())))
        .collect();
    let (mut damaged, mut torn, mut unfinished) = (Vec::new(), Vec::new(), Vec::new());
    for entry in &entries {
        let id = entry.id.to_string();
        match (&entry.damage, entry.ending, &entry.summary.ended) {
            (Some(_), ..) => damaged.push(id),
            (None, Some(Ending::Torn { .. }), _) => torn.push(id),
            (None, _, None) => unfinished.push(id),
            (None, _, Some(_)) => {}
        }
    }
    let looked_at = match ids.len() {
        all if all > entries.len() => format!(
            "the newest {} of {}",
            grouped(entries.len() as u64),
            grouped(all as u64)
        ),
        all => counted(all, "run"),
    };
    let mut checks = Vec::new();
    if !damaged.is_empty() {
        let found = format!("{} damaged: {}", counted(damaged.len(), "journal"), named(&damaged));
        checks.push(Check::warning(
            of,
            found,
            "`rlm runs` shows the damage; a damaged run can't be resumed",
        ));
    }
    if !torn.is_empty() {
        let found = format!(
            "{} truncated within a line: {}",
            counted(torn.len(), "journal"),
            named(&torn)
        );
        checks.push(Check::warning(
            of,
            found,
            "`rlm resume RUN` drops that line and resumes the run",
        ));
    }
    if !unfinished.is_empty() {
        let found = format!(
            "{} unfinished: {}",
            counted(unfinished.len(), "run"),
            named(&unfinished)
        );
        checks.push(Check::warning(
            of,
            found,
            "if its process is gone, `rlm resume RUN` resumes it",
        ));
    }
    if checks.is_empty() {
        checks.push(Check::ok(of, format!("{looked_at}, all intact")));
    }
    checks
}

fn named(ids: &[String]) -> String {
    let first = ids.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match ids.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
