//! Nanoseconds per fuel unit for every op and library function, on typical and on adversarial
//! inputs. The slowest stays within ten times the median.
//!
//! `just bench-fuel [FILTER]`; `just bench-fuel try PROGRAM` measures one;
//! `just bench-large [FILTER]` calls every function with large arguments; `just bench-cancel`
//! cancels those calls over a large context; `just fuzz-fuel MINUTES [SEED]` searches for slower
//! ones.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a benchmark panics on failure; the tests whose calls it measures are not built here"
)]

use std::sync::Arc;

use rlm_tokens::Encoding;
use sift_text::{Text, Tokenizer as _};
use sift_vm::{ContextData, ContextDocument, ContextKind, Machine, Settings};
use support::functions;

// The calls of the limit tests.
#[path = "../tests/it/builtin_limits.rs"]
mod builtin_limits;
#[path = "../tests/it/container_limits.rs"]
mod container_limits;
#[path = "../tests/it/datetime_limits.rs"]
mod datetime_limits;
#[path = "../tests/it/limit_tests.rs"]
mod limit_tests;
#[path = "../tests/it/module_limits.rs"]
mod module_limits;
#[path = "../tests/it/number_limits.rs"]
mod number_limits;
#[path = "../tests/it/re_limits.rs"]
mod re_limits;
#[path = "../tests/it/str_limits.rs"]
mod str_limits;
#[path = "../tests/it/support/mod.rs"]
mod support;
#[path = "../tests/it/text_module_limits.rs"]
mod text_module_limits;
#[path = "../tests/it/toolkit_limits.rs"]
mod toolkit_limits;

#[path = "fuel/clock.rs"]
mod clock;
#[path = "fuel/fuzz/mod.rs"]
mod fuzz;
#[path = "fuel/inputs.rs"]
mod inputs;
#[path = "fuel/large.rs"]
mod large;
#[path = "fuel/measure.rs"]
mod measure;
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
        ["large"] => large::print(""),
        ["large", filter] => large::print(filter),
        ["cancel", megabytes, memory, filter @ ..] => {
            let [megabytes, memory] = [megabytes, memory].map(|number| number.parse().unwrap());
            let filter = filter.first().copied().unwrap_or_default();
            (0..large::KINDS).for_each(|kind| large::cancel(megabytes, memory, kind, filter));
        }
        ["try", program] => fuzz::show(program),
        [] => table::print(""),
        [filter, ..] => table::print(filter),
    }
}

/// Returns a machine over a short text, as most tests use.
fn machine(settings: Settings) -> Machine {
    Machine::new(
        settings,
        ContextData::text("fox.txt", Text::new("The quick brown fox\njumps over\nthe lazy dog\n")),
        "Who?",
    )
}

/// Returns a machine whose programs count tokens.
fn counting_machine(settings: Settings, encoding: Encoding) -> Machine {
    // Its tables are built once per process, outside of the measured time.
    encoding.count("fox");
    machine(settings).with_tokenizer(Some(Arc::new(encoding)))
}

fn o200k_machine(settings: Settings) -> Machine {
    counting_machine(settings, Encoding::O200k)
}

fn cl100k_machine(settings: Settings) -> Machine {
    counting_machine(settings, Encoding::Cl100k)
}

/// Returns a machine for the manual's examples.
fn trip_machine(settings: Settings) -> Machine {
    let texts = ["# Trip\nid: 1 || city: Oslo\n", "# Stay\nid: 2 || city: Rome\n"];
    let context = ContextData {
        kind: ContextKind::List,
        documents: (1..)
            .zip(texts)
            .map(|(number, text)| ContextDocument {
                name: format!("{number}.md").into(),
                text: Text::new(text),
                image: None,
            })
            .collect(),
        joined: Text::from_string(texts.join("\n")),
        files: None,
    };
    Machine::new(settings, context, "Which cities?")
}
