//! Loading real files: what is found, in which order, what is said about the rest, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use rlm_context::{
    Context, ContextAs, ContextError, ContextKind, ContextSpec, LoadOptions, LoadWarning, Loaded, Map, Newlines,
    SkipReason, SpecialFile, load, load_json,
};
use tempfile::TempDir;

/// A folder with files in it, removed at the end of a test.
struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder can be made"));
        for (name, content) in files {
            let path = folder.path(name);
            fs::create_dir_all(path.parent().expect("the file stands in the folder")).expect("a folder can be made");
            fs::write(path, content).expect("a file can be written");
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn spec(&self, name: &str) -> ContextSpec {
        ContextSpec::path(self.path(name))
    }

    fn load(&self, name: &str) -> Result<Loaded, ContextError> {
        load(&[self.spec(name)], &LoadOptions::default())
    }

    /// Shows an error as a person gets it, with the folder's own path left out.
    fn shown<T: std::fmt::Debug>(&self, result: Result<T, ContextError>) -> String {
        let error = result.expect_err("this should be refused");
        self.without_path(&format!("{}: {error}\n{}", error.code(), error.hint()))
    }

    fn without_path(&self, text: &str) -> String {
        text.replace(&self.0.path().display().to_string(), "DIR")
    }

    fn names(&self, context: &Context) -> Vec<String> {
        context
            .documents()
            .iter()
            .map(|document| self.without_path(document.name()))
            .collect()
    }

    fn warnings(&self, loaded: &Loaded) -> Vec<String> {
        loaded
            .warnings
            .iter()
            .map(|warning| self.without_path(&warning.to_string()))
            .collect()
    }
}

fn spec(given: &str) -> ContextSpec {
    given.parse().expect("a context argument")
}

#[test]
fn a_file_is_a_text() {
    let folder = Folder::with(&[("notes.md", "größer\n".as_bytes())]);
    let loaded = folder.load("notes.md").expect("the file is there");
    assert_eq!(loaded.context.kind(), ContextKind::Text);
    assert_eq!(loaded.warnings, []);
    let [document] = loaded.context.documents() else {
        panic!("one document: {:?}", loaded.context)
    };
    assert_eq!(folder.without_path(document.name()), "DIR/notes.md");
    assert_eq!(document.media_type(), "text/markdown");
    assert_eq!(
        (
            document.bytes(),
            document.chars(),
            document.lines(),
            document.replaced()
        ),
        (9, 7, 1, 0)
    );
    assert_eq!(document.text(), "größer\n");
    assert_eq!(
        document.digest().to_string(),
        format!("b3:{}", blake3::hash("größer\n".as_bytes()).to_hex())
    );
}

#[test]
fn a_folder_is_read_in_the_order_of_paths_without_hidden_and_ignored_files() {
    let folder = Folder::with(&[
        ("b.txt", b"b"),
        ("a/z.txt", b"z"),
        ("a/y.log", b"ignored by name"),
        ("a.txt", b"a"),
        ("a/deep/er/x.md", b"x"),
        ("build/out.txt", b"ignored by folder"),
        (".hidden", b"hidden"),
        (".gitignore", b"*.log\nbuild/\n"),
    ]);
    let loaded = folder.load("").expect("the folder is there");
    assert_eq!(loaded.context.kind(), ContextKind::List);
    assert_eq!(
        folder.names(&loaded.context),
        ["DIR/a/deep/er/x.md", "DIR/a/z.txt", "DIR/a.txt", "DIR/b.txt"]
    );
    assert_eq!(folder.warnings(&loaded), [""; 0]);
}

#[test]
fn what_a_folder_holds_beside_texts_is_left_out_and_said() {
    let folder = Folder::with(&[
        ("a.txt", b"text"),
        ("image.png", b"\x89PNG\0\0"),
        ("torn.txt", b"gr\xc3\xb6\xdfer \xff"),
    ]);
    let loaded = folder.load("").expect("the folder is there");
    assert_eq!(folder.names(&loaded.context), ["DIR/a.txt", "DIR/torn.txt"]);
    assert_eq!(
        folder.warnings(&loaded),
        [
            "skipped DIR/image.png: a binary file",
            "DIR/torn.txt is not valid UTF-8: 2 sequences of bytes are shown as U+FFFD",
        ]
    );
    assert_eq!(loaded.context.documents()[1].text(), "grö\u{fffd}er \u{fffd}");
    assert_eq!(loaded.context.documents()[1].replaced(), 2);
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_where_they_are_named() {
    use std::os::unix::fs::symlink;
    let folder = Folder::with(&[("in/a.txt", b"a"), ("out/b.txt", b"b")]);
    symlink(folder.path("in"), folder.path("in/loop")).expect("a link can be made");
    symlink(folder.path("out/b.txt"), folder.path("in/b.txt")).expect("a link can be made");
    symlink(folder.path("out"), folder.path("named")).expect("a link can be made");
    let loaded = folder.load("in").expect("the folder is there");
    assert_eq!(folder.names(&loaded.context), ["DIR/in/a.txt"]);
    assert_eq!(
        folder.warnings(&loaded),
        [
            "skipped DIR/in/b.txt: a symbolic link",
            "skipped DIR/in/loop: a symbolic link"
        ]
    );
    let loaded = folder.load("in/b.txt").expect("the file that is linked to is there");
    assert_eq!(loaded.context.documents()[0].text(), "b");
    let loaded = folder.load("named").expect("the folder that is linked to is there");
    assert_eq!(folder.names(&loaded.context), ["DIR/named/b.txt"]);
}

#[test]
fn globs() {
    let folder = Folder::with(&[
        ("docs/a.md", b"a"),
        ("docs/b.txt", b"b"),
        ("docs/deep/c.md", b"c"),
        ("docs/.secret.md", b"s"),
        ("docs/odd[1].md", b"o"),
    ]);
    let names = |pattern: &str| folder.names(&folder.load(pattern).expect(pattern).context);
    assert_eq!(names("docs/*.md"), ["DIR/docs/a.md", "DIR/docs/odd[1].md"]);
    assert_eq!(
        names("docs/**/*.md"),
        ["DIR/docs/a.md", "DIR/docs/deep/c.md", "DIR/docs/odd[1].md"]
    );
    assert_eq!(names("docs/{a.md,b.txt}"), ["DIR/docs/a.md", "DIR/docs/b.txt"]);
    assert_eq!(names("docs/?.txt"), ["DIR/docs/b.txt"]);
    assert_eq!(
        names("docs/odd[1].md"),
        ["DIR/docs/odd[1].md"],
        "a file that is there is meant"
    );
    assert_snapshot!(folder.shown(folder.load("docs/*.rs")), @r"
    context_no_matches: no file matches DIR/docs/*.rs
    `*` stays within a folder, `**` crosses folders; hidden and ignored files are left out
    ");
    assert_snapshot!(folder.shown(folder.load("docs/[a.md")), @r"
    context_invalid_glob: DIR/docs/[a.md is no glob: unclosed character class; missing ']'
    close every `[` and `{`, or put `\` before a character that is meant
    ");
}

#[test]
fn names_make_a_dict() {
    let folder = Folder::with(&[("one.txt", b"1"), ("more/two.txt", b"2"), ("more/three.txt", b"3")]);
    let specs = [
        folder.spec("one.txt").named("first"),
        folder.spec("more").named("rest"),
        folder.spec("more/two.txt"),
    ];
    let loaded = load(&specs, &LoadOptions::default()).expect("all are there");
    assert_eq!(loaded.context.kind(), ContextKind::Dict);
    assert_eq!(
        folder.names(&loaded.context),
        ["first", "rest/three.txt", "rest/two.txt"]
    );
    assert_eq!(
        loaded.warnings,
        [LoadWarning::Repeated {
            path: folder.path("more/two.txt")
        }]
    );
    let twice = [
        folder.spec("one.txt").named("x"),
        folder.spec("more/two.txt").named("x"),
    ];
    assert_snapshot!(folder.shown(load(&twice, &LoadOptions::default())), @r#"
    context_duplicate_name: two documents are named `x`
    give each its own name: `--context NAME=PATH`
    "#);
}

#[test]
fn a_file_whose_name_holds_an_equals_sign_is_found() {
    let folder = Folder::with(&[("a=b.txt", b"here")]);
    let given = format!("x={}", folder.path("a=b.txt").display());
    let loaded = load(&[spec(&given)], &LoadOptions::default()).expect("the file is there");
    assert_eq!(folder.names(&loaded.context), ["x"]);
    let loaded = folder.load("a=b.txt").expect("the file is there");
    assert_eq!(folder.names(&loaded.context), ["DIR/a=b.txt"]);
}

#[test]
fn the_kind_can_be_chosen() {
    let folder = Folder::with(&[("a.txt", b"a"), ("b.txt", b"b")]);
    let load_as = |shown_as| {
        let options = LoadOptions {
            shown_as,
            separator: " + ".to_owned(),
            ..LoadOptions::default()
        };
        load(&[folder.spec("")], &options).expect("the folder is there").context
    };
    assert_eq!(load_as(ContextAs::Dict).kind(), ContextKind::Dict);
    let text = load_as(ContextAs::Text);
    assert_eq!(text.kind(), ContextKind::Text);
    assert_eq!(text.joined(), "a + b");
    let one = load(
        &[folder.spec("a.txt")],
        &LoadOptions {
            shown_as: ContextAs::List,
            ..LoadOptions::default()
        },
    );
    assert_eq!(one.expect("the file is there").context.kind(), ContextKind::List);
}

#[test]
fn standard_input() {
    let options = |bytes: Option<&[u8]>| LoadOptions {
        standard_input: bytes.map(<[u8]>::to_vec),
        ..LoadOptions::default()
    };
    let loaded = load(&[spec("-")], &options(Some(b"pip\xc3\xa9d \xff"))).expect("it was given");
    assert_eq!(loaded.context.documents()[0].name(), "stdin");
    assert_eq!(loaded.context.documents()[0].text(), "pipéd \u{fffd}");
    assert_eq!(
        loaded.warnings[0].to_string(),
        "stdin is not valid UTF-8: 1 sequence of bytes is shown as U+FFFD"
    );
    let loaded = load(&[spec("log=-")], &options(Some(b"piped"))).expect("it was given");
    assert_eq!(loaded.context.documents()[0].name(), "log");
    let folder = Folder::with(&[]);
    assert_snapshot!(folder.shown(load(&[spec("-")], &options(None))), @r"
    context_no_standard_input: the context is to be read from standard input, but there is none
    pipe a text in, or name a file instead of `-`
    ");
    assert_snapshot!(folder.shown(load(&[spec("-")], &options(Some(b"\x1f\x8b\0")))), @r"
    context_binary: standard input is a binary file
    convert it to text first (`pdftotext`, `pandoc`, `gunzip`)
    ");
    assert_snapshot!(folder.shown(load(&[spec("-")], &options(Some(b"")))), @r"
    context_empty: the context is empty: -
    name at least one file with text in it
    ");
}

#[test]
fn newlines() {
    let folder = Folder::with(&[("dos.txt", b"a\r\nb\rc\n")]);
    let text = |newlines, map| {
        let options = LoadOptions {
            newlines,
            map,
            ..LoadOptions::default()
        };
        let loaded = load(&[folder.spec("dos.txt")], &options).expect("the file is there");
        loaded.context.documents()[0].as_str().to_owned()
    };
    for map in [Map::Never, Map::Trusted { above: 0 }] {
        assert_eq!(text(Newlines::AsTheyAre, map), "a\r\nb\rc\n");
        assert_eq!(text(Newlines::Universal, map), "a\nb\nc\n");
    }
}

#[test]
fn a_mapped_file_is_the_same_document() {
    let line = "größe 😀 — eine Zeile\n".repeat(10_000);
    let mut invalid = line.clone().into_bytes();
    invalid.extend(b"\xff\xfe end");
    let latin1 = b"gr\xf6\xdfe\n".repeat(1_000);
    let utf16: Vec<u8> = "\u{feff}größe 😀".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = Folder::with(&[
        ("valid.txt", line.as_bytes()),
        ("invalid.txt", &invalid),
        ("latin1.txt", &latin1),
        ("utf16.txt", &utf16),
    ]);
    let manifest = |map| {
        let options = LoadOptions {
            map,
            ..LoadOptions::default()
        };
        let loaded = load(&[folder.spec("")], &options).expect("the folder is there");
        let mut manifest = loaded.context.manifest();
        for (entry, document) in manifest.documents.iter_mut().zip(loaded.context.documents()) {
            // What is known of a mapped file before it was read.
            assert_eq!(entry.ends.take().is_some(), map != Map::Never);
            assert_eq!(entry.modified.take().is_some(), map != Map::Never);
            entry.digest = Some(document.digest());
        }
        manifest.digest = Some(loaded.context.digest());
        let mut warnings = folder.warnings(&loaded);
        let late = loaded.context.late_warnings();
        warnings.extend(late.iter().map(|warning| folder.without_path(&warning.to_string())));
        (manifest, warnings)
    };
    assert_eq!(manifest(Map::Trusted { above: 10 }), manifest(Map::Never));
    let binary = Folder::with(&[("b.bin", &[0; 4_000])]);
    let options = LoadOptions {
        map: Map::Trusted { above: 1_000 },
        ..LoadOptions::default()
    };
    assert!(matches!(
        load(&[binary.spec("b.bin")], &options),
        Err(ContextError::Binary { .. })
    ));
}

#[test]
fn nothing_there_is_an_error() {
    let folder = Folder::with(&[
        ("empty.txt", b""),
        ("also.txt", b""),
        ("bin/a.bin", b"\0"),
        ("bin/b.bin", b"\0"),
        ("hidden/.a", b"a"),
        ("binary.bin", b"%PDF\0"),
    ]);
    assert_snapshot!(folder.shown(folder.load("none.txt")), @r"
    context_not_found: no such file or folder: DIR/none.txt
    check the spelling
    ");
    assert_snapshot!(folder.shown(load(&[spec("no-such-folder/none.txt")], &LoadOptions::default())), @r"
    context_not_found: no such file or folder: no-such-folder/none.txt
    check the spelling; the path is relative to the current folder
    ");
    assert_snapshot!(folder.shown(folder.load("empty.txt")), @r"
    context_empty: the context is empty: DIR/empty.txt
    name at least one file with text in it
    ");
    let both = [folder.spec("empty.txt"), folder.spec("also.txt")];
    assert_snapshot!(folder.shown(load(&both, &LoadOptions::default())), @r"
    context_empty: the context is empty: DIR/empty.txt, DIR/also.txt
    name at least one file with text in it
    ");
    assert_snapshot!(folder.shown(load(&[], &LoadOptions::default())), @r"
    context_empty: the context is empty: nothing was named
    name at least one file with text in it
    ");
    assert_snapshot!(folder.shown(folder.load("bin")), @r"
    context_no_files: no readable text files in DIR/bin (2 skipped)
    hidden and ignored files are left out: name such a file itself; skipped DIR/bin/a.bin: a binary file
    ");
    assert_snapshot!(folder.shown(folder.load("bin/*.bin")), @r"
    context_no_files: no readable text files in DIR/bin/*.bin (2 skipped)
    hidden and ignored files are left out: name such a file itself; skipped DIR/bin/a.bin: a binary file
    ");
    assert_snapshot!(folder.shown(folder.load("hidden")), @r"
    context_no_files: no readable text files in DIR/hidden (0 skipped)
    hidden and ignored files are left out: name such a file itself
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
    context_empty_path: the context argument `name=` names no path
    write a file, a folder, a glob, or `-`; `NAME=PATH` gives it a name
    "#);
    let one_is_missing = [folder.spec("hidden/.a"), folder.spec("none.txt")];
    assert!(matches!(
        load(&one_is_missing, &LoadOptions::default()),
        Err(ContextError::NotFound { .. })
    ));
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_devices_and_sockets_are_refused_before_they_are_opened() {
    let folder = Folder::with(&[("a.txt", b"a")]);
    let made = std::process::Command::new("mkfifo").arg(folder.path("pipe")).status();
    assert!(made.expect("mkfifo can be run").success());
    let _socket = std::os::unix::net::UnixListener::bind(folder.path("socket")).expect("a socket can be made");
    let device = load(&[spec("/dev/zero")], &LoadOptions::default());
    assert_snapshot!(folder.shown(folder.load("pipe")), @r"
    context_not_a_file: DIR/pipe is a named pipe, not a file
    read it with `-`: `… --context - < PIPE`
    ");
    assert_snapshot!(folder.shown(folder.load("socket")), @r"
    context_not_a_file: DIR/socket is a socket, not a file
    copy the text that you want to ask about into a file
    ");
    assert_snapshot!(folder.shown(device), @r"
    context_not_a_file: /dev/zero is a device, not a file
    copy the text that you want to ask about into a file
    ");
    assert_snapshot!(folder.shown(load(&[spec("/proc/self/mem")], &LoadOptions::default())), @r"
    context_unreadable: can't read /proc/self/mem: Input/output error (os error 5)
    check that it is complete and on a working disk, or leave it out
    ");
    let loaded = folder.load("").expect("the folder is there");
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
    // A file of the system that says it is empty.
    let loaded = load(&[spec("/proc/self/status")], &LoadOptions::default()).expect("it is there");
    assert!(loaded.context.documents()[0].as_str().starts_with("Name:"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_shown_with_replacements() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::with(&[]);
    let name = Path::new(std::ffi::OsStr::from_bytes(b"gr\xf6\xdfe.txt"));
    fs::write(folder.0.path().join(name), "text").expect("a file can be written");
    let loaded = folder.load("").expect("the folder is there");
    assert_eq!(folder.names(&loaded.context), ["DIR/gr\u{fffd}\u{fffd}e.txt"]);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with(&[("a.txt", b"a"), ("closed/b.txt", b"b"), ("c.txt", b"c")]);
    let allow = |name: &str, mode| {
        fs::set_permissions(folder.path(name), fs::Permissions::from_mode(mode)).expect("the file is ours");
    };
    allow("closed", 0o000);
    allow("c.txt", 0o000);
    let is_superuser = fs::read(folder.path("c.txt")).is_ok();
    let swept = folder.load("");
    let named = folder.load("c.txt");
    allow("closed", 0o700);
    let loaded = swept.expect("there is a file that may be read");
    if is_superuser {
        assert_eq!(
            folder.names(&loaded.context).len(),
            3,
            "a superuser may read everything"
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
    make it readable for this user, or leave it out
    ");
}

/// Paths longer than the system takes can be made step by step, but not be opened.
#[cfg(unix)]
#[test]
fn a_folder_that_is_deeper_than_a_path_may_be_long_is_left_out_and_said() {
    let folder = Folder::with(&[("a.txt", b"a"), ("z.txt", b"z")]);
    let deep = format!(
        "d={}; i=0; while [ $i -lt 50 ]; do mkdir $d && cd $d && echo deep > t.txt; i=$((i+1)); done",
        "m".repeat(100)
    );
    let made = std::process::Command::new("sh")
        .args(["-c", &deep])
        .current_dir(folder.path(""))
        .status()
        .expect("there is a shell");
    assert!(made.success());
    let loaded = load(&[folder.spec("")], &LoadOptions::default()).expect("the rest can be read");
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
fn documents_that_are_too_long_together() {
    let folder = Folder::with(&[]);
    let too_long = sift_text::Text::new("x").repeat(1 << 41).map_err(ContextError::from);
    assert_snapshot!(folder.shown(too_long), @r"
    context_too_long: the documents together are too long: a text of 2199023255552 bytes is longer than any can be (1099511627776 bytes)
    load fewer documents at once
    ");
}

#[cfg(unix)]
#[test]
fn a_name_cannot_break_out_of_a_message() {
    let folder = Folder::with(&[("a\n\u{1b}[31m.bin", b"\0"), ("b.txt", b"b")]);
    let loaded = folder.load("").expect("the folder is there");
    assert_eq!(
        folder.warnings(&loaded),
        [r"skipped DIR/a\n\u{1b}[31m.bin: a binary file"]
    );
}

#[test]
fn many_files_keep_their_order() {
    let folder = Folder::with(&[]);
    let names: Vec<_> = (0..5_000)
        .map(|number| format!("{:02}/{number:05}.txt", number / 100))
        .collect();
    for name in &names {
        let path = folder.path(name);
        fs::create_dir_all(path.parent().expect("there is a folder")).expect("a folder can be made");
        fs::write(path, name).expect("a file can be written");
    }
    let loaded = folder.load("").expect("the folder is there");
    let texts: Vec<_> = loaded
        .context
        .documents()
        .iter()
        .map(rlm_context::Document::as_str)
        .collect();
    assert_eq!(texts, names);
}

#[test]
fn json() {
    let folder = Folder::with(&[
        ("text.json", br#""one\r\ntext""#),
        ("list.json", br#"["a", "", "c"]"#),
        ("dict.json", br#"{"z": "last first", "a": "first last"}"#),
        ("mixed.json", br#"{"rows": [1, 2.50, {"a": null}]}"#),
        ("empty.json", b"[]"),
        ("broken.json", b"{\"a\": 1,\n \"b\" 2}"),
        ("deep.json", "[".repeat(100_000).as_bytes()),
    ]);
    let options = LoadOptions {
        newlines: Newlines::Universal,
        ..LoadOptions::default()
    };
    let read = |name: &str| {
        let context = load_json(&folder.path(name), &options).expect(name).context;
        let documents: Vec<_> = context
            .documents()
            .iter()
            .map(|document| document.as_str().to_owned())
            .collect();
        (context.kind(), folder.names(&context), documents)
    };
    let strings = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(
        read("text.json"),
        (
            ContextKind::Text,
            strings(&["DIR/text.json"]),
            strings(&["one\r\ntext"])
        )
    );
    assert_eq!(
        read("list.json"),
        (
            ContextKind::List,
            strings(&["[0]", "[1]", "[2]"]),
            strings(&["a", "", "c"])
        )
    );
    assert_eq!(
        read("dict.json"),
        (
            ContextKind::Dict,
            strings(&["z", "a"]),
            strings(&["last first", "first last"])
        )
    );
    assert_eq!(
        read("mixed.json"),
        (
            ContextKind::Json,
            strings(&["DIR/mixed.json"]),
            strings(&[r#"{"rows": [1, 2.50, {"a": null}]}"#])
        )
    );
    assert_eq!(read("empty.json"), (ContextKind::List, vec![], vec![]));
    assert_snapshot!(folder.shown(load_json(&folder.path("broken.json"), &options)), @r"
    context_invalid_json: DIR/broken.json is no JSON: expected `:` at line 2 column 6
    mend the file, or read it as text with `--context`
    ");
    assert_snapshot!(folder.shown(load_json(&folder.path("deep.json"), &options)), @r"
    context_invalid_json: DIR/deep.json is no JSON: recursion limit exceeded at line 1 column 128
    mend the file, or read it as text with `--context`
    ");
    assert_snapshot!(folder.shown(load_json(&folder.path("none.json"), &options)), @r"
    context_not_found: no such file or folder: DIR/none.json
    check the spelling
    ");
}

#[test]
fn paths_of_a_base_are_named_by_what_stands_below_it() {
    let folder = Folder::with(&[
        ("a/notes/1.md", b"one"),
        ("a/notes/2.md", b"two"),
        ("a/notes/skip.txt", b"no"),
        ("b/land.txt", b"three"),
    ]);
    let options = LoadOptions {
        base: Some(folder.path("a")),
        ..LoadOptions::default()
    };
    let specs = ["notes/*.md", "../b/land.txt"].map(|path| path.parse::<ContextSpec>().expect("it is a path"));
    let loaded = load(&specs, &options).expect("the files are there");
    assert_eq!(
        folder.names(&loaded.context),
        ["notes/1.md", "notes/2.md", "../b/land.txt"]
    );
    let whole = load(&[ContextSpec::path("notes")], &options).expect("the folder is there");
    assert_eq!(
        folder.names(&whole.context),
        ["notes/1.md", "notes/2.md", "notes/skip.txt"]
    );
    let named = load(&["x=notes".parse().expect("it is a path")], &options).expect("the folder is there");
    assert_eq!(folder.names(&named.context), ["x/1.md", "x/2.md", "x/skip.txt"]);
    assert!(
        folder
            .shown(load(&[ContextSpec::path("gone")], &options))
            .contains("DIR/a/gone")
    );
}
