//! Runs whose process is killed while a tool with effects is working, or before its result is
//! recorded. The effect is repeated only if the user asks for that.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Done, Place, session, snapshot};

/// A tool that records its arguments, as a lasting effect. Its long output fills several blocks of
/// a journal. While the file `hang` exists, it does not respond.
const SEND: &str = r#"#!/bin/sh
if [ "$1" = --schema ]; then
    echo '{"description": "Sends a message.", "access": "effect", "outside": false,'
    echo ' "parameters": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}}'
    exit
fi
read -r input
echo "$input" >> sent.txt
while [ -e hang ]; do sleep 0.05; done
printf '"sent%03000d"\n' 0
"#;

/// A tool that only reads, and counts its calls.
const LOOK: &str = r#"#!/bin/sh
if [ "$1" = --schema ]; then
    echo '{"description": "Looks an order up.", "access": "read", "outside": false, "parameters": {}}'
    exit
fi
read -r input
echo "$input" >> looked.txt
echo '"late"'
"#;

const PROGRAM: &str = "seen = look()\ntry:\n    sent = send('The order is ' + 'late.')\nexcept CallFailed as e:\n    sent = e.kind\nFINAL(seen + ': ' + sent[:13].rstrip('0'))";
const TOOLS: [&str; 4] = ["--tool", "look=sh look.sh", "--tool", "send=sh send.sh"];
/// The unit of `ulimit -f`, in bytes.
const BLOCK: usize = 512;

/// The moment at which the process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// While the tool is working.
    AtWork,
    /// After the tool has ended, in the middle of recording its result: when the journal reaches
    /// this number of blocks.
    AtBlock(usize),
}

fn place() -> Place {
    let script = [format!("```repl\n{PROGRAM}\n```")];
    Place::new()
        .file("send.sh", SEND)
        .file("look.sh", LOOK)
        .file("model.json", json!({ "script": script }).to_string())
}

fn run(place: &Place) -> Command {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "ulimit -c 0; [ \"$BLOCKS\" = all ] || ulimit -f \"$BLOCKS\"; exec \"$@\"",
            "sh",
        ])
        .arg(env!("CARGO_BIN_EXE_rlm"))
        .args(["run", "Is it late?", "--model", "fake:model.json", "--data", "x"])
        .args(["--journal", "run.jsonl", "--cache", "off"])
        .args(TOOLS)
        .current_dir(place.path(""))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("BLOCKS", "all")
        .env("RLM_DATA_DIR", place.path("data"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Returns the moment at which half of the answer of `send` is written.
fn while_it_is_written() -> Moment {
    let place = place();
    let whole = run(&place).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&whole.stdout),
        "late: sent\n",
        "{}",
        String::from_utf8_lossy(&whole.stderr)
    );
    let journal = place.read("run.jsonl");
    let answer = journal.find("\"sent000").unwrap();
    Moment::AtBlock((answer + 1_500) / BLOCK)
}

fn kill(place: &Place, moment: Moment) {
    match moment {
        Moment::AtWork => {
            std::fs::write(place.path("hang"), "").unwrap();
            let mut child = run(place).spawn().unwrap();
            let begin = Instant::now();
            let is_sent = || std::fs::read(place.path("sent.txt")).is_ok_and(|lines| lines.ends_with(b"\n"));
            while !is_sent() {
                assert!(
                    begin.elapsed() < Duration::from_secs(60),
                    "the tool is not called in time"
                );
                std::thread::sleep(Duration::from_millis(5));
            }
            child.kill().unwrap();
            child.wait().unwrap();
            std::fs::remove_file(place.path("hang")).unwrap();
        }
        Moment::AtBlock(blocks) => {
            let ended = run(place).env("BLOCKS", blocks.to_string()).output().unwrap();
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(
                ended.status.code() == Some(2) && said.contains("File too large"),
                "{said}"
            );
        }
    }
    assert_eq!(place.read("sent.txt").lines().count(), 1, "{moment:?}");
}

fn resume(place: &Place, more: &[&str]) -> Done {
    let resume = [
        "resume",
        "run.jsonl",
        "--cache",
        "off",
        "--data",
        "x",
        "--progress",
        "none",
    ];
    place
        .rlm(resume)
        .and(more.iter().copied())
        .env("PATH", "/usr/bin:/bin")
        .done()
}

#[test]
fn uncertain_effect_is_not_repeated_unless_requested() {
    for moment in [Moment::AtWork, while_it_is_written()] {
        let place = place();
        kill(&place, moment);
        let killed = place.read("run.jsonl");
        let without = resume(&place, &[]);
        without.is_one_line_error(2);
        let told = resume(&place, &TOOLS);
        assert_eq!(told.stdout, "late: tool_in_doubt\n", "{moment:?}: {}", told.shown());
        assert_eq!(
            place.read("sent.txt").lines().count(),
            1,
            "{moment:?}: {}",
            told.shown()
        );
        let replayed = place.rlm(["replay", "run.jsonl", "--data", "x"]).done();
        assert_eq!(replayed.code, Some(0), "{moment:?}: {}", replayed.shown());

        let place = place.file("run.jsonl", killed);
        let mut redo = TOOLS.to_vec();
        redo.push("--redo-effects");
        let redone = resume(&place, &redo);
        assert_eq!(redone.stdout, "late: sent\n", "{moment:?}: {}", redone.shown());
        assert_eq!(
            place.read("sent.txt").lines().count(),
            2,
            "{moment:?}: {}",
            redone.shown()
        );
        assert_eq!(
            place.read("looked.txt").lines().count(),
            1,
            "answered calls are not repeated"
        );
        if matches!(moment, Moment::AtWork) {
            snapshot!("effects", session(&[without, told, replayed, redone]));
        }
    }
}

#[test]
fn fork_keeps_tools_and_can_skip_the_journal() {
    let place = place();
    assert!(run(&place).output().unwrap().status.success());
    let fork = [
        "fork",
        "run.jsonl",
        "--at",
        "1",
        "--data",
        "x",
        "--cache",
        "off",
        "--no-journal",
    ];
    let fork = |more: &[&str]| {
        place
            .rlm(fork)
            .and(more.iter().copied())
            .env("PATH", "/usr/bin:/bin")
            .done()
    };
    fork(&TOOLS[..2]).is_one_line_error(2);
    let mut tools = TOOLS.to_vec();
    tools.extend(["--grant", "look:calls=0", "--concurrency", "1", "--run-ahead", "off"]);
    let refused = fork(&tools);
    assert!(
        refused
            .stderr
            .contains("look was not called: the limit of 0 calls per run is reached"),
        "{}",
        refused.shown()
    );
    assert!(place.journals().is_empty());
    assert_eq!(place.read("looked.txt").lines().count(), 1);
}
