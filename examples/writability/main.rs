//! Measures how well models write Sift: prepares the runs of all tasks, and summarizes their
//! journals.
//!
//! ```text
//! cargo run --release --example writability -- prepare DIR [--cases CASES] [--only BEGINNING] [--round N]
//! cargo run --release --example writability -- summary
//! cargo run --release --example writability -- tasks [--cases CASES] [--seed N]
//! ```
//!
//! `prepare` writes the context and the question of every task into its own folder under DIR, and
//! prints the command of each run: `rlm run … --model mailbox:mail`. The requests of its root model
//! and sub-models appear as files in `DIR/TASK/mail` and are answered there. The journals are
//! written to `DIR/journals`; copy the ones to keep to `tests/writability`. They contain the path
//! of the context's folder, so choose a DIR without personal information, such as
//! `/srv/writability`. `tasks` regenerates `tests/writability/tasks.json` and keeps the comparison
//! method of each task.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a tool of this repository, which shows what it finds and stops where something is not as it should be"
)]

mod compare;
mod summary;
mod task;
#[path = "../../tests/it/writability/tasks/mod.rs"]
mod tasks;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use task::{Origin, Task};

const USAGE: &str = "usage: writability prepare DIR [--cases CASES] [--only BEGINNING] [--round N] | summary | tasks [--cases CASES] [--seed N]";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (words, options) = split(&arguments)?;
    let cases = options.get("cases").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases"),
        PathBuf::from,
    );
    match words.as_slice() {
        ["prepare", folder] => prepare(Path::new(folder), &cases, &options),
        ["summary"] => sum_up(),
        ["tasks"] => write_tasks(&cases, options.get("seed").map_or(Ok(1), |seed| seed.parse())?),
        _ => Err(USAGE.into()),
    }
}

/// The options of the command line, by name.
type Options<'a> = BTreeMap<&'a str, String>;

/// Splits the arguments into positional ones and `--option value` pairs.
fn split(arguments: &[String]) -> Result<(Vec<&str>, Options<'_>), Box<dyn Error>> {
    let (mut words, mut options) = (Vec::new(), BTreeMap::new());
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        match argument.strip_prefix("--") {
            Some(option @ ("cases" | "only" | "round" | "seed")) => {
                options.insert(option, left.next().ok_or(USAGE)?.clone());
            }
            Some(_) => return Err(USAGE.into()),
            None => words.push(argument.as_str()),
        }
    }
    Ok((words, options))
}

/// Creates the folders of the tasks, and prints the commands of their runs.
fn prepare(folder: &Path, cases: &Path, options: &Options<'_>) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder.join("journals"))?;
    let folder = fs::canonicalize(folder)?;
    let only = options.get("only").map_or("", String::as_str);
    let round = match options.get("round").map(String::as_str) {
        None | Some("1") => String::new(),
        Some(round) => format!(".{}", round.parse::<u32>()?),
    };
    for task in task::read_list()?.iter().filter(|task| task.name.starts_with(only)) {
        let given = task.given(cases)?;
        let own = folder.join(&task.name);
        given.write(&own)?;
        fs::write(own.join("question.txt"), &task.question)?;
        println!(
            "cd {} && rlm run --question-file question.txt {} --model mailbox:mail --cache off --progress none --journal ../journals/{}{round}.jsonl",
            own.display(),
            given.arguments,
            task.name,
        );
    }
    Ok(())
}

/// Prints the summary and writes it to `summary.md`.
fn sum_up() -> Result<(), Box<dyn Error>> {
    let shown = summary::summary(&task::read_list()?, &task::folder())?;
    print!("{shown}");
    fs::write(task::folder().join("summary.md"), shown)?;
    Ok(())
}

/// Regenerates the list of tasks: every recorded session, and the generated tasks of this seed and
/// of all listed seeds.
fn write_tasks(cases: &Path, seed: u64) -> Result<(), Box<dyn Error>> {
    let known = task::read_list()?;
    let mut names: Vec<String> = fs::read_dir(cases)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, std::io::Error>>()?;
    names.retain(|name| cases.join(name).is_dir());
    names.sort();
    let comparison = |name: &str| {
        let known = known.iter().find(|task| task.name == name);
        known.map_or_else(|| Value::from("exact"), |task| task.comparison().clone())
    };
    let mut all = names
        .iter()
        .map(|name| Task::of_case(cases, name, comparison(name)))
        .collect::<Result<Vec<_>, _>>()?;
    let mut seeds: Vec<u64> = known
        .iter()
        .filter_map(|task| match task.origin {
            Origin::Maker(_, seed) => Some(seed),
            Origin::Case(_) => None,
        })
        .chain([seed])
        .collect();
    seeds.sort_unstable();
    seeds.dedup();
    for seed in seeds {
        for (maker, _) in tasks::MAKERS {
            all.push(Task::made(maker, seed)?);
        }
    }
    fs::write(task::list_path(), task::shown_list(&all)?)?;
    println!("{} tasks", all.len());
    Ok(())
}
