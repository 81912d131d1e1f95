//! Contexts that can't be loaded, and their errors.

use std::fs;
use std::path::Path;

use crate::folder::{Folder, spec};
use insta::assert_snapshot;
use rlm_context::{ContextError, ContextSpec, LoadOptions, LoadWarning, SkipReason, SpecialFile, load};

#[test]
fn empty_contexts_are_errors() {
    let folder = Folder::with(&[
        ("empty.txt", b""),
        ("also.txt", b""),
        ("bin/a.bin", b"\0"),
        ("bin/b.bin", b"\0"),
        ("hidden/.a", b"a"),
        ("binary.bin", b"%PDF\0"),
    ]);
    assert_snapshot!(folder.shown(folder.load("none.txt")), @r"
    context_not_found: file or folder not found: DIR/none.txt
    check the spelling
    ");
    assert_snapshot!(folder.shown(load(&[spec("no-such-folder/none.txt")], &LoadOptions::default())), @r"
    context_not_found: file or folder not found: no-such-folder/none.txt
    check the spelling; the path is relative to the current folder
    ");
    assert_snapshot!(folder.shown(folder.load("empty.txt")), @r"
    context_empty: the context is empty: DIR/empty.txt
    give at least one file that contains text
    ");
    let both = [folder.spec("empty.txt"), folder.spec("also.txt")];
    assert_snapshot!(folder.shown(load(&both, &LoadOptions::default())), @r"
    context_empty: the context is empty: DIR/empty.txt, DIR/also.txt
    give at least one file that contains text
    ");
    assert_snapshot!(folder.shown(load(&[], &LoadOptions::default())), @r"
    context_empty: the context is empty: no path given
    give at least one file that contains text
    ");
    assert_snapshot!(folder.shown(folder.load("bin")), @r"
    context_no_files: no readable text files in DIR/bin (2 skipped)
    hidden and ignored files are skipped unless named directly; skipped DIR/bin/a.bin: a binary file
    ");
    assert_snapshot!(folder.shown(folder.load("bin/*.bin")), @r"
    context_no_files: no readable text files in DIR/bin/*.bin (2 skipped)
    hidden and ignored files are skipped unless named directly; skipped DIR/bin/a.bin: a binary file
    ");
    assert_snapshot!(folder.shown(folder.load("hidden")), @r"
    context_no_files: no readable text files in DIR/hidden
    hidden and ignored files are skipped unless named directly
    ");
    assert_snapshot!(folder.shown(folder.load("binary.bin")), @r"
    context_binary: DIR/binary.bin is a binary file
    convert it to text first (`pdftotext`, `pandoc`, `gunzip`)
    ");
    assert_snapshot!(folder.shown(folder.load("empty.txt/below")), @r"
    context_unreadable: can't read DIR/empty.txt/below: Not a directory (os error 20)
    check that it is complete and on a working disk, or leave it out
    ");
    assert_snapshot!(folder.shown("name=".parse::<ContextSpec>()), @r#"
    context_empty_path: no path in the context argument `name=`
    expected a file, a folder, a glob or `-`; `NAME=PATH` gives it a name
    "#);
    let one_is_missing = [folder.spec("hidden/.a"), folder.spec("none.txt")];
    assert!(matches!(
        load(&one_is_missing, &LoadOptions::default()),
        Err(ContextError::NotFound { .. })
    ));
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_devices_and_sockets_are_rejected_before_opening() {
    let folder = Folder::with(&[("a.txt", b"a")]);
    let made = std::process::Command::new("mkfifo").arg(folder.path("pipe")).status();
    assert!(made.expect("run mkfifo").success());
    let _socket = std::os::unix::net::UnixListener::bind(folder.path("socket")).expect("create a socket");
    let device = load(&[spec("/dev/zero")], &LoadOptions::default());
    assert_snapshot!(folder.shown(folder.load("pipe")), @r"
    context_not_a_file: DIR/pipe is a named pipe, not a file
    read it with `-`: `… --context - < PIPE`
    ");
    assert_snapshot!(folder.shown(folder.load("socket")), @r"
    context_not_a_file: DIR/socket is a socket, not a file
    copy its text into a file
    ");
    assert_snapshot!(folder.shown(device), @r"
    context_not_a_file: /dev/zero is a device, not a file
    copy its text into a file
    ");
    assert_snapshot!(folder.shown(load(&[spec("/proc/self/mem")], &LoadOptions::default())), @r"
    context_unreadable: can't read /proc/self/mem: Input/output error (os error 5)
    check that it is complete and on a working disk, or leave it out
    ");
    let loaded = folder.load("").expect("the folder exists");
    let skipped = |name: &str, kind| LoadWarning::Skipped {
        path: folder.path(name),
        reason: SkipReason::NotAFile(kind),
    };
    assert_eq!(
        loaded.warnings,
        [
            skipped("pipe", SpecialFile::Pipe),
            skipped("socket", SpecialFile::Socket)
        ]
    );
    // A system file that reports a size of 0.
    let loaded = load(&[spec("/proc/self/status")], &LoadOptions::default()).expect("the file exists");
    assert!(loaded.context.documents()[0].as_str().starts_with("Name:"));
}

#[cfg(target_os = "linux")]
#[test]
fn non_utf8_file_name_is_shown_with_replacement_characters() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::with(&[]);
    let name = Path::new(std::ffi::OsStr::from_bytes(b"gr\xf6\xdfe.txt"));
    fs::write(folder.path("").join(name), "text").expect("write the file");
    let loaded = folder.load("").expect("the folder exists");
    assert_eq!(folder.names(&loaded.context), ["DIR/gr\u{fffd}\u{fffd}e.txt"]);
}

#[cfg(unix)]
#[test]
fn unreadable_files_are_reported() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with(&[("a.txt", b"a"), ("closed/b.txt", b"b"), ("c.txt", b"c")]);
    let allow = |name: &str, mode| {
        fs::set_permissions(folder.path(name), fs::Permissions::from_mode(mode)).expect("set the permissions");
    };
    allow("closed", 0o000);
    allow("c.txt", 0o000);
    let is_superuser = fs::read(folder.path("c.txt")).is_ok();
    let swept = folder.load("");
    let named = folder.load("c.txt");
    allow("closed", 0o700);
    let loaded = swept.expect("a readable file is loaded");
    if is_superuser {
        assert_eq!(
            folder.names(&loaded.context).len(),
            3,
            "the superuser can read everything"
        );
        return;
    }
    assert_eq!(
        folder.warnings(&loaded),
        [
            "skipped DIR/closed: Permission denied (os error 13)",
            "skipped DIR/c.txt: Permission denied (os error 13)",
        ]
    );
    assert_snapshot!(folder.shown(named), @r"
    context_unreadable: can't read DIR/c.txt: Permission denied (os error 13)
    make it readable for the current user, or leave it out
    ");
}

/// Paths longer than the system limit can be created step by step, but not opened.
#[cfg(unix)]
#[test]
fn folder_nested_beyond_the_path_limit_is_skipped_with_a_warning() {
    let folder = Folder::with(&[("a.txt", b"a"), ("z.txt", b"z")]);
    let deep = format!(
        "d={}; i=0; while [ $i -lt 50 ]; do mkdir $d && cd $d && echo deep > t.txt; i=$((i+1)); done",
        "m".repeat(100)
    );
    let made = std::process::Command::new("sh")
        .args(["-c", &deep])
        .current_dir(folder.path(""))
        .status()
        .expect("start a shell");
    assert!(made.success());
    let loaded = load(&[folder.spec("")], &LoadOptions::default()).expect("the other files are readable");
    let names: Vec<_> = loaded
        .context
        .documents()
        .iter()
        .map(|document| document.name().len())
        .collect();
    assert!((30..50).contains(&names.len()), "{names:?}");
    assert!(
        loaded
            .context
            .documents()
            .first()
            .is_some_and(|document| document.as_str() == "a")
    );
    assert!(
        loaded
            .context
            .documents()
            .last()
            .is_some_and(|document| document.as_str() == "z")
    );
    let warnings = folder.warnings(&loaded);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings
            .iter()
            .all(|warning| warning.to_lowercase().contains("file name too long")),
        "{warnings:?}"
    );
}

#[test]
fn documents_exceeding_the_total_length_limit_are_an_error() {
    let folder = Folder::with(&[]);
    let too_long = sift_text::Text::new("x").repeat(1 << 41).map_err(ContextError::from);
    assert_snapshot!(folder.shown(too_long), @r"
    context_too_long: the documents are too long in total: a text of 2199023255552 bytes is longer than any can be (1099511627776 bytes)
    load fewer documents at once
    ");
}

#[cfg(unix)]
#[test]
fn file_names_are_escaped_in_messages() {
    let folder = Folder::with(&[("a\n\u{1b}[31m.bin", b"\0"), ("b.txt", b"b")]);
    let loaded = folder.load("").expect("the folder exists");
    assert_eq!(
        folder.warnings(&loaded),
        [r"skipped DIR/a\n\u{1b}[31m.bin: a binary file"]
    );
}
