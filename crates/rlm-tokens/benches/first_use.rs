//! Measures the first use of each encoding: time, permanent memory, and the counting speed
//! afterwards.
//!
//! `cargo bench -p rlm-tokens --bench first_use`

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::time::Instant;

use rlm_tokens::Encoding;
use sift_text::{TOKEN_WINDOW_BYTES, Tokenizer as _};

const PROSE: &str = "The quick brown fox (42) doesn't jump over 3,000 lazy dogs' backs, naïve as it is.\n";
const ROUNDS: usize = 200;

fn main() {
    for encoding in Encoding::ALL {
        let (before, start) = (resident_kib(), Instant::now());
        encoding.count("fox");
        let (first, after) = (start.elapsed(), resident_kib());
        let memory = match (before, after) {
            (Some(before), Some(after)) => format!("{} MiB", after.saturating_sub(before) / 1024),
            _ => "unknown".to_owned(),
        };
        let window = PROSE.repeat(TOKEN_WINDOW_BYTES / PROSE.len());
        let start = Instant::now();
        let tokens: usize = (0..ROUNDS).map(|_| encoding.count(&window)).sum();
        let seconds = start.elapsed().as_secs_f64();
        let bytes = window.len() * ROUNDS;
        println!(
            "{:<12} first use {:>6.1} ms, {memory}; then {:.1} MB/s, {:.2} bytes a token",
            encoding.name(),
            first.as_secs_f64() * 1e3,
            bytes as f64 / seconds / 1e6,
            bytes as f64 / tokens as f64,
        );
    }
}

/// Returns the resident memory of the process in KiB, if the system reports it.
fn resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
