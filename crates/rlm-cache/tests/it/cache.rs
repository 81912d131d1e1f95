//! Tests with a real database on disk.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rlm_cache::{Cache, CacheContents, CacheError, CacheStats, CacheStatus, clear, verify};
use rlm_model::{Digest, Finish, Money, Reply, ReplyNote, RequestId, Tokens, Usage};
use tempfile::tempdir;

fn id(number: u32) -> RequestId {
    RequestId {
        digest: Digest::of(&number.to_le_bytes()),
        occurrence: number % 3,
    }
}

fn reply(text: &str) -> Arc<Reply> {
    let usage = Usage {
        input: Tokens(100),
        cached_input: Tokens(10),
        cache_written: Tokens(5),
        output: Tokens(7),
        reasoning: Tokens(3),
        reported_cost: Some(Money(42)),
        estimated: true,
    };
    Arc::new(Reply {
        reasoning: Some("thought".into()),
        finish: Finish::Length,
        notes: vec![ReplyNote("temperature was dropped".into())],
        ..Reply::new(text, usage)
    })
}

#[test]
fn replies_survive_reopening_the_cache() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("nested/cache");
    let large = "ä".repeat(1_000_000);
    {
        let cache = Cache::open(&path).unwrap();
        assert_eq!(cache.status(), CacheStatus::Unopened { folder: path.clone() });
        assert!(!path.exists(), "no file is created before the first use");
        cache.put(&id(1), reply("one"));
        cache.put(&id(2), reply(&large));
        cache.put(&id(1), reply("one, again"));
        assert_eq!(cache.status(), CacheStatus::Disk { folder: path.clone() });
    }
    let cache = Cache::open(&path).unwrap();
    assert_eq!(cache.get(&id(1)), Some(reply("one, again")));
    assert_eq!(cache.get(&id(2)), Some(reply(&large)));
    assert_eq!(cache.get(&id(3)), None);
    let other_sample = RequestId { occurrence: 9, ..id(1) };
    assert_eq!(cache.get(&other_sample), None);
    let expected = CacheStats {
        hits: 2,
        misses: 2,
        ..CacheStats::default()
    };
    assert_eq!(cache.stats(), expected);
}

#[cfg(unix)]
#[test]
fn cache_folder_is_private_to_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache");
    let _ = Cache::open(&path).unwrap().warm();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn corrupt_entry_is_a_miss_and_is_replaceable() {
    let folder = tempdir().unwrap();
    {
        let cache = Cache::open(folder.path()).unwrap();
        for number in 0..10 {
            cache.put(&id(number), reply("whole"));
        }
    }
    let mut key = id(4).digest.as_bytes().to_vec();
    key.extend_from_slice(&id(4).occurrence.to_be_bytes());
    damage(folder.path(), &key);
    {
        let cache = Cache::open(folder.path()).unwrap();
        assert_eq!(cache.get(&id(4)), None);
        assert_eq!(cache.get(&id(5)), Some(reply("whole")));
        let expected = CacheStats {
            hits: 1,
            misses: 1,
            corrupt: 1,
            ..CacheStats::default()
        };
        assert_eq!(cache.stats(), expected);
        assert_eq!(cache.get(&id(4)), None);
        assert_eq!(cache.stats().corrupt, 1, "the corrupt entry was removed");
        cache.put(&id(4), reply("new"));
    }
    assert_eq!(Cache::open(folder.path()).unwrap().get(&id(4)), Some(reply("new")));
}

/// Changes the last byte of the entry under `key`, directly in the database.
fn damage(folder: &Path, key: &[u8]) {
    let db = sled::Config::new().path(folder).segment_size(64 << 10).open().unwrap();
    let mut entry = db.get(key).unwrap().unwrap().to_vec();
    *entry.last_mut().unwrap() ^= 1;
    db.insert(key, entry).unwrap();
    drop(db);
    // Sled releases its file shortly after the drop.
    File::open(folder.join("db")).unwrap().lock().unwrap();
}

#[test]
fn corrupting_any_byte_yields_intact_or_missing_replies() {
    let folder = tempdir().unwrap();
    let sound = folder.path().join("sound");
    {
        let cache = Cache::open(&sound).unwrap();
        (0..20).for_each(|number| cache.put(&id(number), reply(&format!("reply {number}"))));
    }
    for file in ["db", "conf"] {
        let bytes = std::fs::read(sound.join(file)).unwrap();
        let written = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        for at in (0..=written).step_by((written / 64).max(1)) {
            let damaged = folder.path().join(format!("{file}-{at}"));
            std::fs::create_dir(&damaged).unwrap();
            for name in ["db", "conf"] {
                std::fs::copy(sound.join(name), damaged.join(name)).unwrap();
            }
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x55;
            std::fs::write(damaged.join(file), bytes).unwrap();
            let cache = Cache::open(&damaged).unwrap();
            for number in 0..20 {
                let found = cache.get(&id(number));
                assert!(
                    found.is_none() || found == Some(reply(&format!("reply {number}"))),
                    "{file} {at}"
                );
            }
            cache.put(&id(99), reply("new"));
            assert_eq!(cache.get(&id(99)), Some(reply("new")));
        }
    }
}

#[test]
fn non_database_folder_falls_back_to_memory_with_a_failed_status() {
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("conf"), "not what sled writes").unwrap();
    std::fs::write(folder.path().join("db"), vec![7; 100_000]).unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    cache.put(&id(1), reply("one"));
    assert_eq!(cache.get(&id(1)), Some(reply("one")));
    assert!(
        matches!(cache.status(), CacheStatus::Failed { .. }),
        "{}",
        cache.status()
    );
}

#[test]
fn invalid_cache_path_is_reported_on_open_or_first_use() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Cache::open(&file).unwrap_err();
    assert_eq!(error, CacheError::NotAFolder { path: file.clone() });
    assert_eq!(error.code(), "cache_not_a_folder");
    let below = Cache::open(file.join("cache")).unwrap();
    below.put(&id(1), reply("one"));
    assert_eq!(below.get(&id(1)), Some(reply("one")));
    assert!(
        matches!(below.status(), CacheStatus::Failed { .. }),
        "{}",
        below.status()
    );
}

#[test]
fn every_cache_status_has_a_message() {
    let folder = || "/cache".into();
    let shown = [
        CacheStatus::Memory,
        CacheStatus::Unopened { folder: folder() },
        CacheStatus::Disk { folder: folder() },
        CacheStatus::Busy { folder: folder() },
        CacheStatus::Failed {
            folder: folder(),
            detail: "Permission denied".into(),
        },
    ];
    let shown: Vec<String> = shown.iter().map(CacheStatus::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn full_memory_tier_evicts_unused_replies_but_disk_keeps_them() {
    let memory = Cache::memory().with_memory_limit(2_000);
    memory.put(&id(1), reply(&"x".repeat(1_000)));
    memory.put(&id(2), reply(&"y".repeat(1_000)));
    assert_eq!(memory.get(&id(1)), None);
    assert!(memory.get(&id(2)).is_some());
    memory.put(&id(2), reply("shorter"));
    memory.put(&id(1), reply(&"x".repeat(1_000)));
    assert!(memory.get(&id(1)).is_some() && memory.get(&id(2)).is_some());
    memory.put(&id(1), reply(&"x".repeat(2_000)));
    assert_eq!(
        memory.get(&id(1)),
        None,
        "an entry that never fits also removes the previous one"
    );
    assert!(memory.get(&id(2)).is_some());

    let folder = tempdir().unwrap();
    let disk = Cache::open(folder.path()).unwrap().with_memory_limit(2_000);
    for number in 0..10 {
        disk.put(&id(number), reply(&"x".repeat(1_000)));
    }
    assert!((0..10).all(|number| disk.get(&id(number)).is_some()));
}

#[test]
fn many_threads_put_and_get_at_once() {
    let folder = tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let cache = &cache;
            scope.spawn(move || {
                for number in 0..200 {
                    cache.put(&id(thread * 1_000 + number), reply(&format!("{thread} {number}")));
                    assert!(cache.get(&id(thread * 1_000 + number)).is_some());
                }
            });
        }
    });
    drop(cache);
    let cache = Cache::open(folder.path()).unwrap();
    assert_eq!(cache.get(&id(7_199)), Some(reply("7 199")));
}

const HOLDER: &str = "RLM_CACHE_TEST_HOLDS";

/// The other process of the next test: it stores one reply, prints a line, and holds the cache until its
/// input ends.
#[test]
#[ignore = "started as a child process by the next test"]
fn cache_holder_process() {
    let folder = std::env::var_os(HOLDER).expect("set by the next test");
    let cache = Cache::open(folder).unwrap();
    cache.put(&id(1), reply("of the other process"));
    cache.flush().unwrap();
    println!("\nholding");
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[test]
fn second_process_uses_memory_until_the_first_releases_the_cache() {
    let folder = tempdir().unwrap();
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "cache::cache_holder_process", "--nocapture"])
        .env(HOLDER, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(other.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "holding"));

    let second = Cache::open(folder.path()).unwrap();
    assert_eq!(second.get(&id(1)), None);
    let folder_path = folder.path().to_owned();
    assert_eq!(second.status(), CacheStatus::Busy { folder: folder_path });
    second.put(&id(2), reply("of the second process"));
    assert_eq!(second.get(&id(2)), Some(reply("of the second process")));

    other.stdin.take().unwrap().write_all(b"go\n").unwrap();
    assert!(other.wait().unwrap().success());
    {
        let third = Cache::open(folder.path()).unwrap();
        assert_eq!(third.get(&id(1)), Some(reply("of the other process")));
        assert_eq!(third.get(&id(2)), None, "the second process still writes to its log");
    }
    drop(second);
    let fourth = Cache::open(folder.path()).unwrap();
    assert_eq!(fourth.get(&id(2)), Some(reply("of the second process")));
    assert_eq!(std::fs::read_dir(folder.path().join("side")).unwrap().count(), 0);
}

#[test]
fn intact_entries_of_a_truncated_or_damaged_log_are_recovered() {
    let folder = tempdir().unwrap();
    let holder = Cache::open(folder.path()).unwrap();
    let _ = holder.warm();
    {
        let second = Cache::open(folder.path()).unwrap();
        (0..4).for_each(|number| second.put(&id(number), reply(&format!("reply {number}"))));
    }
    drop(holder);
    let logs: Vec<_> = std::fs::read_dir(folder.path().join("side")).unwrap().collect();
    let log = logs[0].as_ref().unwrap().path();
    let mut bytes = std::fs::read(&log).unwrap();
    let record = bytes.len() / 4;
    bytes[record + record / 2] ^= 0x55;
    bytes.truncate(bytes.len() - 10);
    std::fs::write(&log, bytes).unwrap();
    let next = Cache::open(folder.path()).unwrap();
    let found: Vec<bool> = (0..4).map(|number| next.get(&id(number)).is_some()).collect();
    assert_eq!(found, [true, false, true, false]);
    assert!(!log.exists());
}

#[test]
fn disk_tier_evicts_least_recently_used_replies() {
    let folder = tempdir().unwrap();
    let open = |bytes| {
        let cache = Cache::open(folder.path()).unwrap();
        cache.with_disk_limit(bytes).with_memory_limit(0)
    };
    let text = "x".repeat(1_000);
    {
        let cache = open(1 << 20);
        (0..100).for_each(|number| cache.put(&id(number), reply(&text)));
        // Use the oldest ones again.
        (0..20).for_each(|number| assert!(cache.get(&id(number)).is_some()));
    }
    {
        let cache = open(60_000);
        cache.put(&id(100), reply(&text));
    }
    let cache = open(60_000);
    let left: Vec<u32> = (0..=100).filter(|number| cache.get(&id(*number)).is_some()).collect();
    assert!((30..55).contains(&left.len()), "{left:?}");
    assert!((0..20).all(|number| left.contains(&number)), "{left:?}");
    assert!(left.contains(&100), "{left:?}");
    assert_eq!(left[20..].iter().find(|number| **number < 50), None, "{left:?}");
    drop(cache);
    assert!(verify(folder.path()).unwrap().bytes <= 60_000);
}

#[test]
fn disk_limit_is_enforced_under_many_writes() {
    let folder = tempdir().unwrap();
    {
        let cache = Cache::open(folder.path()).unwrap().with_disk_limit(100_000);
        (0..2_000).for_each(|number| cache.put(&id(number), reply(&"x".repeat(500))));
    }
    {
        let cache = Cache::open(folder.path()).unwrap().with_disk_limit(100_000);
        cache.put(&id(1), reply("x"));
    }
    let contents = verify(folder.path()).unwrap();
    assert!(contents.bytes <= 100_000 && contents.replies > 50, "{contents:?}");
}

#[test]
fn expired_reply_is_a_miss_and_is_removed() {
    let folder = tempdir().unwrap();
    Cache::open(folder.path()).unwrap().put(&id(1), reply("one"));
    {
        let cache = Cache::open(folder.path())
            .unwrap()
            .with_longest(Duration::from_secs(3_600));
        assert!(cache.get(&id(1)).is_some());
    }
    {
        let cache = Cache::open(folder.path()).unwrap().with_longest(Duration::ZERO);
        assert_eq!(cache.get(&id(1)), None);
        assert_eq!((cache.stats().expired, cache.stats().misses), (1, 1));
    }
    assert_eq!(Cache::open(folder.path()).unwrap().get(&id(1)), None);
}

#[test]
fn verify_counts_valid_entries_and_removes_corrupt_ones() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache");
    assert_eq!(verify(&path).unwrap(), CacheContents::default());
    assert!(!path.exists());
    {
        let cache = Cache::open(&path).unwrap();
        (0..10).for_each(|number| cache.put(&id(number), reply("whole")));
        assert_eq!(verify(&path).unwrap_err().code(), "cache_busy");
        assert_eq!(clear(&path).unwrap_err().code(), "cache_busy");
    }
    let mut key = id(4).digest.as_bytes().to_vec();
    key.extend_from_slice(&id(4).occurrence.to_be_bytes());
    damage(&path, &key);
    let first = verify(&path).unwrap();
    assert_eq!((first.replies, first.corrupt), (9, 1));
    assert!(first.bytes > 9 * 100 && first.bytes_on_disk > first.bytes, "{first:?}");
    let second = verify(&path).unwrap();
    assert_eq!((second.replies, second.corrupt, second.bytes), (9, 0, first.bytes));
}

#[test]
fn clear_removes_only_cache_folders() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache");
    assert_eq!(clear(&path).unwrap(), 0);
    Cache::open(&path).unwrap().put(&id(1), reply("one"));
    assert!(clear(&path).unwrap() > 100);
    assert!(!path.exists());

    Cache::open(&path).unwrap().put(&id(1), reply("one"));
    std::fs::write(path.join("notes.txt"), "mine").unwrap();
    clear(&path).unwrap();
    assert_eq!(
        std::fs::read_dir(&path).unwrap().count(),
        1,
        "files that are not the cache's remain"
    );
    let error = clear(&path).unwrap_err();
    assert_eq!(error, CacheError::NotACache { folder: path.clone() });
    assert!(path.join("notes.txt").exists());
}
