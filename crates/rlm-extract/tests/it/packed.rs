//! DOCX and compressed files.
#![cfg(all(feature = "docx", feature = "gzip", feature = "zstd"))]
use std::io::{Cursor, Write as _};

use insta::assert_snapshot;
use rlm_extract::{ExtractError, Format, Limits, Packed, Packing, extract, unpack};
use zip::write::SimpleFileOptions;

fn docx(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("writing to memory succeeds");
        archive
            .write_all(content.as_bytes())
            .expect("writing to memory succeeds");
    }
    archive.finish().expect("writing to memory succeeds").into_inner()
}

fn read(bytes: Vec<u8>) -> Result<String, ExtractError> {
    extract(Format::Docx, bytes, Limits::default()).map(|extracted| extracted.text)
}

const DOCUMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Rates &amp; duties</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">One </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>bold</w:t></w:r><w:r><w:t xml:space="preserve"> word,</w:t><w:br/><w:t>Gr&#246;&#xdf;e.</w:t></w:r>
<w:del><w:r><w:t>taken out</w:t></w:r></w:del><w:ins><w:r><w:t xml:space="preserve"> Put in.</w:t></w:r></w:ins></w:p>
<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr><w:r><w:t>an item</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Name</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Sum</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>Ada</w:t></w:r></w:p><w:p><w:r><w:t>Lovelace</w:t></w:r></w:p></w:tc>
<w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>1,200</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>
<w:p><w:r><w:t>The end.</w:t></w:r></w:p></w:body></w:document>"#;

#[test]
fn docx_is_extracted_as_text() {
    let notes = r#"<w:footnotes><w:footnote><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let text = read(docx(&[("word/document.xml", DOCUMENT), ("word/footnotes.xml", notes)]));
    assert_snapshot!(text.expect("the document is readable"), @r"
    # Rates & duties

    One bold word,
    Größe. Put in.

    - an item

    | Name | Sum |
    | Ada Lovelace | | 1,200 | |

    The end.

    A note.
    ");
}

#[test]
fn invalid_docx_files_report_the_reason() {
    let said = |bytes: Vec<u8>| read(bytes).expect_err("expected an error").to_string();
    assert_snapshot!(said(b"text".to_vec()), @"invalid DOCX: invalid Zip archive: Could not find EOCD");
    assert_snapshot!(said(docx(&[("a.txt", "x")])), @"it contains no word/document.xml");
    assert_snapshot!(said(docx(&[("word/document.xml", "<w:p><w:t>x")])), @"truncated XML");
    assert_snapshot!(said(docx(&[("word/document.xml", "<w:p><w:t></w:t></w:p>")])), @"it contains no text");
}

#[test]
fn docx_that_unpacks_beyond_the_limit_is_rejected() {
    let bomb = docx(&[("word/document.xml", &" ".repeat(3 << 20))]);
    assert!(bomb.len() < 10_000);
    let limits = Limits {
        bytes: 1 << 20,
        ..Limits::default()
    };
    assert_eq!(
        extract(Format::Docx, bomb, limits),
        Err(ExtractError::TooLarge { limit: limits.bytes })
    );
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("writing to memory succeeds");
    encoder.finish().expect("writing to memory succeeds")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn compressed_files_are_unpacked_within_limits() {
    for (packing, pack) in [(Packing::Gzip, gzipped as fn(&[u8]) -> Vec<u8>), (Packing::Zstd, zstd)] {
        let text = "a line\n".repeat(10_000);
        let mut packed = pack(text.as_bytes());
        assert_eq!(
            unpack(packing, &packed, Limits::default()).as_deref(),
            Ok(text.as_bytes())
        );
        // Two concatenated members are one file.
        packed.extend(pack(b"the end"));
        let both = unpack(packing, &packed, Limits::default()).expect("both files are valid");
        assert_eq!(both.len(), text.len() + 7);
        let limits = Limits {
            bytes: 70_006,
            ..Limits::default()
        };
        assert_eq!(
            unpack(packing, &packed, limits),
            Err(ExtractError::TooLarge { limit: 70_006 })
        );
        let one_at_a_time = Packed::count(packing, &packed, Limits::default()).expect("the file is valid");
        assert_eq!(one_at_a_time.bytes(), both.len() as u64);
        assert_eq!(one_at_a_time.unpack().as_ref(), Ok(&both));
        let half = packed.get(..packed.len() / 2).unwrap_or_default();
        let damaged = unpack(packing, half, Limits::default());
        assert!(
            matches!(damaged, Err(ExtractError::Damaged { .. })),
            "{packing:?}: {damaged:?}"
        );
    }
}

#[test]
fn excessive_compression_ratios_are_rejected() {
    let zeros = vec![0; 65 << 20];
    for (packing, packed) in [(Packing::Gzip, gzipped(&zeros)), (Packing::Zstd, zstd(&zeros))] {
        assert!(packed.len() < 100_000);
        let refused = unpack(packing, &packed, Limits::default());
        assert_eq!(refused, Err(ExtractError::TooPacked { times: 200 }));
        // Up to 64 MiB, any ratio is allowed.
        let small = Limits {
            bytes: 1 << 30,
            ratio: 1_000_000,
            ..Limits::default()
        };
        assert_eq!(
            unpack(packing, &packed, small).map(|bytes| bytes.len()),
            Ok(zeros.len())
        );
    }
    let bomb = docx(&[("word/document.xml", &" ".repeat(65 << 20))]);
    assert_eq!(
        extract(Format::Docx, bomb, Limits::default()),
        Err(ExtractError::TooPacked { times: 200 })
    );
}
