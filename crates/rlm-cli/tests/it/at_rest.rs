//! Data on disk after a run: no keys, no files that other users can read, and no texts that
//! journals must not contain.

use std::path::{Path, PathBuf};

use rlm_test_server::{Answer, TestServer};
use serde_json::json;

use crate::support::{Done, Place, session, snapshot};

const QUESTION: &str = "Where does the zebraquestion stand?";
const CONTEXT: &str = "The zebracontext stands in the paddock behind the mill, where it was brought in spring.\n";
const ANSWER: &str = "The zebracontext stands in the paddock behi\n";
/// One word each of the question, the context, the program, its output, a reply, and the answer.
const WORDS: [&str; 6] = [
    "zebraquestion",
    "zebracontext",
    "zebraprogram",
    "zebraoutput",
    "zebrareply",
    "paddock",
];
const MODEL: [&str; 4] = ["--context", "text.txt", "--model", "fake:model.json"];

/// Creates a place whose model asks about the context, prints a piece of it, and answers with
/// another piece.
fn place() -> Place {
    let first =
        "zebraprogram = llm_query('Which animal? ' + context)\nprint('zebra' + 'output', context[4:16].upper())";
    let second = "print(zebraprogram)\nFINAL(context[:43])";
    let script = [first, second].map(|program| format!("```repl\n{program}\n```"));
    let model = json!({
        "script": script,
        "default_reply": "It is a zebrareply: it stands in the paddock behind the mill.",
    });
    Place::new()
        .file("text.txt", CONTEXT)
        .file("model.json", model.to_string())
}

fn ask(place: &Place, flags: &[&str]) {
    let done = place
        .rlm(["run", QUESTION])
        .and(MODEL)
        .and(flags.iter().copied())
        .done();
    assert_eq!((done.stdout.as_str(), done.code), (ANSWER, Some(0)), "{}", done.shown());
}

/// Returns all files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

/// Returns the words that occur in the stored files, ignoring case.
fn kept(place: &Place) -> Vec<&'static str> {
    let folders = ["data", "cache", "cache.texts", "cache.indexes"];
    let files = folders.iter().flat_map(|folder| files(&place.path(folder)));
    let texts: Vec<String> = files
        .map(|file| String::from_utf8_lossy(&std::fs::read(file).unwrap()).to_lowercase())
        .collect();
    assert!(!texts.is_empty(), "a journal exists");
    let stands = |word: &&str| texts.iter().any(|text| text.contains(*word));
    WORDS.into_iter().filter(stands).collect()
}

fn refused(done: &[Done]) -> String {
    done.iter().for_each(|done| _ = done.is_one_line_error(2));
    session(done)
}

#[test]
fn journal_contains_all_texts_by_default() {
    let place = place();
    ask(&place, &[]);
    assert_eq!(kept(&place), WORDS);
}

#[test]
fn reference_journal_contains_no_context_and_replays_from_it() {
    let place = place();
    ask(&place, &["--journal-texts", "references"]);
    assert_eq!(kept(&place), ["zebraquestion", "zebraprogram", "zebrareply"]);

    let replay = place.rlm(["replay", "last"]).done();
    assert_eq!(
        (replay.stdout.as_str(), replay.code),
        (ANSWER, Some(0)),
        "{}",
        replay.shown()
    );
    for shown in [&["trace", "last"][..], &["report", "last"], &["runs"]] {
        let done = place.rlm(shown.iter().copied()).done();
        assert_eq!(done.code, Some(0), "{}", done.shown());
    }
    let done = [
        place
            .rlm(["call", "last", "1.1.0", "--model", "fake:model.json"])
            .done(),
        place.rlm(["record", "last", "-o", "case.md"]).done(),
    ];
    snapshot!("references-refused", refused(&done));

    // The placeholder of a withheld answer is not an answer.
    let again = place.rlm(["resume", "last"]).done();
    assert_eq!((again.stdout.as_str(), again.code), ("", Some(0)), "{}", again.shown());

    // A different text of the same length is detected by its digest, before anything runs.
    std::fs::write(place.path("text.txt"), CONTEXT.replace("spring", "autumn")).unwrap();
    place.rlm(["replay", "last"]).done().is_one_line_error(2);
}

#[test]
fn run_with_a_reference_journal_resumes_and_forks() {
    let place = place();
    let limited = place
        .rlm(["run", QUESTION, "--max-steps", "1", "--on-limit", "error"])
        .and(MODEL)
        .and(["--journal-texts", "references"])
        .done();
    assert_eq!(limited.code, Some(5), "{}", limited.shown());
    let resumed = place.rlm(["resume", "last", "--max-steps", "3"]).done();
    assert_eq!(
        (resumed.stdout.as_str(), resumed.code),
        (ANSWER, Some(0)),
        "{}",
        resumed.shown()
    );
    let fork = place.rlm(["fork", "last", "--at", "2", "--max-steps", "3"]).done();
    assert_eq!((fork.stdout.as_str(), fork.code), (ANSWER, Some(0)), "{}", fork.shown());
    assert_eq!(place.journals().len(), 2);
    assert!(
        !kept(&place).contains(&"paddock"),
        "neither journal contains the context"
    );
}

#[test]
fn digest_journal_contains_no_text_and_is_verified_and_listed() {
    let place = place();
    ask(&place, &["--journal-texts", "digests"]);
    assert_eq!(kept(&place), Vec::<&str>::new());

    let trace = place.rlm(["trace", "last", "--json"]).done().json();
    let totals = &trace["totals"];
    assert_eq!(
        (&trace["ending"], &totals["turns"], &totals["sub"]["calls"]),
        (&json!("finished"), &json!(2), &json!(1))
    );
    assert_eq!(place.rlm(["runs"]).done().code, Some(0));
    let journal = place.journals().remove(0);
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(place.path("journal.jsonl"), &text).unwrap();
    let done = [
        place.rlm(["replay", "last"]).done(),
        place.rlm(["fork", "last", "--at", "1"]).done(),
        place.rlm(["repl", "--run", "last"]).done(),
        place
            .rlm(["run", "Which?", "--data", "x", "--model", "replay:journal.jsonl"])
            .done(),
    ];
    snapshot!("digests-refused", refused(&done));

    std::fs::write(&journal, text.replacen("\"turn\":2", "\"turn\":3", 1)).unwrap();
    place.rlm(["trace", "last"]).done().is_one_line_error(2);
}

#[test]
fn standard_input_is_not_stored_with_reference_journals() {
    let place = place();
    let run = [
        "run",
        QUESTION,
        "--context",
        "-",
        "--model",
        "fake:model.json",
        "--journal-texts",
        "references",
    ];
    let done = place.rlm(run).input(CONTEXT).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert!(!kept(&place).contains(&"paddock"));
    place.rlm(["replay", "last"]).done().is_one_line_error(2);
    let given = place.rlm(["replay", "last", "--context", "-"]).input(CONTEXT).done();
    assert_eq!(
        (given.stdout.as_str(), given.code),
        (ANSWER, Some(0)),
        "{}",
        given.shown()
    );
}

#[test]
fn sessions_require_journals_with_all_texts() {
    let place = place();
    let new = place.rlm(["session", "new", "talk", "--context", "text.txt"]).done();
    assert_eq!(new.code, Some(0), "{}", new.shown());
    let texts = ["--model", "fake:model.json", "--journal-texts", "digests"];
    let done = [
        place.rlm(["session", "run", "talk", QUESTION]).and(texts).done(),
        place
            .rlm(["run", QUESTION, "--data", "x", "--state", "s.json"])
            .and(texts)
            .done(),
    ];
    snapshot!("session-texts", refused(&done));
}

#[cfg(unix)]
#[test]
fn all_created_files_are_private_to_the_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = place().file("questions.jsonl", format!("{}\n", json!(QUESTION)));
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rlm-extract/tests/pdf/bold.pdf");
    std::fs::copy(page, place.path("page.pdf")).unwrap();
    let commands: [(&[&str], &[&str]); 10] = [
        (&["run", QUESTION], &MODEL),
        (&["run", QUESTION, "--state", "talk.json"], &MODEL),
        (&["run", QUESTION, "--context", "-"], &MODEL[2..]),
        (&["run", QUESTION, "--context", "page.pdf"], &MODEL[2..]),
        (&["batch", "questions.jsonl", "-o", "answers.jsonl"], &MODEL),
        (&["session", "new", "talk", "--context", "text.txt"], &[]),
        (&["job", "submit", QUESTION], &MODEL),
        (&["job", "work"], &[]),
        (&["report", "last", "-o", "page.html"], &[]),
        (&["bundle", "last", "-o", "run.zip"], &[]),
    ];
    for (command, model) in commands {
        let rlm = place.rlm(command.iter().copied()).and(model.iter().copied());
        let done = rlm.input(CONTEXT).under("umask 000").done();
        assert_eq!(done.code, Some(0), "{}", done.shown());
    }
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let mut folders = vec![place.path("data"), place.path("cache.texts")];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
                looked_at += 1;
            }
        }
    }
    assert!(
        looked_at >= 9,
        "expected journals, a job, a session, standard input and an extracted text: {looked_at} files"
    );
    // The database sets the modes of its files, but other users can't enter the folder.
    assert_eq!(mode(&place.path("cache")), 0o700);
    for file in ["page.html", "run.zip", "talk.json"] {
        assert_eq!(mode(&place.path(file)), 0o600, "{file}");
    }
}

/// The command in `SECURITY.md` that sets limits works.
#[cfg(target_os = "linux")]
#[test]
fn run_works_under_the_ulimits_of_the_security_guide() {
    let guide = include_str!("../../../../SECURITY.md");
    let (_, rest) = guide.split_once("`ulimit ").unwrap();
    let (limits, _) = rest.split_once('`').unwrap();
    let place = place();
    let run = place
        .rlm(["run", QUESTION])
        .and(MODEL)
        .under(&format!("ulimit {limits}"));
    let done = run.done();
    assert_eq!((done.stdout.as_str(), done.code), (ANSWER, Some(0)), "{}", done.shown());
}

/// The keys, each from another source: the process, the `.env` file, a model's entry, a header of
/// an entry.
const KEYS: [(&str, &str); 4] = [
    ("LLM_API_KEY", "sk-planted-1111aaaa2222bbbb"),
    ("OPENAI_API_KEY", "sk-planted-3333cccc4444dddd"),
    ("HOUSE_KEY", "sk-planted-5555eeee6666ffff"),
    ("GATE_KEY", "sk-planted-7777abab8888cdcd"),
];
const HOUSE: &str = "[models.house]\nadapter = \"compat\"\nmodel = \"house-7\"\napi_key_env = \"HOUSE_KEY\"\n\
                     headers = { x-gate = \"$GATE_KEY\" }\n";

/// Starts a server that echoes each request, including the headers, and fails every fifth time with
/// that text.
fn parrot() -> TestServer {
    let server = TestServer::start(|number, request| {
        let said = format!("{request:?}").replace(['`', '\'', '\\'], "/");
        match number % 5 {
            4 => Answer::error(401, "invalid_api_key", &said),
            _ => Answer::text(format!("```repl\nprint('{said}')\nFINAL('done')\n```")),
        }
    });
    server.unwrap()
}

#[test]
fn no_command_writes_a_key() {
    let server = parrot();
    let place = Place::new()
        .file("text.txt", CONTEXT)
        .file("questions.jsonl", format!("{}\n", json!(QUESTION)))
        .file("rlm.toml", format!("{HOUSE}base_url = \"{}\"\n", server.base_url()))
        .file(".env", format!("{}={}\n", KEYS[1].0, KEYS[1].1));
    let asked = ["--context", "text.txt", "--max-wait", "0", "--model"];
    let commands: [(&[&str], Option<&str>); 20] = [
        (&["run", QUESTION], Some("openai:gpt-test")),
        (&["run", QUESTION, "--json", "--show-steps"], Some("openai:gpt-test")),
        (&["run", QUESTION, "--log-format", "json"], Some("house")),
        (&["run", QUESTION, "--api-key-env", "HOUSE_KEY"], Some("anthropic:m")),
        (&["batch", "questions.jsonl", "-o", "answers.jsonl"], Some("house")),
        (&["job", "submit", QUESTION], Some("house")),
        (&["job", "work"], None),
        (&["call", "last", "1.0.0"], None),
        (&["trace", "last", "--json"], None),
        (&["trace", "last", "--step", "1", "--messages"], None),
        (&["trace", "last", "--export", "otlp"], None),
        (&["report", "last", "-o", "page.html"], None),
        (&["bundle", "last", "-o", "run.zip"], None),
        (&["record", "last", "-o", "cases/one.md"], None),
        (&["replay", "last", "--show-steps"], None),
        (&["resume", "last"], None),
        (&["doctor", "--ping"], None),
        (&["doctor", "--json"], None),
        (&["config", "show", "--json"], None),
        (&["models", "--ping"], None),
    ];
    for (command, model) in commands {
        let mut rlm = place
            .rlm(command.iter().copied())
            .and(asked.iter().copied().chain(model).filter(|_| model.is_some()))
            .env("LLM_BASE_URL", &server.base_url())
            .env("ANTHROPIC_BASE_URL", &server.base_url())
            .env("RUST_LOG", "trace");
        for (name, key) in KEYS.iter().filter(|(name, _)| *name != "OPENAI_API_KEY") {
            rlm = rlm.env(name, key);
        }
        let shown = rlm.done().shown();
        assert!(!shown.contains("panicked") && !shown.contains("Usage:"), "{shown}");
        assert!(!shown.contains("planted"), "{shown}");
    }
    let sent = format!("{:?}", server.requests());
    assert!(sent.contains(KEYS[0].1) && sent.contains(KEYS[2].1) && sent.contains(KEYS[3].1));
    let mut looked_at = 0;
    for file in files(&place.path("")) {
        let bytes = std::fs::read(&file).unwrap();
        let found = memchr::memmem::find(&bytes, b"planted").filter(|_| file != place.path(".env"));
        assert_eq!(found, None, "{}", file.display());
        looked_at += 1;
    }
    assert!(looked_at > 10, "{looked_at}");
}
