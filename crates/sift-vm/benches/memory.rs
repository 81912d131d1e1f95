//! Programs that fill their memory with one kind of thing each, every one in a process of its own: what the meter shows at
//! its highest, what the process holds at its highest, and whether that is within 1.3 × metered + 16 MB.
//!
//! `cargo bench -p sift-vm --bench memory [-- NAME] [--limit MEGABYTES]`; with `rows [NAME]`, programs that keep what each row of
//! the library returns; with `try FILE MEGABYTES`, the program of a file.

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement shows what it finds and stops where something is not as it should be"
)]

#[path = "memory/bombs.rs"]
mod bombs;
#[path = "memory/child.rs"]
mod child;
#[path = "memory/rows.rs"]
mod rows;

use std::process::ExitCode;

use bombs::BOMBS;
use child::{Outcome, allowed};

const LIMIT_MEGABYTES: usize = 256;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| one != "--bench").collect();
    if let [flag, name, limit] = arguments.as_slice()
        && flag == "--child"
    {
        let bomb = BOMBS.iter().find(|bomb| bomb.name == name).unwrap();
        println!("{}", child::run(bomb, limit.parse().unwrap()));
        return ExitCode::SUCCESS;
    }
    if let [flag, file, megabytes] = arguments.as_slice()
        && flag == "try"
    {
        let source = std::fs::read_to_string(file).unwrap().leak();
        let bomb = bombs::Bomb {
            name: "a program",
            source,
            fills: true,
        };
        println!("{}", child::run(&bomb, megabytes.parse::<usize>().unwrap() << 20));
        return ExitCode::SUCCESS;
    }
    if let [flag, rest @ ..] = arguments.as_slice()
        && flag == "rows"
    {
        return rows::run(rest);
    }
    let (mut wanted, mut megabytes) = (None, LIMIT_MEGABYTES);
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--limit" {
            megabytes = arguments.next().unwrap().parse().unwrap();
        } else {
            wanted = Some(argument);
        }
    }
    if child::peak_resident_bytes().is_none() {
        println!("SKIPPED: only Linux tells how much memory a process held at most");
        return ExitCode::SUCCESS;
    }
    println!(
        "{:<44} {:>12} {:>12} {:>6}  within",
        "filled with", "metered MB", "resident MB", "ratio"
    );
    let mut failed = Vec::new();
    for bomb in BOMBS {
        if wanted
            .as_ref()
            .is_some_and(|wanted| !bomb.name.contains(wanted.as_str()))
        {
            continue;
        }
        let limit = (megabytes << 20).to_string();
        let Some(Outcome { metered, resident, end }) = child::spawn(&["--child", bomb.name, &limit], &[]) else {
            println!("{:<44} the process did not end as it should", bomb.name);
            failed.push(bomb.name);
            continue;
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
        if !within {
            failed.push(bomb.name);
        }
    }
    if failed.is_empty() {
        println!("all within 1.3 × metered + 16 MB");
        return ExitCode::SUCCESS;
    }
    println!("not within 1.3 × metered + 16 MB: {}", failed.join("; "));
    ExitCode::FAILURE
}
