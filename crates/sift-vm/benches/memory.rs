//! Programs that fill their memory with one kind of object each, in separate processes: the peak of
//! the meter, the peak of the resident memory, and whether it is within 1.3 × metered + 16 MB.
//!
//! `cargo bench -p sift-vm --bench memory [-- NAME] [--limit MEGABYTES]`; with `rows [NAME]`,
//! programs that keep the results of each library function; with `try FILE MEGABYTES`, the program
//! of a file.

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark panics on failure"
)]

#[path = "memory/bombs.rs"]
mod bombs;
#[path = "memory/child.rs"]
mod child;
#[path = "memory/rows.rs"]
mod rows;
#[allow(dead_code, reason = "shared with the fuel bench")]
#[path = "../tests/it/support/sections.rs"]
mod sections;

use std::process::ExitCode;

use bombs::{Bomb, bomb, bombs};
use child::{Outcome, allowed};

const LIMIT_MEGABYTES: usize = 256;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| one != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--child", name, limit] => {
            println!("{}", child::run(&bomb(name).unwrap(), limit.parse().unwrap()));
            ExitCode::SUCCESS
        }
        ["try", file, megabytes] => {
            let bomb = Bomb {
                name: "a program",
                source: std::fs::read_to_string(file).unwrap().leak(),
                fills: true,
            };
            println!("{}", child::run(&bomb, megabytes.parse::<usize>().unwrap() << 20));
            ExitCode::SUCCESS
        }
        ["rows", rest @ ..] => rows::run(rest),
        [name, "--limit", megabytes] | ["--limit", megabytes, name] => measure(name, megabytes.parse().unwrap()),
        ["--limit", megabytes] => measure("", megabytes.parse().unwrap()),
        [name] => measure(name, LIMIT_MEGABYTES),
        _ => measure("", LIMIT_MEGABYTES),
    }
}

/// Runs all bombs whose name contains `filter`, each in its own process, and prints their memory.
fn measure(filter: &str, megabytes: usize) -> ExitCode {
    if child::peak_resident_bytes().is_none() {
        println!("SKIPPED: peak memory is only available on Linux");
        return ExitCode::SUCCESS;
    }
    println!(
        "{:<44} {:>12} {:>12} {:>6}  within",
        "filled with", "metered MB", "resident MB", "ratio"
    );
    let limit = (megabytes << 20).to_string();
    let failed: Vec<&str> = bombs()
        .filter(|bomb| bomb.name.contains(filter) && !is_within(bomb, &limit))
        .map(|bomb| bomb.name)
        .collect();
    if failed.is_empty() {
        println!("all within 1.3 × metered + 16 MB");
        return ExitCode::SUCCESS;
    }
    println!("not within 1.3 × metered + 16 MB: {}", failed.join("; "));
    ExitCode::FAILURE
}

/// Runs a bomb in a process, prints its memory, and returns whether it ended as expected within the
/// allowed memory.
fn is_within(bomb: &Bomb, limit: &str) -> bool {
    let Some(Outcome { metered, resident, end }) = child::spawn(&["--child", bomb.name, limit], &[]) else {
        println!("{:<44} unexpected end of the process", bomb.name);
        return false;
    };
    let within = resident <= allowed(metered) && (end == child::MEMORY || !bomb.fills);
    let (metered_mb, resident_mb) = (metered as f64 / 1e6, resident as f64 / 1e6);
    println!(
        "{:<44} {metered_mb:>12.1} {resident_mb:>12.1} {:>6.2}  {}{}",
        bomb.name,
        resident as f64 / metered as f64,
        if within { "yes" } else { "NO" },
        if end == child::MEMORY {
            String::new()
        } else {
            format!(" ended by {end}")
        },
    );
    within
}
