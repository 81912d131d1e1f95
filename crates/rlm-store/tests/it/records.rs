//! Sessions, jobs and batches on disk: atomic records, exclusive leases, and valid names.

use std::fs;
use std::path::Path;

use rlm_store::{BatchRun, BatchStore, Holder, JobRecord, JobState, JobStore, SessionRecord, SessionStore, StoreError};
use rlm_trace::Millis;
use serde_json::json;

const US: Holder = Holder {
    process: 7,
    since: Millis(1_795_232_875_000),
};

fn record(context: &str) -> SessionRecord {
    SessionRecord {
        context: vec![context.to_owned()],
        ..SessionRecord::default()
    }
}

#[test]
fn stored_session_round_trips() {
    let folder = tempfile::tempdir().unwrap();
    let store = SessionStore::open(folder.path()).unwrap();
    assert!(store.names().unwrap().is_empty());
    store.create("minutes", &record("a.md")).unwrap();
    store.create("a.b-c_9", &record("b.md")).unwrap();
    assert_eq!(store.names().unwrap(), ["a.b-c_9", "minutes"]);
    store.replace("minutes", &record("c.md")).unwrap();
    assert_eq!(store.read("minutes").unwrap(), record("c.md"));
    assert!(matches!(
        store.create("minutes", &record("d.md")),
        Err(StoreError::NameTaken { .. })
    ));
    assert_eq!(
        store.read("minutes").unwrap(),
        record("c.md"),
        "existing records are not replaced"
    );
    store.remove("minutes", US).unwrap();
    assert_eq!(store.names().unwrap(), ["a.b-c_9"]);
    let left: Vec<_> = fs::read_dir(folder.path().join("sessions")).unwrap().collect();
    assert_eq!(left.len(), 1, "no temporary files remain");
}

#[test]
fn unfinished_session_folder_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let store = SessionStore::open(folder.path()).unwrap();
    // One process was killed while creating a record, and another while replacing one.
    fs::create_dir_all(folder.path().join("sessions/.new-minutes-9")).unwrap();
    fs::create_dir_all(folder.path().join("sessions/empty")).unwrap();
    store.create("minutes", &record("a.md")).unwrap();
    fs::write(folder.path().join("sessions/minutes/session.new-9"), "{\"conte").unwrap();
    assert_eq!(store.names().unwrap(), ["minutes"]);
    assert_eq!(store.read("minutes").unwrap(), record("a.md"));
}

#[test]
fn record_names_must_not_be_paths() {
    let folder = tempfile::tempdir().unwrap();
    let store = SessionStore::open(folder.path()).unwrap();
    let long = "a".repeat(65);
    for name in ["", ".", "..", "../up", "a/b", ".hidden", "a b", "ä", &long] {
        let error = store.create(name, &record("a.md")).unwrap_err();
        assert_eq!(error.code(), "bad_name", "{name}");
    }
    store.create("minutes-2026", &record("a.md")).unwrap();
    fs::create_dir_all(folder.path().join("sessions/broken")).unwrap();
    fs::write(folder.path().join("sessions/broken/session.json"), "[1").unwrap();
    let errors = [
        store.read("minutes").unwrap_err(),
        store.read("nothing").unwrap_err(),
        store.read("broken").unwrap_err(),
    ];
    let shown =
        errors.map(|error| format!("{error}; {}", error.hint()).replace(&folder.path().display().to_string(), "[dir]"));
    insta::assert_snapshot!("record-errors", shown.join("\n"));
}

#[test]
fn record_lease_is_exclusive() {
    let folder = tempfile::tempdir().unwrap();
    let store = SessionStore::open(folder.path()).unwrap();
    store.create("minutes", &record("a.md")).unwrap();
    let lease = store.lease("minutes", US).unwrap();
    let error = store.lease("minutes", Holder { process: 8, ..US }).unwrap_err();
    assert_eq!(error.to_string(), "session `minutes` is in use by process 7");
    assert!(matches!(store.remove("minutes", US), Err(StoreError::InUse { .. })));
    drop(lease);
    drop(store.lease("minutes", Holder { process: 8, ..US }).unwrap());
    store.remove("minutes", US).unwrap();
}

#[test]
fn jobs_are_listed_and_taken_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = JobStore::open(folder.path()).unwrap();
    for id in ["20261121-034755-aaaaaa", "20261121-034756-bbbbbb"] {
        store.create(id, &JobRecord::default()).unwrap();
    }
    assert_eq!(store.find("last").unwrap(), "20261121-034756-bbbbbb");
    assert_eq!(store.find("20261121-034755").unwrap(), "20261121-034755-aaaaaa");
    assert!(matches!(store.find("2026"), Err(StoreError::NoSuchName { .. })));
    let id = store.find("last").unwrap();
    assert!(!store.is_held(&id));
    let lease = store.take(&id, US).unwrap();
    assert!(lease.is_some() && store.is_held(&id) && store.take(&id, US).unwrap().is_none());
    drop(lease);
    assert!(!store.is_held(&id));
    assert!(!store.is_asked_to_cancel(&id));
    store.ask_to_cancel(&id).unwrap();
    assert!(store.is_asked_to_cancel(&id));
    assert_eq!(store.read(&id).unwrap().state, JobState::Pending);
    assert_eq!(serde_json::to_string(&JobState::Cancelled).unwrap(), "\"CANCELLED\"");
}

#[test]
fn batch_record_lists_the_runs_started_for_its_answers() {
    let folder = tempfile::tempdir().unwrap();
    let store = BatchStore::open(folder.path()).unwrap();
    let run = |id: &str, run: &str| BatchRun {
        id: json!(id),
        run: run.parse().unwrap(),
    };
    let (first, second) = (run("a", "20261121-034755-00002b"), run("b", "20261121-034755-00002c"));
    let answers = Path::new("/data/answers.jsonl");
    let batch = store.take(answers, US).unwrap();
    assert!(batch.runs().is_empty());
    assert!(matches!(store.take(answers, US), Err(StoreError::InUse { .. })));
    batch.begin(&first).unwrap();
    batch.begin(&second).unwrap();
    drop(batch);
    // A process was killed while adding another run.
    let file = fs::read_dir(folder.path().join("batches"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let file = file.path().join("runs.jsonl");
    let whole = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{whole}{{\"id\":\"c\"")).unwrap();
    let batch = store.take(answers, US).unwrap();
    assert_eq!(batch.runs(), [first, second.clone()]);
    batch.begin(&second).unwrap();
    drop(batch);
    assert_eq!(store.take(answers, US).unwrap().runs().len(), 3);
    assert!(
        store
            .take(Path::new("/data/others.jsonl"), US)
            .unwrap()
            .runs()
            .is_empty()
    );
    store.forget(answers, US).unwrap();
    store.forget(answers, US).unwrap();
    assert!(store.take(answers, US).unwrap().runs().is_empty());
}
