//! Runs that are killed and resumed always give the same answer, and no answered call is repeated.
//!
//! A process is ended in two ways. The first is `kill -9` after a request has arrived at the
//! server, which never answers it. The second is a file size limit, which makes a write to the
//! journal fail at a certain byte. That reproduces an end between the server's reply and the line
//! that records it, without support by the program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rlm_test_server::{Answer, CapturedRequest, TestServer};
use rlm_trace::{RecordedPrompts, RecordedRun, ReplayIndex};

use crate::support::Place;

/// The programs of a run with 30 calls: 5 of the root model and 25 of programs, in parallel and in
/// sequence.
const SCRIPT: [&str; 5] = [
    "```repl\nreplies = llm_query_batched(['Q' + str(n) for n in range(10)])\nprint(replies[3])\n```",
    "```repl\ntotal = 0\nfor n in range(10, 20):\n    reply = llm_query('Q' + str(n) + ' after ' + str(total))\n    total += len(reply)\nprint(total)\n```",
    "```repl\nmore = llm_query_batched(['Q' + str(n) for n in range(20, 25)])\nprint(failed(more[0]))\n```",
    "```repl\nprint(context[:20])\n```",
    "```repl\nFINAL(str(total) + ': ' + replies[9] + ', ' + more[4])\n```",
];
const CALLS: usize = 30;
const ANSWER: &str = "120: reply to Q9, reply to Q24\n";
/// The unit of `ulimit -f`, in bytes.
const BLOCK: usize = 512;

/// The moment at which a process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// After the server has received this number of requests.
    AtRequest(usize),
    /// When the journal reaches this number of blocks.
    AtBlock(usize),
}

/// The result of a run that was killed at one moment.
#[derive(Debug, Default)]
struct Outcome {
    /// Whether the server had answered a call whose reply was not in the journal.
    was_between_reply_and_record: bool,
}

#[test]
fn killed_run_resumes_to_the_same_answer() {
    let outcomes = at_moments(12);
    assert!(outcomes.iter().any(|outcome| outcome.was_between_reply_and_record));
}

#[test]
#[ignore = "takes a while: `just chaos`"]
fn run_killed_at_50_moments_resumes_to_the_same_answer() {
    let outcomes = at_moments(50);
    let between = outcomes
        .iter()
        .filter(|outcome| outcome.was_between_reply_and_record)
        .count();
    assert!(
        between >= 5,
        "{between} of 50 kills were between a reply and its record"
    );
}

/// Kills a run at `count` moments, half of them of each kind, spread over the whole run. One of
/// them is between a reply and its record.
fn at_moments(count: usize) -> Vec<Outcome> {
    let blocks = Blocks::of_a_whole_run();
    let half = count / 2;
    let spread = |number: usize, from: usize, to: usize| from + number * (to - from) / half;
    let mut moments: Vec<Moment> = (0..half)
        .flat_map(|number| {
            [
                Moment::AtRequest(spread(number, 0, CALLS)),
                Moment::AtBlock(spread(number, blocks.first, blocks.last)),
            ]
        })
        .collect();
    moments[1] = Moment::AtBlock(blocks.within_a_reply);
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(moment) = moments.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let outcome = killed_at(*moment);
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    assert_eq!(outcomes.len(), moments.len());
    outcomes
}

/// The sizes of a journal, in blocks, at which its process may be killed.
struct Blocks {
    first: usize,
    last: usize,
    /// A size that ends in the middle of a reply's record.
    within_a_reply: usize,
}

impl Blocks {
    /// Measures the sizes with a run that is not killed.
    fn of_a_whole_run() -> Self {
        let place = place();
        let (server, _) = serve(None, Arc::default());
        let done = rlm(&place, &server, &["run"], None).output().unwrap();
        assert_eq!(text(&done.stdout), ANSWER, "{}", text(&done.stderr));
        assert_eq!(server.requests().len(), CALLS);
        let journal = std::fs::read_to_string(place.path("journal.jsonl")).unwrap();
        let mut start = 0;
        let mut within_a_reply = None;
        for line in journal.split_inclusive('\n') {
            let end = start + line.len();
            let cut = (start + line.len() / 2) / BLOCK * BLOCK;
            // A margin is needed because the number of digits of times differs between runs.
            if line.contains(r#""kind":"settled""#) && start + 60 < cut && cut + 60 < end {
                within_a_reply.get_or_insert(cut / BLOCK);
            }
            start = end;
        }
        Self {
            first: journal.find('\n').unwrap() / BLOCK + 1,
            last: journal.len() / BLOCK,
            within_a_reply: within_a_reply.unwrap(),
        }
    }
}

fn killed_at(moment: Moment) -> Outcome {
    let place = place();
    let journal = place.path("journal.jsonl");
    let answered = Arc::new(Mutex::new(BTreeSet::new()));
    let hang_at = match moment {
        Moment::AtRequest(number) => Some(number),
        Moment::AtBlock(_) => None,
    };
    let (server, arrived) = serve(hang_at, Arc::clone(&answered));
    match moment {
        Moment::AtRequest(_) => {
            let mut child = rlm(&place, &server, &["run"], None).spawn().unwrap();
            arrived.recv_timeout(Duration::from_secs(60)).unwrap();
            child.kill().unwrap();
            child.wait().unwrap();
        }
        Moment::AtBlock(block) => {
            let ended = rlm(&place, &server, &["run"], Some(block)).output().unwrap();
            let said = text(&ended.stderr);
            assert_eq!(ended.status.code(), Some(2), "{moment:?}: {said}");
            let errors = said.lines().filter(|line| line.starts_with("error: ")).count();
            assert!(errors == 1 && said.contains("File too large"), "{moment:?}: {said}");
        }
    }
    let in_doubt = in_doubt(&journal);
    let outcome = Outcome {
        was_between_reply_and_record: in_doubt.iter().any(|prompt| answered.lock().unwrap().contains(prompt)),
    };

    let resumed = rlm(&place, &server, &["resume"], None).output().unwrap();
    let shown = || format!("{moment:?}: {}{}", text(&resumed.stdout), text(&resumed.stderr));
    assert_eq!(text(&resumed.stdout), ANSWER, "{}", shown());
    assert_eq!(resumed.status.code(), Some(0), "{}", shown());
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for request in server.requests() {
        *asked.entry(prompt(&request)).or_default() += 1;
    }
    assert_eq!(asked.len(), CALLS, "{}", shown());
    for (prompt, times) in asked {
        let most = if in_doubt.contains(&prompt) { 2 } else { 1 };
        assert!(times <= most, "{}{prompt} was sent {times} times", shown());
    }
    let replayed = rlm(&place, &server, &["replay"], None).output().unwrap();
    assert_eq!(text(&replayed.stdout), ANSWER, "{moment:?}: {}", text(&replayed.stderr));
    outcome
}

/// Returns the prompts of the calls that were in flight when the journal's process ended.
fn in_doubt(journal: &Path) -> BTreeSet<String> {
    let run = RecordedRun::read(journal).unwrap();
    let index = ReplayIndex::of(&run.records);
    let prompts = RecordedPrompts::of(&run.records);
    index
        .in_doubt()
        .map(|id| {
            let request = prompts.request(id, &|_| None).unwrap();
            request.messages.last().unwrap().content()
        })
        .collect()
}

/// Starts a server that replies according to the prompt. It never answers the request with number
/// `hang_at`, and notifies the receiver of it.
fn serve(hang_at: Option<usize>, answered: Arc<Mutex<BTreeSet<String>>>) -> (TestServer, Receiver<()>) {
    let (sender, receiver) = channel();
    let server = TestServer::start(move |number, request| {
        if hang_at == Some(number) {
            // The receiver is closed after the end of the test.
            let _ = sender.send(());
            return Answer::hang();
        }
        let prompt = prompt(request);
        let text = match prompt.split_whitespace().next() {
            Some(name) if name.starts_with('Q') && name[1..].parse::<u32>().is_ok() => format!("reply to {name}"),
            _ => SCRIPT[turn(request)].to_owned(),
        };
        answered.lock().unwrap().insert(prompt);
        Answer::text(text)
    });
    (server.unwrap(), receiver)
}

fn prompt(request: &CapturedRequest) -> String {
    let messages = request.body["messages"].as_array().unwrap();
    messages.last().unwrap()["content"].as_str().unwrap().to_owned()
}

/// Returns the number of replies of the root model so far.
fn turn(request: &CapturedRequest) -> usize {
    let messages = request.body["messages"].as_array().unwrap();
    messages.iter().filter(|message| message["role"] == "assistant").count()
}

fn place() -> Place {
    Place::new().file("land.txt", "The capital of Portugal is Lisbon.\n")
}

/// Prepares a command for the run in `journal.jsonl`, with a limit on the size of its files in
/// blocks.
fn rlm(place: &Place, server: &TestServer, words: &[&str], blocks: Option<usize>) -> Command {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_rlm"));
    let mut command = match blocks {
        None => Command::new(binary),
        Some(blocks) => {
            let mut shell = Command::new("sh");
            shell
                .args([
                    "-c",
                    "ulimit -c 0; ulimit -f \"$0\" && exec \"$@\"",
                    &blocks.to_string(),
                ])
                .arg(binary);
            shell
        }
    };
    command.args(words);
    match words {
        ["run"] => {
            let asked = [
                "What is the capital?",
                "--context",
                "land.txt",
                "--model",
                "openai:gpt-test",
            ];
            command
                .args(asked)
                .args(["--journal", "journal.jsonl", "--cache", "off"]);
        }
        ["resume"] => _ = command.args(["journal.jsonl", "--cache", "off"]),
        _ => _ = command.arg("journal.jsonl"),
    }
    command
        .current_dir(place.path(""))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LLM_BASE_URL", server.base_url())
        .env("LLM_API_KEY", "sk-test")
        .env("RLM_DATA_DIR", place.path("data"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
