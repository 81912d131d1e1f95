//! Media types, detected by file extension.

use std::path::Path;

use rlm_extract::{Format, Packing};

const PLAIN: &str = "text/plain";

/// Returns the media type for a file name, ignoring the extension of a packing such as `.gz`.
/// Defaults to `text/plain`.
pub(crate) fn of_name(name: &str) -> &'static str {
    let name = Packing::of_name(name).map_or(name, |(_, inside)| inside);
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("md" | "markdown") => "text/markdown",
        Some("html" | "htm" | "xhtml") => "text/html",
        Some("csv") => "text/csv",
        Some("tsv") => "text/tab-separated-values",
        Some("xml") => "application/xml",
        Some("json") => "application/json",
        Some("jsonl" | "ndjson") => "application/jsonl",
        Some("yaml" | "yml") => "application/yaml",
        Some("toml") => "application/toml",
        _ => PLAIN,
    }
}

/// Returns the media type of a document format.
pub(crate) const fn of_format(format: Format) -> &'static str {
    match format {
        Format::Html => "text/html",
        Format::Pdf => "application/pdf",
        Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Format::Xlsb => "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
        Format::Xls => "application/vnd.ms-excel",
        Format::Ods => "application/vnd.oasis.opendocument.spreadsheet",
        Format::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Format::Odt => "application/vnd.oasis.opendocument.text",
        Format::Odp => "application/vnd.oasis.opendocument.presentation",
        Format::Epub => "application/epub+zip",
        Format::Eml => "message/rfc822",
        Format::Mbox => "application/mbox",
        Format::Notebook => "application/x-ipynb+json",
        Format::Parquet => "application/vnd.apache.parquet",
        Format::Subtitles => "text/vtt",
    }
}

#[cfg(test)]
mod tests {
    use super::of_name;

    #[test]
    fn media_type_is_derived_from_the_extension() {
        assert_eq!(of_name("docs/README.MD"), "text/markdown");
        assert_eq!(of_name("a.b.json"), "application/json");
        assert_eq!(of_name("may/orders.csv.gz"), "text/csv");
        assert_eq!(of_name("app.log.zst"), "text/plain");
        assert_eq!(of_name("Makefile"), "text/plain");
        assert_eq!(of_name(".json"), "text/plain");
    }
}
