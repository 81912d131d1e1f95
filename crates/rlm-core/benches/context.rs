//! Measures operations on large texts in the production machine, compared with CPython's `str` and
//! `re`, pyrlm-runtime's `Context` and single-threaded ripgrep. Prints medians of one run in which
//! they alternate. All must return equal counts.
//!
//! `cargo bench -p rlm-core --bench context [-- large] [ROW]`: `large` adds a text of 1 GB; ROW is
//! a part of a row's name. `just bench-context` installs the peers first. Missing peers are skipped
//! and reported.

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints its results and panics on failure"
)]

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

#[path = "context/answer.rs"]
mod answer;
#[path = "context/rows.rs"]
mod rows;
#[path = "context/sift.rs"]
mod sift;
#[path = "context/texts.rs"]
mod texts;

use rows::{Row, Tool};
use texts::Text;

/// How often each row runs: first Sift and the tools, then Python.
const ROUNDS: (usize, usize) = (7, 3);
/// How often each row runs for the large text.
const LARGE_ROUNDS: (usize, usize) = (3, 1);
/// The maximum number of characters of a text whose lines are listed, and of a text for the Python
/// packages.
const LARGEST_LISTED: u64 = 200_000_000;
/// The free memory and disk space required for the large text, in kilobytes.
const LARGE_NEEDS_KILOBYTES: u64 = 5_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|given| given != "--bench").collect();
    if let [child, file] = arguments.as_slice()
        && child == "child"
    {
        return sift::serve(Path::new(file));
    }
    let large = arguments.iter().any(|given| given == "large");
    let wanted = arguments.iter().find(|given| *given != "large").map(String::as_str);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-context");
    for text in [&texts::LOG, &texts::LANGUAGES] {
        measure(text, &folder, ROUNDS, wanted);
    }
    match free_kilobytes() {
        _ if !large => println!("\nlog, 1 GB: SKIPPED; pass `-- large` to run it"),
        Some(free) if free < LARGE_NEEDS_KILOBYTES => {
            println!("\nlog, 1 GB: SKIPPED; it needs {LARGE_NEEDS_KILOBYTES} kB of memory, {free} kB are free");
        }
        _ => measure(&texts::LARGE_LOG, &folder, LARGE_ROUNDS, wanted),
    }
}

/// Measures all rows over a text, and prints a table.
fn measure(text: &Text, folder: &Path, rounds: (usize, usize), wanted: Option<&str>) {
    let (file, chars) = text
        .file(folder)
        .unwrap_or_else(|error| panic!("unable to write {} to {}: {error}", text.name, folder.display()));
    println!(
        "\n## {} ({} bytes, {chars} characters)",
        text.name,
        std::fs::metadata(&file).unwrap().len()
    );
    let this = std::env::current_exe().unwrap();
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/context/peers.py");
    let mut sift = Process::start(Command::new(this).arg("child").arg(&file)).unwrap();
    let python = || Command::new("python3");
    let mut pyrlm = Process::start(python().arg(&peers).arg(&file).arg("pyrlm").stderr(Stdio::null()));
    let mut python = Process::start(python().arg(&peers).arg(&file));
    let tools = tool_versions();
    let versions = [Some(&sift), python.as_ref(), pyrlm.as_ref()].into_iter().flatten();
    let versions: Vec<&str> = versions.map(|process| process.version.as_str()).collect();
    println!("{}; {tools}", versions.join("; "));
    for (peer, missing) in [("Python", python.is_none()), ("pyrlm-runtime", pyrlm.is_none())] {
        if missing {
            println!("SKIPPED: {peer} is not installed for python3");
        }
    }
    println!(
        "{:<34} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7} {:>7}  counted",
        "milliseconds", "Sift", "rg, wc", "Python", "pyrlm", "/rg", "Python/", "ns/unit"
    );
    for mut row in rows::rows(text, chars) {
        if wanted.is_some_and(|wanted| !row.name.contains(wanted)) {
            continue;
        }
        if row.lists_lines && chars > LARGEST_LISTED {
            println!("{:<34} SKIPPED: its list exceeds the memory of a program", row.name);
            continue;
        }
        if chars > LARGEST_LISTED && row.package.is_some() {
            row.python = None;
        }
        let mut processes = [Some(&mut sift), python.as_mut(), pyrlm.as_mut()];
        measure_row(&row, &file, &mut processes, rounds);
    }
    for process in [Some(&sift), python.as_ref(), pyrlm.as_ref()].into_iter().flatten() {
        println!(
            "memory, MB: {}: peak {}, private {}",
            process.version,
            process.peak / 1024,
            process.own / 1024
        );
    }
    [Some(sift), python, pyrlm].into_iter().flatten().for_each(Process::end);
}

/// Measures one row: Sift, Python, pyrlm-runtime and a tool in turn.
fn measure_row(row: &Row, file: &Path, processes: &mut [Option<&mut Process>; 3], rounds: (usize, usize)) {
    let python = row.python.as_ref().filter(|_| {
        let has = |package: &str| processes[1].as_ref().is_none_or(|python| python.has(package));
        let missing = row.package.filter(|package| !has(package));
        if let Some(package) = missing {
            println!("SKIPPED: {}: {package} is not installed for python3", row.name);
        }
        missing.is_none()
    });
    let sources = [Some(&row.sift), python, row.pyrlm.as_ref()];
    let mut times: [Vec<f64>; 4] = Default::default();
    let mut shown: [Option<String>; 4] = Default::default();
    let mut fuel = 0;
    for (process, source) in processes.iter_mut().zip(sources) {
        if let (Some(process), Some(_)) = (process, source) {
            process.prepare(row);
        }
    }
    for round in 0..rounds.0 {
        for (at, (process, source)) in processes.iter_mut().zip(sources).enumerate() {
            let (Some(process), Some(source)) = (process.as_mut(), source) else {
                continue;
            };
            // A Python package takes minutes.
            let python_rounds = if row.package.is_some() { 1 } else { rounds.1 };
            if at == 0 || round < python_rounds {
                if row.fresh {
                    process.ask(&json!({"kind": "open"}));
                }
                let mut ms = 0.0;
                if row.opens {
                    ms += process.ask(&json!({"kind": "open"}))["ms"].as_f64().unwrap();
                }
                let kind = if at == 0 { row.kind } else { "run" };
                let answer = process.ask(&json!({"kind": kind, "source": source}));
                times[at].push(ms + answer["ms"].as_f64().unwrap());
                fuel = answer["fuel"].as_u64().unwrap_or(fuel);
                shown[at] = Some(answer["shown"].as_str().unwrap_or_default().to_owned());
            }
        }
        if let Some((ms, count)) = row.tool.as_ref().and_then(|tool| tool.run(file)) {
            times[3].push(ms);
            shown[3] = Some(count);
        }
    }
    let counted = shown[0].clone().unwrap_or_default();
    for (peer, shown) in ["Sift", "Python", "pyrlm-runtime", "the tool"].iter().zip(&shown) {
        if let Some(shown) = shown {
            assert_eq!(*shown, counted, "{}: the counts of {peer} and Sift differ", row.name);
        }
    }
    let [sift, python, pyrlm, tool] = times.map(median);
    let show = |ms: Option<f64>| ms.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.3}"));
    let ratio = |above: Option<f64>, below: Option<f64>| match (above, below) {
        (Some(above), Some(below)) => format!("{:.2}", above / below),
        _ => "-".to_owned(),
    };
    // The time of a program with little fuel is mostly that of its compilation.
    let per_unit = sift
        .filter(|_| fuel > 1_000 && !row.opens)
        .map(|ms| ms * 1e6 / fuel as f64);
    println!(
        "{:<34} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7} {:>7}  {counted}",
        row.name,
        show(sift),
        show(tool),
        show(python),
        show(pyrlm),
        ratio(sift, tool),
        ratio(python, sift),
        per_unit.map_or_else(|| "-".to_owned(), |ns| format!("{ns:.1}")),
    );
}

fn median(mut times: Vec<f64>) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

impl Tool {
    /// Runs the tool over a file. Returns `None` if it is not installed. Its output is a count.
    fn run(&self, file: &Path) -> Option<(f64, String)> {
        let mut command = Command::new(self.program);
        command.args(&self.arguments).arg(file).stdin(Stdio::null());
        let start = Instant::now();
        let output = command.output().ok()?;
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let shown = String::from_utf8_lossy(&output.stdout);
        let count = shown.split_whitespace().next().unwrap_or("0").to_owned();
        Some((ms, count))
    }
}

/// Returns the versions of the tools, and which are missing.
fn tool_versions() -> String {
    let first_line = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        shown.lines().next().map(str::to_owned)
    };
    let version =
        |program: &str| first_line(program).unwrap_or_else(|| format!("SKIPPED: {program}, it is not in PATH"));
    [version("rg"), version("wc")].join("; ")
}

/// Returns the available memory in kilobytes, or `None` if it is unknown.
fn free_kilobytes() -> Option<u64> {
    let memory = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = memory.lines().find(|line| line.starts_with("MemAvailable"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A process that opens a file and runs programs over it. Commands and results are single lines.
struct Process {
    process: Child,
    requests: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    version: String,
    /// The installed packages.
    packages: Vec<String>,
    /// The peak memory in kilobytes, and the private memory after a row.
    peak: u64,
    own: u64,
    opened: bool,
}

impl Process {
    /// Starts the process. Returns `None` if it is not installed or exits at once.
    fn start(command: &mut Command) -> Option<Self> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let requests = process.stdin.take()?;
        let mut answers = BufReader::new(process.stdout.take()?).lines();
        let first: Value = serde_json::from_str(&answers.next()?.ok()?).ok()?;
        Some(Self {
            process,
            requests,
            answers,
            version: first["version"].as_str()?.to_owned(),
            packages: serde_json::from_value(first["packages"].clone()).unwrap_or_default(),
            peak: 0,
            own: 0,
            opened: false,
        })
    }

    /// Opens the file if necessary, and runs the preparation of a row, outside of the measured
    /// time.
    fn prepare(&mut self, row: &Row) {
        if !self.opened {
            self.ask(&json!({"kind": "open"}));
            self.opened = true;
        }
        if !row.before.is_empty() {
            self.ask(&json!({"kind": "run", "source": row.before}));
        }
    }

    fn has(&self, package: &str) -> bool {
        self.packages.iter().any(|has| has == package)
    }

    fn ask(&mut self, command: &Value) -> Value {
        writeln!(self.requests, "{command}").unwrap();
        let answer = self.answers.next();
        let answer = answer.unwrap_or_else(|| panic!("{} ended at {command}", self.version));
        let answer: Value = serde_json::from_str(&answer.unwrap()).unwrap();
        let kilobytes = |name: &str| answer["memory"][name].as_u64().unwrap_or(0);
        self.peak = self.peak.max(kilobytes("VmHWM"));
        self.own = self.own.max(kilobytes("RssAnon"));
        answer
    }

    /// Ends the process by closing its input.
    fn end(self) {
        let Self {
            mut process, requests, ..
        } = self;
        drop(requests);
        process.wait().unwrap();
    }
}
