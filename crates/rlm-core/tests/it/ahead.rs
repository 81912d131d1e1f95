//! Tests of runs whose calls are issued before the program reaches them: their journals record
//! this, and are equal otherwise.

use std::time::Duration;

use rlm_context::Context;
use rlm_core::{RunAhead, Runner};
use rlm_policy::{Limits, Outcome};
use rlm_runs::{ReplayExtent, replay};
use rlm_test_runs::{Recorded, fenced, run, served};
use rlm_test_server::{Answer, CapturedRequest, TestServer};
use rlm_trace::{Event, canonical, unreached};

/// Answers the root model's first turn with a program and its second with a final answer, and
/// sub-calls by their prompt. Two of seven replies are truncated at their output limit.
fn server(program: &str) -> TestServer {
    let program = fenced(program);
    let respond = move |_: usize, request: &CapturedRequest| {
        let messages = request.body["messages"].as_array().unwrap();
        let text = messages.last().unwrap()["content"].as_str().unwrap();
        let system = messages[0]["content"].as_str().unwrap();
        if system.starts_with("You are a sub-LLM") {
            let number: usize = text.rsplit(' ').next().unwrap().parse().unwrap();
            return match number % 7 {
                0 => Answer::text("yes"),
                3 => Answer::text("12"),
                4 | 5 => Answer::completion("no", "length", None),
                _ => Answer::text("no"),
            }
            .after(Duration::from_millis(5));
        }
        match messages.len() {
            2 => Answer::text(&program),
            _ => Answer::text("FINAL: done"),
        }
    };
    TestServer::start(respond).unwrap()
}

/// Runs a program on one server. Also returns the number of requests that the server got.
async fn ran(server: &TestServer, run_ahead: RunAhead, limits: &Limits) -> (Recorded, usize) {
    let before = server.requests().len();
    let builder = Runner::builder(served(server, "m"))
        .run_ahead(run_ahead)
        .limits(limits.clone());
    let recorded = run(builder, "How many?", &Context::from_text("nothing\n")).await;
    (recorded, server.requests().len() - before)
}

fn limits() -> Limits {
    Limits {
        subcalls: 100,
        concurrency: 16,
        ..Limits::default()
    }
}

fn early(recorded: &Recorded) -> (usize, usize, usize) {
    let early = recorded
        .events()
        .filter(|event| matches!(event, Event::Issued(call) if call.early));
    let reached = recorded.events().filter(|event| matches!(event, Event::Reached(_)));
    let lost = unreached(recorded.records.iter().map(|record| &**record));
    (early.count(), reached.count(), lost.len())
}

fn assert_same(ahead: &Recorded, strict: &Recorded) {
    let events = |recorded: &Recorded| canonical(recorded.records.iter().map(|record| &**record));
    if let Some(difference) = events(ahead).first_difference(&events(strict)) {
        panic!("{difference}");
    }
}

const TESTS: &str = "hits = 0\nfor i in range(40):\n    a = llm_query(f'about {i}')\n    if 'yes' in a:\n        hits += 1\nprint(hits)";

#[tokio::test]
async fn speculative_calls_are_reached_and_results_match_strict_order() {
    let server = server(TESTS);
    let (strict, _) = ran(&server, RunAhead::Off, &limits()).await;
    let (ahead, requests) = ran(&server, RunAhead::Certain, &limits()).await;
    assert_eq!(early(&strict), (0, 0, 0));
    let (left, reached, lost) = early(&ahead);
    assert!(left > 20 && left == reached, "{left} {reached}");
    assert_eq!((lost, requests), (0, 42));
    assert_same(&ahead, &strict);
    assert_eq!(ahead.observations(), strict.observations());
    assert_eq!(ahead.result.spent, strict.result.spent);
    assert_cut(&strict, 11);
}

/// Asserts the notes for the model and for the caller about replies that reached their output
/// limit.
fn assert_cut(recorded: &Recorded, count: usize) {
    let observation = &recorded.observations()[0];
    let told = format!("truncated replies to sub-calls, each cut at its output limit: {count}.");
    assert!(observation.contains(&told), "{observation}");
    let notes = recorded.result.notes.iter().filter(|note| note.code == "replies_cut");
    let notes: Vec<&str> = notes.map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        ["some replies to sub-calls were truncated, each at its output limit"]
    );
}

#[tokio::test]
async fn calls_beyond_the_limit_fail_as_in_strict_order() {
    let limits = Limits {
        subcalls: 15,
        ..limits()
    };
    let program = "good = bad = 0\nfor i in range(40):\n    try:\n        a = llm_query(f'about {i}')\n    except CallFailed as e:\n        bad += 1\n        continue\n    if a:\n        good += 1\nprint(good, bad)";
    let server = server(program);
    let (strict, _) = ran(&server, RunAhead::Off, &limits).await;
    let (ahead, requests) = ran(&server, RunAhead::Certain, &limits).await;
    assert!(ahead.observations()[0].contains("15 25"), "{:?}", ahead.observations());
    assert_same(&ahead, &strict);
    assert_eq!((ahead.result.spent, requests), (strict.result.spent, 17));
}

#[tokio::test]
async fn mispredicted_calls_are_noted_and_counted_without_other_effects() {
    let program = "n = 0\nfor i in range(40):\n    n += int(llm_query(f'about {i + 3}'))\nprint(n)";
    let server = server(program);
    let (strict, _) = ran(&server, RunAhead::Off, &limits()).await;
    let (ahead, requests) = ran(&server, RunAhead::PastErrors, &limits()).await;
    let (left, reached, lost) = early(&ahead);
    assert!(lost > 10 && left == reached + lost, "{left} {reached} {lost}");
    assert_eq!(requests, 4 + lost);
    assert_same(&ahead, &strict);
    assert_eq!(ahead.result.outcome, Outcome::Complete);
    let notes: Vec<&str> = ahead.result.notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(notes, ["calls_not_reached", "replies_cut"]);
    assert_cut(&ahead, 1);
    assert_eq!(ahead.observations(), strict.observations());
    assert!(ahead.result.spent.calls > strict.result.spent.calls);
}

/// Equal requests are distinguished only by their number, which is assigned when they are issued.
#[tokio::test]
async fn journal_with_equal_speculative_requests_replays() {
    let program = "hits = 0\nfor i in range(30):\n    a = llm_query(f'again {i % 3}')\n    if 'yes' in a:\n        hits += 1\n    if 'no' in llm_query('the same 7'):\n        hits += 100\nprint(hits)";
    let server = server(program);
    for mode in [RunAhead::Certain, RunAhead::PastErrors, RunAhead::Off] {
        let (recorded, requests) = ran(&server, mode, &limits()).await;
        let (left, reached, lost) = early(&recorded);
        assert_eq!((left > 20, lost, requests), (mode != RunAhead::Off, 0, 62));
        assert_eq!(left, reached);
        let report = replay(&recorded.as_recorded(), &Context::from_text("nothing\n"))
            .await
            .unwrap();
        assert_eq!(report.extent, ReplayExtent::Whole);
        assert_eq!(report.answer.as_deref(), Some("done"));
    }
}

/// Lost speculation leaves calls in the journal that the program never made. They are not replayed.
#[tokio::test]
async fn journal_with_unreached_speculative_calls_replays() {
    let program = "n = 0\nfor i in range(40):\n    n += int(llm_query(f'about {i % 2 + 3}'))\nprint(n)";
    let server = server(program);
    let (recorded, _) = ran(&server, RunAhead::PastErrors, &limits()).await;
    assert!(early(&recorded).2 > 10);
    let report = replay(&recorded.as_recorded(), &Context::from_text("nothing\n"))
        .await
        .unwrap();
    assert_eq!(report.extent, ReplayExtent::Whole);
}
