//! Measures a whole `rlm run` from start to exit: a fake model, two turns, one sub-call, a context
//! of 10 MB, journal and cache on disk. The goal is 30 ms and 30 MB.
//!
//! `cargo bench -p rlm-cli --features full --bench startup [RUNS]`

#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_rlm");
const CONTEXT_BYTES: usize = 10 << 20;
const MODEL: &str = r#"{
    "script": [
        "```repl\nat = P.find('needle')\nprint(llm_query('What is here? ' + P[at:at + 60]))\n```",
        "```repl\nFINAL(P[at:at + 20])\n```"
    ],
    "default_reply": "a needle"
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let runs: usize = std::env::args()
        .skip(1)
        .find(|given| given != "--bench")
        .map_or(Ok(21), |count| count.parse())?;
    let folder = std::env::temp_dir().join(format!("rlm-startup-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("model.json"), MODEL)?;
    fs::write(folder.join("context.txt"), context())?;
    let outcome = measure(&folder, runs);
    fs::remove_dir_all(&folder)?;
    outcome
}

/// Repeats the run, each time without a cache and without earlier runs.
fn measure(folder: &Path, runs: usize) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::new();
    for _ in 0..runs.max(1) {
        for name in ["data", "cache"] {
            let _ = fs::remove_dir_all(folder.join(name));
        }
        let started = Instant::now();
        let output = command(folder).output()?;
        times.push(started.elapsed());
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
    }
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    let slowest = times.last().copied().unwrap_or_default();
    println!(
        "wall time: median {} ms, slowest {} ms, {} runs",
        millis(median),
        millis(slowest),
        times.len()
    );
    match peak_memory(folder)? {
        Some(kilobytes) => println!("peak memory: {} MB", kilobytes / 1_000),
        None => println!("peak memory: unknown (requires /usr/bin/time)"),
    }
    println!("binary: {:.1} MB", fs::metadata(BINARY)?.len() as f64 / 1e6);
    Ok(())
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args([
            "run",
            "Where is the needle?",
            "--context",
            "context.txt",
            "--model",
            "fake:model.json",
        ])
        .current_dir(folder)
        .env("RLM_DATA_DIR", folder.join("data"))
        .env("RLM_CACHE", folder.join("cache"))
        .stdin(Stdio::null());
    command
}

/// Returns the peak resident memory in kB, as measured by GNU time; `None` if that is not
/// installed.
fn peak_memory(folder: &Path) -> Result<Option<u64>, Box<dyn Error>> {
    if !Path::new("/usr/bin/time").exists() {
        return Ok(None);
    }
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "peak %M", "--"]).arg(BINARY);
    let plain = command(folder);
    timed.args(plain.get_args()).current_dir(folder);
    timed.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = timed.stdin(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("peak "));
    Ok(line.and_then(|kilobytes| kilobytes.trim().parse().ok()))
}

fn millis(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}

/// Returns lines of words, with the searched line near the end.
fn context() -> String {
    let mut text = String::with_capacity(CONTEXT_BYTES + 100);
    let mut number = 0_u64;
    while text.len() < CONTEXT_BYTES {
        number += 1;
        text.push_str(&format!(
            "line {number}: hay and straw, {} bales of it\n",
            number.wrapping_mul(2_654_435_761) % 997
        ));
    }
    let late = text.floor_char_boundary(CONTEXT_BYTES - 1_000);
    text.insert_str(late, "\nthe needle lies here, among the hay\n");
    text
}
