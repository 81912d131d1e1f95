//! Files of every kind that a context can be made of, whole and damaged.

use std::time::Duration;

use rlm_context::{ContentDigest, ContextSpec, Document, ExtractLimits, LoadOptions, Loaded, load};

/// The names that a file of any bytes is loaded under; the last byte chooses.
const NAMES: [&str; 14] = [
    "a.txt",
    "a.md",
    "a.csv",
    "a.tsv",
    "a.jsonl",
    "a.json",
    "a.html",
    "a.pdf",
    "a.docx",
    "a.txt.gz",
    "a.log.zst",
    "a.csv.gz",
    "a.pdf.gz",
    "a",
];

/// How files of a kind begin, and what they are called.
const BEGINNINGS: [(&[u8], &str); 7] = [
    (b"%PDF", "a.pdf"),
    (b"PK", "a.docx"),
    (b"\x1f\x8b", "a.txt.gz"),
    (b"\x28\xb5\x2f\xfd", "a.log.zst"),
    (b"<", "a.html"),
    (b"{", "a.jsonl"),
    (b"#", "a.md"),
];

/// Loads any bytes as a file of a kind that fits how they begin, and as one that need not fit.
///
/// # Panics
/// Where a document is not what is said of it, two loads differ, or something is said with control characters.
pub fn context_loader(data: &[u8]) {
    let fitting = BEGINNINGS.iter().find(|(beginning, _)| data.starts_with(beginning));
    let other = NAMES[usize::from(data.last().copied().unwrap_or_default()) % NAMES.len()];
    let folder = tempfile::tempdir().unwrap();
    for name in [fitting.map_or("a.csv", |(_, name)| name), other] {
        let path = folder.path().join(name);
        std::fs::write(&path, data).unwrap();
        let options = LoadOptions {
            limits: ExtractLimits {
                bytes: 4 << 20,
                time: Duration::from_secs(5),
            },
            ..LoadOptions::default()
        };
        let spec = [ContextSpec::path(path).named("file")];
        match (load(&spec, &options), load(&spec, &options)) {
            (Ok(loaded), Ok(again)) => {
                assert_eq!(loaded.context.digest(), again.context.digest(), "{name}");
                is_as_it_says(name, &loaded);
            }
            (Err(error), Err(_)) => {
                assert!(!error.code().is_empty() && !error.hint().is_empty(), "{name}: {error}");
                in_one_line(name, &error.to_string());
            }
            (loaded, again) => panic!("{name} is loaded or not: {:?}, {:?}", loaded.err(), again.err()),
        }
    }
}

fn is_as_it_says(name: &str, loaded: &Loaded) {
    for warning in &loaded.warnings {
        in_one_line(name, &warning.to_string());
    }
    for line in loaded.context.metadata().lines() {
        in_one_line(name, line);
    }
    for document in loaded.context.documents() {
        let text = document.as_str();
        assert_eq!(document.bytes(), text.len() as u64, "{name}");
        assert_eq!(document.chars(), text.chars().count() as u64, "{name}");
        let last = u64::from(!text.is_empty() && !text.ends_with('\n'));
        assert_eq!(document.lines(), text.matches('\n').count() as u64 + last, "{name}");
        assert_eq!(document.digest(), ContentDigest::of(text.as_bytes()), "{name}");
        places_are_within(name, document);
        let shown = document.records().map_or(1, Iterator::count) as u64;
        assert_eq!(document.shown_documents(), shown, "{name}");
    }
}

fn places_are_within(name: &str, document: &Document) {
    let text = document.as_str();
    for share in [0, 1, 2, 3] {
        let start = text.floor_char_boundary(text.len() * share / 4);
        let end = text.ceil_char_boundary(text.len().min(start + 40));
        let place = document
            .locate(start..end)
            .unwrap_or_else(|| panic!("{name}: no place for {start}..{end}"));
        let order = |at: &rlm_context::Position| (at.page, at.line, at.column);
        assert!(order(&place.start) <= order(&place.end), "{name}: {place}");
        assert!(place.start.line >= 1 && place.start.column >= 1, "{name}: {place}");
    }
    assert_eq!(document.locate(0..text.len() + 1), None, "{name}");
}

fn in_one_line(name: &str, said: &str) {
    let control = said.chars().find(|c| c.is_control());
    assert_eq!(control, None, "{name}: {said:?}");
}
