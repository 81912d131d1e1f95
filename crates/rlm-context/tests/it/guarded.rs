//! Mapped files that other processes truncate and change: this process survives and detects it.
#![cfg(unix)]
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use rlm_context::{Context, ContextSpec, LoadOptions, Map, load};
use tempfile::TempDir;

const LINE: &str = "größe 😀\n";

fn guarded(path: &Path) -> Context {
    let options = LoadOptions {
        map: Map::Guarded { above: 1_000 },
        ..LoadOptions::default()
    };
    load(&[ContextSpec::path(path)], &options).unwrap().context
}

fn file(folder: &TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, LINE.repeat(100_000)).unwrap();
    let file = File::options().write(true).open(&path).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(1_790_000_000))
        .unwrap();
    path
}

fn shown(context: &Context, folder: &TempDir) -> String {
    let error = context.check().unwrap_err();
    format!("{}: {error}", error.code()).replace(&*folder.path().to_string_lossy(), "DIR")
}

#[test]
fn truncated_mapped_file_reads_as_nuls_and_counts_as_changed() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "truncated.log");
    let other = guarded(&file(&folder, "other.log"));
    let context = guarded(&path);
    context.count();
    assert!(context.check().is_ok());
    let truncated = File::options().write(true).open(&path).unwrap();
    truncated.set_len(5_000).unwrap();
    truncated
        .set_modified(UNIX_EPOCH + Duration::from_secs(1_790_000_001))
        .unwrap();
    // Several threads fault at the same time, at several offsets.
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let context = &context;
            scope.spawn(move || {
                let bytes = context.documents()[0].as_str().as_bytes();
                assert_eq!(bytes[900_000 + thread * 100_000], 0);
                assert!(bytes[8_192..].iter().all(|&byte| byte == 0));
                assert_eq!(bytes[..LINE.len()], *LINE.as_bytes());
            });
        }
    });
    insta::assert_snapshot!(shown(&context, &folder), @"context_changed: DIR/truncated.log changed while it was read: expected 1300000 bytes from 2026-09-21T14:13:20Z, got 5000 bytes from 2026-09-21T14:13:21Z");
    // A file that grows back still counts as changed: the missing part stays zeros.
    std::fs::write(&path, LINE.repeat(200_000)).unwrap();
    assert_eq!(context.check().unwrap_err().code(), "context_changed");
    assert!(other.check().is_ok());
    assert!(other.documents()[0].as_str().ends_with(LINE));
}

#[test]
fn file_truncated_before_reading_counts_as_changed() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "early.log");
    let options = LoadOptions {
        map: Map::Guarded { above: 1_000 },
        ..LoadOptions::default()
    };
    let loaded = load(&[ContextSpec::path(&path)], &options).unwrap();
    File::options().write(true).open(&path).unwrap().set_len(10).unwrap();
    // It is unknown whether the read-ahead thread was faster, but the change is detected either
    // way.
    loaded.context.count();
    let code = loaded.context.check().unwrap_err().code();
    assert_eq!(code, "context_changed");
}

#[test]
fn file_modified_in_place_counts_as_changed() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "changed.log");
    let context = guarded(&path);
    context.count();
    let changed = File::options().write(true).open(&path).unwrap();
    changed.write_all_at(b"x", 70_000).unwrap();
    changed
        .set_modified(UNIX_EPOCH + Duration::from_secs(1_790_000_002))
        .unwrap();
    insta::assert_snapshot!(shown(&context, &folder), @"context_changed: DIR/changed.log changed while it was read: expected 1300000 bytes from 2026-09-21T14:13:20Z, got 1300000 bytes from 2026-09-21T14:13:22Z");
    // Renaming another file over it is harmless.
    let path = file(&folder, "replaced.log");
    let context = guarded(&path);
    std::fs::write(folder.path().join("new.log"), "other").unwrap();
    std::fs::rename(folder.path().join("new.log"), &path).unwrap();
    assert!(context.check().is_ok());
    assert!(context.documents()[0].as_str().ends_with(LINE));
}

#[test]
fn guarded_mappings_are_released() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("again.log");
    std::fs::write(&path, LINE.repeat(100)).unwrap();
    for _ in 0..5_000 {
        let context = guarded(&path);
        assert!(
            context.documents()[0].ends_digest().is_some(),
            "the file is mapped, not read"
        );
    }
}

/// Runs this test again in a child process that receives a SIGBUS unrelated to any map.
#[test]
fn any_other_sigbus_still_ends_the_process() {
    const CHILD: &str = "RLM_CONTEXT_GUARDED_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let folder = TempDir::new().unwrap();
        let context = guarded(&file(&folder, "child.log"));
        context.count();
        let me = std::process::id().to_string();
        // The standard library's handler treats the first signal as its last and uninstalls itself.
        // Signals in quick succession may be merged, so several are sent.
        for _ in 0..100 {
            let _ = Command::new("kill").args(["-s", "BUS", &me]).status();
            std::thread::sleep(Duration::from_millis(20));
        }
        return;
    }
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "guarded::any_other_sigbus_still_ends_the_process"])
        .env(CHILD, "1")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.signal(), Some(libc::SIGBUS));
}
