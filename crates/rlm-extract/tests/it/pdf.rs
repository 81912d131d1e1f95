//! PDF documents from many producers, compared with the words that `pdftotext` finds in them
//! (`tests/pdf/generate.py`).
#![cfg(feature = "pdf")]
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use insta::assert_snapshot;
use proptest::prelude::*;
use rlm_extract::{ExtractError, Extracted, Format, Limits, extract};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pdf")
}

fn read(name: &str) -> Result<Extracted, ExtractError> {
    let bytes = fs::read(folder().join(name)).expect("the document exists");
    extract(Format::Pdf, bytes, Limits::default())
}

/// Counts the words that occur in both texts.
fn kept(found: &str, expected: &str) -> usize {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for word in found.split_whitespace() {
        *left.entry(word).or_default() += 1;
    }
    expected
        .split_whitespace()
        .filter(|word| match left.get_mut(word) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        })
        .count()
}

/// Expands ligatures, which pdftotext keeps.
fn letters(text: &str) -> String {
    [("ﬀ", "ff"), ("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬃ", "ffi"), ("ﬄ", "ffl")]
        .iter()
        .fold(text.to_owned(), |text, (ligature, letters)| {
            text.replace(ligature, letters)
        })
}

#[test]
fn pdf_columns_and_pages_are_read_in_order() {
    let columns = read("two-columns.pdf").expect("text is extracted");
    let shown: Vec<_> = columns.text.lines().take(12).collect();
    assert_snapshot!("columns", shown.join("\n"));
    let pages = read("pages.pdf").expect("text is extracted");
    assert_eq!(pages.sections.len(), 5);
    for (index, section) in pages.sections.iter().enumerate() {
        let begin = section.start;
        let page = pages.text.get(begin..).expect("a page starts on a code point boundary");
        assert!(page.starts_with("Report on the winter trade"), "{page}");
        let page = page.split('\u{c}').next().unwrap_or_default();
        assert!(page.contains(&format!("page {} of 5", index + 1)));
    }
}

#[test]
fn pdf_table_cells_of_a_row_share_a_line() {
    let table = read("table.pdf").expect("text is extracted");
    let shown: Vec<_> = table.text.lines().take(5).collect();
    assert_snapshot!("table", shown.join("\n"));
}

/// Creates a one-page PDF with the given content stream, compressed by `filters`.
fn with_content(content: &[u8], filters: &str) -> Vec<u8> {
    let mut pdf =
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\n\
        endobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 \
        <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>\nendobj\n"
            .to_vec();
    pdf.extend(format!("4 0 obj\n<</Length {}/Filter[{filters}]>>\nstream\n", content.len()).bytes());
    pdf.extend(content);
    pdf.extend(b"\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n");
    pdf
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("writing to memory succeeds");
    encoder.finish().expect("writing to memory succeeds")
}

#[test]
fn oversized_pdf_stream_is_rejected_before_decompression() {
    let limits = Limits {
        bytes: 8 << 20,
        ..Limits::default()
    };
    let text = b"BT /F1 12 Tf 50 700 Td (A line of text that is long enough) Tj ET";
    let read = |pdf: Vec<u8>| extract(Format::Pdf, pdf, limits).map(|extracted| extracted.text);
    assert_eq!(
        read(with_content(&deflated(text), "/FlateDecode")).as_deref(),
        Ok("A line of text that is long enough\n")
    );
    let refused = Err(ExtractError::TooLarge { limit: limits.bytes });
    let spaces = vec![b' '; 9 << 20];
    assert_eq!(read(with_content(&deflated(&spaces), "/FlateDecode")), refused);
    // Compressed twice, it is about a thousand times smaller again.
    let twice = deflated(&deflated(&vec![b' '; 64 << 20]));
    assert!(twice.len() < 2_000);
    assert_eq!(read(with_content(&twice, "/FlateDecode/FlateDecode")), refused);
}

#[test]
fn malicious_pdf_files_end_in_an_error() {
    let brackets = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let circle =
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[2 0 R]/Count 9>>\n\
        endobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n";
    let whole = fs::read(folder().join("plain.pdf")).expect("the document exists");
    let half = whole.get(..whole.len() / 3).unwrap_or_default();
    let cases: [(&str, &[u8]); 6] = [
        ("empty", b""),
        ("text", b"Dear reader, this is a letter."),
        ("only a head", b"%PDF-1.7\n"),
        ("its pages are their own parent", circle),
        ("brackets", brackets.as_bytes()),
        ("cut off", half),
    ];
    let mut shown = String::new();
    for (name, bytes) in cases {
        let result = extract(Format::Pdf, bytes.to_vec(), Limits::default());
        let said = result.map_or_else(
            |error| error.to_string(),
            |extracted| format!("{} bytes", extracted.text.len()),
        );
        let _ = writeln!(shown, "{name}: {said}");
    }
    assert_snapshot!("lies", shown);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any change to a document's bytes results in a text or an error, in bounded time.
    #[test]
    fn corrupted_pdf_bytes_yield_text_or_an_error(
        name in prop::sample::select(vec!["nested-table.pdf", "form.pdf", "cjk.pdf", "protected.pdf", "stroked.pdf"]),
        changes in prop::collection::vec((0.0_f64..1.0, any::<u8>()), 1..40),
    ) {
        let mut bytes = fs::read(folder().join(name)).expect("the document exists");
        for (at, byte) in changes {
            let at = (at * bytes.len() as f64) as usize;
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        let limits = Limits { time: Duration::from_secs(20), ..Limits::default() };
        let result = extract(Format::Pdf, bytes, limits);
        let is_slow = matches!(result, Err(ExtractError::TooSlow { .. }));
        prop_assert!(!is_slow);
    }
}

#[test]
fn extracted_pdf_words_match_pdftotext() {
    let mut names: Vec<_> = fs::read_dir(folder())
        .expect("the folder exists")
        .filter_map(|file| file.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".pdf"))
        .collect();
    names.sort();
    let mut shown = String::new();
    let mut worst = 100.0_f64;
    for name in &names {
        let expected =
            fs::read_to_string(folder().join(name).with_extension("words")).expect("the text contains its words");
        let expected = letters(&expected);
        let all = expected.split_whitespace().count();
        match read(name) {
            Ok(extracted) => {
                let share = 100.0 * kept(&extracted.text, &expected) as f64 / all.max(1) as f64;
                worst = worst.min(share);
                let pages = extracted.sections.len();
                let _ = writeln!(shown, "{name}: {share:.1} % of {all} words, {pages} page(s)");
            }
            Err(error) => {
                let _ = writeln!(shown, "{name}: {error} (pdftotext finds {all} words)");
            }
        }
    }
    assert_snapshot!("words", shown);
    assert!(worst >= 95.0, "{shown}");
}
