//! Every row of the library with large arguments in every position: the manual's examples, with
//! each literal replaced by large values. Measures nanoseconds per unit, how long a cancelled
//! program continues, and its memory.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sift_text::{Origin, SourceId, Text};
use sift_vm::{ContextData, Machine, Settings, Step, library_examples};

use crate::measure::{self, Program, measure};
use crate::table::BOUND;

/// Fuel units of one measurement, which may be a single call.
const FUEL: u64 = 2_000_000;

/// The replacements of literals when units are measured; they fit within the fuel.
const VALUES: &str = "\
import re, json, math, itertools, functools, collections, datetime, decimal, fractions, textwrap, unicodedata, difflib, csv, io
T = 'some words of a text and more of them ' * 1_500
T = T.upper().lower()
L = 'a b, c: 1 || \"d\"\\n' * 3_000
L = L.upper().lower()
U = 'größer Ελλάς Σ日本 ' * 1_500
U = U.casefold()
R = ('a rope of pieces ' * 60 + str(T.find('x'))) * 3_000
D = '7' * 4_000
B = (1 << 100_000) - 1
M = -(3 ** 900)
H = 10 ** 18
F = 1.7976931348623157e306
S = 5e-324
A = [n * 7_919 % 10_007 for n in range(4_000)]
W = [str(n) + ' word' for n in A]
";

/// The replacements of literals of texts, numbers and lists.
const TEXTS: [&str; 5] = ["T", "L", "U", "R", "D"];
const INTS: [&str; 4] = ["B", "M", "H", "4_000"];
const FLOATS: [&str; 3] = ["F", "S", "B"];
const LISTS: [&str; 2] = ["A", "W"];

/// A row of the library, and one of its calls with a large argument.
struct Large {
    row: &'static str,
    repeated: String,
    /// The value that replaces a literal.
    value: String,
}

/// Returns the examples of the rows whose path contains `filter`, with each literal replaced by the
/// values of its kind.
fn programs(filter: &str, texts: &[&str], ints: &[&str], floats: &[&str], lists: &[&str]) -> Vec<Large> {
    let mut all = Vec::new();
    for example in library_examples().filter(|example| example.path.contains(filter)) {
        if ["FINAL", "FINAL_VAR"].contains(&example.path) {
            continue;
        }
        for (range, kind) in literals(example.program) {
            let values = match kind {
                Literal::Text => texts,
                Literal::Int => ints,
                Literal::Float => floats,
                Literal::List => lists,
            };
            for value in values {
                let (before, after) = (&example.program[..range.start], &example.program[range.end..]);
                let program = format!("{before}{value}{after}").replace("; ", "\n");
                let repeated = format!("try:\n    {}\nexcept Exception: pass", program.replace('\n', "\n    "));
                let row = example.path;
                all.push(Large {
                    row,
                    repeated,
                    value: (*value).to_owned(),
                });
            }
        }
    }
    all
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Literal {
    Text,
    Int,
    Float,
    List,
}

/// Returns the literals of a program, including those in lists.
fn literals(program: &str) -> Vec<(std::ops::Range<usize>, Literal)> {
    let bytes = program.as_bytes();
    let mut found = Vec::new();
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let in_name = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'_' | b'.'));
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at = (at + 1).min(bytes.len());
                // A prefix belongs to the literal: `r"..."`.
                let prefix = usize::from(start > 0 && b"rbf".contains(&bytes[start - 1]));
                found.push((start - prefix..at, Literal::Text));
            }
            b'0'..=b'9' if !in_name => {
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'_' | b'.')) {
                    at += 1;
                }
                let is_float = program[start..at].contains('.');
                found.push((start..at, if is_float { Literal::Float } else { Literal::Int }));
            }
            b'[' => {
                let is_subscript = at > 0 && (in_name || matches!(bytes[at - 1], b')' | b']' | b'"'));
                open.push((!is_subscript).then_some(at));
                at += 1;
            }
            b']' => {
                at += 1;
                if let Some(start) = open.pop().flatten() {
                    found.push((start..at, Literal::List));
                }
            }
            _ => at += 1,
        }
    }
    found
}

/// Nanoseconds per unit above which a row is printed immediately.
const SLOW: f64 = 120.0;

/// Measures nanoseconds per unit, and prints the slowest.
pub(crate) fn print(filter: &str) {
    let mut rows: BTreeMap<&str, (f64, String)> = BTreeMap::new();
    let (mut measured, mut unusable) = (Vec::new(), 0);
    let mut count = 0;
    for Large { row, repeated, .. } in programs(filter, &TEXTS, &INTS, &FLOATS, &LISTS) {
        count += 1;
        let program = Program {
            machine: crate::machine,
            given: VALUES.to_owned(),
            repeated: repeated.clone(),
        };
        let figure = match measure(&program, FUEL) {
            Ok(figure) if figure.counts() => figure,
            Ok(_) => continue,
            Err(_) => {
                unusable += 1;
                continue;
            }
        };
        measured.push(figure.per_unit());
        if figure.per_unit() > SLOW {
            println!("{row}: {:.0} ns per unit: {repeated:?}", figure.per_unit());
        }
        let slowest = rows.entry(row).or_insert((0.0, String::new()));
        if figure.per_unit() > slowest.0 {
            *slowest = (figure.per_unit(), format!("{repeated} [{}]", figure.end));
        }
    }
    measured.sort_by(f64::total_cmp);
    let median = measured.get(measured.len() / 2).copied().unwrap_or(1.0);
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by(|a, b| a.1.0.total_cmp(&b.1.0));
    println!("{:<44} {:>9} {:>7}  slowest call", "function", "ns/unit", "ratio");
    for (row, (per_unit, call)) in &rows {
        let call = call
            .replace("try:\n    ", "")
            .replace("\nexcept Exception: pass", "")
            .replace('\n', "; ");
        println!("{row:<44} {per_unit:>9.2} {:>7.2}  {call}", per_unit / median);
    }
    let beyond = rows
        .iter()
        .filter(|(_, (per_unit, _))| per_unit / median > BOUND)
        .count();
    println!(
        "{} rows, {count} programs, {} measured, {unusable} rejected; median {median:.2} ns per unit; {beyond} rows above {BOUND} times the median",
        rows.len(),
        measured.len(),
    );
}

/// Maximum time that a program may continue after cancellation.
const PROMPT: Duration = Duration::from_millis(500);

/// A call shorter than this is not cancelled: it can't be late.
const SHORT: Duration = Duration::from_millis(100);

/// A longer call is cancelled at this time; its first half is then cancelled like the others.
const LONG: Duration = Duration::from_secs(2);

/// The percentages of a call's time after which it is cancelled: a native function may check the
/// flag in one pass over its argument, and not in the next.
const MOMENTS: [u32; 3] = [10, 45, 80];

/// Large values in addition to the context when cancellation is measured: an integer and a list.
const GIANT_INT: &str = "B = (1 << 3_000_000) - 1\n";
const GIANT_LIST: &str = "A = [n * 7_919 % 1_000_007 for n in range(1_000_000)]\n";

/// The texts that the contexts of cancelled programs repeat.
const CONTEXTS: [&str; 6] = [
    "some words, and\nlines of them\n",
    " ",
    "x",
    "Σ日größer ",
    "7",
    "[\"\\u00e9\", ",
];

/// Number of kinds of contexts.
pub(crate) const KINDS: usize = CONTEXTS.len();

/// Cancels every program over a context of this many megabytes, and prints those that continued too
/// long or used too much memory. `memory` is the programs' memory in megabytes: with little, copies
/// of the context are rejected; with much, they take time.
pub(crate) fn cancel(megabytes: usize, memory: usize, kind: usize, filter: &str) {
    let piece = CONTEXTS[kind];
    let context = piece.repeat((megabytes << 20) / piece.len());
    let context = Text::with_origin(context, Origin::Source(SourceId(0)));
    let programs = programs(filter, &["context"], &["B"], &["B"], &["A"]);
    let mut late: Vec<(Duration, &str, String)> = Vec::new();
    let (mut cancelled, mut refused, mut over) = (0, 0, 0);
    for Large { row, repeated, value } in &programs {
        let given = match value.as_str() {
            "B" => GIANT_INT,
            "A" => GIANT_LIST,
            _ => "",
        };
        let run = |moment| after_cancelled(&context, memory << 20, given, repeated, moment);
        let Some(Ran { took, after, grown }) = run(LONG) else {
            refused += 1;
            continue;
        };
        let mut longest = after;
        if grown > (memory << 20) * 13 / 10 + 16_000_000 {
            over += 1;
            println!("{row}: {} MB: {repeated:?}", grown >> 20);
        }
        if took < SHORT {
            continue;
        }
        cancelled += 1;
        for percent in MOMENTS {
            if let Some(Ran { after, .. }) = run(took.min(LONG) * percent / 100) {
                longest = longest.max(after);
            }
        }
        if longest > PROMPT {
            println!("{row}: {} ms: {repeated:?}", longest.as_millis());
        }
        if longest > PROMPT / 5 {
            late.push((longest, row, repeated.clone()));
        }
    }
    late.sort();
    for (after, row, repeated) in &late {
        let call = repeated
            .replace("try:\n    ", "")
            .replace("\nexcept Exception: pass", "")
            .replace('\n', "; ");
        println!("{row:<44} {:>8.0} ms  {call}", after.as_secs_f64() * 1e3);
    }
    let beyond = late.iter().filter(|(after, ..)| *after > PROMPT).count();
    println!(
        "{} programs with {memory} MB over {megabytes} MB of {:?}, {cancelled} long enough to be cancelled, {refused} rejected; {beyond} continued for more than {PROMPT:?}, {over} took more than 1.3 times their memory plus 16 MB",
        programs.len(),
        CONTEXTS[kind],
    );
}

/// The measurements of a cancelled program.
struct Ran {
    took: Duration,
    /// The time until it ended after its cancellation.
    after: Duration,
    /// Maximum growth of the process in bytes; 0 if the system does not report it.
    grown: usize,
}

/// Runs a program, and cancels it after a time if it is still running; `None` if it does not
/// compile.
fn after_cancelled(context: &Text, memory_bytes: usize, given: &str, called: &str, moment: Duration) -> Option<Ran> {
    let settings = Settings {
        fuel: u64::MAX >> 1,
        memory_bytes,
        ..Settings::default()
    };
    let mut machine = Machine::new(settings, ContextData::text("giant.txt", context.clone()), "Who?");
    if !given.is_empty() {
        let program = machine.compile(given).ok()?;
        let Step::Done(done) = to_end(machine.start(&program, u64::MAX >> 1)) else {
            return None;
        };
        machine = done.machine;
    }
    let program = machine.compile(called).ok()?;
    let handle = machine.cancel_handle();
    // Resets the peak to the current value (proc_pid_clear_refs(5)).
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = resident_bytes("VmRSS:");
    let started = Instant::now();
    let (ended, is_ended) = std::sync::mpsc::channel::<()>();
    let canceller = std::thread::spawn(move || {
        let _ = is_ended.recv_timeout(moment);
        let at = Instant::now();
        handle.cancel();
        at
    });
    let step = to_end(machine.start(&program, u64::MAX >> 1));
    let took = started.elapsed();
    let _ = ended.send(());
    let at = canceller.join().unwrap();
    let grown = resident_bytes("VmHWM:").saturating_sub(before);
    drop(step);
    Some(Ran {
        took,
        after: (started + took).saturating_duration_since(at),
        grown,
    })
}

/// Returns a memory figure of this process in bytes; 0 if the system does not report it.
fn resident_bytes(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes: Option<usize> = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    kilobytes.unwrap_or(0) << 10
}

/// Resumes a program until it ends or makes a request.
fn to_end(mut step: Step) -> Step {
    while let Step::OutOfFuel(paused) = step {
        step = paused.resume(Vec::new(), u64::MAX >> 1);
    }
    step
}
