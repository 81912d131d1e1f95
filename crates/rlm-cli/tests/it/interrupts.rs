//! Tests of Ctrl-C and SIGTERM with real signals: the first one cancels the work. If there is none,
//! the process ends at once.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rlm_test_server::{Answer, CapturedRequest, TestServer};
use rlm_trace::{Ending, RecordedRun};

use crate::support::{Place, Rlm, snapshot};

const TEXT: &str = "The capital of Portugal is Lisbon.\n";
/// The first program drafts an answer, the second makes a call that is never answered, and the last
/// one gives the answer.
const SCRIPT: [&str; 3] = [
    "```repl\nanswer = 'Lisbon, perhaps'\nprint(answer)\n```",
    "```repl\nprint(llm_query('Which city?'))\n```",
    "FINAL: Lisbon",
];

/// Starts a server that never answers the first sub-call, and notifies the receiver of its arrival.
fn serve() -> (TestServer, Receiver<()>) {
    let (sender, arrived) = channel();
    let hangs = AtomicBool::new(true);
    let server = TestServer::start(move |_, request| {
        let messages = request.body["messages"].as_array().unwrap();
        let is_sub_call = messages.iter().any(|message| message["content"] == "Which city?");
        if is_sub_call && hangs.swap(false, Ordering::SeqCst) {
            // The receiver is closed after the end of the test.
            let _ = sender.send(());
            return Answer::hang();
        }
        Answer::text(if is_sub_call { "Lisbon" } else { SCRIPT[turn(request)] })
    });
    (server.unwrap(), arrived)
}

/// Returns the number of replies of the root model so far.
fn turn(request: &CapturedRequest) -> usize {
    let messages = request.body["messages"].as_array().unwrap();
    messages.iter().filter(|message| message["role"] == "assistant").count()
}

fn place() -> Place {
    Place::new().file("land.txt", TEXT)
}

fn asks<'p>(rlm: Rlm<'p>, server: &TestServer) -> Rlm<'p> {
    rlm.and(["--cache", "off"])
        .env("LLM_BASE_URL", &server.base_url())
        .env("LLM_API_KEY", "sk-test")
}

fn send(signal: &str, child: &Child) {
    let status = Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

fn wait_for(arrived: &Receiver<()>) {
    arrived.recv_timeout(Duration::from_secs(60)).unwrap();
}

/// Returns the exit code, standard output and standard error.
fn end(child: Child) -> (Option<i32>, String, String) {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn interrupted_run_reports_its_state_and_resume_command() {
    for signal in ["INT", "TERM"] {
        let place = place();
        let (server, arrived) = serve();
        let child = asks(place.ask("openai:gpt-test"), &server).start();
        wait_for(&arrived);
        send(signal, &child);
        let (code, stdout, stderr) = end(child);
        assert_eq!((code, stdout.as_str()), (Some(130), "Lisbon, perhaps\n"), "{stderr}");
        // It depends on timing whether the program still observes the cancelled call.
        let (before, after) = stderr.split_once("step 2: ").unwrap();
        let after = after.split_once('\n').unwrap().1;
        snapshot!(format!("interrupts-{signal}"), format!("{before}step 2: […]\n{after}"));
        let journal = RecordedRun::read(&place.journals()[0]).unwrap();
        assert_eq!(journal.ending, Ending::Finished);

        let replayed = place.rlm(["replay", "last"]).done();
        assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
        let resumed = asks(place.rlm(["resume", "last"]), &server).done();
        assert_eq!(
            (resumed.code, resumed.stdout.as_str()),
            (Some(0), "Lisbon\n"),
            "{}",
            resumed.shown()
        );
        assert_eq!(server.requests().len(), 5, "answered calls are not repeated");
    }
}

#[test]
fn signal_stops_a_program_in_an_endless_loop() {
    let model = r#"{"script": ["```repl\nn = 0\nwhile True:\n    n += 1\n```"]}"#;
    let place = place().file("model.json", model);
    let mut child = place.ask("fake:model.json").and(["--show-steps"]).start();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("n += 1") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "the program is not shown");
    }
    send("INT", &child);
    let (code, stdout, _) = end(child);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!((code, stdout.as_str()), (Some(130), ""), "{rest}");
    assert!(
        rest.contains("was cancelled") && rest.contains("to resume: rlm resume"),
        "{rest}"
    );
}

#[test]
fn interrupt_while_reading_the_context_leaves_no_journal() {
    let place = place();
    let model = r#"{"script": []}"#;
    let place = place.file("model.json", model);
    let run = place.rlm(["run", "What?", "--context", "-", "--model", "fake:model.json"]);
    // The input stays open.
    let mut child = run.start_open();
    child.stdin.as_mut().unwrap().write_all(b"The capital").unwrap();
    // SIGINT may be ignored here, as in background processes of scripts.
    send("TERM", &child);
    let status = child.wait().unwrap();
    assert!(status.signal() == Some(15) || status.code() == Some(130), "{status}");
    assert_eq!(place.journals(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn interrupt_ends_a_chat_waiting_for_input() {
    let place = place().file("model.json", r#"{"script": ["FINAL: Lisbon"]}"#);
    let chat = ["chat", "--context", "land.txt", "--model", "fake:model.json"];
    let mut child = place.rlm(chat).and(["--progress", "none"]).start_open();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"What is the capital?\n").unwrap();
    let mut answer = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut answer).unwrap();
    assert_eq!(answer, "Lisbon\n");
    send("INT", &child);
    let (code, _, stderr) = end(child);
    assert_eq!(code, Some(130), "{stderr}");
}

#[test]
fn interrupted_batch_resumes() {
    let place = place().file("questions.jsonl", "\"What is the capital?\"\n");
    let batch = [
        "batch",
        "questions.jsonl",
        "--context",
        "land.txt",
        "-o",
        "answers.jsonl",
        "--model",
        "openai:gpt-test",
    ];
    let (server, arrived) = serve();
    let child = asks(place.rlm(batch), &server).start();
    wait_for(&arrived);
    send("TERM", &child);
    let (code, _, stderr) = end(child);
    assert_eq!(code, Some(130), "{stderr}");
    let done = asks(place.rlm(batch), &server).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert_eq!(server.requests().len(), 5, "{}", done.shown());
}

#[test]
fn job_of_an_interrupted_worker_stays_queued() {
    let place = place();
    let (server, arrived) = serve();
    let submit = [
        "job",
        "submit",
        "What is the capital?",
        "--context",
        "land.txt",
        "--model",
        "openai:gpt-test",
    ];
    let submitted = asks(place.rlm(submit), &server).done();
    assert_eq!(submitted.code, Some(0), "{}", submitted.shown());
    let work = |server: &TestServer| {
        place
            .rlm(["job", "work"])
            .env("LLM_BASE_URL", &server.base_url())
            .env("LLM_API_KEY", "sk-test")
    };
    let child = work(&server).start();
    wait_for(&arrived);
    send("INT", &child);
    let (code, _, stderr) = end(child);
    assert_eq!(code, Some(130), "{stderr}");
    let listed = place.rlm(["job", "list"]).done();
    assert!(listed.stdout.contains("PENDING"), "{}", listed.shown());
    let done = work(&server).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let listed = place.rlm(["job", "list"]).done();
    assert!(listed.stdout.contains("COMPLETE"), "{}", listed.shown());
}
