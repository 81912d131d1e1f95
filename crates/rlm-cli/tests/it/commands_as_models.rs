//! Tests of models that are commands of the user, with real processes.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rlm_test_needs::needs;

use crate::support::{Place, Rlm, session, snapshot};

/// A process that plays the root model: it prints its argument in the second turn, and logs its id.
const ROOT: &str = r#"
import json, os, sys

REPLIES = [
    "```repl\nprint(len(context))\n```",
    f"```repl\nprint({sys.argv[1]})\n```",
    "FINAL: Lisbon",
]
with open("started", "w") as started:
    started.write(str(os.getpid()))
for line in sys.stdin:
    call = json.loads(line)
    if "cancel" not in call:
        turn = sum(message["role"] == "assistant" for message in call["messages"])
        print(json.dumps({"id": call["id"], "text": REPLIES[turn]}), flush=True)
"#;

/// Creates a place with the user's configuration: the models `planner`, and `reader`, which runs a
/// shell program.
fn place(reader: &str) -> Place {
    place_with("llm_query('Which city? ' + context)", reader)
}

fn place_with(query: &str, reader: &str) -> Place {
    let place = Place::new()
        .file("land.txt", "The capital of Portugal is Lisbon.\n")
        .file("home/root.py", ROOT);
    let home = place.path("home");
    let config = format!(
        "[models.planner]\nadapter = \"exec\"\ncommand = [\"python3\", \"root.py\", {query:?}, \"--token=planted-0123456789\"]\ncwd = {home:?}\n\n\
         [models.reader]\nadapter = \"exec\"\ncommand = [\"sh\", \"-c\", '''{reader}''']\nprotocol = \"once\"\n\
         cwd = {home:?}\nprice = {{ input = 1, output = 2 }}\n"
    );
    place.file("config.toml", config)
}

/// Creates a command whose models find their programs.
fn rlm<'p>(place: &'p Place, words: &[&str]) -> Rlm<'p> {
    let path = std::env::var("PATH").unwrap();
    place.rlm(words.iter().copied()).env("PATH", &path)
}

fn question(place: &Place) -> Rlm<'_> {
    let words = [
        "run",
        "What is the capital?",
        "--context",
        "land.txt",
        "--model",
        "planner",
    ];
    rlm(place, &words).and(["--sub-model", "reader", "--cache", "off"])
}

/// Waits until a file has content. Panics after 30 seconds.
fn wait_for(path: &Path) -> String {
    let started = Instant::now();
    loop {
        match std::fs::read_to_string(path) {
            Ok(text) if !text.is_empty() => return text,
            _ => assert!(started.elapsed() < Duration::from_secs(30), "{}", path.display()),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until a process has ended. Panics after 30 seconds.
fn wait_for_end_of(process: &str) {
    let started = Instant::now();
    let is_running = || {
        let status = std::fs::read_to_string(format!("/proc/{}/stat", process.trim()));
        status.is_ok_and(|status| !status.contains(") Z "))
    };
    while is_running() {
        assert!(started.elapsed() < Duration::from_secs(30), "{process} is running");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn send(signal: &str, child: &Child) {
    let status = Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

#[needs("python3")]
#[test]
fn commands_play_root_and_sub_model() {
    let place = place("grep -o Lisbon");
    let done = question(&place).and(["--max-cost", "1"]).done();
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(0), "Lisbon\n"),
        "{}",
        done.shown()
    );
    wait_for_end_of(&place.read("home/started"));
    let journal = place.journals().remove(0);
    let text = std::fs::read_to_string(&journal).unwrap();
    assert!(
        !text.contains("planted") && !text.contains("-o Lisbon"),
        "the command is not recorded"
    );
    for name in ["planner", "reader"] {
        let identity = format!(r#""adapter":"exec","endpoint":"","model":"{name}""#);
        assert!(text.contains(&identity), "{name}");
    }
    let calls = rlm(&place, &["trace", "last", "--calls"]).done().stdout;
    let are_free = |model: &str| -> Vec<bool> {
        let lines = calls.lines().filter(|line| line.contains(model));
        lines.map(|line| line.contains("  $0  ")).collect()
    };
    assert_eq!(are_free("exec:planner"), [true; 3], "{calls}");
    assert_eq!(are_free("exec:reader"), [false], "{calls}");
}

#[needs("python3")]
#[test]
fn resumed_run_finds_commands_by_name_or_says_what_is_missing() {
    let place = place("grep -o Lisbon");
    let limited = question(&place).and(["--max-steps", "1", "--on-limit", "error"]).done();
    assert_eq!(limited.code, Some(5), "{}", limited.shown());
    let resumed = rlm(&place, &["resume", "last", "--max-steps", "9"]).done();
    assert_eq!(
        (resumed.code, resumed.stdout.as_str()),
        (Some(0), "Lisbon\n"),
        "{}",
        resumed.shown()
    );
    let forked = rlm(&place, &["fork", "last", "--at", "2", "--max-steps", "9"]).done();
    assert_eq!(
        (forked.code, forked.stdout.as_str()),
        (Some(0), "Lisbon\n"),
        "{}",
        forked.shown()
    );
    let place = place.file("config.toml", "");
    let missing = rlm(&place, &["fork", "last", "--at", "2"]).done();
    missing.is_one_line_error(2);
    // Another model of that name is not what the run called.
    let place = place.file(
        "config.toml",
        "[models.planner]\nadapter = \"ollama\"\nmodel = \"qwen3\"\n",
    );
    let other = rlm(&place, &["fork", "last", "--at", "2"]).done();
    snapshot!("commands-missing", session(&[missing, other]));
}

#[test]
fn only_the_file_of_the_user_may_define_commands() {
    let table = "[run]\nmax_steps = 3\n\n[models.house]\nadapter = \"exec\"\ncommand = [\"touch\", \"/tmp/owned\"]\n";
    let in_folder = Place::new().file("land.txt", "Lisbon").file("rlm.toml", table);
    let by_variables = Place::new()
        .file("land.txt", "Lisbon")
        .file("theirs.toml", table)
        .file(".env", "RLM_CONFIG=theirs.toml\n");
    let done = [
        in_folder.ask("house").done(),
        in_folder.ask("search").done(),
        in_folder.rlm(["config", "show"]).done(),
        by_variables.ask("house").under("unset RLM_CONFIG").done(),
        by_variables.ask("exec:house").done(),
        by_variables.ask("exec:touch /tmp/owned").done(),
    ];
    done.iter().for_each(|done| {
        done.is_one_line_error(2);
    });
    snapshot!("commands-refused", session(&done));
}

#[needs("python3")]
#[test]
fn commands_are_listed_with_their_origin_and_state() {
    let place = place("cat");
    let config = place.read("config.toml") + "\n[models.gone]\nadapter = \"exec\"\ncommand = [\"no-such-agent\"]\n";
    let place = place.file("config.toml", config);
    let list = |words: &[&str]| rlm(&place, words).done();
    let config = list(&["config", "show"]).stdout;
    let models = config.split("\n\n").find(|part| part.starts_with("MODEL")).unwrap();
    let doctor = list(&["doctor"]).stdout;
    let doctor: Vec<&str> = doctor
        .lines()
        .filter(|line| line.contains("planner") || line.contains("gone"))
        .collect();
    snapshot!(
        "commands-listed",
        format!("{}\n{models}\n\n{}", list(&["models"]).stdout, doctor.join("\n"))
    );
    let pinged = list(&["models", "--ping"]).stdout;
    assert!(
        pinged
            .lines()
            .any(|line| line.starts_with("reader") && line.contains("answered in")),
        "{pinged}"
    );
}

#[needs("python3")]
#[test]
fn programs_may_call_a_command_only_if_it_is_allowed_by_name() {
    let words = [
        "run",
        "What is the capital?",
        "--context",
        "land.txt",
        "--model",
        "planner",
    ];
    let mut observed = String::new();
    for (name, allowed) in [
        ("reader", &[] as &[&str]),
        ("reader", &["*"]),
        ("exec:reader", &["*"]),
        ("exec:reader", &["exec:*", "reader"]),
        ("reader", &["reader"]),
    ] {
        let place = place_with(&format!("llm_query(context, model='{name}')"), "grep -o Lisbon");
        let run = rlm(&place, &words).and(["--cache", "off", "--show-steps"]);
        let run = allowed
            .iter()
            .fold(run, |run, pattern| run.and(["--allow-model", pattern]))
            .done();
        let (_, output) = run.stderr.split_once("step 2: ran").unwrap();
        let printed = output.lines().nth(1).unwrap().trim();
        writeln!(observed, "{name}, allowed {allowed:?}\n  {printed}").unwrap();
    }
    snapshot!("commands-allowed", observed);
}

#[needs("python3")]
#[test]
fn signals_end_the_processes_of_commands() {
    // The second one exits at once, and the last one has no time to do anything.
    for signals in [&["INT"] as &[&str], &["INT", "INT"], &["TERM"], &["KILL"]] {
        let place = place("echo $$ > reading.new; mv reading.new reading; exec sleep 20");
        let child = question(&place).start();
        let root = wait_for(&place.path("home/started"));
        let reader = wait_for(&place.path("home/reading"));
        for signal in signals {
            send(signal, &child);
        }
        let output = child.wait_with_output().unwrap();
        wait_for_end_of(&root);
        if signals == ["KILL"] {
            // Its standard input was closed long ago, so only its own end remains.
            continue;
        }
        wait_for_end_of(&reader);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(130 | 143)), "{signals:?}: {text}");
    }
}
