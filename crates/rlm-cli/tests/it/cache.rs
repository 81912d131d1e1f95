//! Tests of caches that several processes share, and of `rlm cache`.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rlm_test_server::{Answer, CapturedRequest, TestServer};

use crate::support::{Done, Place, session, snapshot};

const KEYS: [(&str, &str); 2] = [
    ("LLM_API_KEY", "sk-planted-4f1b9c0d7e-first"),
    ("OPENAI_API_KEY", "sk-planted-77aa12e0b3-second"),
];

/// Answers the root model with a program of `calls` sub-calls, then with the answer. Answers
/// sub-calls with an echo.
fn answer(request: &CapturedRequest, calls: usize) -> Answer {
    let messages = request.body["messages"].as_array().unwrap();
    let last = messages.last().unwrap()["content"].as_str().unwrap();
    if last.starts_with("piece") {
        return Answer::text(format!("about {last}"));
    }
    if messages.len() > 2 {
        return Answer::text("FINAL: done");
    }
    Answer::text(format!(
        "```repl\nreplies = llm_batch(['piece ' + str(n) for n in range({calls})])\nprint(len(replies))\n```"
    ))
}

fn server(calls: usize) -> (TestServer, std::sync::Arc<AtomicUsize>) {
    let subcalls = std::sync::Arc::new(AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&subcalls);
    let server = TestServer::start(move |_, request| {
        let answer = answer(request, calls);
        let messages = request.body["messages"].as_array().unwrap();
        if messages.last().unwrap()["content"]
            .as_str()
            .unwrap()
            .starts_with("piece")
        {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        answer
    });
    (server.unwrap(), subcalls)
}

fn place() -> Place {
    Place::new().file("land.txt", "The capital is Lisbon.\n")
}

fn ask(place: &Place, server: &TestServer) -> Done {
    let run = ["run", "What?", "--context", "land.txt", "--model", "openai:gpt-test"];
    let mut rlm = place
        .rlm(run)
        .env("LLM_BASE_URL", &server.base_url())
        .env("RUST_LOG", "trace");
    for (name, key) in KEYS {
        rlm = rlm.env(name, key);
    }
    rlm.done()
}

/// Asserts that no file below a folder contains a key. Returns the number of files.
fn assert_no_key_below(folder: &Path) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += assert_no_key_below(&path);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for (_, key) in KEYS {
            assert!(
                memchr::memmem::find(&bytes, key.as_bytes()).is_none(),
                "{}",
                path.display()
            );
        }
        files += 1;
    }
    files
}

#[test]
fn replies_of_concurrent_runs_are_all_cached() {
    let place = place();
    let (server, subcalls) = server(30);
    let done: Vec<Done> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| ask(&place, &server))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for one in &done {
        assert_eq!((one.stdout.as_str(), one.code), ("done\n", Some(0)), "{}", one.shown());
    }
    assert!(subcalls.load(Ordering::SeqCst) >= 30);

    // The owner of the cache may have released it before another process started, so this process
    // may become the owner.
    let before = subcalls.load(Ordering::SeqCst);
    let next = ask(&place, &server);
    assert_eq!(next.code, Some(0), "{}", next.shown());
    assert_eq!(
        subcalls.load(Ordering::SeqCst),
        before,
        "all replies came from the cache"
    );
    let left = std::fs::read_dir(place.path("cache/side"))
        .map(Iterator::count)
        .unwrap_or_default();
    assert_eq!(left, 0, "the logs were imported");

    let files = assert_no_key_below(&place.path(""));
    assert!(files > 5, "expected cache, journals and the file: {files} files");
    for one in done.iter().chain([&next]) {
        for (_, key) in KEYS {
            assert!(!one.shown().contains(key));
        }
    }
}

#[test]
fn cache_command_counts_verifies_and_clears() {
    let place = place();
    let (server, subcalls) = server(3);
    assert_eq!(ask(&place, &server).code, Some(0));
    std::fs::create_dir_all(place.path("cache.indexes")).unwrap();
    std::fs::write(place.path("cache.indexes/one.index"), vec![0; 2_000]).unwrap();
    let rlm = |arguments: &[&str]| place.rlm(["cache"].iter().chain(arguments).copied()).done();
    let stats = rlm(&["stats", "--json"]).json();
    assert_eq!(stats["replies"]["entries"], 3);
    assert_eq!(stats["indexes"]["bytes_on_disk"], 2_000);
    let done = [
        rlm(&["verify"]),
        rlm(&["clear"]),
        rlm(&["stats"]),
        rlm(&["stats", "--cache", "off"]),
    ];
    let sizes = |shown: String| {
        regex::Regex::new(r" *\b[\d.]+ (kB|MB|KiB|MiB|bytes|B)\b")
            .unwrap()
            .replace_all(&shown, " [size]")
            .into_owned()
    };
    snapshot!("cache", sizes(session(&done)));
    assert!(!place.path("cache").exists() && !place.path("cache.indexes").exists());
    assert_eq!(ask(&place, &server).code, Some(0));
    assert_eq!(subcalls.load(Ordering::SeqCst), 6, "all calls were repeated");
}

#[test]
fn cache_clear_rejects_a_folder_that_is_not_a_cache() {
    let place = place().file("mine/notes.txt", "mine");
    let done = place.rlm(["cache", "clear", "--cache", "mine"]).done();
    snapshot!("cache-not-a-cache", done.shown());
    assert_eq!(place.read("mine/notes.txt"), "mine");
}

#[test]
fn damaged_cache_is_repaired_by_clearing_it() {
    let place = place();
    let (server, _) = server(3);
    assert_eq!(ask(&place, &server).code, Some(0));
    overwrite_below(&place.path("cache"));
    let damaged = ask(&place, &server);
    assert_eq!(damaged.code, Some(0), "{}", damaged.shown());
    assert!(
        damaged
            .stderr
            .contains("(its database is damaged; `rlm cache clear` repairs it)"),
        "{}",
        damaged.shown()
    );
    let rlm = |command: &str| place.rlm(["cache", command]).done();
    let unreadable = [rlm("stats"), rlm("verify")];
    snapshot!("cache-damaged", session(&unreadable));
    assert_eq!(rlm("clear").code, Some(0));
    let repaired = ask(&place, &server);
    assert!(!repaired.stderr.contains("damaged"), "{}", repaired.shown());
    assert_eq!(rlm("verify").code, Some(0));
}

fn overwrite_below(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            overwrite_below(&entry.path());
        } else {
            std::fs::write(entry.path(), "not a database ".repeat(40)).unwrap();
        }
    }
}
