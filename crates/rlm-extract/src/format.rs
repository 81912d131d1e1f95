//! File formats, detected by file extension or magic bytes.

use std::path::Path;

/// The length in bytes of the start of a ZIP archive in which its kind is looked for.
const ZIP_START_BYTES: usize = 128;

/// The length in bytes of the end of a ZIP archive, which lists its members.
const ZIP_END_BYTES: usize = 64 * 1024;

/// A document format from which text can be extracted.
///
/// ```
/// use rlm_extract::Format;
///
/// assert_eq!(Format::of_name("minutes.PDF"), Some(Format::Pdf));
/// assert_eq!(Format::of_bytes(b"%PDF-1.7"), Some(Format::Pdf));
/// assert_eq!(Format::of_name("minutes.md"), None, "it is text as it stands");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// HTML: the text as Markdown.
    Html,
    /// PDF: the text of each page.
    Pdf,
    /// Word's DOCX: paragraphs and tables.
    Docx,
    /// Excel's XLSX and XLSM: the rows of each sheet as CSV.
    Xlsx,
    /// Excel's binary XLSB: the rows of each sheet as CSV.
    Xlsb,
    /// XLS of Excel before 2007: the rows of each sheet as CSV.
    Xls,
    /// The spreadsheets of `LibreOffice`: the rows of each sheet as CSV.
    Ods,
    /// `PowerPoint`'s PPTX: slides and notes.
    Pptx,
    /// The texts of `LibreOffice`: paragraphs and tables.
    Odt,
    /// The presentations of `LibreOffice`: slides and notes.
    Odp,
    /// E-books: the chapters as Markdown.
    Epub,
    /// A mail message.
    Eml,
    /// A mailbox of messages.
    Mbox,
    /// A Jupyter notebook: cells and their outputs.
    Notebook,
    /// Parquet: the rows as CSV.
    Parquet,
    /// Subtitles, SRT or `WebVTT`: cues with their times.
    Subtitles,
}

/// An archive of files.
///
/// ```
/// use rlm_extract::Archive;
///
/// assert_eq!(Archive::of_name("backup.tar.gz"), Some(Archive::Tar));
/// assert_eq!(Archive::of_name("letters.ZIP"), Some(Archive::Zip));
/// assert_eq!(Archive::of_name("letters.docx"), None, "it is one document");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Archive {
    /// ZIP.
    Zip,
    /// TAR, also if it is compressed as a whole: see [`Packing`].
    Tar,
}

impl Archive {
    /// Returns the kind of archive for a file name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match extension(name)?.as_str() {
            "zip" => Some(Self::Zip),
            "tar" | "tgz" | "tzst" => Some(Self::Tar),
            _ => {
                let (_, inside) = Packing::of_name(name)?;
                (extension(inside)? == "tar").then_some(Self::Tar)
            }
        }
    }

    /// Returns the common name, such as `ZIP`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zip => "ZIP",
            Self::Tar => "TAR",
        }
    }
}

/// The compression format of a file.
///
/// ```
/// use rlm_extract::Packing;
///
/// assert_eq!(Packing::of_name("app.log.gz"), Some((Packing::Gzip, "app.log")));
/// assert_eq!(Packing::of_bytes(&[0x1f, 0x8b, 8, 0]), Some(Packing::Gzip));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Packing {
    /// Gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Format {
    /// Returns the format for a file name; `None` if the file is plain text.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match extension(name)?.as_str() {
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "pdf" => Some(Self::Pdf),
            "docx" | "docm" => Some(Self::Docx),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            "xlsb" => Some(Self::Xlsb),
            "xls" => Some(Self::Xls),
            "ods" => Some(Self::Ods),
            "pptx" | "pptm" => Some(Self::Pptx),
            "odt" => Some(Self::Odt),
            "odp" => Some(Self::Odp),
            "epub" => Some(Self::Epub),
            "eml" => Some(Self::Eml),
            "mbox" => Some(Self::Mbox),
            "ipynb" => Some(Self::Notebook),
            "parquet" => Some(Self::Parquet),
            "srt" | "vtt" => Some(Self::Subtitles),
            _ => None,
        }
    }

    /// Returns the format of bytes by their magic number. Detects PDF, the formats of Office and
    /// `LibreOffice`, and EPUB; formats of text have no magic number.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"%PDF-") {
            return Some(Self::Pdf);
        }
        if !bytes.starts_with(b"PK\x03\x04") {
            return None;
        }
        // The name of the first member, and its content if it is stored.
        let start = bytes.get(..ZIP_START_BYTES).unwrap_or(bytes);
        let has = |mark: &[u8]| start.windows(mark.len()).any(|window| window == mark);
        let kinds: [(&[u8], Self); 8] = [
            (b"mimetypeapplication/epub+zip", Self::Epub),
            (b"mimetypeapplication/vnd.oasis.opendocument.text", Self::Odt),
            (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", Self::Ods),
            (b"mimetypeapplication/vnd.oasis.opendocument.presentation", Self::Odp),
            (b"word/", Self::Docx),
            (b"xl/", Self::Xlsx),
            (b"ppt/", Self::Pptx),
            (b"[Cont", Self::Docx),
        ];
        let found = kinds.into_iter().find(|(mark, _)| has(mark)).map(|(_, kind)| kind);
        // The list of members, at the end, tells the formats of Office apart.
        let end = bytes.get(bytes.len().saturating_sub(ZIP_END_BYTES)..).unwrap_or(bytes);
        let lists = |mark: &[u8]| end.windows(mark.len()).any(|window| window == mark);
        match found {
            Some(Self::Docx) if lists(b"xl/workbook.xml") => Some(Self::Xlsx),
            Some(Self::Docx) if lists(b"ppt/presentation.xml") => Some(Self::Pptx),
            found => found,
        }
    }

    /// Returns the common name, such as `PDF`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Pdf => "PDF",
            Self::Docx => "DOCX",
            Self::Xlsx => "XLSX",
            Self::Xlsb => "XLSB",
            Self::Xls => "XLS",
            Self::Ods => "ODS",
            Self::Pptx => "PPTX",
            Self::Odt => "ODT",
            Self::Odp => "ODP",
            Self::Epub => "EPUB",
            Self::Eml => "EML",
            Self::Mbox => "MBOX",
            Self::Notebook => "IPYNB",
            Self::Parquet => "Parquet",
            Self::Subtitles => "subtitles",
        }
    }
}

impl Format {
    /// Returns the noun for a section of the format, such as `page`; `None` if it has no sections.
    #[must_use]
    pub const fn section_noun(self) -> Option<&'static str> {
        match self {
            Self::Pdf => Some("page"),
            Self::Xlsx | Self::Xlsb | Self::Xls | Self::Ods => Some("sheet"),
            Self::Pptx | Self::Odp => Some("slide"),
            Self::Epub => Some("chapter"),
            Self::Mbox => Some("message"),
            Self::Notebook => Some("cell"),
            Self::Subtitles => Some("cue"),
            Self::Html | Self::Docx | Self::Odt | Self::Eml | Self::Parquet => None,
        }
    }
}

impl Packing {
    /// Returns the packing for a file name and the name without its extension: `app.log` for
    /// `app.log.gz`.
    #[must_use]
    pub fn of_name(name: &str) -> Option<(Self, &str)> {
        let packing = match extension(name)?.as_str() {
            "gz" | "gzip" | "tgz" => Self::Gzip,
            "zst" | "zstd" | "tzst" => Self::Zstd,
            _ => return None,
        };
        let inside = name.rsplit_once('.').map_or(name, |(inside, _)| inside);
        Some((packing, inside))
    }

    /// Returns the packing of bytes by their magic number.
    #[must_use]
    pub const fn of_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, 0x08, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// Returns the common name, such as `gzip`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

fn extension(name: &str) -> Option<String> {
    Some(Path::new(name).extension()?.to_str()?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_is_detected_by_file_extension() {
        assert_eq!(Format::of_name("a/Report.PDF"), Some(Format::Pdf));
        assert_eq!(Format::of_name("notes.md"), None);
        assert_eq!(Format::of_name("pdf"), None);
        assert_eq!(
            Packing::of_name("logs/app.log.gz"),
            Some((Packing::Gzip, "logs/app.log"))
        );
        assert_eq!(Packing::of_name("dump.zst"), Some((Packing::Zstd, "dump")));
        assert_eq!(Packing::of_name("app.log"), None);
    }

    #[test]
    fn format_is_detected_by_magic_bytes() {
        assert_eq!(Format::of_bytes(b"%PDF-1.7\n"), Some(Format::Pdf));
        assert_eq!(
            Format::of_bytes(b"PK\x03\x04\x14\0\0\0\x08\0................word/document.xml"),
            Some(Format::Docx)
        );
        assert_eq!(Format::of_bytes(b"PK\x03\x04 a.txt"), None);
        assert_eq!(Format::of_bytes(b"<html>"), None);
        assert_eq!(Packing::of_bytes(b"\x1f\x8b\x08"), Some(Packing::Gzip));
        assert_eq!(Packing::of_bytes(b"\x1f"), None);
    }
}
