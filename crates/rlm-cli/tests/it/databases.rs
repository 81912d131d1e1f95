//! Runs in a PostgreSQL database, from machines that have a folder each.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rlm_test_needs::needs;
use rlm_test_server::{Answer, CapturedRequest, TestServer};
use rlm_test_services::Postgres;

use crate::support::{Done, Place, Rlm, session, snapshot};

const PROGRAM: &str = "```repl\nFINAL(llm_query('Which town? ' + context))\n```";
const SUFFIXES: [&str; 3] = ["one", "two", "three"];

/// Returns a machine with a folder of its own.
fn machine() -> Place {
    Place::new().file("land.txt", "The capital of Portugal is Lisbon.\n")
}

/// Returns a database with tables.
fn database() -> (Postgres, String) {
    let server = Postgres::start();
    let url = server.url();
    let migrated = at(&machine(), &url, &["db", "migrate"]).done();
    assert_eq!(migrated.code, Some(0), "{}", migrated.shown());
    (server, url)
}

fn at<'p>(machine: &'p Place, url: &str, words: &[&str]) -> Rlm<'p> {
    machine.rlm(words.iter().copied()).env("RLM_DATABASE_URL", url)
}

fn ask<'p>(machine: &'p Place, url: &str, server: &TestServer) -> Rlm<'p> {
    let model = format!("compat:m@{}", server.base_url());
    at(
        machine,
        url,
        &[
            "run",
            "Which town?",
            "--context",
            "land.txt",
            "--cache",
            "off",
            "--model",
            &model,
        ],
    )
}

/// Returns `true` if a request is the sub-call that ends with a word.
fn asked(request: &CapturedRequest, word: &str) -> bool {
    let messages = request.body["messages"].as_array().unwrap();
    messages.last().unwrap()["content"] == format!("Which town? {word}")
}

fn right(done: Done) -> Done {
    assert_eq!(done.code, Some(0), "{}", done.shown());
    done
}

#[needs("postgres")]
#[test]
fn run_of_one_machine_is_read_at_another() {
    let (_server, url) = database();
    let replies = [PROGRAM, "Lisbon"].map(|reply| Answer::completion(reply, "stop", None));
    let model = TestServer::in_order(replies).unwrap();
    let (one, other) = (machine(), machine());
    let done = right(ask(&one, &url, &model).done());
    assert_eq!(done.stdout, "Lisbon\n");
    let listed = right(at(&other, &url, &["runs", "--json"]).done()).json();
    let id = listed["runs"][0]["run"].as_str().unwrap().to_owned();
    for words in [
        &["trace", "last"] as &[&str],
        &["trace", &id, "--calls"],
        &["report", &id, "-o", "report.html"],
        &["replay", &id, "--context", "land.txt"],
        &["bundle", &id, "-o", "run.zip"],
        &["diff", &id, &id],
        &["watch", &id, "--plain"],
    ] {
        right(at(&other, &url, words).done());
    }
    assert!(other.read("report.html").contains("Lisbon"));
    // The folder's own runs are others.
    let own = right(one.rlm(["runs", "--json"]).done()).json();
    assert_eq!(own["runs"].as_array().map(Vec::len), Some(0));
}

#[needs("postgres")]
#[test]
fn killed_run_resumes_at_another_machine() {
    let (_server, url) = database();
    let is_free = Arc::new(AtomicBool::new(false));
    let free = Arc::clone(&is_free);
    // Each call depends on the reply before it, so that one is in flight at a time.
    let program = "```repl\nfound = ''\nfor n in ['one', 'two', 'three']:\n    found += llm_query(f'Which town? {n}' + found[:0]) + ' '\nFINAL(found.strip())\n```";
    let model = TestServer::start(move |_, request: &CapturedRequest| {
        match SUFFIXES.iter().position(|suffix| asked(request, suffix)) {
            None => Answer::completion(program, "stop", None),
            Some(2) if !free.load(Ordering::SeqCst) => Answer::hang(),
            Some(number) => Answer::completion(&format!("town{number}"), "stop", None),
        }
    });
    let model = model.unwrap();
    let (one, other) = (machine(), machine());
    let mut process = ask(&one, &url, &model).and(["--run-ahead", "off"]).start();
    model.wait_for_requests(4).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    is_free.store(true, Ordering::SeqCst);
    // The hold of the killed process ends by itself.
    let resume = || at(&other, &url, &["resume", "last", "--context", "land.txt"]).done();
    let refused = resume();
    assert!(
        refused.stderr.contains("another process is working on run"),
        "{}",
        refused.shown()
    );
    let mut done = refused;
    for _ in 0..60 {
        if done.code == Some(0) {
            break;
        }
        std::thread::sleep(Duration::from_millis(500));
        done = resume();
    }
    assert_eq!(right(done).stdout, "town0 town1 town2\n");
    let third = model
        .requests()
        .iter()
        .filter(|request| asked(request, "three"))
        .count();
    assert_eq!(
        (model.requests().len(), third),
        (5, 2),
        "only the call in flight is sent again"
    );
    let runs = right(at(&one, &url, &["runs", "--json"]).done()).json();
    assert_eq!(runs["runs"][0]["outcome"], "complete");
}

#[needs("postgres")]
#[test]
fn database_errors_are_one_line_each() {
    let server = Postgres::start();
    let url = server.url();
    let place = machine();
    let port = url.split(':').nth(2).unwrap().split('/').next().unwrap().to_owned();
    let done = [
        at(&place, &url, &["runs"]),
        at(&place, &url, &["db", "status"]),
        at(&place, &url, &["db", "migrate"]),
        at(&place, &url, &["db", "migrate"]),
        at(&place, &url, &["runs"]),
        place.rlm(["db", "status"]),
        place.rlm(["runs", "--database-url", "mysql://x"]),
        place.rlm(["runs", "--database-url", "postgres://rlm:secret@127.0.0.1:1/x"]),
    ];
    let shown = session(&done.map(Rlm::done));
    snapshot!("database-errors", shown.replace(&port, "[port]"));
}
