//! Journals of several machines: each machine is a [`RunStore`] with a folder of its own.

use std::sync::Arc;
use std::time::Duration;

use rlm_model::{RunId, RunPath};
use rlm_postgres::{Database, DatabaseOptions};
use rlm_store::{JournalLog as _, RunStore, SharedError, StoreError};
use rlm_test_needs::needs;
use rlm_test_services::Postgres;
use rlm_trace::{Event, Journal, JournalOptions, RecordedRun, StepKind, TurnStarted};
use tempfile::TempDir;

const OPTIONS: DatabaseOptions = DatabaseOptions {
    connections: 4,
    hold_time: Duration::from_secs(60),
};

struct Machine {
    store: RunStore,
    database: Database,
    _folder: TempDir,
}

impl Machine {
    fn new(url: &str, tenant: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(url, OPTIONS).unwrap();
        let log = Arc::new(database.journals(tenant));
        Self {
            store: RunStore::open(folder.path()).unwrap().with_log(log),
            database,
            _folder: folder,
        }
    }
}

fn migrated() -> (Postgres, String) {
    let server = Postgres::start();
    let url = server.url();
    Database::migrate(&url).unwrap();
    (server, url)
}

fn id(number: u8) -> RunId {
    format!("20261127-120000-00000{number}").parse().unwrap()
}

fn turn(number: u32) -> Event {
    Event::TurnStarted(TurnStarted {
        run: RunPath::default(),
        turn: number,
        step: StepKind::RootCall,
    })
}

async fn write(journal: &Journal, number: u32) {
    journal.write(turn(number)).unwrap();
    journal.flush().await.unwrap();
}

fn turns(store: &RunStore, run: &RunId) -> Vec<u32> {
    let recorded = RecordedRun::read(store.journal(run).unwrap()).unwrap();
    recorded.events().filter_map(Event::turn).collect()
}

#[needs("postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn run_goes_on_at_another_machine() {
    let (_server, url) = migrated();
    let (one, other) = (Machine::new(&url, "t"), Machine::new(&url, "t"));
    let run = id(1);
    let journal = one.store.create(&run, JournalOptions::default()).unwrap();
    write(&journal, 1).await;
    assert_eq!(turns(&other.store, &run), [1], "it is read while it is written");
    assert!(other.store.is_running(&run));
    assert!(matches!(
        other.store.resume(&run, JournalOptions::default()),
        Err(StoreError::Shared(SharedError::Held { .. }))
    ));
    assert!(!other.store.remove(&run).unwrap());
    journal.write(turn(2)).unwrap();
    drop(journal);
    let (journal, recorded) = other.store.resume(&run, JournalOptions::default()).unwrap();
    assert_eq!(
        recorded.records.len(),
        2,
        "the last line was sent before the hold ended"
    );
    write(&journal, 3).await;
    assert_eq!(turns(&one.store, &run), [1, 2, 3]);
    drop(journal);
    assert_eq!(one.store.ids().unwrap(), std::slice::from_ref(&run));
    assert!(one.store.remove(&run).unwrap());
    assert!(other.store.ids().unwrap().is_empty());
}

#[needs("postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn process_that_lost_its_run_can_not_append() {
    let (_server, url) = migrated();
    let log = Database::open(&url, OPTIONS).unwrap().journals("t");
    let run = id(1);
    let zombie = log.create(&run).unwrap();
    log.append(&zombie, 0, &[b"one\n".to_vec()]).unwrap();
    // It sends the same again, since it got no reply.
    log.append(&zombie, 0, &[b"one\n".to_vec()]).unwrap();
    assert!(matches!(
        log.append(&zombie, 5, &[b"six\n".to_vec()]),
        Err(SharedError::Gap { has: 1, .. })
    ));
    assert!(matches!(log.claim(&run), Err(SharedError::Held { .. })));
    // It is stopped for longer than its hold.
    change(&url, "held_until = now() - interval '1 second'", &run).await;
    let next = log.claim(&run).unwrap();
    assert_eq!(next.epoch, 2);
    log.append(&next, 1, &[b"two\n".to_vec()]).unwrap();
    for lines in [vec![b"two\n".to_vec()], vec![]] {
        assert!(matches!(log.append(&zombie, 1, &lines), Err(SharedError::Lost { .. })));
    }
    log.release(&zombie).unwrap();
    assert!(log.is_held(&run).unwrap(), "an earlier hold can't end the next one");
    assert_eq!(log.lines(&run, 0).unwrap(), [b"one\n", b"two\n"]);
}

#[needs("postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn copy_with_lines_that_were_never_stored_is_replaced() {
    let (_server, url) = migrated();
    let (one, other) = (Machine::new(&url, "t"), Machine::new(&url, "t"));
    let run = id(1);
    let journal = one.store.create(&run, JournalOptions::default()).unwrap();
    write(&journal, 1).await;
    let stored = std::fs::read(one.store.journal_path(&run)).unwrap();
    drop(journal);
    let (journal, _) = other.store.resume(&run, JournalOptions::default()).unwrap();
    write(&journal, 2).await;
    drop(journal);
    // The first machine wrote a line that didn't get through.
    let torn = Journal::resume(one.store.journal_path(&run), JournalOptions::default())
        .unwrap()
        .0;
    torn.write(turn(9)).unwrap();
    drop(torn);
    assert_eq!(turns(&one.store, &run), [1, 2]);
    assert!(
        std::fs::read(one.store.journal_path(&run))
            .unwrap()
            .starts_with(&stored)
    );
}

#[needs("postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn crash_of_the_database_loses_nothing_and_the_run_goes_on() {
    let (mut server, url) = migrated();
    let database = Database::open(&url, OPTIONS).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = RunStore::open(folder.path())
        .unwrap()
        .with_log(Arc::new(database.journals("t")));
    let run = id(1);
    let journal = store.create(&run, JournalOptions::default()).unwrap();
    write(&journal, 1).await;
    server.kill();
    journal.write(turn(2)).unwrap();
    let waiting = tokio::time::timeout(Duration::from_millis(300), journal.flush()).await;
    assert!(waiting.is_err(), "nothing is said to be stored meanwhile");
    server.start_again();
    journal.flush().await.unwrap();
    drop(journal);
    let other = Machine::new(&url, "t");
    assert_eq!(turns(&other.store, &run), [1, 2]);
}

#[needs("postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn database_that_does_not_answer_ends_the_journal_with_its_hold() {
    let (server, url) = migrated();
    let options = DatabaseOptions {
        hold_time: Duration::from_secs(1),
        ..OPTIONS
    };
    let database = Database::open(&url, options).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = RunStore::open(folder.path())
        .unwrap()
        .with_log(Arc::new(database.journals("t")));
    let journal = store.create(&id(1), JournalOptions::default()).unwrap();
    write(&journal, 1).await;
    server.pause(true);
    journal.write(turn(2)).unwrap();
    let error = journal.flush().await.unwrap_err();
    assert!(error.to_string().contains("no answer in 5 seconds"), "{error}");
    server.pause(false);
}

#[needs("postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn journal_ends_when_its_run_is_lost() {
    let (_server, url) = migrated();
    let machine = Machine::new(&url, "t");
    let run = id(1);
    let journal = machine.store.create(&run, JournalOptions::default()).unwrap();
    write(&journal, 1).await;
    // As if another process had taken it over while this one was stopped.
    change(&url, "epoch = epoch + 1", &run).await;
    journal.write(turn(2)).unwrap();
    let error = journal.flush().await.unwrap_err();
    assert!(error.to_string().contains("taken over"), "{error}");
    assert!(journal.write(turn(3)).is_err(), "it accepts no more events");
    drop(journal);
    assert_eq!(turns(&Machine::new(&url, "t").store, &run), [1]);
}

/// Changes the row of a run.
async fn change(url: &str, values: &str, run: &RunId) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let update = format!("update rlm_run set {values} where run = $1");
    assert_eq!(client.execute(&update, &[&run.as_str()]).await.unwrap(), 1);
}

#[needs("postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn tenants_do_not_see_runs_of_one_another() {
    let (_server, url) = migrated();
    let (one, other) = (Machine::new(&url, "one"), Machine::new(&url, "other"));
    let run = id(1);
    write(&one.store.create(&run, JournalOptions::default()).unwrap(), 1).await;
    assert!(other.store.ids().unwrap().is_empty());
    assert!(other.store.find(run.as_str()).is_err());
    assert!(other.store.journal(&run).is_err());
    assert!(!other.store.journal_path(&run).exists(), "nothing is created for it");
    let theirs = other.store.create(&run, JournalOptions::default()).unwrap();
    write(&theirs, 7).await;
    drop(theirs);
    assert_eq!((turns(&one.store, &run), turns(&other.store, &run)), (vec![1], vec![7]));
    assert!(other.store.remove(&run).unwrap());
    assert_eq!(one.database.journals("one").runs().unwrap(), [run]);
}

#[needs("postgres")]
#[test]
fn tables_are_created_once_and_their_version_is_checked() {
    let server = Postgres::start();
    let url = server.url();
    let error = Database::open(&url, OPTIONS).unwrap_err();
    assert!(matches!(error, SharedError::TooOld { has: 0, .. }), "{error}");
    let both = [(); 4].map(|()| {
        let url = url.clone();
        std::thread::spawn(move || Database::migrate(&url).unwrap())
    });
    for migrated in both {
        let status = migrated.join().unwrap();
        assert_eq!(status.has, status.knows);
    }
    Database::open(&url, OPTIONS).unwrap();
}

#[test]
fn invalid_url_and_missing_server_are_reported() {
    let invalid = Database::open("postgres://rlm@localhost:port/x", OPTIONS).unwrap_err();
    assert_eq!(
        (invalid.code(), invalid.to_string().contains("port")),
        ("database_url", true),
        "{invalid}"
    );
    let missing = Database::open("postgres://rlm:secret@127.0.0.1:1/x", OPTIONS).unwrap_err();
    assert_eq!(missing.code(), "database_unreachable");
    assert!(!missing.to_string().contains("secret"), "{missing}");
}
