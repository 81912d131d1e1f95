//! Mistakes of users: each gives a one-line error with a hint and the right exit code, and leaves
//! no broken journal.

use rlm_trace::RecordedRun;

use crate::run::place;
use crate::support::{Done, Place, session, snapshot};

/// Runs a question with the fake model of [`place`] and these arguments.
fn run(place: &Place, arguments: &[&str]) -> Done {
    let run = ["run", "What is it?", "--model", "fake:model.json"];
    place.rlm(run.into_iter().chain(arguments.iter().copied())).done()
}

fn no_broken_journal(place: &Place) {
    for journal in place.journals() {
        let read = RecordedRun::read(&journal);
        assert!(read.is_ok(), "{}: {read:?}", journal.display());
    }
}

#[test]
fn invalid_contexts_are_one_line_errors() {
    let place = place()
        .file("empty.txt", "")
        .file("photo.jpg", b"\xff\xd8\xff\xe0\0\0JFIF")
        .file("docs/.hidden", "x");
    let done = [
        run(&place, &["--context", "nowhere.txt"]),
        run(&place, &["--context", "photo.jpg"]),
        run(&place, &["--context", "empty.txt"]),
        run(&place, &["--context", "docs"]),
        run(&place, &["--context", "*.md"]),
        run(&place, &["--context", "old="]),
        run(&place, &["--context", "-", "log=-"]),
    ];
    for done in &done {
        done.is_one_line_error(2);
        assert_eq!(done.stdout, "");
    }
    assert_eq!(place.journals().len(), 0);
    snapshot!("bad-contexts", session(&done));
}

#[test]
fn invalid_utf8_context_is_read_with_a_warning() {
    let place = place()
        .file(
            "torn.txt",
            b"The capital of Portugal is Lisbon. Caf\xc3\xa9 \xff \xfe\n",
        )
        .file("latin.txt", b"The capital of Portugal is Lisbon. Caf\xe9\n");
    let latin = run(&place, &["--context", "latin.txt"]);
    assert!(
        latin
            .stderr
            .contains("warning: latin.txt is not UTF-8; reading it as Latin-1"),
        "{}",
        latin.shown()
    );
    // All sizes are those of the text, in which the letter has two bytes.
    let is_of_text = |line: &str| line.contains("41 B");
    let of_text = latin.stderr.lines().filter(|line| is_of_text(line)).count();
    assert_eq!(of_text, 2, "{}", latin.shown());
    let done = run(&place, &["--context", "torn.txt"]);
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("capital of Portugal is Lisbon\n", Some(0))
    );
    assert!(
        done.stderr
            .contains("warning: invalid UTF-8 in torn.txt: 2 byte sequences"),
        "{}",
        done.shown()
    );
}

#[test]
fn invalid_questions_are_one_line_errors() {
    let place = place()
        .file("huge.txt", "why? ".repeat(200_000))
        .file("blank.txt", " \n");
    let model = ["--model", "fake:model.json", "--context", "land.txt"];
    let with = |arguments: &[&'static str]| {
        place
            .rlm(["run"].into_iter().chain(arguments.to_vec()).chain(model))
            .done()
    };
    let done = [
        with(&["--question-file", "huge.txt"]),
        with(&["--question-file", "blank.txt"]),
        with(&["--question-file", "nowhere.txt"]),
        with(&["  "]),
        with(&[]),
    ];
    for done in &done {
        done.is_one_line_error(2);
    }
    assert_eq!(place.journals().len(), 0);
    // Linux limits an argument to less than 1 MB; this one has the maximum length.
    let long = "why? ".repeat(26_000);
    let argument = place
        .rlm(["run", &long, "--context", "land.txt", "--model", "fake:model.json"])
        .done();
    argument.is_one_line_error(2);
    let piped = place.rlm([
        "run",
        "--question-file",
        "-",
        "--context",
        "land.txt",
        "--model",
        "fake:model.json",
    ]);
    let piped = piped.input("why? ".repeat(200_000)).done();
    piped.is_one_line_error(2);
    snapshot!("bad-questions", session(&[&done[..], &[argument, piped]].concat()));
}

#[test]
fn invalid_models_are_one_line_errors() {
    let place = place().file("broken.json", "{\"script\": [1]}");
    let run = |model: &str| {
        place
            .rlm(["run", "What?", "--context", "land.txt", "--model", model])
            .done()
    };
    let done = [
        run("opnai:gpt-5.1"),
        run("gpt-5.1"),
        run("openai:"),
        run("fake:nowhere.json"),
        run("fake:broken.json"),
        run("replay:nowhere.jsonl"),
        run("openai:gpt-5.1"),
        place
            .rlm(["run", "What?", "--context", "land.txt"])
            .env("LLM_BASE_URL", "http://localhost:1/v1")
            .done(),
        place
            .rlm(["run", "What?", "--context", "land.txt"])
            .env("GROQ_API_KEY", "gsk_planted-0123456789")
            .done(),
    ];
    for done in &done {
        done.is_one_line_error(2);
    }
    let named = [
        "run",
        "What?",
        "--context",
        "land.txt",
        "--model",
        "openai:x",
        "--api-key-env",
        "MY_KEY",
    ];
    let named = place.rlm(named).done();
    named.is_one_line_error(2);
    assert_eq!(place.journals().len(), 0);
    snapshot!("bad-models", session(&[&done[..], &[named]].concat()));
}

#[test]
fn invalid_flags_have_plain_messages_and_fitting_tips() {
    let place = place();
    let context = |arguments: &[&'static str]| run(&place, &[&["--context", "land.txt"], arguments].concat());
    let done = [
        context(&["--max-steps", "many"]),
        context(&["--max-tokens="]),
        context(&["--max-tokens", "99999999999999999999"]),
        context(&["--temperature", "hot"]),
        place.rlm(["session", "new", "s", "-m", "search"]).done(),
        place.rlm(["session", "run", "s", "What?", "-c", "land.txt"]).done(),
        place.rlm(["replay", "last", "-o", "answer.txt"]).done(),
        context(&["--nonsense"]),
    ];
    assert!(done.iter().all(|done| done.code == Some(2)));
    snapshot!("bad-flags", session(&done));
}

#[cfg(unix)]
#[test]
fn run_whose_journal_never_began_is_not_to_be_resumed() {
    let place = place();
    let run = [
        "run",
        "What is it?",
        "--model",
        "fake:model.json",
        "--context",
        "land.txt",
        "--cache",
        "off",
    ];
    let full = place.rlm(run).under("ulimit -c 0; ulimit -f 4").done();
    full.is_one_line_error(2);
    assert!(full.stderr.contains("can't write to the journal"), "{}", full.shown());
    assert!(full.stderr.contains("then run it again"), "{}", full.shown());
}

#[test]
fn unwritable_outputs_are_one_line_errors() {
    let place = place()
        .file("file", "not a folder")
        .file("taken.jsonl", "somebody's notes\n");
    let context = |arguments: &[&'static str]| run(&place, &[&["--context", "land.txt"], arguments].concat());
    let done = [
        context(&["--journal", "file/journal.jsonl"]),
        context(&["--journal", "taken.jsonl"]),
        context(&["--cache", "file"]),
        context(&["-o", "nowhere/answer.txt"]),
        context(&["-o", "."]),
    ];
    for done in &done {
        done.is_one_line_error(2);
    }
    assert_eq!(place.read("taken.jsonl"), "somebody's notes\n");
    let unwritable = place.rlm(["run", "What?", "--context", "land.txt", "--model", "fake:model.json"]);
    let unwritable = unwritable.env("RLM_DATA_DIR", "file/data").done();
    unwritable.is_one_line_error(2);
    no_broken_journal(&place);
    snapshot!("bad-records", session(&[&done[..], &[unwritable]].concat()));
}

#[test]
fn json_output_reports_errors_as_objects() {
    let place = place();
    let done = run(&place, &["--context", "nowhere.txt", "--json"]);
    assert_eq!(done.code, Some(2));
    snapshot!("bad-context-json", done.shown());
}

#[test]
fn missing_runs_are_one_line_errors() {
    let place = place().file("notes.txt", "no journal\n");
    let done = [
        place.rlm(["trace", "last"]).done(),
        place.rlm(["trace", "20260101-000000-aaaaaa"]).done(),
        place.rlm(["replay", "notes.txt"]).done(),
        place.rlm(["trace", "notes.txt"]).done(),
    ];
    for done in &done {
        done.is_one_line_error(2);
    }
    snapshot!("bad-runs", session(&done));
}
