//! Searches for programs that send data derived from untrusted text: `label_leaks [SECONDS]
//! [SEED]`.
//!
//! It tries each form in turn, with different random choices each time. It prints each leaking form
//! once, and exits with status 1 if there is any.

#![expect(clippy::print_stdout, reason = "it reports")]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rlm_fuzzing::generators::{Dice, label_forms};
use rlm_fuzzing::oracles::labels::{Leak, leak_of};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse().unwrap_or(0));
    let time = Duration::from_secs(arguments.next().unwrap_or(60));
    let mut dice = Dice::new(arguments.next().unwrap_or(1));
    let (begun, mut tried) = (Instant::now(), 0_usize);
    let mut leaks: BTreeMap<String, (Duration, Leak)> = BTreeMap::new();
    while begun.elapsed() < time {
        // Two of three attempts use the listed forms in turn; the rest use examples of the standard
        // library.
        let form = match tried % 3 {
            0 => label_forms() + tried / 3,
            _ => tried * 2 / 3 % label_forms(),
        };
        tried += 1;
        if let Some(leak) = leak_of(&mut dice, Some(form)) {
            let shown = leak.program.lines().rev().skip(1).take(4).collect::<Vec<_>>();
            let shown = shown.into_iter().rev().collect::<Vec<_>>().join(" ⏎ ");
            let key = format!("{} {:?}", leak.form, leak.taint);
            leaks.entry(key).or_insert_with(|| {
                println!(
                    "{:.1} s, {:?}, form {}: {shown}: {:?}",
                    begun.elapsed().as_secs_f64(),
                    leak.taint,
                    leak.form,
                    leak.sent
                );
                (begun.elapsed(), leak)
            });
        }
    }
    let strict = leaks.keys().filter(|key| key.ends_with("Strict")).count();
    println!(
        "{tried} programs over two texts each; forms that leak: {strict} strictly, {} usually",
        leaks.len() - strict
    );
    if leaks.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
