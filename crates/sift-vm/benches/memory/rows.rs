//! Programs that keep the results of each library function until the memory is full, made from the
//! manual's examples.

use std::process::ExitCode;

use sift_vm::library_examples;

use crate::bombs::Bomb;
use crate::child::{self, Outcome};

/// Memory limit of each program, in bytes.
const LIMIT: usize = 48 << 20;

/// Bytes that a process may hold at that limit.
const ALLOWED: u64 = child::allowed(LIMIT as u64);

/// Returns the forms of an example: one keeps its results, the other drops them but keeps many
/// other values.
fn forms(program: &str) -> Vec<String> {
    let (before, value) = program.rsplit_once("; ").unwrap_or(("", program));
    let before = before.replace("; ", "\n    ");
    vec![
        format!("a = []\nwhile True:\n    {before}\n    a.append({value})"),
        format!(
            "a = [str(n).upper() for n in range({})]\nfor _ in range(100_000):\n    {before}\n    {value}",
            LIMIT / 200
        ),
    ]
}

/// Runs every form of every function whose name contains the argument, each in its own process.
pub(crate) fn run(arguments: &[&str]) -> ExitCode {
    // A child runs one form.
    if let ["--child", row, form] = arguments {
        let example = library_examples().find(|example| example.path == *row).unwrap();
        let source = forms(example.program)[form.parse::<usize>().unwrap()].clone().leak();
        let bomb = Bomb {
            name: example.path,
            source,
            fills: false,
        };
        println!("{}", child::run(&bomb, LIMIT));
        return ExitCode::SUCCESS;
    }
    let filter = arguments.first().copied().unwrap_or_default();
    let (mut measured, mut beyond) = (0, 0);
    for example in library_examples().filter(|example| example.path.contains(filter)) {
        for form in 0..forms(example.program).len() {
            measured += 1;
            let Some(outcome) = child::spawn(&["rows", "--child", example.path, &form.to_string()], &[]) else {
                beyond += 1;
                println!("{:<44} form {form}: unexpected end of the process", example.path);
                continue;
            };
            let Outcome { metered, resident, end } = outcome;
            if resident > ALLOWED {
                beyond += 1;
                println!(
                    "{:<44} form {form}: {:.1} MB metered, {:.1} MB resident, ended by {end}",
                    example.path,
                    metered as f64 / 1e6,
                    resident as f64 / 1e6
                );
            }
        }
    }
    println!(
        "{measured} programs with a limit of {} MB: {beyond} held more than {:.1} MB",
        LIMIT >> 20,
        ALLOWED as f64 / 1e6
    );
    ExitCode::from(u8::from(beyond > 0))
}
