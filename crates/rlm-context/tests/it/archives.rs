//! Archives, and the files within them.

use std::io::{Cursor, Write as _};

use insta::assert_snapshot;
use rlm_context::{ContextSpec, LoadOptions, OnUnreadable, load};

use crate::folder::Folder;

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).expect("writing to memory succeeds");
        archive.write_all(content).expect("writing to memory succeeds");
    }
    archive.finish().expect("writing to memory succeeds").into_inner()
}

fn letters() -> Vec<u8> {
    zipped(&[
        ("2025/baker.md", b"The oven smokes.\n"),
        ("page.html", b"<h1>Rates</h1>"),
        ("inner.tar.gz", b"x"),
        ("photo.bin", b"\0\0\0"),
        ("../costs.csv", b"item,euros\nroof,1200\n"),
    ])
}

#[test]
fn each_file_of_an_archive_is_a_document() {
    let folder = Folder::with(&[("letters.zip", &letters()), ("a.md", b"text\n")]);
    let loaded = folder.load("").expect("most files are readable");
    assert_eq!(
        folder.names(&loaded.context),
        [
            "DIR/a.md",
            "DIR/letters.zip/2025/baker.md",
            "DIR/letters.zip/page.html",
            "DIR/letters.zip/costs.csv"
        ]
    );
    assert_snapshot!(folder.warnings(&loaded).join("\n"), @r"
    skipped DIR/letters.zip/inner.tar.gz: an archive within an archive
    skipped DIR/letters.zip/photo.bin: a binary file
    ");
    let [_, baker, page, costs] = loaded.context.documents() else {
        panic!("expected four documents")
    };
    assert_eq!((page.as_str(), page.media_type().as_str()), ("# Rates\n", "text/html"));
    assert_eq!(costs.media_type(), "text/csv");
    let cited = baker.locate(0..8).expect("within the text").to_string();
    assert_eq!(folder.without_path(&cited), "DIR/letters.zip/2025/baker.md:1:1-8");
}

#[test]
fn files_of_an_archive_are_found_again_by_their_locations() {
    let folder = Folder::with(&[("letters.zip", &letters())]);
    let loaded = folder.load("letters.zip").expect("most files are readable");
    let specs: Vec<_> = loaded
        .context
        .documents()
        .iter()
        .map(|document| {
            let location = document.location().expect("it is in an archive");
            ContextSpec::at_location(location)
                .expect("the archive exists")
                .named(document.name().clone())
        })
        .collect();
    let again = load(&specs, &LoadOptions::default()).expect("each file is there");
    let texts = |loaded: &rlm_context::Loaded| -> Vec<String> {
        loaded
            .context
            .documents()
            .iter()
            .map(|document| document.as_str().to_owned())
            .collect()
    };
    assert_eq!(texts(&again), texts(&loaded));
    assert_eq!(folder.names(&again.context), folder.names(&loaded.context));
    // A path may lead into an archive, too.
    let one = folder.load("letters.zip/2025/baker.md").expect("it is there");
    assert_eq!(one.context.documents()[0].as_str(), "The oven smokes.\n");
    assert_snapshot!(folder.shown(folder.load("letters.zip/2025/mason.md")), @r"
    context_not_found: file or folder not found: DIR/letters.zip/2025/mason.md
    check the spelling
    ");
}

#[test]
fn records_of_an_archive_are_documents() {
    let folder = Folder::with(&[(
        "costs.zip",
        &zipped(&[("costs.csv", b"item,euros\nroof,1200\nsteps,85\n")]),
    )]);
    let loaded = folder.load("costs.zip").expect("it is readable");
    assert_eq!(loaded.context.shown_documents(), 2);
}

#[test]
fn damaged_archives_are_named() {
    let folder = Folder::with(&[
        ("a.md", b"text\n"),
        ("broken.zip", b"PK\x03\x04"),
        ("broken.tar", b"text"),
    ]);
    let loaded = folder.load("").expect("the other file is readable");
    assert_snapshot!(folder.warnings(&loaded).join("\n"), @r"
    skipped DIR/broken.tar: invalid TAR: failed to read entire block
    skipped DIR/broken.zip: invalid ZIP: invalid Zip archive: Could not find EOCD
    ");
    assert_eq!(loaded.context.without_text().len(), 2);
    let options = LoadOptions {
        on_unreadable: OnUnreadable::Fail,
        ..LoadOptions::default()
    };
    let failed = load(&[folder.spec("")], &options);
    assert_snapshot!(folder.shown(failed), @r"
    context_no_text: can't extract text from DIR/broken.tar: invalid TAR: failed to read entire block
    save it again with the program that made it, or leave it out; `--on-unreadable skip` skips such files
    ");
}

#[test]
fn archives_share_the_size_limit_of_the_context() {
    let half = zipped(&[("a.md", "text ".repeat(120_000).as_bytes())]);
    let folder = Folder::with(&[("a.zip", &half), ("b.zip", &half)]);
    let options = LoadOptions {
        limits: rlm_context::ExtractLimits {
            bytes: 1_000_000,
            ..rlm_context::ExtractLimits::default()
        },
        ..LoadOptions::default()
    };
    assert!(load(&[folder.spec("a.zip")], &options).is_ok());
    // An archive that is larger than the limit is not even read.
    let tiny = LoadOptions {
        limits: rlm_context::ExtractLimits {
            bytes: 100,
            ..options.limits
        },
        ..options.clone()
    };
    let refused = load(&[folder.spec("a.zip")], &tiny).expect_err("it is too large");
    assert!(
        refused.to_string().ends_with("it unpacks to more than 100 bytes"),
        "{refused}"
    );
    let both = load(&[folder.spec("")], &options).expect_err("both are too large");
    assert_eq!(both.code(), "context_unpacked");
}
