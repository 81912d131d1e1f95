//! Checks the loading of context files of every format: intact, damaged and compressed.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::time::Duration;

use rlm_context::{
    ContentDigest, ContextError, ContextSpec, Document, ExtractError, ExtractLimits, LoadOptions, Loaded, load,
};
use zip::write::SimpleFileOptions;

/// The file names under which arbitrary bytes are loaded, with the media type that each name
/// implies.
const KINDS: [(&str, &str); 12] = [
    ("a.txt", PLAIN),
    ("a.md", "text/markdown"),
    ("a.csv", "text/csv"),
    ("a.tsv", "text/tab-separated-values"),
    ("a.jsonl", "application/jsonl"),
    ("a.json", "application/json"),
    ("a.html", "text/html"),
    ("a.pdf", "application/pdf"),
    ("a.docx", DOCX),
    ("a.txt.gz", PLAIN),
    ("a.log.zst", PLAIN),
    ("a", PLAIN),
];

const PLAIN: &str = "text/plain";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// A compression format: its file name extension and its compressor.
type Packing = (&'static str, fn(&[u8]) -> Vec<u8>);

/// All compression formats in which files are loaded.
const PACKINGS: [Packing; 2] = [("gz", gzipped), ("zst", zstd)];

/// The part of a DOCX archive that contains the text.
const DOCX_PART: &str = "word/document.xml";

/// The limits for extracting text from a file: size of the result, and time.
const LIMITS: ExtractLimits = ExtractLimits {
    bytes: 4 << 20,
    ratio: 200,
    time: Duration::from_secs(5),
};

/// Loads bytes as a file of each format, both plain and compressed, and their text as the text of a
/// DOCX.
///
/// # Panics
/// If a document contradicts its metadata, two loads of the same file differ without a timeout, a
/// compressed file differs from the plain one, or a message contains control characters.
pub fn context_loader(data: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let loaded = KINDS.map(|(name, media_type)| {
        let first = loaded_as(folder.path(), name, media_type, data);
        is_the_same(name, &first, &loaded_as(folder.path(), name, media_type, data));
        first
    });
    for ((name, media_type), plain) in KINDS.iter().zip(&loaded) {
        // A file that is compressed twice is decompressed only once.
        if name.ends_with(".gz") || name.ends_with(".zst") {
            continue;
        }
        for (ending, pack) in PACKINGS {
            let packed_name = format!("{name}.{ending}");
            let packed = loaded_as(folder.path(), &packed_name, media_type, &pack(data));
            is_the_same(&packed_name, plain, &packed);
        }
    }
    let _ = loaded_as(folder.path(), "a.docx", DOCX, &docx(data));
    text_is_that_of_a_docx(folder.path(), &String::from_utf8_lossy(data));
}

/// Loads bytes as a file with a given name.
fn loaded_as(folder: &Path, name: &str, media_type: &str, data: &[u8]) -> Result<Loaded, ContextError> {
    std::fs::write(folder.join(name), data).unwrap();
    let options = LoadOptions {
        base: Some(folder.to_owned()),
        limits: LIMITS,
        ..LoadOptions::default()
    };
    let loaded = load(&[ContextSpec::path(name)], &options);
    match &loaded {
        Ok(loaded) => is_as_it_says(name, media_type, loaded),
        Err(error) => {
            assert!(!error.code().is_empty() && !error.hint().is_empty(), "{name}: {error}");
            in_one_line(name, &error.to_string());
        }
    }
    loaded
}

/// Panics if two attempts to load a file, or its compressed form, have different results. Ignores
/// timeouts, which depend on the machine.
fn is_the_same(name: &str, first: &Result<Loaded, ContextError>, second: &Result<Loaded, ContextError>) {
    let seen = |loaded: &Loaded| -> Vec<_> {
        let documents = loaded.context.documents().iter();
        documents
            .map(|document| {
                (
                    document.as_str().to_owned(),
                    document.replaced(),
                    document.shown_documents(),
                )
            })
            .collect()
    };
    match (first, second) {
        (Ok(first), Ok(second)) => assert_eq!(seen(second), seen(first), "{name}"),
        (Err(error), _) | (_, Err(error)) if is_too_slow(error) => {}
        (Err(first), Err(second)) => assert_eq!(why(second), why(first), "{name}"),
        (first, second) => panic!(
            "{name} is loaded or not: {:?}, {:?}",
            first.as_ref().err(),
            second.as_ref().err()
        ),
    }
}

fn is_too_slow(error: &ContextError) -> bool {
    let cause = if let ContextError::NoText { cause, .. } = error {
        Some(cause)
    } else {
        None
    };
    matches!(cause, Some(ExtractError::TooSlow { .. }))
}

/// Returns the cause of a loading error, without the file's name.
fn why(error: &ContextError) -> (&'static str, Option<&ExtractError>) {
    let cause = if let ContextError::NoText { cause, .. } = error {
        Some(cause)
    } else {
        None
    };
    (error.code(), cause)
}

/// Writes a text as a DOCX file with one paragraph per line, loads it, and panics if the loaded
/// text differs.
fn text_is_that_of_a_docx(folder: &Path, text: &str) {
    let shown = |line: &str| line.chars().filter(|c| !c.is_control()).collect::<String>();
    let lines: Vec<String> = text.lines().map(shown).filter(|line| !line.trim().is_empty()).collect();
    let mut xml = String::from("<w:document><w:body>");
    for line in &lines {
        let line = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = write!(xml, "<w:p><w:r><w:t>{line}</w:t></w:r></w:p>");
    }
    xml.push_str("</w:body></w:document>");
    match loaded_as(folder, "a.docx", DOCX, &docx(xml.as_bytes())) {
        Ok(loaded) => {
            let expected = format!("{}\n", lines.join("\n\n").trim_end());
            assert_eq!(loaded.context.documents()[0].as_str(), expected, "{text:?}");
        }
        Err(error) => assert!(is_too_slow(&error) || lines.is_empty(), "{error}: {text:?}"),
    }
}

fn docx(document: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(DOCX_PART, SimpleFileOptions::default()).unwrap();
    archive.write_all(document).unwrap();
    archive.finish().unwrap().into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn is_as_it_says(name: &str, media_type: &str, loaded: &Loaded) {
    for warning in &loaded.warnings {
        in_one_line(name, &warning.to_string());
    }
    for line in loaded.context.metadata().lines() {
        in_one_line(name, line);
    }
    for document in loaded.context.documents() {
        let text = document.as_str();
        assert_eq!(
            (document.name().as_str(), document.media_type().as_str()),
            (name, media_type)
        );
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
        let is_ordered = place.start.section != place.end.section || order(&place.start) <= order(&place.end);
        assert!(is_ordered, "{name}: {place}");
        assert!(place.start.line >= 1 && place.start.column >= 1, "{name}: {place}");
    }
    assert_eq!(document.locate(0..text.len() + 1), None, "{name}");
}

fn in_one_line(name: &str, said: &str) {
    let control = said.chars().find(|c| c.is_control());
    assert_eq!(control, None, "{name}: {said:?}");
}
