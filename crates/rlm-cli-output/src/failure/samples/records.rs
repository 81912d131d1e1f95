//! Sample errors about stored data: runs, sessions, replies and journals.

use rlm_cache::CacheError;
use rlm_store::{RecordKind, SharedError, StoreError};
use rlm_trace::{ReadError, What, WriteError};

use super::{io, path, run, text};
use crate::failure::Failure;

pub(super) fn all() -> Vec<Failure> {
    let store = store().into_iter().map(Failure::Store);
    let cache = cache().into_iter().map(Failure::Cache);
    let read = read().into_iter().map(Failure::ReadJournal);
    let written = written().into_iter().map(Failure::WriteJournal);
    store.chain(cache).chain(read).chain(written).collect()
}

fn store() -> Vec<StoreError> {
    use StoreError as E;
    let no_such = |kind, near| E::NoSuchName {
        kind,
        name: text("lan"),
        near,
    };
    samples!(StoreError:
        E::Folder { .. } => [E::Folder { path: path(), source: io() }],
        E::List { .. } => [E::List { path: path(), source: io() }],
        E::Exists { .. } => [E::Exists { id: run() }],
        // Errors of reading and writing a journal, whose samples are listed separately.
        E::Journal(_) => [],
        E::Resume(_) => [],
        E::Shared(_) => [
            E::Shared(SharedError::Unreachable { detail: text("connection refused") }),
            E::Shared(SharedError::Url { detail: text("invalid port") }),
            E::Shared(SharedError::TooOld { has: 0, needs: 1 }),
            E::Shared(SharedError::TooNew { has: 9, knows: 1 }),
            E::Shared(SharedError::Exists { run: run() }),
            E::Shared(SharedError::NoRun { run: run() }),
            E::Shared(SharedError::Held { run: run() }),
            E::Shared(SharedError::Lost { run: run() }),
            E::Shared(SharedError::Gap { run: run(), has: 3, after: 7 }),
        ],
        E::NoRuns { .. } => [E::NoRuns { path: path() }],
        E::NotFound { .. } => [E::NotFound { text: text("lats"), near: Vec::new() }],
        E::Ambiguous { .. } => [E::Ambiguous { text: text("2026"), matches: vec![run()], count: 2 }],
        E::BadName { .. } => [E::BadName { kind: RecordKind::Session, name: text("../up") }],
        E::NameTaken { .. } => [E::NameTaken { kind: RecordKind::Session, name: text("land") }],
        E::NoSuchName { .. } => [
            no_such(RecordKind::Session, vec![text("land")]),
            no_such(RecordKind::Job, Vec::new()),
            no_such(RecordKind::Batch, Vec::new()),
        ],
        E::InUse { .. } => [E::InUse { kind: RecordKind::Session, name: text("land"), by: None }],
        E::Record { .. } => [E::Record { path: path(), detail: text("invalid JSON") }],
        E::WriteRecord { .. } => [E::WriteRecord { path: path(), source: io() }],
        E::Clock => [E::Clock],
    )
}

fn cache() -> Vec<CacheError> {
    use CacheError as E;
    samples!(CacheError:
        E::NotAFolder { .. } => [E::NotAFolder { path: path() }],
        E::Busy { .. } => [E::Busy { folder: path() }],
        E::NotACache { .. } => [E::NotACache { folder: path() }],
        E::Read { .. } => [E::Read { folder: path(), detail: text("permission denied") }],
        E::Write { .. } => [E::Write { folder: path(), detail: text("permission denied") }],
    )
}

fn read() -> Vec<ReadError> {
    use ReadError as E;
    let what = || What(Some(text("settled 2.1.0")));
    let detail = || text("missing field `id`");
    samples!(ReadError:
        E::Open { .. } => [E::Open { path: path(), source: io() }],
        E::Read { .. } => [E::Read { path: path(), line: 3, source: io() }],
        E::NotAJournal { .. } => [E::NotAJournal { path: path() }],
        E::Version { .. } => [E::Version { path: path(), found: 9 }],
        E::Altered { .. } => [E::Altered { path: path(), line: 3, what: what() }],
        E::Unchained { .. } => [E::Unchained { path: path(), line: 3, what: what() }],
        E::Malformed { .. } => [E::Malformed { path: path(), line: 3, what: what(), detail: detail() }],
        E::LineTooLong { .. } => [E::LineTooLong { path: path(), line: 3, allowed: 1 << 26 }],
    )
}

fn written() -> Vec<WriteError> {
    use WriteError as E;
    let no_json = || serde_json::Error::io(io());
    samples!(WriteError:
        E::Exists { .. } => [E::Exists { path: path() }],
        E::InUse { .. } => [E::InUse { path: path() }],
        E::Folder { .. } => [E::Folder { path: path(), source: io() }],
        E::Create { .. } => [E::Create { path: path(), source: io() }],
        E::Begin { .. } => [E::Begin { path: path(), source: io() }],
        E::Write { .. } => [E::Write { path: path(), source: io() }],
        E::Broken { .. } => [E::Broken { path: path() }],
        E::TooLong { .. } => [E::TooLong { kind: text("settled"), bytes: (1 << 26) + 1, allowed: 1 << 26 }],
        E::Otherwise { .. } => [E::Otherwise { detail: text("call 2.1.0 is different") }],
        E::Encode { .. } => [E::Encode { kind: text("settled"), source: no_json() }],
    )
}
