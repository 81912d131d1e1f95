//! Runs the six benchmark programs of `sift-vm` in Sift and in comparable languages: CPython,
//! pydantic-monty, Rhai and Starlark.
//!
//! `just bench-peers`
//!
//! Sift, CPython and monty run the same Python source; `programs/` has the closest ports to the
//! other two languages. All read the same texts, are metered if they support it, and must print the
//! same output as CPython. A reported time is the best of several runs. The languages take turns,
//! so that load on the machine affects all of them. It includes compiling and running, but not
//! passing the text or freeing the program's memory.

mod embedding;
mod engines;
#[path = "../../sift-vm/benches/programs/texts.rs"]
mod texts;

use std::error::Error;
use std::time::Duration;

use engines::{Engine, Loaded, Task, python, rhai, sift, starlark};

const RUNS: usize = 5;

/// A language's name and the loader of its engine.
type Language = (&'static str, fn(&Task) -> Loaded);

const LANGUAGES: [Language; 5] = [
    ("Sift", sift::load),
    ("CPython", python::load_cpython),
    ("monty", python::load_monty),
    ("rhai", rhai::load),
    ("starlark", starlark::load),
];

/// The index of CPython, the reference implementation, in the list of languages.
const ORACLE: usize = 1;

/// The benchmark of a program in one language: the loaded engine, the best time and the output.
struct Lane {
    engine: Box<dyn Engine>,
    best: Duration,
    printed: String,
}

impl Lane {
    fn run(&mut self) -> Result<(), Box<dyn Error>> {
        let run = self.engine.run()?;
        self.best = self.best.min(run.took);
        self.printed = run.printed;
        Ok(())
    }

    fn ms(&self) -> f64 {
        self.best.as_secs_f64() * 1e3
    }
}

/// A program's name and, for each language, a lane or the reason why it can't run the program.
struct Row {
    program: &'static str,
    lanes: Vec<Result<Lane, Box<dyn Error>>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().any(|arg| arg == "--embedding") {
        return embedding::show();
    }
    let context_file = std::env::temp_dir().join(format!("rlm-bench-peers-{}", std::process::id()));
    let mut rows = Vec::new();
    for (name, text) in texts::PROGRAMS {
        eprintln!("{name} …");
        let task = Task {
            name,
            context: text(),
            context_file: context_file.clone(),
        };
        std::fs::write(&context_file, &task.context)?;
        rows.push(measure(&task));
    }
    std::fs::remove_file(&context_file)?;
    show(&rows)?;
    embedding::show()
}

/// Runs a program in all languages in turn, several times.
fn measure(task: &Task) -> Row {
    let lane = |engine| Lane {
        engine,
        best: Duration::MAX,
        printed: String::new(),
    };
    let mut lanes: Vec<_> = LANGUAGES.iter().map(|(_, load)| load(task).map(lane)).collect();
    for _ in 0..RUNS {
        for lane in &mut lanes {
            if let Ok(running) = lane
                && let Err(error) = running.run()
            {
                *lane = Err(error);
            }
        }
    }
    Row {
        program: task.name,
        lanes,
    }
}

/// Prints the results as a Markdown table, followed by the environment and the programs that didn't
/// run.
fn show(rows: &[Row]) -> Result<(), Box<dyn Error>> {
    let mut header = vec!["ms (of CPython)".to_owned()];
    header.extend(LANGUAGES.map(|(language, _)| language.to_owned()));
    let mut table = vec![header];
    let mut ratios = LANGUAGES.map(|_| Vec::new());
    let mut versions = LANGUAGES.map(|_| None);
    let mut failures = Vec::new();
    for Row { program, lanes } in rows {
        let oracle = match &lanes[ORACLE] {
            Ok(oracle) => oracle,
            Err(error) => return Err(format!("{program} in CPython, which all are compared with: {error}").into()),
        };
        let mut cells = vec![(*program).to_owned()];
        for (language, lane) in lanes.iter().enumerate() {
            let name = LANGUAGES[language].0;
            match lane {
                Ok(lane) => {
                    assert_eq!(
                        lane.printed, oracle.printed,
                        "{program} prints something else in {name}"
                    );
                    let ratio = lane.ms() / oracle.ms();
                    cells.push(format!("{:.1} ({ratio:.2})", lane.ms()));
                    ratios[language].push(ratio);
                    versions[language] = Some(lane.engine.version());
                }
                Err(error) => {
                    cells.push("-".to_owned());
                    failures.push(format!("{program} in {name}: {error}"));
                }
            }
        }
        table.push(cells);
    }
    let mut means = vec!["geometric mean".to_owned()];
    means.extend(ratios.iter().map(|ratios| geometric_mean(ratios)));
    table.push(means);
    print_table(&table);
    let versions = LANGUAGES.iter().zip(&versions);
    let versions = versions.filter_map(|((name, _), version)| Some(format!("{name} {}", version.as_ref()?)));
    println!("\n{}; {}.", versions.collect::<Vec<_>>().join(", "), machine());
    for failure in failures {
        println!("Not run: {failure}");
    }
    Ok(())
}

/// Returns the geometric mean of ratios, with their number if some program didn't run.
fn geometric_mean(ratios: &[f64]) -> String {
    let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    match ratios.len() {
        0 => "-".to_owned(),
        count if count == texts::PROGRAMS.len() => format!("{mean:.2}"),
        count => format!("{mean:.2} of {count}"),
    }
}

/// Prints a Markdown table. The first column is left-aligned.
fn print_table(rows: &[Vec<String>]) {
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=LANGUAGES.len()).map(width).collect();
    for (at, row) in rows.iter().enumerate() {
        print!("| {:<width$} |", row[0], width = widths[0]);
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            print!(" {cell:>width$} |");
        }
        println!();
        if at == 0 {
            print!("|-{:-<width$}-|", "", width = widths[0]);
            for width in widths.iter().skip(1) {
                print!("-{:->width$}:|", "");
            }
            println!();
        }
    }
}

/// Returns the processor's name and the number of cores.
fn machine() -> String {
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unnamed processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{model}, {cores} cores, {}", std::env::consts::OS)
}
