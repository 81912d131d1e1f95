//! Benchmarks sub-calls over HTTP against a bare client with raw sockets. The loopback server is a
//! separate process. Measures makespan relative to the ideal, processor time per call and resident
//! memory, each as the median of five processes that alternate with those of the other client. Then
//! measures faults, servers that never finish, and the throughput of the cache.
//!
//! `cargo bench -p rlm-scheduler --bench calls [-- ROW]`: ROW is a substring of a row's name.

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints its results and panics on failure"
)]

use std::process::Command;
use std::time::Duration;

#[path = "calls/cache.rs"]
mod cache;
#[path = "calls/clients.rs"]
mod clients;
#[path = "calls/figures.rs"]
mod figures;
#[path = "calls/server.rs"]
mod server;

use figures::{Figures, median};
use server::{Mode, Process};

/// The number of times that each client runs a row.
const ROUNDS: usize = 5;

/// The work of a client in a process.
#[derive(Debug, Clone, Copy)]
struct Work {
    calls: u32,
    in_flight: u32,
    latency: u64,
    mode: Mode,
}

impl Work {
    const fn good(calls: u32, in_flight: u32, latency: u64) -> Self {
        Self {
            calls,
            in_flight,
            latency,
            mode: Mode::Good,
        }
    }

    /// Returns the makespan if only the model took time.
    fn ideal(&self) -> Duration {
        Duration::from_millis(self.latency) * self.calls.div_ceil(self.in_flight)
    }
}

const ROWS: &[Work] = &[
    Work::good(1_000, 64, 50),
    Work::good(10_000, 64, 50),
    Work::good(1_000, 256, 200),
    Work::good(10_000, 256, 200),
    Work::good(2_048, 1_024, 500),
    Work::good(10_240, 1_024, 500),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|given| given != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve"] => server::serve(),
        ["client", name, base, rest @ ..] => clients::run(name, base, rest),
        rest => measure(rest.first().copied().unwrap_or_default()),
    }
}

fn measure(wanted: &str) {
    let server = Process::start();
    if "calls".contains(wanted) {
        good(&server);
    }
    if "faults".contains(wanted) {
        faults(&server);
    }
    if "stuck".contains(wanted) {
        stuck(&server);
    }
    if "cache".contains(wanted) {
        cache::measure();
    }
}

fn good(server: &Process) {
    println!("\n## Calls that succeed (medians of {ROUNDS}; lowest to highest of ours)");
    println!(
        "| calls | in flight | latency | ours / ideal | bare / ideal | ours / bare | CPU per call | bare | resident | bare |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for work in ROWS {
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(run("rlm", server, work));
            bare.push(run("bare", server, work));
        }
        assert!(ours.iter().chain(&bare).all(|one| one.answered == work.calls));
        let ideal = work.ideal().as_secs_f64();
        let over = |all: &[Figures]| median(all.iter().map(|one| one.makespan.as_secs_f64() / ideal));
        let cpu = |all: &[Figures]| {
            median(
                all.iter()
                    .map(|one| one.cpu.as_secs_f64() * 1e6 / f64::from(work.calls)),
            )
        };
        let resident = |all: &[Figures]| median(all.iter().map(|one| one.resident_kilobytes as f64 / 1e3));
        let factors = ours.iter().map(|one| one.makespan.as_secs_f64() / ideal);
        let (low, high) = factors.fold((f64::MAX, 0.0_f64), |(low, high), one| (low.min(one), high.max(one)));
        println!(
            "| {} | {} | {} ms | {:.3} ({low:.3}–{high:.3}) | {:.3} | {:.3} | {:.0} µs | {:.0} µs | {:.1} MB | {:.1} MB |",
            work.calls,
            work.in_flight,
            work.latency,
            over(&ours),
            over(&bare),
            over(&ours) / over(&bare),
            cpu(&ours),
            cpu(&bare),
            resident(&ours),
            resident(&bare),
        );
    }
}

fn faults(server: &Process) {
    println!(
        "\n## 1,000 calls, 64 in flight at 50 ms, to servers that reject requests or fail (medians of {ROUNDS} by time)"
    );
    let modes = [
        (
            Mode::Faults,
            "20 % get 429 with a pause, 5 % get 500, 2 % no answer (given up after 1 s)",
        ),
        (Mode::Chance, "20 % get 429"),
        (Mode::Crowded, "429 for all but five at once"),
    ];
    for (mode, what) in modes {
        let work = Work {
            mode,
            ..Work::good(1_000, 64, 50)
        };
        let mut runs: Vec<(Figures, u64)> = Vec::new();
        for _ in 0..ROUNDS {
            server.reset();
            let one = run("rlm", server, &work);
            let (requests, replies) = server.counts();
            assert_eq!((u64::from(one.answered), one.failed), (replies, 0), "{what}");
            runs.push((one, requests));
        }
        let middle = |of: fn(&(Figures, u64)) -> f64| median(runs.iter().map(of));
        let (seconds, requests) = (middle(|one| one.0.makespan.as_secs_f64()), middle(|one| one.1 as f64));
        println!("{what}: {seconds:.2} s, {requests} requests; every call answered and paid once");
    }
}

fn stuck(server: &Process) {
    println!(
        "\n## 1,000 calls of which one is never answered, 64 in flight at 50 ms: the other 999, relative to a run without it"
    );
    let work = Work::good(1_000, 64, 50);
    for mode in [Mode::OneHangs, Mode::OneDrips, Mode::OneCloses] {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            with.push(run("rlm", server, &Work { mode, ..work }));
            without.push(run("rlm", server, &work));
        }
        assert!(with.iter().all(|one| one.answered == 999), "{with:?}");
        let middle = |all: &[Figures]| median(all.iter().map(|one| one.makespan.as_secs_f64()));
        println!("{mode:?}: {:.3}", middle(&with) / middle(&without));
    }
}

/// Runs a client in a separate process.
fn run(client: &str, server: &Process, work: &Work) -> Figures {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["client", client, &server.base(work.latency, work.mode)])
        .args([work.calls.to_string(), work.in_flight.to_string()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
