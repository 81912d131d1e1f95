//! The errors of extracting text.

use std::time::Duration;

/// The error of extracting a file's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// A password is required.
    #[error("it is password-protected")]
    Locked,
    /// The file is intact, but empty or made of images.
    #[error("it contains no text")]
    NoText,
    /// The pages are images without a text layer.
    #[error("no text on {pages} page(s), probably a scan")]
    Scanned {
        /// The number of pages.
        pages: usize,
    },
    /// The pages have so little text that they must be images with a stamp.
    #[error("only {chars} characters on {pages} page(s), probably a scan")]
    LittleText {
        /// The number of pages.
        pages: usize,
        /// The number of characters, not counting white space.
        chars: usize,
    },
    /// The file is damaged, or of another format than its name indicates.
    #[error("{what}")]
    Damaged {
        /// A description of the damage.
        what: String,
    },
    /// The unpacked size exceeds the limit.
    #[error("it unpacks to more than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The compression ratio exceeds the limit, as in a decompression bomb.
    #[error("it unpacks to more than {times} times its size")]
    TooPacked {
        /// The maximum ratio.
        times: u64,
    },
    /// The extraction timed out.
    #[error("extraction took longer than {} seconds", limit.as_secs())]
    TooSlow {
        /// The timeout.
        limit: Duration,
    },
    /// This build doesn't support the format.
    #[error("this build can't read {name}")]
    Unsupported {
        /// The format's name.
        name: &'static str,
    },
}

impl ExtractError {
    #[cfg_attr(
        not(any(feature = "gzip", feature = "html", feature = "pdf", feature = "zstd")),
        allow(dead_code, reason = "a build without formats finds no damage")
    )]
    pub(crate) fn damaged(what: impl ToString) -> Self {
        Self::Damaged { what: what.to_string() }
    }

    /// Returns `true` if the file is intact but has no readable text.
    #[must_use]
    pub const fn is_without_text(&self) -> bool {
        matches!(
            self,
            Self::Locked | Self::NoText | Self::Scanned { .. } | Self::LittleText { .. }
        )
    }

    /// Returns a hint on how to fix the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Locked => "save a copy without a password",
            Self::Scanned { .. } | Self::LittleText { .. } => "run OCR on it (`ocrmypdf`), or leave it out",
            Self::NoText => "check it in the program that made it, or leave it out",
            Self::Damaged { .. } => "save it again with the program that made it, or leave it out",
            Self::TooLarge { .. } | Self::TooPacked { .. } => "unpack it first and load only the relevant parts",
            Self::TooSlow { .. } => "convert it to text first (`pdftotext`), or leave it out",
            Self::Unsupported { .. } => {
                "build rlm with `--features full` (for Parquet `--features full,parquet`), or convert the file to text first (`pdftotext`, `pandoc`, `gunzip`)"
            }
        }
    }
}
