//! Measures BM25: the time of building and opening an index, query times, and peak memory.
//!
//! `cargo bench -p rlm-retrieval --bench bm25_cost -- [MEGABYTES] [log|prose]`

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints its results and panics on failure"
)]

use std::fmt::Write;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use rlm_context::Context;
use rlm_retrieval::{Bm25, Bm25Options};

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|given| given != "--bench");
    let megabytes: usize = arguments.next().and_then(|number| number.parse().ok()).unwrap_or(100);
    let prose = arguments.next().is_some_and(|kind| kind == "prose");
    let text = if prose {
        prose_of(megabytes << 20)
    } else {
        log_of(megabytes << 20)
    };
    let context = Context::from_text(text);
    println!(
        "{megabytes} MiB of {}; resident before: {}",
        if prose { "prose" } else { "a log" },
        resident()
    );
    for threads in [1, 2] {
        let folder = tempfile::tempdir().expect("create a folder for the index");
        let options = Bm25Options::default()
            .threads(NonZeroUsize::new(threads).expect("at least one thread"))
            .folder(folder.path());
        let (build, _) = timed(|| Bm25::new(context.clone(), options.clone()).search_blocking("zzz", 10));
        let stored = std::fs::read_dir(folder.path()).expect("the folder").flatten();
        let stored: u64 = stored
            .map(|entry| entry.metadata().map_or(0, |metadata| metadata.len()))
            .sum();
        println!(
            "build by {threads} thread(s): {build:.0?}, {} MB on disk; resident: {}",
            stored / 1_000_000,
            resident()
        );
        let again = Bm25::new(context.clone(), options);
        let (open, _) = timed(|| again.search_blocking("zzz", 10));
        println!("open and first query: {open:.1?}");
        let queries = if prose {
            [
                "wadenrogel",
                "den mes ro li ku",
                "ham nofi wa den mesden roberdenden tali vefista kugel",
            ]
        } else {
            [
                "worker_7",
                "error timeout connection refused",
                "which host lost its database connection at night",
            ]
        };
        for query in queries {
            let mut times: Vec<Duration> = (0..21).map(|_| timed(|| again.search_blocking(query, 10)).0).collect();
            times.sort_unstable();
            let hits = again.search_blocking(query, 10).expect("a search").len();
            println!("  {:?} median, {hits} hits: {query}", times[times.len() / 2]);
        }
    }
    println!("resident and peak memory: {}", resident());
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status
        .lines()
        .filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A deterministic pseudo-random number generator.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

fn log_of(bytes: usize) -> String {
    let mut numbers = Numbers(42);
    let mut log = String::with_capacity(bytes + 200);
    let messages = [
        "connection refused",
        "request served",
        "timeout while reading",
        "database connection lost",
        "cache miss for key",
    ];
    while log.len() < bytes {
        let number = numbers.next();
        let message = messages[(number % 5) as usize];
        let level = if number.is_multiple_of(17) { "ERROR" } else { "INFO" };
        let _ = writeln!(
            log,
            "2024-{:02}-{:02}T{:02}:{:02}:{:02}Z {level} host-{} worker_{} {message} id={number:016x} user={}",
            number % 12 + 1,
            number % 28 + 1,
            number % 24,
            number % 60,
            (number >> 8) % 60,
            (number >> 16) % 200,
            (number >> 24) % 32,
            (number >> 32) % 50_000
        );
    }
    log
}

/// Generates words with natural frequencies, in sentences and paragraphs.
fn prose_of(bytes: usize) -> String {
    let mut numbers = Numbers(7);
    let syllables = [
        "wa", "den", "ro", "li", "mes", "ta", "ku", "ber", "no", "stra", "fi", "gel", "or", "ham", "ve", "ni",
    ];
    let mut text = String::with_capacity(bytes + 200);
    let mut count: u64 = 0;
    while text.len() < bytes {
        let uniform = (numbers.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let mut rank = (200_000_f64.powf(uniform)) as u64;
        loop {
            text.push_str(syllables[(rank % 16) as usize]);
            rank /= 16;
            if rank == 0 {
                break;
            }
        }
        count += 1;
        text.push_str(match count {
            _ if count.is_multiple_of(90) => ".\n\n",
            _ if count.is_multiple_of(15) => ". ",
            _ => " ",
        });
    }
    text
}
