//! Files in other formats than text: extraction, locations, and errors for files without text.
#![cfg(feature = "formats")]
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use insta::assert_snapshot;
use rlm_context::{ContextError, ContextSpec, Formats, LoadOptions, LoadProgress, Loaded, OnUnreadable, load};
use tempfile::TempDir;

/// Reads a document from the tests of `rlm-extract`.
fn pdf(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rlm-extract/tests/pdf");
    fs::read(folder.join(name)).expect("the document exists")
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("writing to memory succeeds");
    encoder.finish().expect("writing to memory succeeds")
}

struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().expect("create a temporary folder"));
        for (name, content) in files {
            fs::write(folder.path(name), content).expect("write the file");
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self, name: &str, options: &LoadOptions) -> Result<Loaded, ContextError> {
        load(&[ContextSpec::path(self.path(name))], options)
    }

    fn without_path(&self, text: &str) -> String {
        text.replace(&self.0.path().display().to_string(), "DIR")
    }
}

#[test]
fn pdf_locations_have_page_and_line() {
    let folder = Folder::with(&[("report.pdf", &pdf("pages.pdf"))]);
    let loaded = folder
        .load("report.pdf", &LoadOptions::default())
        .expect("text is extracted");
    let [document] = loaded.context.documents() else {
        panic!("expected one document, got {:?}", loaded.context)
    };
    assert_eq!(
        (document.sections().count(), document.media_type().as_str()),
        (5, "application/pdf")
    );
    let at = document.as_str().find("page 3 of 5").expect("the footer of a page");
    let place = document.locate(at..at + 11).expect("within the text");
    assert_snapshot!(folder.without_path(&place.to_string()), @"DIR/report.pdf:p3:17:1-11");
    let over = document.locate(at..at + 60).expect("within the text");
    assert_snapshot!(folder.without_path(&over.to_string()), @"DIR/report.pdf:p3:17:1-p4:3:18");
}

#[test]
fn folder_of_mixed_formats_is_loaded() {
    let folder = Folder::with(&[
        ("a.md", b"# Notes\n"),
        ("app.log.gz", &gzipped(b"one\ntwo\n")),
        ("locked.pdf", &pdf("locked.pdf")),
        ("old.txt", b"gr\xf6\xdfer\n"),
        ("page.html", b"<h1>Rates</h1><script>x</script>"),
        ("plain.pdf.gz", &gzipped(&pdf("code.pdf"))),
        ("scanned.pdf", &pdf("scanned.pdf")),
        ("torn.gz", b"\x1f\x8b\x08\x00"),
    ]);
    let spec = ContextSpec::path(folder.path("")).named("files");
    let loaded = load(&[spec], &LoadOptions::default()).expect("most files are readable");
    let mut shown = loaded.context.metadata();
    for warning in &loaded.warnings {
        shown.push_str(&format!("warning: {warning}\n"));
    }
    assert_snapshot!(folder.without_path(&shown));
    assert_eq!(loaded.context.documents()[1].as_str(), "one\ntwo\n");
    let manifest = loaded.context.manifest();
    assert_eq!(manifest.without_text, loaded.context.without_text());
}

#[test]
fn named_file_without_text_is_an_error_unless_skipping() {
    let folder = Folder::with(&[("a.md", b"text\n"), ("scanned.pdf", &pdf("scanned.pdf"))]);
    let specs = ["a.md", "scanned.pdf"].map(|name| ContextSpec::path(folder.path(name)));
    let load_as = |on_unreadable, specs: &[ContextSpec]| {
        let options = LoadOptions {
            on_unreadable,
            ..LoadOptions::default()
        };
        load(specs, &options)
    };
    let error = load_as(OnUnreadable::Fitting, &specs).expect_err("expected an error that names the file");
    let said = format!("{}: {error}\n{}", error.code(), error.hint());
    assert_snapshot!(folder.without_path(&said), @r"
    context_no_text: can't extract text from DIR/scanned.pdf: no text on 3 page(s), probably a scan
    run OCR on it (`ocrmypdf`), or leave it out; `--on-unreadable skip` skips such files
    ");
    let skipped = load_as(OnUnreadable::Skip, &specs).expect("the other file is loaded");
    assert_eq!(skipped.context.without_text().len(), 1);
    let all = [ContextSpec::path(folder.path(""))];
    assert_eq!(
        load_as(OnUnreadable::Fitting, &all)
            .expect("a folder")
            .context
            .without_text()
            .len(),
        1
    );
    assert!(matches!(
        load_as(OnUnreadable::Fail, &all),
        Err(ContextError::NoText { .. })
    ));
    let alone = load_as(OnUnreadable::Skip, &specs[1..]).expect_err("expected an error for no documents");
    assert_snapshot!(folder.without_path(&format!("{alone}; {}", alone.hint())), @"no readable text files in DIR/scanned.pdf (1 skipped); hidden and ignored files are skipped unless named directly; skipped DIR/scanned.pdf: no text on 3 page(s), probably a scan");
}

#[test]
fn standard_input_format_is_detected_by_magic_bytes() {
    for bytes in [pdf("code.pdf"), gzipped(&pdf("code.pdf"))] {
        let options = LoadOptions {
            standard_input: Some(bytes),
            ..LoadOptions::default()
        };
        let loaded = load(&["-".parse().expect("a context argument")], &options).expect("text is extracted");
        let [document] = loaded.context.documents() else {
            panic!("expected one document, got {:?}", loaded.context)
        };
        assert!(document.as_str().starts_with("def total(rows):"));
        assert_eq!(document.media_type(), "application/pdf");
    }
}

#[test]
fn text_extraction_can_be_disabled() {
    let folder = Folder::with(&[("page.html", b"<p>x</p>"), ("a.pdf", &pdf("code.pdf"))]);
    let options = LoadOptions {
        formats: Formats::AsTheyAre,
        ..LoadOptions::default()
    };
    let page = folder.load("page.html", &options).expect("the data is text");
    assert_eq!(page.context.documents()[0].as_str(), "<p>x</p>");
    assert!(
        folder
            .load("a.pdf", &options)
            .is_ok_and(|loaded| loaded.context.documents()[0].as_str().starts_with("%PDF"))
    );
}

#[test]
fn oversized_compressed_file_is_skipped_and_the_rest_loaded() {
    let folder = Folder::with(&[("a.txt", b"text\n"), ("bomb.gz", &gzipped(&vec![b'a'; 2 << 20]))]);
    let options = LoadOptions {
        limits: rlm_context::ExtractLimits {
            bytes: 1 << 20,
            ..Default::default()
        },
        ..LoadOptions::default()
    };
    let loaded = folder.load("", &options).expect("one file is loaded");
    assert_eq!(loaded.context.documents().len(), 1);
    assert_snapshot!(loaded.context.without_text()[0].why, @"it unpacks to more than 1048576 bytes");
}

/// Each file on its own is within the limit. The order of reading makes no difference: no file is
/// skipped.
#[test]
fn compressed_files_share_one_size_limit() {
    let packed = gzipped(&vec![b'a'; 600_000]);
    let folder = Folder::with(&[("a.gz", &packed), ("b.gz", &packed), ("c.txt", b"text\n")]);
    let options = |bytes| LoadOptions {
        limits: rlm_context::ExtractLimits {
            bytes,
            ..Default::default()
        },
        ..LoadOptions::default()
    };
    let loaded = folder
        .load("", &options(1_200_000))
        .expect("together they are within the limit");
    assert_eq!(loaded.context.documents().len(), 3);
    let error = folder
        .load("", &options(1_199_999))
        .expect_err("together they exceed the limit");
    assert_snapshot!(format!("{}: {error}; {}", error.code(), error.hint()));
    // The limit also covers the text of documents.
    let html = format!("<p>{}</p>", "a".repeat(2_000));
    let folder = Folder::with(&[("a.html.gz", &gzipped(html.as_bytes())), ("b.html", html.as_bytes())]);
    assert!(
        folder.load("", &options(2_100)).is_ok(),
        "uncompressed files don't count"
    );
}

#[test]
fn extracted_texts_are_cached_by_file_digest() {
    let folder = Folder::with(&[("a.pdf", &pdf("pages.pdf"))]);
    let options = LoadOptions {
        extraction_cache: Some(folder.path("kept")),
        ..LoadOptions::default()
    };
    let text = |loaded: Loaded| loaded.context.documents()[0].as_str().to_owned();
    let first = text(folder.load("a.pdf", &options).expect("text is extracted"));
    let kept: Vec<_> = fs::read_dir(folder.path("kept")).expect("create succeeds").collect();
    let [Ok(kept)] = kept.as_slice() else {
        panic!("expected one file, got {kept:?}")
    };
    assert_eq!(text(folder.load("a.pdf", &options).expect("text is extracted")), first);
    // A damaged cache file is extracted again and replaced.
    fs::write(kept.path(), "{\"text\":\"other\",\"pages\":[]}").expect("write the file");
    assert_eq!(text(folder.load("a.pdf", &options).expect("text is extracted")), first);
    assert!(
        fs::read_to_string(kept.path())
            .expect("write succeeds")
            .contains("winter trade")
    );
}

#[test]
fn loading_progress_is_reported_per_file() {
    let folder = Folder::with(&[("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c")]);
    let told = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&told);
    let options = LoadOptions {
        progress: Some(LoadProgress::new(move |_, of| {
            assert_eq!(of, 3);
            seen.fetch_add(1, Ordering::Relaxed);
        })),
        ..LoadOptions::default()
    };
    folder.load("", &options).expect("all files are readable");
    assert_eq!(told.load(Ordering::Relaxed), 3);
}

#[test]
fn places_in_sections_are_cited_by_their_names() {
    let notebook = br##"{"cells": [{"cell_type": "markdown", "source": "# Rates"}, {"cell_type": "code", "source": "x = 1\ny = 2"}]}"##;
    let mailbox = b"From a@example.org Sat Mar  1 10:00:00 2025\nFrom: a@example.org\nSubject: Roof\n\nIt leaks.\n\nFrom b@example.org Sat Mar  1 11:00:00 2025\nFrom: b@example.org\n\nMended.\n";
    let film = b"1\n00:01:02,500 --> 00:01:04,000\nThe roof is\nleaking.\n";
    let folder = Folder::with(&[("a.ipynb", notebook.as_slice()), ("b.mbox", mailbox), ("c.srt", film)]);
    let loaded = load(
        &[ContextSpec::path(folder.path("")).named("x")],
        &LoadOptions::default(),
    );
    let context = loaded.expect("all files are readable").context;
    let place = |number: usize, words: &str| {
        let document = &context.documents()[number];
        let at = document.as_str().find(words).expect(words);
        let place = document.locate(at..at + words.len()).expect("within the text");
        (place.to_string(), place.line_name().to_string())
    };
    let pair = |cited: &str, line: &str| (cited.to_owned(), line.to_owned());
    assert_eq!(place(0, "y = 2"), pair("x/a.ipynb#cell 2:3:1-5", "x/a.ipynb#cell 2:3"));
    assert_eq!(
        place(1, "leaks"),
        pair("x/b.mbox#message 1, Roof:4:4-8", "x/b.mbox#message 1, Roof:4")
    );
    assert_eq!(
        place(2, "leaking"),
        pair("x/c.srt#00:01:02:1:28-34", "x/c.srt#00:01:02:1")
    );
    assert_snapshot!(context.metadata(), @r"
    a dict of 3 documents by name: 144 characters, 144 bytes, 17 lines, b8d0c16eda8f
      0. x/a.ipynb (application/x-ipynb+json): 31 characters, 7 lines, 2 cells
      1. x/b.mbox (application/mbox): 77 characters, 9 lines, 2 messages
      2. x/c.srt (text/vtt): 36 characters, 1 line, 1 cue
    ");
}
