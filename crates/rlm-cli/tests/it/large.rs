//! Tests of files that exceed memory, and of files that change during a run. The files are sparse,
//! so they use little disk space.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use crate::support::{Place, snapshot};

const MIB: u64 = 1 << 20;

/// Writes text, zeros up to byte `len`, and a last line.
fn sparse(place: &Place, name: &str, len: u64) -> PathBuf {
    let path = place.path(name);
    let mut file = File::create(&path).expect("create the file");
    file.write_all("a line of a log\n".repeat(1_000).as_bytes())
        .and_then(|()| file.seek(SeekFrom::Start(len)))
        .and_then(|_| file.write_all("\nthe needle is green\n".as_bytes()))
        .expect("write the file");
    changed_at(&file, 1_790_000_000);
    path
}

fn changed_at(file: &File, seconds: u64) {
    file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds))
        .expect("set the modification time");
}

/// Waits for a request in the folder `box`, runs `before`, and then answers the request.
fn answer(place: &Place, number: u32, reply: &str, before: impl FnOnce()) {
    let path = |end: &str| place.path(&format!("box/{number:04}.{end}"));
    let waiting = std::time::Instant::now();
    while !path("request.json").exists() {
        assert!(waiting.elapsed() < Duration::from_secs(300), "no request arrived");
        std::thread::sleep(Duration::from_millis(5));
    }
    before();
    std::fs::write(path("reply.txt"), reply).expect("write the reply");
}

#[test]
fn program_reads_a_ten_gigabyte_file() {
    let place = Place::new().file(
        "end.sift",
        "print(len(context), context.count('\\n', len(context) - 100))\nprint(P[-21:].strip(), P.find('needle', 10_737_418_000))\n",
    );
    sparse(&place, "large.log", 10 * 1024 * MIB);
    let done = place.rlm(["exec", "end.sift", "--context", "large.log"]).done();
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("10737418261 2\nthe needle is green 10737418245\n", Some(0)),
        "{}",
        done.shown()
    );
}

#[test]
fn no_map_reads_large_files_into_memory() {
    let script = r#"{"script": ["```repl\nFINAL(P[-6:].strip())\n```"]}"#;
    let place = Place::new().file("model.json", script);
    sparse(&place, "large.log", 65 * MIB);
    let run = |journal: &str, more: Option<&str>| {
        let asked = [
            "run",
            "Which?",
            "--context",
            "large.log",
            "--model",
            "fake:model.json",
            "--journal",
            journal,
        ];
        let done = place.rlm(asked.into_iter().chain(more)).done();
        assert_eq!(
            (done.stdout.as_str(), done.code),
            ("green\n", Some(0)),
            "{}",
            done.shown()
        );
        // For a memory-mapped file, the journal records the digests of both ends and the time, with
        // which a replay identifies it.
        place.read(journal).contains("\"ends\"")
    };
    assert!(run("mapped.jsonl", None));
    assert!(!run("flag.jsonl", Some("--no-map")));
    std::fs::write(place.path("rlm.toml"), "[run]\nno_map = true\n").expect("write the file");
    assert!(!run("stated.jsonl", None));
}

#[test]
fn non_utf8_large_file_is_decoded_with_a_warning() {
    let script = r#"{"script": ["```repl\nFINAL(P[-5:].strip())\n```"]}"#;
    let place = Place::new()
        .file("end.sift", "print(P[-5:].strip())\n")
        .file("model.json", script);
    let path = sparse(&place, "large.log", 65 * MIB);
    let mut file = File::options().append(true).open(path).expect("the file exists");
    file.write_all(b"caf\xe9\n").expect("write the file");
    let exec = place.rlm(["exec", "end.sift", "--context", "large.log"]).done();
    let run = place
        .rlm(["run", "Where?", "--context", "large.log", "--model", "fake:model.json"])
        .done();
    for done in [exec, run] {
        assert_eq!(
            (done.stdout.as_str(), done.code),
            ("café\n", Some(0)),
            "{}",
            done.shown()
        );
        assert!(
            done.stderr.contains("large.log is not UTF-8; reading it as Latin-1"),
            "{}",
            done.shown()
        );
    }
}

#[test]
fn run_over_two_gib_starts_without_full_digest_and_replays() {
    let script = r#"{"script": ["```repl\nFINAL(P[-21:].strip())\n```"]}"#;
    let place = Place::new().file("model.json", script).file("short.txt", "short\n");
    let path = sparse(&place, "large.log", 2 * 1024 * MIB);
    let run = [
        "run",
        "What is green?",
        "--context",
        "large.log",
        "--model",
        "fake:model.json",
    ];
    let done = place.rlm(run).done();
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("the needle is green\n", Some(0)),
        "{}",
        done.shown()
    );
    assert!(done.stderr.contains("large.log:1002:1-19 "), "{}", done.shown());

    let journal = std::fs::read_to_string(&place.journals()[0]).expect("the run has a journal");
    let events: Vec<serde_json::Value> = journal
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a record")["event"].clone())
        .collect();
    let first = |kind: &str| {
        events
            .iter()
            .find(|event| event["kind"] == kind)
            .expect("such an event exists")
    };
    let source = &first("run_started")["context"][0];
    assert_eq!(
        (&source["bytes"], &source["modified"]),
        (&2_147_483_669_u64.into(), &1_790_000_000_000_u64.into())
    );
    assert!(source["digest"].is_null() && source["ends"].is_string());
    let read = first("source_read");
    assert_eq!(
        (&read["chars"], &read["lines"]),
        (&2_147_483_669_u64.into(), &1_002.into())
    );
    let asked = first("issued")["messages"].to_string();
    assert!(
        asked.contains("2,147,483,669 bytes in 1 document.")
            && asked.contains("0. large.log: 2,147,483,669 bytes; its characters and lines are not counted yet"),
        "{asked}"
    );

    let replay = || place.rlm(["replay", "last"]).done();
    let replayed = replay();
    assert_eq!(
        (replayed.stdout.as_str(), replayed.code),
        ("the needle is green\n", Some(0)),
        "{}",
        replayed.shown()
    );
    // A change between the two ends is detected by the digest.
    let mut file = File::options().write(true).open(path).expect("the file exists");
    file.seek(SeekFrom::Start(1024 * MIB)).expect("the offset is valid");
    file.write_all(b"\nchanged\n").expect("write the file");
    let changed = replay();
    let moved = place.rlm(["replay", "last", "--context", "large.log=short.txt"]).done();
    snapshot!("replay-changed-large-file", crate::support::session(&[changed, moved]));
}

#[test]
fn run_fails_if_its_file_is_truncated() {
    let place = Place::new();
    let path = sparse(&place, "large.log", 65 * MIB);
    let truncate = || {
        let file = File::options().write(true).open(&path).expect("the file exists");
        file.set_len(20 * MIB).expect("truncate the file");
        changed_at(&file, 1_790_000_001);
    };
    let run = [
        "run",
        "What is green?",
        "--context",
        "large.log",
        "--model",
        "mailbox:box",
    ];
    let done = std::thread::scope(|scope| {
        let run = scope.spawn(|| place.rlm(run).done());
        answer(&place, 1, "```repl\nprint(P[-21:])\n```", || {});
        answer(&place, 2, "```repl\nprint(P[-21:], P.count('a'))\n```", truncate);
        run.join().expect("the test's thread finishes")
    });
    snapshot!("run-truncated", done.shown());
}

/// The report of a run that failed names the run and its usage.
#[test]
fn failed_run_is_found_by_its_id() {
    let place = Place::new();
    let path = sparse(&place, "large.log", 65 * MIB);
    let change = || {
        let mut file = File::options().write(true).open(&path).expect("the file exists");
        file.write_all(b"A LINE").expect("write the file");
        changed_at(&file, 1_790_000_001);
    };
    let words = [
        "run",
        "What is green?",
        "--context=large.log",
        "--model=mailbox:box",
        "--json",
    ];
    let done = std::thread::scope(|scope| {
        let run = scope.spawn(|| place.rlm(words).done());
        answer(&place, 1, "```repl\nprint(P[:15])\n```", change);
        run.join().expect("the test's thread finishes")
    });
    assert_eq!(done.code, Some(6), "{}", done.shown());
    let json = done.json();
    assert_eq!(
        (&json["error"]["code"], &json["steps"]),
        (&"context_changed".into(), &1.into()),
        "{json}"
    );
    let run = json["run"].as_str().expect("the run has an id");
    assert!(
        json["error"]["hint"]
            .as_str()
            .is_some_and(|hint| hint.ends_with(&format!("rlm trace {run}"))),
        "{json}"
    );
    assert_eq!(place.rlm(["trace", run]).done().code, Some(0));
}

/// The file is checked before and after a program, so a sub-call with changed text is not sent.
#[test]
fn exec_fails_if_its_file_changes() {
    let place = Place::new().file(
        "ask.sift",
        "print(llm_query('What now?'))\nprint(P[:15])\nprint(llm_query(P[:15]))\n",
    );
    let path = sparse(&place, "large.log", 65 * MIB);
    let change = || {
        let mut file = File::options().write(true).open(&path).expect("the file exists");
        file.write_all(b"A LINE").expect("write the file");
        changed_at(&file, 1_790_000_001);
    };
    let exec = ["exec", "ask.sift", "--context", "large.log", "--model", "mailbox:box"];
    let done = std::thread::scope(|scope| {
        let exec = scope.spawn(|| place.rlm(exec).done());
        answer(&place, 1, "Go on.", change);
        exec.join().expect("the test's thread finishes")
    });
    assert!(!place.path("box/0002.request.json").exists());
    snapshot!("exec-changed", done.shown());
}

/// Asserts a limit on anonymous memory, which excludes pages of mapped files. It is a quarter of the
/// text's size, so that it also excludes a copy of the text.
#[cfg(target_os = "linux")]
#[test]
fn memory_mapped_file_uses_little_anonymous_memory() {
    let place = Place::new().file("ask.sift", "print(len(P), P.count('needle'))\nllm_query('Look now.')\n");
    sparse(&place, "large.log", 256 * MIB);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_rlm"))
        .args(["exec", "ask.sift", "--context", "large.log", "--model", "mailbox:box"])
        .current_dir(place.path(""))
        .env("RLM_DATA_DIR", place.path("data"))
        .env("RLM_CACHE", place.path("cache"))
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("start the binary");
    let mut status = String::new();
    answer(&place, 1, "Done.", || {
        let path = format!("/proc/{}/status", child.id());
        status = std::fs::read_to_string(path).expect("the process exists");
    });
    assert!(child.wait().expect("wait for the process").success());
    let anonymous = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .expect("read the process's memory from /proc");
    let kib: u64 = anonymous.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(kib < 64 * 1024, "{kib} KiB");
}
