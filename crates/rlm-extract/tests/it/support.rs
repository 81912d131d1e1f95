//! Files that tests write.

use std::io::{Cursor, Write as _};

use rlm_extract::{Extracted, Format, Limits, Section, extract};
use zip::write::SimpleFileOptions;

/// Writes a ZIP archive with these members.
pub(crate) fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        // Formats that are told by their first member store it as it is.
        let options = match *name {
            "mimetype" => SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
            _ => SimpleFileOptions::default(),
        };
        archive.start_file(*name, options).expect("writing to memory succeeds");
        archive
            .write_all(content.as_bytes())
            .expect("writing to memory succeeds");
    }
    archive.finish().expect("writing to memory succeeds").into_inner()
}

/// Extracts a text with default limits.
pub(crate) fn read(format: Format, bytes: Vec<u8>) -> Extracted {
    extract(format, bytes, Limits::default()).expect("the file is readable")
}

/// Returns the text with the label of each section before it, as `«slide 1»`.
pub(crate) fn labelled(extracted: &Extracted) -> String {
    let mut shown = extracted.text.clone();
    for Section { start, label } in extracted.sections.iter().rev() {
        shown.insert_str(*start, &format!("«{label}»"));
    }
    shown.replace('\u{c}', "␌")
}
