//! How near programs that ask one question after the other come to the speed of calls that all leave at once: against a server on
//! the loopback that takes 50 ms for each reply, 64 calls at a time. Prints each program's time beside the ideal one.
//!
//! `cargo run --release -p rlm-core --example parallel_calls [off|certain|past-errors]`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an example that measures says what it has measured, and stops where something is amiss"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use rlm_adapters::{OpenAiConfig, OpenAiModel};
use rlm_context::Context;
use rlm_core::{RunAhead, Runner, SessionEnd};
use rlm_policy::Limits;
use rlm_test_server::{Answer, CapturedRequest, TestServer};
use tokio_util::sync::CancellationToken;

const LATENCY: Duration = Duration::from_millis(50);
const IN_FLIGHT: u32 = 64;
const CHUNKS: u32 = 256;

/// (what it does, how many rounds of calls it takes at least, program)
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
    let mode = match std::env::args().nth(1).as_deref() {
        Some("off") => RunAhead::Off,
        Some("past-errors") => RunAhead::PastErrors,
        _ => RunAhead::Certain,
    };
    println!(
        "{CHUNKS} chunks, {} ms a call, {IN_FLIGHT} at a time, running ahead: {mode:?}",
        LATENCY.as_millis()
    );
    println!("{:28} {:>9} {:>9} {:>6}", "program", "ideal ms", "ms", "");
    let mut slowest: f64 = 1.0;
    for (name, rounds, program) in PROGRAMS {
        let server = TestServer::start(respond).unwrap();
        let model = OpenAiModel::new(OpenAiConfig::new(server.base_url().parse().unwrap(), "m")).unwrap();
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
        let mut session = runner.session("?", &context, CancellationToken::new()).unwrap();
        // Connections stand before the clock runs, as in the middle of a run.
        let warm = format!(
            "chunks = [f'chunk {{i}}' for i in range({CHUNKS})]\nr = llm_query_batched([f'warm {{i}}' for i in range({IN_FLIGHT})])"
        );
        assert!(matches!(session.run(&warm).await.unwrap().end, SessionEnd::Done));
        let start = Instant::now();
        let step = session.run(program).await.unwrap();
        let took = start.elapsed();
        assert!(matches!(step.end, SessionEnd::Done), "{name}: {:?}", step.end);
        let ideal = LATENCY * *rounds;
        let reached = ideal.as_secs_f64() / took.as_secs_f64();
        slowest = slowest.min(reached);
        println!(
            "{name:28} {:>9} {:>9} {reached:>6.2}",
            ideal.as_millis(),
            took.as_millis()
        );
    }
    println!("the slowest reaches {slowest:.2} of the ideal; the goal is 0.9");
}
