//! Loading real files: which are found, their order, and warnings about the others.

use std::fs;

use crate::folder::{Folder, spec};
use insta::assert_snapshot;
use rlm_context::{
    ContextAs, ContextError, ContextKind, ContextSpec, LoadOptions, LoadWarning, Map, Newlines, load, load_json,
};

#[test]
fn single_file_loads_as_a_text() {
    let folder = Folder::with(&[("notes.md", "größer\n".as_bytes())]);
    let loaded = folder.load("notes.md").expect("the file exists");
    assert_eq!(loaded.context.kind(), ContextKind::Text);
    assert_eq!(loaded.warnings, []);
    let [document] = loaded.context.documents() else {
        panic!("expected one document, got {:?}", loaded.context)
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
fn folder_is_read_in_path_order_without_hidden_and_ignored_files() {
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
    let loaded = folder.load("").expect("the folder exists");
    assert_eq!(loaded.context.kind(), ContextKind::List);
    assert_eq!(
        folder.names(&loaded.context),
        ["DIR/a/deep/er/x.md", "DIR/a/z.txt", "DIR/a.txt", "DIR/b.txt"]
    );
    assert_eq!(folder.warnings(&loaded), [""; 0]);
}

#[test]
fn non_text_files_of_a_folder_are_skipped_with_warnings() {
    let folder = Folder::with(&[
        ("a.txt", b"text"),
        ("image.png", b"\x89PNG\0\0"),
        ("torn.txt", b"gr\xc3\xb6\xdfer \xff"),
    ]);
    let loaded = folder.load("").expect("the folder exists");
    assert_eq!(folder.names(&loaded.context), ["DIR/a.txt", "DIR/torn.txt"]);
    assert_eq!(
        folder.warnings(&loaded),
        [
            "skipped DIR/image.png: a binary file",
            "invalid UTF-8 in DIR/torn.txt: 2 byte sequences were replaced by U+FFFD",
        ]
    );
    assert_eq!(loaded.context.documents()[1].text(), "grö\u{fffd}er \u{fffd}");
    assert_eq!(loaded.context.documents()[1].replaced(), 2);
}

#[cfg(unix)]
#[test]
fn symlinks_are_followed_only_if_named() {
    use std::os::unix::fs::symlink;
    let folder = Folder::with(&[("in/a.txt", b"a"), ("out/b.txt", b"b")]);
    symlink(folder.path("in"), folder.path("in/loop")).expect("create a link");
    symlink(folder.path("out/b.txt"), folder.path("in/b.txt")).expect("create a link");
    symlink(folder.path("out"), folder.path("named")).expect("create a link");
    let loaded = folder.load("in").expect("the folder exists");
    assert_eq!(folder.names(&loaded.context), ["DIR/in/a.txt"]);
    assert_eq!(
        folder.warnings(&loaded),
        [
            "skipped DIR/in/b.txt: a symbolic link",
            "skipped DIR/in/loop: a symbolic link"
        ]
    );
    let loaded = folder.load("in/b.txt").expect("the linked file exists");
    assert_eq!(loaded.context.documents()[0].text(), "b");
    let loaded = folder.load("named").expect("the linked folder exists");
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
        "an existing file takes precedence over a pattern"
    );
    assert_snapshot!(folder.shown(folder.load("docs/*.rs")), @r"
    context_no_matches: no file matches DIR/docs/*.rs
    `*` matches within a folder, `**` across folders; hidden and ignored files are skipped
    ");
    assert_snapshot!(folder.shown(folder.load("docs/[a.md")), @r"
    context_invalid_glob: invalid glob DIR/docs/[a.md: unclosed character class; missing ']'
    close every `[` and `{`, or escape literal characters with `\`
    ");
}

#[test]
fn named_contexts_make_a_dict() {
    let folder = Folder::with(&[("one.txt", b"1"), ("more/two.txt", b"2"), ("more/three.txt", b"3")]);
    let specs = [
        folder.spec("one.txt").named("first"),
        folder.spec("more").named("rest"),
        folder.spec("more/two.txt"),
    ];
    let loaded = load(&specs, &LoadOptions::default()).expect("all files exist");
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
    give each a unique name: `--context NAME=PATH`
    "#);
}

#[test]
fn file_name_containing_an_equals_sign_is_found() {
    let folder = Folder::with(&[("a=b.txt", b"here")]);
    let given = format!("x={}", folder.path("a=b.txt").display());
    let loaded = load(&[spec(&given)], &LoadOptions::default()).expect("the file exists");
    assert_eq!(folder.names(&loaded.context), ["x"]);
    let loaded = folder.load("a=b.txt").expect("the file exists");
    assert_eq!(folder.names(&loaded.context), ["DIR/a=b.txt"]);
}

#[test]
fn context_kind_can_be_overridden() {
    let folder = Folder::with(&[("a.txt", b"a"), ("b.txt", b"b")]);
    let load_as = |shown_as| {
        let options = LoadOptions {
            shown_as,
            separator: " + ".to_owned(),
            ..LoadOptions::default()
        };
        load(&[folder.spec("")], &options).expect("the folder exists").context
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
    assert_eq!(one.expect("the file exists").context.kind(), ContextKind::List);
}

#[test]
fn standard_input() {
    let options = |bytes: Option<&[u8]>| LoadOptions {
        standard_input: bytes.map(<[u8]>::to_vec),
        ..LoadOptions::default()
    };
    let loaded = load(&[spec("-")], &options(Some(b"pip\xc3\xa9d \xff"))).expect("standard input was passed");
    assert_eq!(loaded.context.documents()[0].name(), "stdin");
    assert_eq!(loaded.context.documents()[0].text(), "pipéd \u{fffd}");
    assert_eq!(
        loaded.warnings[0].to_string(),
        "invalid UTF-8 in stdin: 1 byte sequence was replaced by U+FFFD"
    );
    let loaded = load(&[spec("log=-")], &options(Some(b"piped"))).expect("standard input was passed");
    assert_eq!(loaded.context.documents()[0].name(), "log");
    let folder = Folder::with(&[]);
    assert_snapshot!(folder.shown(load(&[spec("-")], &options(None))), @r"
    context_no_standard_input: the context is read from standard input, but there is none
    pipe text in, or give a file instead of `-`
    ");
    assert_snapshot!(folder.shown(load(&[spec("-")], &options(Some(b"\x1f\x8b\0")))), @r"
    context_binary: standard input is a binary file
    convert it to text first (`pdftotext`, `pandoc`, `gunzip`)
    ");
    assert_snapshot!(folder.shown(load(&[spec("-")], &options(Some(b"")))), @r"
    context_empty: the context is empty: -
    give at least one file that contains text
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
        let loaded = load(&[folder.spec("dos.txt")], &options).expect("the file exists");
        loaded.context.documents()[0].as_str().to_owned()
    };
    for map in [Map::Never, Map::Trusted { above: 0 }] {
        assert_eq!(text(Newlines::AsTheyAre, map), "a\r\nb\rc\n");
        assert_eq!(text(Newlines::Universal, map), "a\nb\nc\n");
    }
}

#[test]
fn mapped_and_read_files_are_the_same_document() {
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
        let loaded = load(&[folder.spec("")], &options).expect("the folder exists");
        let mut manifest = loaded.context.manifest();
        for (entry, document) in manifest.documents.iter_mut().zip(loaded.context.documents()) {
            // The fields that only mapped files have, known before they are read.
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
fn many_files_keep_their_order() {
    let folder = Folder::with(&[]);
    let names: Vec<_> = (0..5_000)
        .map(|number| format!("{:02}/{number:05}.txt", number / 100))
        .collect();
    for name in &names {
        let path = folder.path(name);
        fs::create_dir_all(path.parent().expect("the path has a parent folder")).expect("create the folder");
        fs::write(path, name).expect("write the file");
    }
    let loaded = folder.load("").expect("the folder exists");
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
    context_invalid_json: invalid JSON in DIR/broken.json (line 2, column 6): expected `:`
    fix the file, or load it as text with `--context`
    ");
    assert_snapshot!(folder.shown(load_json(&folder.path("deep.json"), &options)), @r"
    context_invalid_json: invalid JSON in DIR/deep.json (line 1, column 128): recursion limit exceeded
    fix the file, or load it as text with `--context`
    ");
    assert_snapshot!(folder.shown(load_json(&folder.path("none.json"), &options)), @r"
    context_not_found: file or folder not found: DIR/none.json
    check the spelling
    ");
}

#[test]
fn base_folder_paths_are_named_relative_to_it() {
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
    let specs = ["notes/*.md", "../b/land.txt"].map(|path| path.parse::<ContextSpec>().expect("valid path"));
    let loaded = load(&specs, &options).expect("the files exist");
    assert_eq!(
        folder.names(&loaded.context),
        ["notes/1.md", "notes/2.md", "../b/land.txt"]
    );
    let whole = load(&[ContextSpec::path("notes")], &options).expect("the folder exists");
    assert_eq!(
        folder.names(&whole.context),
        ["notes/1.md", "notes/2.md", "notes/skip.txt"]
    );
    let named = load(&["x=notes".parse().expect("valid path")], &options).expect("the folder exists");
    assert_eq!(folder.names(&named.context), ["x/1.md", "x/2.md", "x/skip.txt"]);
    assert!(
        folder
            .shown(load(&[ContextSpec::path("gone")], &options))
            .contains("DIR/a/gone")
    );
}
