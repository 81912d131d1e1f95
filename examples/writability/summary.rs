//! Summary of the journals: the shares of programs that were right at once or after one diagnostic,
//! and of right answers.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rlm::journals::{Event, RecordedRun};
use rlm_trace::ProgramEnd;
use serde_json::Value;

use super::task::Task;

/// A run of a task, with its outcome.
struct IndexedText<'t> {
    task: &'t Task,
    programs: Vec<Program>,
    /// The number of turns whose reply contained neither a program nor an answer.
    without_program: usize,
    outcome: String,
    is_right: bool,
}

/// The result of a program.
enum Program {
    Right,
    /// A rejected, raised or limited program, with the code, the exception's class or the limit's
    /// name.
    Slip(String),
}

/// A count with its total.
#[derive(Default, Clone, Copy)]
struct Share {
    count: usize,
    of: usize,
}

impl Share {
    const fn add(&mut self, counts: bool) {
        self.of += 1;
        if counts {
            self.count += 1;
        }
    }

    fn shown(self) -> String {
        if self.of == 0 {
            return "-".to_owned();
        }
        format!(
            "{:.1} % ({} of {})",
            100.0 * self.count as f64 / self.of as f64,
            self.count,
            self.of
        )
    }
}

/// Summarizes the journals of a folder. Journals of the first round are named `TASK.jsonl`, those
/// of later rounds `TASK.ROUND.jsonl`.
///
/// # Errors
/// If a journal can't be read, or doesn't belong to the task in its name.
pub(crate) fn summary(tasks: &[Task], folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut rounds: BTreeMap<u32, Vec<IndexedText>> = BTreeMap::new();
    for path in journals(folder)? {
        let (name, round) = name_and_round(&path)?;
        let task = tasks.iter().find(|task| task.name == name);
        let task = task.ok_or_else(|| format!("{}: no task is called {name}", path.display()))?;
        let measured =
            measure(task, &RecordedRun::read(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
        rounds.entry(round).or_default().push(measured);
    }
    let mut shown = String::from(
        "# Writability\n\nSummed up from the journals beside this file by `just writability`. A *first try* is a program that does not \
         answer a failed one; it is *right* if it was accepted and ran without an error. Of the others, *repaired* are those whose next \
         program was right. An answer is compared as `tasks.json` says.\n",
    );
    if rounds.is_empty() {
        writeln!(shown, "\nNo runs are recorded; {} tasks wait.", tasks.len())?;
    }
    for (round, measured) in &rounds {
        show_round(&mut shown, *round, measured)?;
    }
    Ok(shown)
}

fn journals(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files = files.collect::<Result<Vec<_>, std::io::Error>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    files.sort();
    Ok(files)
}

fn name_and_round(path: &Path) -> Result<(String, u32), Box<dyn Error>> {
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .ok_or("a journal's name is no text")?;
    match stem.rsplit_once('.') {
        Some((name, round)) => Ok((
            name.to_owned(),
            round.parse().map_err(|_| format!("{stem}: `{round}` is no round"))?,
        )),
        None => Ok((stem.to_owned(), 1)),
    }
}

fn measure<'t>(task: &'t Task, run: &RecordedRun) -> Result<IndexedText<'t>, String> {
    let mut measured = IndexedText {
        task,
        programs: Vec::new(),
        without_program: 0,
        outcome: "unfinished".to_owned(),
        is_right: false,
    };
    let (mut turn_is_open, mut answer) = (false, None);
    for event in run.events() {
        match event {
            Event::RunStarted(started) => {
                let digest = started.settings.get("context").and_then(Value::as_str);
                if started.question != task.question || digest != Some(task.digest.as_str()) {
                    return Err(format!("its question or context is not that of the task {}", task.name));
                }
            }
            Event::TurnStarted(_) => {
                measured.without_program += usize::from(turn_is_open);
                turn_is_open = true;
            }
            Event::ProgramChecked(checked) => {
                turn_is_open = false;
                if let Some(first) = checked.diagnostics.first() {
                    measured.programs.push(Program::Slip(first.code.to_string()));
                }
            }
            Event::ProgramRan(ran) => match (ran.end, &ran.error) {
                (ProgramEnd::Done | ProgramEnd::Final, _) => measured.programs.push(Program::Right),
                (_, Some(error)) => measured.programs.push(Program::Slip(error.class.to_string())),
                (ProgramEnd::Limit | ProgramEnd::Raised, None) => {
                    measured.programs.push(Program::Slip("limit".to_owned()))
                }
                (ProgramEnd::Cancelled, None) => {}
            },
            Event::Limit(limit) => {
                if let (Some(_), Some(Program::Slip(name))) = (limit.fuel, measured.programs.last_mut()) {
                    *name = limit.name.to_string();
                }
            }
            Event::Final(value) => {
                turn_is_open = false;
                answer = Some(value.value.clone());
            }
            Event::Outcome(ended) => measured.outcome = ended.outcome.to_string(),
            _ => {}
        }
    }
    measured.without_program += usize::from(turn_is_open);
    measured.is_right =
        measured.outcome == "complete" && answer.is_some_and(|answer| task.compare.is_right(&task.expected, &answer));
    Ok(measured)
}

/// Returns the share of successful first attempts, and of successful repairs after a failed one.
fn shares(programs: &[Program]) -> (Share, Share) {
    let (mut first_tries, mut repairs) = (Share::default(), Share::default());
    let mut failed_before = 0;
    for (at, program) in programs.iter().enumerate() {
        let is_right = matches!(program, Program::Right);
        if failed_before == 0 {
            first_tries.add(is_right);
            if !is_right {
                repairs.add(matches!(programs.get(at + 1), Some(Program::Right)));
            }
        }
        failed_before = if is_right { 0 } else { failed_before + 1 };
    }
    (first_tries, repairs)
}

fn show_round(shown: &mut String, round: u32, runs: &[IndexedText]) -> Result<(), Box<dyn Error>> {
    let (mut first_tries, mut repairs, mut answers) = (Share::default(), Share::default(), Share::default());
    let mut slips: BTreeMap<&str, usize> = BTreeMap::new();
    let mut table = String::from(
        "| task | programs | right at once | repaired | slips | outcome | answer |\n|---|---|---|---|---|---|---|\n",
    );
    let mut without_program = 0;
    for run in runs {
        let (first, repaired) = shares(&run.programs);
        for (all, own) in [(&mut first_tries, first), (&mut repairs, repaired)] {
            all.count += own.count;
            all.of += own.of;
        }
        answers.add(run.is_right);
        without_program += run.without_program;
        let own: Vec<&str> = run
            .programs
            .iter()
            .filter_map(|program| match program {
                Program::Slip(name) => Some(name.as_str()),
                Program::Right => None,
            })
            .collect();
        for slip in &own {
            *slips.entry(slip).or_default() += 1;
        }
        writeln!(
            table,
            "| {} | {} | {}/{} | {}/{} | {} | {} | {} |",
            run.task.name,
            run.programs.len(),
            first.count,
            first.of,
            repaired.count,
            repaired.of,
            own.join(" "),
            run.outcome,
            if run.is_right { "as expected" } else { "other" },
        )?;
    }
    writeln!(shown, "\n## Round {round}: {} runs\n", runs.len())?;
    writeln!(shown, "| | |\n|---|---|")?;
    writeln!(
        shown,
        "| first tries that were accepted and ran without an error | {} |",
        first_tries.shown()
    )?;
    writeln!(
        shown,
        "| of the others, repaired by the next program | {} |",
        repairs.shown()
    )?;
    writeln!(shown, "| final answers as expected | {} |", answers.shown())?;
    writeln!(shown, "| replies without a program or an answer | {without_program} |")?;
    let slips: Vec<String> = slips.iter().map(|(slip, count)| format!("{slip} {count}")).collect();
    let slips = if slips.is_empty() {
        "none".to_owned()
    } else {
        slips.join(", ")
    };
    writeln!(shown, "| slips | {slips} |\n")?;
    shown.push_str(&table);
    Ok(())
}
