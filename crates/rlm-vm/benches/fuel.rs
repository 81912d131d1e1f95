//! Nanoseconds that one unit of fuel takes, for every op and every function of the library, on friendly and on adversarial
//! inputs. The slowest stays within ten times the median.
//!
//! `just bench-fuel [FILTER]`; `just bench-fuel try PROGRAM` measures one; `just fuzz-fuel MINUTES [SEED]` looks for slower ones.

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::expect_used,
    clippy::duplicate_mod,
    reason = "a measurement shows what it finds and stops where something is not as it should be"
)]

use std::sync::Arc;

use rlm_text::{Text, Tokenizer as _};
use rlm_tokens::Encoding;
use rlm_vm::{ContextData, ContextDocument, ContextKind, Machine, Settings};

#[path = "fuel/clock.rs"]
mod clock;
#[path = "../tests/support/functions.rs"]
mod functions;
#[path = "fuel/fuzz/mod.rs"]
mod fuzz;
#[path = "fuel/inputs.rs"]
mod inputs;
#[path = "fuel/limit_tests.rs"]
mod limit_tests;
#[path = "fuel/measure.rs"]
mod measure;
#[path = "fuel/ops.rs"]
mod ops;
#[path = "fuel/table.rs"]
mod table;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["fuzz", minutes, seed] => fuzz::run(minutes.parse().unwrap(), seed.parse().unwrap()),
        ["fuzz", minutes] => fuzz::run(minutes.parse().unwrap(), 1),
        ["try", program] => fuzz::show(program),
        [] => table::print(""),
        [filter, ..] => table::print(filter),
    }
}

/// Makes a machine over a short text, as most tests do.
fn machine(settings: Settings) -> Machine {
    Machine::new(
        settings,
        ContextData::text("fox.txt", Text::new("The quick brown fox\njumps over\nthe lazy dog\n")),
        "Who?",
    )
}

/// Makes a machine whose programs count by a tokenizer.
fn counting_machine(settings: Settings, encoding: Encoding) -> Machine {
    // Its tables are made once in a process: that is no program's time.
    encoding.count("fox");
    machine(settings).with_tokenizer(Some(Arc::new(encoding)))
}

fn o200k_machine(settings: Settings) -> Machine {
    counting_machine(settings, Encoding::O200k)
}

fn cl100k_machine(settings: Settings) -> Machine {
    counting_machine(settings, Encoding::Cl100k)
}

/// Makes the machine that the manual's examples run in.
fn trip_machine(settings: Settings) -> Machine {
    let texts = ["# Trip\nid: 1 || city: Oslo\n", "# Stay\nid: 2 || city: Rome\n"];
    let context = ContextData {
        kind: ContextKind::List,
        documents: (1..)
            .zip(texts)
            .map(|(number, text)| ContextDocument {
                name: format!("{number}.md").into(),
                text: Text::new(text),
            })
            .collect(),
        joined: Text::from_string(texts.join("\n")),
        files: None,
    };
    Machine::new(settings, context, "Which cities?")
}
