//! Benchmarks of parsing and checking, in nanoseconds per byte.
//!
//! The inputs are the corpus, and slow inputs at three sizes each, which show if the time is
//! proportional to the size.
//!
//! `cargo bench -p sift-syntax --bench parse_speed`

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints its results")]

#[path = "../tests/it/common/mod.rs"]
mod common;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use sift_syntax::{LibraryScope, Scope, UnknownNames, check, format, parse, render_plain};

/// The sizes of slow inputs in bytes. The largest leaves room below the limit for the text around
/// the repeated pieces.
const SIZES: [usize; 3] = [16 * 1024, 64 * 1024, sift_syntax::MAX_SOURCE_BYTES - 1024];

/// The minimum duration of each measurement.
const SPAN: Duration = Duration::from_millis(60);

fn main() {
    let library = common::library();
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/blocks.jsonl");
    let corpus: Vec<String> = std::fs::read_to_string(shared)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|block| Some(block.get("code")?.as_str()?.to_owned()))
        .collect();
    let forms = include_str!("../tests/forms.sift");
    let forty: String = forms
        .lines()
        .skip(10)
        .take(40)
        .map(|line| format!("{line}\n"))
        .collect();
    println!("{:>24}  {:>10} {:>10} {:>10}", "", "bytes", "parse", "and check");
    for (name, programs) in [
        ("corpus of about 40 lines", about_forty(&corpus)),
        ("corpus", corpus),
        ("every form", vec![forms.to_owned()]),
        ("forty dense lines", vec![forty]),
    ] {
        let bytes = programs.iter().map(String::len).sum::<usize>();
        if bytes == 0 {
            continue;
        }
        let read = measure(|| programs.iter().for_each(|program| drop(black_box(parse(program)))));
        let both = measure(|| programs.iter().for_each(|program| work(program, &library)));
        let each = |time: f64| time / 1_000.0 / programs.len() as f64;
        println!(
            "{name:>24}  {:>10} {:>7.1} us {:>7.1} us per program; {:.1} and {:.1} ns per byte",
            bytes / programs.len(),
            each(read),
            each(both),
            read / bytes as f64,
            both / bytes as f64
        );
    }
    println!(
        "\n{:>24}  {:>10} {:>10} {:>10}   ns per byte: parsed, checked and rendered",
        "", SIZES[0], SIZES[1], SIZES[2]
    );
    for (name, source) in adversaries() {
        let figures = SIZES.map(|size| {
            let source = source(size);
            measure(|| work(&source, &library)) / source.len() as f64
        });
        show(name, figures);
    }
    println!("\n{:>24}  formatted", "");
    for (name, source) in adversaries() {
        let sources = SIZES.map(|size| source(size / 2));
        if sources.iter().all(|source| format(source).is_ok()) {
            show(
                name,
                sources.map(|source| measure(|| drop(black_box(format(&source)))) / source.len() as f64),
            );
        }
    }
}

fn show(name: &str, figures: [f64; 3]) {
    let slow = if figures[2] > 2.0 * figures[0].max(20.0) {
        "   NOT LINEAR"
    } else {
        ""
    };
    println!(
        "{name:>24}  {:>10.1} {:>10.1} {:>10.1}{slow}",
        figures[0], figures[1], figures[2]
    );
}

fn work(source: &str, library: &LibraryScope) {
    let parsed = parse(black_box(source));
    let scope = Scope {
        library,
        session: &BTreeMap::new(),
        unknown_names: UnknownNames::Allow,
    };
    let found = check(&parsed.program, &scope);
    black_box(render_plain(source, &parsed.diagnostics));
    black_box(render_plain(source, &found));
}

fn about_forty(programs: &[String]) -> Vec<String> {
    let of_size = |program: &&String| (36..=44).contains(&program.lines().count());
    programs.iter().filter(of_size).cloned().collect()
}

/// Returns the shortest of several run times in nanoseconds. Other load on the machine only adds to
/// it.
fn measure(mut run: impl FnMut()) -> f64 {
    let begin = Instant::now();
    let mut best = f64::MAX;
    let mut rounds = 0;
    while rounds < 3 || begin.elapsed() < SPAN {
        let (start, worked) = (Instant::now(), worked());
        run();
        let wall = start.elapsed().as_nanos() as f64;
        let spent = self::worked()
            .zip(worked)
            .map(|(after, before)| (after - before) as f64);
        // Linux updates a thread's CPU time at context switches, so short runs may measure none.
        best = best.min(spent.filter(|spent| *spent > 1e6).unwrap_or(wall));
        rounds += 1;
    }
    best
}

/// Returns the CPU time of this thread in nanoseconds, or `None` if the system doesn't report it.
fn worked() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// A function that generates a program of about the given number of bytes.
type Source = Box<dyn Fn(usize) -> String>;

/// Repeats a piece up to a size, between a prefix and a suffix.
fn many(before: &'static str, piece: &'static str, after: &'static str) -> Source {
    Box::new(move |size| format!("{before}{}{after}", piece.repeat(size / piece.len())))
}

/// Repeats a piece that contains its index, between a prefix and a suffix.
fn numbered(before: &'static str, piece: fn(usize) -> String, after: &'static str) -> Source {
    Box::new(move |size| {
        let mut source = before.to_owned();
        let mut number = 0;
        while source.len() < size {
            source.push_str(&piece(number));
            number += 1;
        }
        source + after
    })
}

fn adversaries() -> Vec<(&'static str, Source)> {
    let groups = [
        long_tokens(),
        operators(),
        statements(),
        brackets(),
        checked(),
        strings(),
        layout(),
        refused(),
        tokens(),
    ];
    groups.into_iter().flatten().collect()
}

fn long_tokens() -> Vec<(&'static str, Source)> {
    vec![
        ("names", many("", "x ", "")),
        ("one name", many("", "x", "")),
        ("one number", many("x = ", "1", "")),
        ("one string", many("x = '", "a", "'")),
        ("one comment", many("#", "a", "\n")),
        ("comments", many("", "# a\n", "")),
        ("blank lines", many("", "\n", "x")),
        ("spaces", many("x", " ", "")),
    ]
}

fn operators() -> Vec<(&'static str, Source)> {
    vec![
        ("sum", many("x", " + x", "")),
        ("product of sums", many("x", " + x * x", "")),
        ("ands and ors", many("x", " and x or x", "")),
        ("comparisons", many("x", " < x", "")),
        ("powers", many("x", " ** x", "")),
        ("lambdas", many("", "lambda:", "x")),
        ("signs", many("", "-", "x")),
        ("nots", many("", "not ", "x")),
        ("conditionals", many("", "x if x else ", "x")),
        ("attributes", many("x", ".a", "")),
        ("calls", many("x", "()", "")),
        ("subscripts", many("x", "[0]", "")),
    ]
}

fn statements() -> Vec<(&'static str, Source)> {
    vec![
        ("assignments", many("", "x = ", "1")),
        ("tuple of targets", many("", "x, ", "= 1")),
        ("semicolons", many("", "x;", "")),
        ("short lines", many("", "x = 1\n", "")),
        ("elifs", many("if x: pass\n", "elif x: pass\n", "")),
        ("excepts", many("try: pass\n", "except x: pass\n", "")),
        ("functions", many("", "def f(a): return a\n", "")),
        (
            "functions in a function",
            many("def g():\n", " def f(a): return a\n", ""),
        ),
        ("declarations", many("def g():\n", " global a\n", "")),
        ("late declarations", many("def g():\n", " a = 1; global a\n", "")),
        ("decorators", many("", "@cache\n", "def f(): pass")),
        ("blocks", many("", "if x:\n  if y:\n    z\n", "")),
        ("comprehensions", many("", "[x for x in x]\n", "")),
        ("clauses", many("[x", " for x in x", "]")),
        ("walruses", many("f(", "(x := 1),", ")")),
    ]
}

fn brackets() -> Vec<(&'static str, Source)> {
    vec![
        ("open brackets", many("", "(", "")),
        ("closing brackets", many("", ")", "")),
        ("nested brackets", many("(", "[[[[]]]],", ")")),
        (
            "deep brackets",
            numbered("", |_| format!("{}{}\n", "[".repeat(90), "]".repeat(90)), ""),
        ),
        ("crossed brackets", many("", "([)]", "")),
        ("one call", many("f(", "a,", ")")),
        ("one list", many("x = [", "1, ", "]")),
        ("one dict", many("x = {", "1: 2, ", "}")),
        ("named arguments", numbered("f(", |n| format!("a{n}=1,"), ")")),
        ("parameters", numbered("def f(", |n| format!("a{n},"), "): pass")),
    ]
}

fn checked() -> Vec<(&'static str, Source)> {
    vec![
        ("unknown names", numbered("", |n| format!("name{n}\n"), "")),
        ("known names", numbered("", |n| format!("name{n} = 1\n"), "")),
        ("wrong arguments", many("", "len(1, 2)\n", "")),
        ("wrong methods", many("", "''.uper()\n", "")),
    ]
}

fn strings() -> Vec<(&'static str, Source)> {
    vec![
        ("quotes", many("", "' ", "")),
        ("lines of quotes", many("", "'\n", "")),
        ("triple quotes", many("", "''' ", "")),
        ("lines of brackets", many("", "(\n", "")),
        ("prose", many("", "this is all just prose\n", "")),
        ("f-strings", many("", "f'{x:{y}}' ", "")),
        ("lines of f-strings", many("", "f'{x!r:>{y}} and {z}'\n", "")),
        ("fields", many("f'", "{x}", "'")),
        ("debug fields", many("f'", "{x=}", "'")),
        ("open fields", many("f'", "{", "'")),
        ("fields of strings", many("f'", "{\"a\"}", "'")),
        ("escapes", many("x = '", "\\x41", "'")),
        ("bad escapes", many("x = '", "\\x4", "'")),
        ("hexadecimal", many("x = [", "0xffffffffffffffffffffffff, ", "]")),
        ("strings side by side", many("", "'a' ", "")),
    ]
}

fn layout() -> Vec<(&'static str, Source)> {
    vec![
        ("backslashes", many("x", "\\\n", "")),
        ("tabs", many("if x:\n", "\ty\n", "")),
        ("letters beyond ASCII", many("", "é = 1\n", "")),
        ("ligatures", many("", "ﬁ = 1\n", "")),
    ]
}

fn refused() -> Vec<(&'static str, Source)> {
    vec![
        ("classes", many("", "class A:\n  x: int\n", "")),
        ("one class", many("class A:\n", "  x: int\n", "")),
        ("matches", many("", "match x:\n  case 1: pass\n", "")),
        ("withs", many("", "with open(x) as y: pass\n", "")),
        (
            "deep blocks",
            numbered("", |n| format!("{}if x:\n", " ".repeat(n % 90)), ""),
        ),
        ("imports", many("", "import re\n", "")),
        ("fences", many("x\n", "```\n", "")),
        ("prompts", many("", ">>> x\n", "")),
    ]
}

fn tokens() -> Vec<(&'static str, Source)> {
    let tokens = [
        "and ", "for ", "if ", "def ", "else ", "import ", "class ", "with ", "yield ", "await ", "async ", "del ",
        "*", "**", "@", ":", ":=", "=", ".", ",", "\\", "`", "$", "?", "!", "{", "}", "]", "\"", "\r",
    ];
    tokens.map(|token| (token, many("", token, ""))).into()
}
