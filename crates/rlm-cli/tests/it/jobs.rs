//! Tests of `rlm job`: queued questions, and workers that are cancelled or killed.

use std::collections::BTreeMap;
use std::process::Child;

use rlm_test_server::{Answer, CapturedRequest, TestServer};
use serde_json::json;

use crate::support::{Done, Place, Rlm, session, snapshot};

const PROGRAM: &str = "```repl\nat = context.find('Lisbon')\nFINAL(context[at:at + 6])\n```";

fn place() -> Place {
    Place::new().file("land.txt", "The capital of Portugal is Lisbon.\n")
}

fn to<'p>(server: &TestServer, rlm: Rlm<'p>) -> Rlm<'p> {
    rlm.env("LLM_BASE_URL", &server.base_url())
        .env("LLM_API_KEY", "sk-test")
}

fn submit<'p>(place: &'p Place, more: &[&str]) -> Rlm<'p> {
    let submit = [
        "job",
        "submit",
        "What is the capital?",
        "--context",
        "land.txt",
        "--model",
        "openai:gpt-test",
        "--progress",
        "none",
    ];
    place.rlm(submit).and(more.iter().copied())
}

fn work(place: &Place, server: &TestServer) -> Done {
    to(server, place.rlm(["job", "work"])).done()
}

fn state(place: &Place) -> String {
    let job = place.rlm(["job", "status", "last", "--json"]).done().json();
    job["state"].as_str().unwrap().to_owned()
}

/// Starts a worker on a job whose server never answers.
fn stuck_worker(place: &Place, server: &TestServer) -> Child {
    let worker = to(server, place.rlm(["job", "work"])).start();
    server.wait_for_requests(1).unwrap();
    assert_eq!(state(place), "RUNNING");
    worker
}

#[test]
fn job_is_submitted_executed_and_awaited() {
    let server = TestServer::always(Answer::text(PROGRAM)).unwrap();
    let place = place();
    let submitted = submit(&place, &["-o", "answer.txt", "--on-done", "cat > done.json"]).done();
    assert_eq!(submitted.code, Some(0), "{}", submitted.shown());
    let pending = place.rlm(["job", "status", "last"]).done();
    let too_soon = place.rlm(["job", "wait", "last", "--timeout", "1"]).done();
    assert_eq!(too_soon.code, Some(1), "{}", too_soon.shown());
    let worked = work(&place, &server);
    assert_eq!(worked.code, Some(0), "{}", worked.shown());
    let waited = place.rlm(["job", "wait", "last"]).done();
    assert_eq!(
        (waited.stdout.as_str(), waited.code),
        ("Lisbon\n", Some(0)),
        "{}",
        waited.shown()
    );
    let listed = place.rlm(["job", "list"]).done();
    let told: serde_json::Value = serde_json::from_str(&place.read("done.json")).unwrap();
    assert_eq!(
        (&told["state"], &told["answer"]),
        (&json!("COMPLETE"), &json!("Lisbon"))
    );
    assert_eq!(place.read("answer.txt"), "Lisbon\n");
    let again = work(&place, &server);
    assert_eq!(
        (again.stderr.as_str(), server.requests().len()),
        ("", 1),
        "finished jobs are not run again"
    );
    snapshot!("job", session(&[submitted, pending, too_soon, worked, waited, listed]));
}

#[test]
fn detached_job_runs_in_background_and_notifies_a_webhook() {
    let server = TestServer::always(Answer::text(PROGRAM)).unwrap();
    let told = TestServer::always(Answer::json(200, &json!({}))).unwrap();
    let place = place();
    let submitted = to(&server, submit(&place, &["--detach", "--on-done", &told.base_url()])).done();
    assert_eq!(submitted.code, Some(0), "{}", submitted.shown());
    let waited = place
        .rlm(["job", "wait", submitted.stdout.trim(), "--timeout", "60"])
        .done();
    assert_eq!(
        (waited.stdout.as_str(), waited.code),
        ("Lisbon\n", Some(0)),
        "{}",
        waited.shown()
    );
    let requests = told.wait_for_requests(1).unwrap();
    assert_eq!(requests[0].body["state"], json!("COMPLETE"));
}

#[test]
fn job_of_a_killed_worker_restarts_if_its_model_changed() {
    let stuck = TestServer::always(Answer::hang()).unwrap();
    let place = place();
    submit(&place, &[]).done();
    let mut worker = stuck_worker(&place, &stuck);
    let server = TestServer::always(Answer::text(PROGRAM)).unwrap();
    let other = work(&place, &server);
    assert_eq!(
        (other.code, server.requests().len()),
        (Some(0), 0),
        "a job has only one worker: {}",
        other.shown()
    );
    worker.kill().unwrap();
    worker.wait().unwrap();
    let lost = place.rlm(["job", "status", "last"]).done();
    assert!(lost.stdout.contains("RUNNING (worker lost)"), "{}", lost.shown());
    assert_eq!(work(&place, &server).code, Some(0));
    let job = place.rlm(["job", "status", "last", "--json"]).done().json();
    assert_eq!((&job["state"], &job["answer"]), (&json!("COMPLETE"), &json!("Lisbon")));
    assert_eq!(job["runs"].as_array().map(Vec::len), Some(2));
}

#[test]
fn all_runs_of_a_job_share_its_budget() {
    // The first call of the first run never returns, so its reservation counts as spent.
    for (budget, state) in [("12000", "FAILED"), ("1000000", "COMPLETE")] {
        let first = scripted(0);
        let place = place();
        submit(&place, &["--max-tokens", budget]).done();
        let mut worker = to(&first, place.rlm(["job", "work"])).start();
        first.wait_for_requests(1).unwrap();
        worker.kill().unwrap();
        worker.wait().unwrap();
        // With a different text, the run can't be resumed.
        std::fs::write(
            place.path("land.txt"),
            "The capital of Portugal is Lisbon.\nIt lies on the Tagus.\n",
        )
        .unwrap();
        let second = TestServer::always(Answer::text(PROGRAM)).unwrap();
        let worked = work(&place, &second);
        let job = place.rlm(["job", "status", "last", "--json"]).done().json();
        assert_eq!(job["state"], json!(state), "{}{job:#}", worked.shown());
        assert_eq!(job["runs"].as_array().map(Vec::len), Some(2), "{job:#}");
        assert_eq!(second.requests().is_empty(), state == "FAILED");
    }
}

/// The replies of the root model for the job whose worker is killed: programs with six calls, three
/// of them in parallel.
const SCRIPT: [&str; 3] = [
    "```repl\nreplies = llm_query_batched(['Q1', 'Q2', 'Q3'])\nprint(replies[0])\n```",
    "```repl\nfor n in range(4, 7):\n    replies.append(llm_query('Q' + str(n) + ' after ' + replies[-1]))\n```",
    "```repl\nFINAL(', '.join(replies))\n```",
];
const ANSWER: &str = "A1, A2, A3, A4, A5, A6";

/// Starts a server that follows the script, and never answers the request with number `hangs_at`.
fn scripted(hangs_at: usize) -> TestServer {
    let respond = move |number, request: &CapturedRequest| {
        if number == hangs_at {
            return Answer::hang();
        }
        let messages = request.body["messages"].as_array().unwrap();
        let asked = messages.last().unwrap()["content"].as_str().unwrap();
        Answer::text(match asked.strip_prefix('Q').and_then(|asked| asked.chars().next()) {
            Some(number) if number.is_ascii_digit() => format!("A{number}"),
            _ => SCRIPT[messages.iter().filter(|message| message["role"] == "assistant").count()].to_owned(),
        })
    };
    TestServer::start(respond).unwrap()
}

#[test]
fn job_of_a_killed_worker_resumes() {
    // These requests are a turn, a parallel call, a sequential call, and the last turn.
    for hangs_at in [0, 2, 5, 8] {
        let server = scripted(hangs_at);
        let place = place();
        submit(&place, &["--concurrency", "1"]).done();
        let mut worker = to(&server, place.rlm(["job", "work"])).start();
        server.wait_for_requests(hangs_at + 1).unwrap();
        worker.kill().unwrap();
        worker.wait().unwrap();
        let worked = work(&place, &server);
        let job = place.rlm(["job", "status", "last", "--json"]).done().json();
        assert_eq!(
            (&job["state"], &job["answer"], job["runs"].as_array().map(Vec::len)),
            (&json!("COMPLETE"), &json!(ANSWER), Some(1)),
            "{hangs_at}: {}",
            worked.shown()
        );
        let mut asked: BTreeMap<String, usize> = BTreeMap::new();
        for request in server.requests() {
            *asked.entry(request.body["messages"].to_string()).or_default() += 1;
        }
        let twice = asked.values().filter(|times| **times == 2).count();
        assert_eq!(
            (asked.len(), server.requests().len(), twice),
            (9, 10, 1),
            "only the call in flight at the kill is sent twice: {asked:#?}"
        );
        let replayed = place.rlm(["replay", "last"]).done();
        assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    }
}

#[test]
fn unsaved_job_answer_is_recovered_from_its_journal() {
    let server = scripted(usize::MAX);
    let place = place();
    submit(&place, &[]).done();
    work(&place, &server);
    let whole = place.rlm(["job", "status", "last", "--json"]).done().json();
    let record = std::fs::read_dir(place.path("data/jobs"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path()
        .join("job.json");
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&record).unwrap()).unwrap();
    let mut running = kept.clone();
    running["state"] = json!("RUNNING");
    running["result"].take();
    std::fs::write(&record, running.to_string()).unwrap();
    let worked = work(&place, &server);
    let job = place.rlm(["job", "status", "last", "--json"]).done().json();
    assert_eq!(
        (&job["state"], &job["answer"], server.requests().len()),
        (&json!("COMPLETE"), &json!(ANSWER), 9),
        "{}",
        worked.shown()
    );
    for field in ["run", "usage", "cost", "citations", "calls", "journal"] {
        assert_eq!(job["result"][field], whole["result"][field], "{field}");
    }
}

#[test]
fn job_uses_its_project_configuration() {
    let server = scripted(usize::MAX);
    let place = place().file("rlm.toml", "[run]\nmax_steps = 1\n");
    submit(&place, &[]).done();
    work(&place, &server);
    let job = place.rlm(["job", "status", "last", "--json"]).done().json();
    assert_eq!(job["result"]["limit"]["name"], json!("MaxStepsExceeded"), "{job}");
}

#[test]
fn queued_and_running_jobs_can_be_cancelled() {
    let stuck = TestServer::always(Answer::hang()).unwrap();
    let place = place();
    submit(&place, &[]).done();
    assert_eq!(place.rlm(["job", "cancel", "last"]).done().code, Some(0));
    assert_eq!(state(&place), "CANCELLED");
    submit(&place, &[]).done();
    let mut worker = stuck_worker(&place, &stuck);
    assert_eq!(place.rlm(["job", "cancel", "last"]).done().code, Some(0));
    let waited = place.rlm(["job", "wait", "last", "--timeout", "60"]).done();
    assert_eq!(waited.code, Some(130), "{}", waited.shown());
    worker.wait().unwrap();
    assert_eq!(state(&place), "CANCELLED");
}

#[test]
fn failed_jobs_report_the_reason() {
    let server = TestServer::always(Answer::error(401, "invalid_api_key", "wrong key")).unwrap();
    let place = place();
    submit(&place, &["--on-done", "exit 3"]).done();
    std::fs::remove_file(place.path("land.txt")).unwrap();
    let moved = work(&place, &server);
    let status = place.rlm(["job", "wait", "last"]).done();
    assert_eq!(status.code, Some(2), "{}", status.shown());
    let place = place.file("land.txt", "Lisbon\n");
    submit(&place, &[]).done();
    work(&place, &server);
    let refused = place.rlm(["job", "wait", "last"]).done();
    assert_eq!(
        (state(&place).as_str(), refused.code),
        ("FAILED", Some(4)),
        "{}",
        refused.shown()
    );
    let unknown = place.rlm(["job", "status", "nothing"]).done();
    unknown.is_one_line_error(2);
    let piped = place
        .rlm(["job", "submit", "What?", "--context", "-", "--model", "openai:gpt-test"])
        .done();
    piped.is_one_line_error(2);
    let shown = session(&[moved, status, refused, unknown, piped]);
    snapshot!("job-failed", shown.replace(&server.base_url(), "[server]"));
}
