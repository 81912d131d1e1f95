//! Prints the text of a file, and the offsets of its sections on stderr:
//! `cargo run -p rlm-extract --features all --example extract FILE`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it has found"
)]

use std::process::ExitCode;

use rlm_extract::{Format, Limits, extract};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: extract FILE");
        return ExitCode::FAILURE;
    };
    let Some(format) = Format::of_name(&path) else {
        eprintln!("{path} is text as it stands");
        return ExitCode::FAILURE;
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    match extract(format, bytes, Limits::default()) {
        Ok(extracted) => {
            print!("{}", extracted.text);
            for section in &extracted.sections {
                eprintln!("{:>9} {}", section.start, section.label);
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{path}: {error}; {}", error.hint());
            ExitCode::FAILURE
        }
    }
}
