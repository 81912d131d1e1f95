//! Runs in real folders: creating, listing and finding them, also when damaged.

use std::fs;
use std::path::Path;
use std::thread;

use insta::assert_snapshot;
use rlm_model::{Cost, ModelIdentity, Money, Reply, RunId, RunPath, Tokens, Usage};
use rlm_store::{RunEntry, RunStore, StoreError};
use rlm_trace::*;
use tempfile::TempDir;

fn a_store() -> (TempDir, RunStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = RunStore::open(folder.path()).unwrap();
    (folder, store)
}

fn run_id(text: &str) -> RunId {
    text.parse().unwrap()
}

fn started(id: &RunId, question: &str) -> Event {
    Event::RunStarted(Box::new(RunStarted {
        run: id.clone(),
        rlm: "0.1.0".into(),
        started: Some(Millis(1_795_232_875_000)),
        question: question.into(),
        settings: JsonObject::new(),
        models: vec![ModelUse {
            class: CallClass::Root,
            identity: ModelIdentity::new("fake", "", "m"),
        }],
        context: Vec::new(),
        templates: Vec::new(),
        host: JsonObject::new(),
        forked: None,
        texts: rlm_trace::JournalTexts::Full,
        trace_parent: None,
    }))
}

fn spent(call: &str, cost: u64) -> Event {
    let usage = Usage {
        input: Tokens(10),
        output: Tokens(2),
        ..Usage::default()
    };
    Event::Settled(Box::new(CallSettled {
        id: call.parse().unwrap(),
        outcome: RecordedOutcome::Reply(Reply::new("x", usage)),
        cached: false,
        cost: Cost::Known(Money(cost)),
        elapsed: None,
        attempts: None,
        account: None,
        outage: false,
        quoted: Vec::new(),
    }))
}

fn ended(outcome: &str) -> Event {
    Event::Outcome(Box::new(RunEnded {
        run: RunPath::default(),
        outcome: outcome.into(),
        answer: None,
        message: None,
        memory: None,
        variables: None,
        totals: Totals::default(),
    }))
}

/// Creates a finished run.
fn add(store: &RunStore, id: &str) -> RunId {
    let id = run_id(id);
    let journal = store.create(&id, JournalOptions::default()).unwrap();
    for event in [
        started(&id, "Why?"),
        spent("1.0.0", 5),
        spent("1.1.0", 7),
        ended("complete"),
    ] {
        journal.write(event).unwrap();
    }
    id
}

/// Formats a run like a line of `rlm runs`.
fn line(entry: &RunEntry, folder: &Path) -> String {
    let summary = &entry.summary;
    let question = summary.started.as_ref().map_or("-", |started| &started.question);
    let model = summary
        .root_model()
        .map_or("-".to_owned(), |model| model.identity.to_string());
    let outcome = summary.ended.as_ref().map_or("-", |ended| &ended.outcome);
    let state = match (&entry.damage, entry.ending) {
        (Some(damage), _) => damage.to_string().replace(&folder.display().to_string(), "FOLDER"),
        (None, ending) => format!("{ending:?}"),
    };
    format!(
        "{}: {question} {model} {outcome} {} [{state}]",
        entry.id,
        summary.totals.cost()
    )
}

fn listed(store: &RunStore, folder: &TempDir) -> String {
    let runs = store.list().unwrap();
    runs.iter()
        .map(|entry| line(entry, folder.path()))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn runs_are_listed_newest_first_with_their_results() {
    let (folder, store) = a_store();
    assert_eq!(listed(&store, &folder), "");
    add(&store, "20261120-120000-aaaaaa");
    add(&store, "20261121-034755-k3f9x2");
    let going_on = run_id("20261121-034756-bbbbbb");
    let journal = store.create(&going_on, JournalOptions::default()).unwrap();
    journal.write(started(&going_on, "Who?")).unwrap();
    journal.write(spent("1.0.0", 1)).unwrap();
    assert_snapshot!(listed(&store, &folder), @r#"
    20261121-034756-bbbbbb: Who? fake:m - $0.000001 [Some(Unfinished)]
    20261121-034755-k3f9x2: Why? fake:m complete $0.000012 [Some(Finished)]
    20261120-120000-aaaaaa: Why? fake:m complete $0.000012 [Some(Finished)]
    "#);
}

#[test]
fn damaged_run_is_listed_with_its_error_and_hides_no_other_run() {
    let (folder, store) = a_store();
    let ids = ["a", "b", "c", "d", "e", "f"].map(|name| add(&store, &format!("20261121-{name}")));
    let path = |index: usize| store.journal_path(&ids[index]);
    let whole = fs::read(path(0)).unwrap();

    let mut altered = whole.clone();
    let at = whole.len() - 300;
    altered[at] ^= 1;
    fs::write(path(1), altered).unwrap();
    fs::write(path(2), &whole[..whole.len() - 20]).unwrap();
    fs::write(path(3), "not a journal\n").unwrap();
    fs::remove_file(path(4)).unwrap();
    fs::remove_file(path(5)).unwrap();
    fs::create_dir(path(5)).unwrap();
    fs::write(folder.path().join("runs/notes.txt"), "mine").unwrap();
    fs::write(folder.path().join("runs/a-file-with-the-name-of-a-run"), "mine").unwrap();
    fs::create_dir(folder.path().join("runs/Not an id")).unwrap();
    assert_snapshot!(listed(&store, &folder), @r#"
    20261121-f: - - - $0 [can't read the journal FOLDER/runs/20261121-f/journal.jsonl at line 1: Is a directory (os error 21)]
    20261121-e: - - - $0 [can't open the journal FOLDER/runs/20261121-e/journal.jsonl: No such file or directory (os error 2)]
    20261121-d: - - - $0 [FOLDER/runs/20261121-d/journal.jsonl is not a journal]
    20261121-c: Why? fake:m - $0.000012 [Some(Torn { line: 4, dropped: 614 })]
    20261121-b: Why? fake:m - $0.000012 [the journal FOLDER/runs/20261121-b/journal.jsonl was altered at line 4 (outcome)]
    20261121-a: Why? fake:m complete $0.000012 [Some(Finished)]
    "#);
}

#[cfg(unix)]
#[test]
fn store_folders_and_journals_are_private_to_the_owner() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("share/rlm");
    let store = RunStore::open(&data).unwrap();
    let id = add(&store, "20261121-034755-k3f9x2");
    let journal = store.journal_path(&id);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        [
            mode(&data),
            mode(&data.join("runs")),
            mode(journal.parent().unwrap()),
            mode(&journal)
        ],
        [0o700, 0o700, 0o700, 0o600]
    );
}

#[test]
fn concurrent_creation_of_one_run_succeeds_once() {
    let (_folder, store) = a_store();
    let id = run_id("20261121-034755-k3f9x2");
    let made: Vec<Result<Journal, StoreError>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| store.create(&id, JournalOptions::default())))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (made, refused): (Vec<_>, Vec<_>) = made.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), refused.len()), (1, 7));
    for error in refused {
        let error = error.unwrap_err();
        assert!(matches!(error, StoreError::Exists { .. }), "{error}");
    }
}

#[test]
fn run_is_found_by_last_id_prefix_or_path() {
    let (folder, store) = a_store();
    let old = add(&store, "20261120-120000-aaaaaa");
    let new = add(&store, "20261121-034755-k3f9x2");
    let longer = add(&store, "20261120-120000-aaaaaa2");
    let found = |text: &str| store.find(text).unwrap();
    assert_eq!(found("last").id.as_ref(), Some(&new));
    assert_eq!(found(" last\n").id.as_ref(), Some(&new));
    assert_eq!(found("20261121").id.as_ref(), Some(&new));
    assert_eq!(
        found(old.as_str()).id.as_ref(),
        Some(&old),
        "an exact id wins, although it is a prefix of another"
    );
    assert_eq!(found(longer.as_str()).journal, store.journal_path(&longer));

    let elsewhere = folder.path().join("copy.jsonl");
    fs::copy(store.journal_path(&new), &elsewhere).unwrap();
    let by_path = found(elsewhere.to_str().unwrap());
    assert_eq!((by_path.id, by_path.journal), (None, elsewhere));
    let its_folder = store.journal_path(&old);
    assert_eq!(
        found(its_folder.parent().unwrap().to_str().unwrap()).journal,
        its_folder
    );
}

#[test]
fn run_lookup_failures_suggest_candidates() {
    let (folder, store) = a_store();
    let error = |text: &str| {
        let error = store.find(text).unwrap_err();
        let text = error
            .to_string()
            .replace(&folder.path().display().to_string(), "FOLDER");
        format!("{}: {text}; {}", error.code(), error.hint())
    };
    let none_yet = error("last");
    for minute in 0..7 {
        add(&store, &format!("20261121-03{minute:02}00-k3f9x{minute}"));
    }
    let errors = [
        none_yet,
        error("20261121"),
        error("k3f9x2"),
        error("20261121-030O00"),
        error("x"),
        error(""),
        error("no/such/journal.jsonl"),
        error(folder.path().to_str().unwrap()).replace(&folder.path().display().to_string(), "FOLDER"),
        error(&"9".repeat(500)),
    ];
    assert_snapshot!(errors.join("\n"), @r#"
    no_runs: no runs in FOLDER/runs; start one with `rlm run`, or pass the path of a journal
    run_ambiguous: 7 runs begin with `20261121`: 20261121-030600-k3f9x6, 20261121-030500-k3f9x5, 20261121-030400-k3f9x4, 20261121-030300-k3f9x3, 20261121-030200-k3f9x2, …; type more characters of the id
    run_not_found: run or journal not found: `k3f9x2`; did you mean 20261121-030200-k3f9x2?; pass a run's id or the start of one, `last`, or the path of a journal; `rlm runs` lists runs
    run_not_found: run or journal not found: `20261121-030O00`; did you mean 20261121-030600-k3f9x6 or 20261121-030500-k3f9x5 or 20261121-030400-k3f9x4?; pass a run's id or the start of one, `last`, or the path of a journal; `rlm runs` lists runs
    run_not_found: run or journal not found: `x`; did you mean 20261121-030600-k3f9x6 or 20261121-030500-k3f9x5 or 20261121-030400-k3f9x4?; pass a run's id or the start of one, `last`, or the path of a journal; `rlm runs` lists runs
    run_not_found: run or journal not found: ``; pass a run's id or the start of one, `last`, or the path of a journal; `rlm runs` lists runs
    run_not_found: run or journal not found: `no/such/journal.jsonl`; pass a run's id or the start of one, `last`, or the path of a journal; `rlm runs` lists runs
    run_not_found: run or journal not found: `FOLDER`; pass a run's id or the start of one, `last`, or the path of a journal; `rlm runs` lists runs
    run_not_found: run or journal not found: `99999999999999999999999999999999999999999999999999999999999999999999999999999999`; pass a run's id or the start of one, `last`, or the path of a journal; `rlm runs` lists runs
    "#);
}

#[test]
fn unusable_store_folder_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let shown = |error: &StoreError| {
        let text = error
            .to_string()
            .replace(&folder.path().display().to_string(), "FOLDER");
        format!("{}: {text}; {}", error.code(), error.hint())
    };
    fs::write(folder.path().join("file"), "").unwrap();
    let not_a_folder = RunStore::open(folder.path().join("file")).unwrap_err();
    let store = RunStore::open(folder.path().join("data")).unwrap();
    fs::remove_dir_all(folder.path().join("data")).unwrap();
    let gone = store.list().unwrap_err();
    let id = run_id("20261121-034755-k3f9x2");
    let no_room = store.create(&id, JournalOptions::default()).unwrap_err();
    let again = {
        let store = RunStore::open(folder.path().join("data")).unwrap();
        add(&store, id.as_str());
        store.create(&id, JournalOptions::default()).unwrap_err()
    };
    assert_snapshot!([&not_a_folder, &gone, &no_room, &again].map(shown).join("\n"), @r#"
    store_folder: can't create the folder FOLDER/file/runs: Not a directory (os error 20); check that you own the folder, set RLM_DATA_DIR to another one, or pass --no-journal to a run
    store_list: can't list the runs in FOLDER/data/runs: No such file or directory (os error 2); check that you own the folder, set RLM_DATA_DIR to another one, or pass --no-journal to a run
    store_folder: can't create the folder FOLDER/data/runs/20261121-034755-k3f9x2: No such file or directory (os error 2); check that you own the folder, set RLM_DATA_DIR to another one, or pass --no-journal to a run
    run_exists: run 20261121-034755-k3f9x2 already exists; try again; each attempt uses a new random id
    "#);
}
