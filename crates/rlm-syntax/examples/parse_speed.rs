//! How fast programs are read: nanoseconds a byte over the corpus and over inputs made to be slow.
//!
//! `cargo run --release -p rlm-syntax --example parse_speed`

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use rlm_syntax::parse;

fn main() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/blocks.jsonl");
    let corpus: Vec<String> = std::fs::read_to_string(shared)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|block| Some(block.get("code")?.as_str()?.to_owned()))
        .collect();
    measure("corpus", &corpus);
    let forms = include_str!("../tests/forms.sift");
    measure("forms", &[forms.to_owned()]);
    measure(
        "forty lines",
        &[forms.lines().skip(10).take(40).collect::<Vec<_>>().join("\n")],
    );
    let near_bound = rlm_syntax::MAX_SOURCE_BYTES - 100;
    let many = |piece: &str| piece.repeat(near_bound / piece.len());
    for (name, source) in [
        ("names", many("x ")),
        ("sum", format!("x{}", many(" + x"))),
        ("open brackets", many("(")),
        ("closing brackets", many(")")),
        ("brackets", many("[[[[]]]],").trim_end_matches(',').to_owned()),
        ("one call", format!("f({})", many("a,"))),
        (
            "named arguments",
            format!("f({})", (0..20_000).map(|n| format!("a{n}=1,")).collect::<String>()),
        ),
        (
            "parameters",
            format!(
                "def f({}): pass",
                (0..20_000).map(|n| format!("a{n},")).collect::<String>()
            ),
        ),
        ("quotes", many("' ")),
        ("lines of quotes", many("'\n")),
        ("lines of brackets", many("(\n")),
        ("short lines", many("x = 1\n")),
        ("prose", many("this is all just prose\n")),
        ("f-strings", many("f'{x:{y}}' ")),
        ("holes", format!("f'{}'", many("{x}"))),
        ("hexadecimal", many("0xffffffffffffffffffffffffffffffffffff, ")),
        ("signs", format!("{}x", many("-"))),
        ("conditionals", format!("{}x", many("x if x else "))),
        ("strings side by side", many("'a' ")),
    ] {
        measure(name, &[source]);
    }
}

fn measure(name: &str, programs: &[String]) {
    let bytes: usize = programs.iter().map(String::len).sum();
    if bytes == 0 {
        return;
    }
    let rounds = (4_000_000 / bytes).clamp(1, 2_000);
    let start = Instant::now();
    for _ in 0..rounds {
        for program in programs {
            black_box(parse(black_box(program)));
        }
    }
    let nanos = start.elapsed().as_nanos() as f64 / rounds as f64;
    println!(
        "{name:>22}: {:>8.1} ns a byte, {:>9.1} us a program of {} bytes",
        nanos / bytes as f64,
        nanos / 1_000.0 / programs.len() as f64,
        bytes / programs.len()
    );
}
