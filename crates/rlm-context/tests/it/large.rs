//! Files that are larger than memory: opened instantly, read on demand, and never fully loaded.
//!
//! They are sparse, so that they take no disk space and no time to write.
use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use rlm_context::{Context, ContextSpec, LoadOptions, Map, Newlines, load};
use sift_text::SourceId;
use tempfile::TempDir;

const GIB: u64 = 1 << 30;
const HEAD: &str = "2026-11-22 begin\n";

fn mapped(path: &Path) -> Context {
    load(&[ContextSpec::path(path)], &options()).unwrap().context
}

fn options() -> LoadOptions {
    LoadOptions {
        map: Map::TRUSTED,
        ..LoadOptions::default()
    }
}

/// Writes a sparse file: text, a hole up to offset `len`, and a tail. The leading text is long
/// enough for the file to be detected as text.
fn sparse(folder: &TempDir, len: u64, tail: &[u8]) -> PathBuf {
    let path = folder.path().join("large.log");
    let mut file = File::create(&path).unwrap();
    file.write_all(HEAD.repeat(1_000).as_bytes()).unwrap();
    file.seek(SeekFrom::Start(len)).unwrap();
    file.write_all(tail).unwrap();
    path
}

#[test]
fn ten_gigabyte_file_opens_immediately_and_its_end_is_searchable() {
    let folder = TempDir::new().unwrap();
    let path = sparse(&folder, 10 * GIB, "\nthe needle is at the end\n".as_bytes());
    let context = mapped(&path);
    let document = &context.documents()[0];
    // No call here blocks: another test covers reading the file.
    let manifest = context.manifest();
    assert_eq!(manifest.documents[0].bytes, 10 * GIB + 26);
    assert_eq!(manifest.total.bytes, 10 * GIB + 26);
    assert!(manifest.documents[0].ends.is_some());
    assert_eq!(context.size(), 10 * GIB + 26);
    assert!(!context.is_counted_at_start(document));
    insta::assert_snapshot!(context.metadata().replace(&*folder.path().to_string_lossy(), "DIR"), @r"
    a text: 10,737,418,266 bytes
      0. DIR/large.log (text/plain): 10,737,418,266 bytes, lines not counted yet
    ");

    let text = context.joined().settled().unwrap();
    assert_eq!(text.len_chars() as u64, 10 * GIB + 26);
    assert_eq!(document.lines(), 1_002);
    let tail = text.slice_chars(text.len_chars() - 1_000..text.len_chars());
    let tail = tail.settled().unwrap();
    assert_eq!(tail.find("needle", 0), Some(1_000 - 26 + 5));
    let at = usize::try_from(10 * GIB).unwrap() + 5;
    assert_eq!(text.find("needle", at - 1_000), Some(at));
    let place = context.locate(SourceId(0), at..at + 6).unwrap().to_string();
    assert!(place.ends_with("large.log:1002:5-10"), "{place}");
}

#[test]
fn char_index_of_ten_gigabytes_uses_two_bytes_per_kib() {
    let folder = TempDir::new().unwrap();
    let context = mapped(&sparse(&folder, 10 * GIB, "größe 😀".as_bytes()));
    let text = context.joined().settled().unwrap();
    assert_eq!(text.len_chars() as u64, 10 * GIB + 7);
    assert_eq!(text.char_at(text.len_chars() - 1), Some('😀'));
    assert_eq!(text.byte_of_char(text.len_chars() - 2), text.len_bytes() - 5);
}

#[test]
fn one_gibibyte_line_is_located() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("line.txt");
    let mut file = File::create(&path).unwrap();
    file.write_all(&[b'a'; 10_000]).unwrap();
    file.seek(SeekFrom::Start(GIB)).unwrap();
    file.write_all("é end".as_bytes()).unwrap();
    let context = mapped(&path);
    let document = &context.documents()[0];
    assert_eq!((document.lines(), document.chars()), (1, GIB + 5));
    let end = document.as_str().len();
    let place = context.locate(SourceId(0), end - 3..end).unwrap().to_string();
    assert!(
        place.ends_with(&format!("line.txt:1:{}-{}", GIB + 3, GIB + 5)),
        "{place}"
    );
}

#[test]
fn large_non_utf8_file_is_decoded_to_a_temporary_file() {
    let folder = TempDir::new().unwrap();
    let path = sparse(&folder, 80 << 20, b"\ncaf\xe9\r\n");
    for (newlines, end) in [(Newlines::AsTheyAre, "\ncafé\r\n"), (Newlines::Universal, "\ncafé\n")] {
        let options = LoadOptions {
            newlines,
            temporary: Some(folder.path().join("made")),
            ..options()
        };
        let loaded = load(&[ContextSpec::path(&path)], &options).unwrap();
        assert!(loaded.warnings.is_empty(), "no byte has been read");
        assert!(loaded.context.joined().settled().unwrap().ends_with(end));
        let warnings: Vec<_> = loaded.context.late_warnings().iter().map(ToString::to_string).collect();
        assert!(
            warnings[0].ends_with("large.log is not UTF-8; reading it as Latin-1"),
            "{warnings:?}"
        );
        // The text is a private copy: changes to the file don't affect it.
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(80 << 20)
            .unwrap();
        assert!(loaded.context.joined().settled().unwrap().ends_with(end));
        assert!(loaded.context.check().is_ok());
        std::fs::write(&path, b"").unwrap();
        sparse(&folder, 80 << 20, b"\ncaf\xe9\r\n");
    }
    assert_eq!(
        std::fs::read_dir(folder.path().join("made")).unwrap().count(),
        0,
        "temporary files have no names"
    );
}

#[test]
fn appending_to_a_mapped_file_is_ignored_but_overwriting_is_a_change() {
    let folder = TempDir::new().unwrap();
    let path = sparse(&folder, 80 << 20, b"\nend\n");
    let mut file = File::options().write(true).open(&path).unwrap();
    let changed_at = |file: &File, seconds| file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    changed_at(&file, 1_790_000_000);
    let context = mapped(&path);
    let digest = context.documents()[0].digest();
    assert!(context.check().is_ok());
    file.seek(SeekFrom::End(0)).unwrap();
    file.write_all(b"and more\n").unwrap();
    changed_at(&file, 1_790_000_001);
    assert!(context.check().is_ok(), "the file has only grown");
    assert!(context.joined().settled().unwrap().ends_with("\nend\n"));
    file.seek(SeekFrom::Start(40 << 20)).unwrap();
    file.write_all(b"changed").unwrap();
    changed_at(&file, 1_790_000_002);
    let error = context.check().unwrap_err();
    assert_eq!(error.code(), "context_changed");
    let said = format!("{error}; {}", error.hint()).replace(&*folder.path().to_string_lossy(), "DIR");
    insta::assert_snapshot!(said, @"DIR/large.log changed while it was read: expected 83886094 bytes from 2026-09-21T14:13:21Z, got 83886094 bytes from 2026-09-21T14:13:22Z; try again, or copy the text into a file that does not change");
    assert_ne!(mapped(&path).documents()[0].digest(), digest);
}
