//! Compares sequential calls of programs under speculative execution with the same calls in
//! batches. The server on the loopback takes 50 ms for each reply and serves 64 calls at a time.
//! Prints each program's time relative to the batches, and relative to the pure latency without any
//! protocol overhead.
//!
//! `cargo bench -p rlm-core --bench parallel_calls [off|certain|past-errors]`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints its results and panics on failure"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use rlm_adapters::{Endpoint, OpenAiModel};
use rlm_context::Context;
use rlm_core::{RunAhead, RunOptions, Runner, StepEnd};
use rlm_policy::Limits;
use rlm_test_server::{Answer, CapturedRequest, TestServer};

const LATENCY: Duration = Duration::from_millis(50);
const IN_FLIGHT: u32 = 64;
const CHUNKS: u32 = 256;

/// The same calls in batches: one call per chunk, and a chain of two batches.
const BATCHES: [&str; 2] = [
    "r = llm_query_batched([f'about {c}' for c in chunks])",
    "r = llm_query_batched([f'about {c}' for c in chunks])\nr = llm_query_batched([f'refine {s}' for s in r])\nprint(llm_query('all ' + ' '.join(r)))",
];

/// Programs as (description, minimum number of rounds of calls, source).
const PROGRAMS: &[(&str, u32, &str)] = &[
    (
        "append each reply",
        4,
        "out = []\nfor c in chunks:\n    out.append(llm_query(f'about {c}'))",
    ),
    (
        "print each reply",
        4,
        "for i, c in enumerate(chunks):\n    print(f\"{i}: {llm_query(f'about {c}')}\")",
    ),
    (
        "a chain of two, then all",
        9,
        "out = []\nfor c in chunks:\n    s = llm_query(f'about {c}')\n    out.append(llm_query(f'refine {s}'))\nprint(llm_query('all ' + ' '.join(out)))",
    ),
    (
        "a word in the reply",
        4,
        "hits = []\nfor c in chunks:\n    a = llm_query(f'about {c}')\n    if 'yes' in a.lower():\n        hits.append(c)\nprint(len(hits))",
    ),
    (
        "a pattern in the reply",
        4,
        "import re\nn = 0\nfor c in chunks:\n    m = re.search(r'(\\d+)', llm_query(f'about {c}'))\n    if m:\n        n += int(m.group(1))\nprint(n)",
    ),
    (
        "a number in the reply",
        4,
        "n = 0\nfor c in chunks:\n    n += parse_number(llm_query(f'about {c}'))\nprint(n)",
    ),
    (
        "a helper in a comprehension",
        4,
        "def relevant(c):\n    a = llm_query(f'about {c}')\n    if 'yes' in a:\n        return True\n    return False\nprint(len([c for c in chunks if relevant(c)]))",
    ),
    (
        "int() within try",
        4,
        "n = 0\nfor c in chunks:\n    a = llm_query(f'about {c}')\n    try:\n        n += int(a)\n    except ValueError:\n        continue\nprint(n)",
    ),
    (
        "calls within try",
        4,
        "bad = []\nout = []\nfor c in chunks:\n    try:\n        out.append(llm_query(f'maybe {c}'))\n    except Exception as e:\n        bad.append(str(e))\nprint(len(out), len(bad))",
    ),
    (
        "counts by label, while",
        4,
        "counts = {}\ni = 0\nwhile i < len(chunks):\n    label = llm_query(f'about {chunks[i]}').strip().lower()\n    counts[label] = counts.get(label, 0) + 1\n    i += 1\nprint(len(counts))",
    ),
    (
        "lines of the replies",
        4,
        "facts = []\nfor c in chunks:\n    for line in llm_query(f'about {c}').splitlines():\n        if ':' in line:\n            facts.append(line.strip())\nprint(len(facts))",
    ),
    (
        "the first line that fits, `break`",
        4,
        "facts = []\nfor c in chunks:\n    for line in llm_query(f'about {c}').splitlines():\n        if line.startswith('yes'):\n            facts.append(line)\n            break\nprint(len(facts))",
    ),
    (
        "a label that is looked for, `return`",
        4,
        "def label_of(a):\n    for label in ['yes', 'no', '7']:\n        if label in a:\n            return label\n    return None\ncounts = {}\nfor c in chunks:\n    label = label_of(llm_query(f'about {c}'))\n    counts[label] = counts.get(label, 0) + 1\nprint(len(counts))",
    ),
    (
        "`raise` within try",
        4,
        "n = bad = 0\nfor c in chunks:\n    a = llm_query(f'about {c}')\n    try:\n        if not a.isdigit():\n            raise ValueError(a)\n        n += int(a)\n    except ValueError:\n        bad += 1\nprint(n, bad)",
    ),
    (
        "numbers by `map(int, …)`",
        4,
        "import re\nn = 0\nfor c in chunks:\n    n += sum(map(int, re.findall(r'\\d+', llm_query(f'about {c}'))))\nprint(n)",
    ),
    (
        "words counted, `any`",
        4,
        "from collections import Counter\nwords, hits = Counter(), 0\nfor c in chunks:\n    a = llm_query(f'about {c}')\n    words.update(a.lower().split())\n    if any(w in a for w in ('yes', 'no')):\n        hits += 1\nprint(words.most_common(1), hits)",
    ),
];

fn respond(_: usize, request: &CapturedRequest) -> Answer {
    let messages = request.body["messages"].as_array().unwrap();
    let text = messages.last().unwrap()["content"].as_str().unwrap();
    let size = text.len();
    if text.starts_with("maybe") && text.ends_with('7') {
        return Answer::error(400, "bad_request", "this one fails").after(LATENCY);
    }
    Answer::text(["yes: 12", "no 3", "7"][size % 3]).after(LATENCY)
}

#[tokio::main]
async fn main() {
    let mode = match std::env::args().skip(1).find(|given| given != "--bench").as_deref() {
        Some("off") => RunAhead::Off,
        Some("past-errors") => RunAhead::PastErrors,
        _ => RunAhead::Certain,
    };
    println!(
        "{CHUNKS} chunks, {} ms per call, {IN_FLIGHT} at a time, speculative execution: {mode:?}",
        LATENCY.as_millis()
    );
    println!(
        "{:36} {:>8} {:>8} {:>8} {:>9} {:>8}",
        "program", "bare ms", "batch ms", "ms", "of batch", "of bare"
    );
    let mut slowest: f64 = 1.0;
    for (name, rounds, program) in PROGRAMS {
        let bare = LATENCY * *rounds;
        let batch = timed(BATCHES[usize::from(*rounds > CHUNKS / IN_FLIGHT)], mode).await;
        let took = timed(program, mode).await;
        let of = |ideal: Duration| ideal.as_secs_f64() / took.as_secs_f64();
        slowest = slowest.min(of(batch));
        println!(
            "{name:36} {:>8} {:>8} {:>8} {:>9.2} {:>8.2}",
            bare.as_millis(),
            batch.as_millis(),
            took.as_millis(),
            of(batch),
            of(bare)
        );
    }
    println!("the slowest reaches {slowest:.2} of the speed of batches; the goal is 0.9");
}

/// Runs a program with a new `Programs` and a new server, with established connections as in the
/// middle of a run. Returns the best of three.
async fn timed(program: &str, mode: RunAhead) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let server = TestServer::start(respond).unwrap();
        let model = OpenAiModel::new(Endpoint::new(server.base_url().parse().unwrap(), "m")).unwrap();
        let limits = Limits {
            subcalls: 10_000,
            concurrency: IN_FLIGHT,
            ..Limits::default()
        };
        let runner = Runner::builder(Arc::new(model))
            .limits(limits)
            .run_ahead(mode)
            .build()
            .unwrap();
        let context = Context::from_text("nothing\n");
        let mut programs = runner.programs("?", &context, RunOptions::default()).unwrap();
        let warm = format!(
            "chunks = [f'chunk {{i}}' for i in range({CHUNKS})]\nr = llm_query_batched([f'warm {{i}}' for i in range({IN_FLIGHT})])"
        );
        assert!(matches!(programs.run(&warm).await.unwrap().end, StepEnd::Done));
        let start = Instant::now();
        let step = programs.run(program).await.unwrap();
        best = best.min(start.elapsed());
        assert!(matches!(step.end, StepEnd::Done), "{program}: {:?}", step.end);
    }
    best
}
