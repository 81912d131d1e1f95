//! File formats, detected by file extension or magic bytes.

use std::path::Path;

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
            _ => None,
        }
    }

    /// Returns the format of bytes by their magic number. Detects PDF and DOCX; HTML has no magic
    /// number.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let start = bytes.get(..64).unwrap_or(bytes);
        if start.starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else if start.starts_with(b"PK\x03\x04") && start.windows(5).any(|name| name == b"word/" || name == b"[Cont")
        {
            Some(Self::Docx)
        } else {
            None
        }
    }

    /// Returns the common name, such as `PDF`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Pdf => "PDF",
            Self::Docx => "DOCX",
        }
    }
}

impl Packing {
    /// Returns the packing for a file name and the name without its extension: `app.log` for
    /// `app.log.gz`.
    #[must_use]
    pub fn of_name(name: &str) -> Option<(Self, &str)> {
        let packing = match extension(name)?.as_str() {
            "gz" | "gzip" => Self::Gzip,
            "zst" | "zstd" => Self::Zstd,
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
