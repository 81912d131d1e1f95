//! Why a file gives no text.

use std::time::Duration;

/// A file's text can't be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// It can be read only with a password.
    #[error("it is locked with a password")]
    Locked,
    /// It is sound, but empty or made of pictures.
    #[error("there is no text in it")]
    NoText,
    /// Its pages are pictures.
    #[error("no text on its {pages} page(s): a scan")]
    Scanned {
        /// How many pages there are.
        pages: usize,
    },
    /// Its pages have so little text that they must be pictures with a stamp on them.
    #[error("{chars} characters on {pages} page(s): a scan")]
    LittleText {
        /// How many pages there are.
        pages: usize,
        /// How many characters there are, white space left out.
        chars: usize,
    },
    /// It is not what it says, or is damaged.
    #[error("{what}")]
    Damaged {
        /// What is wrong with it.
        what: String,
    },
    /// More comes out of it than is allowed.
    #[error("it unpacks to more than {limit} bytes")]
    TooLarge {
        /// The most that is allowed.
        limit: u64,
    },
    /// More comes out of it than of any file of its size that is not made to fill the memory.
    #[error("it unpacks to more than {times} times its size")]
    TooPacked {
        /// The ratio that is allowed.
        times: u64,
    },
    /// It took too long.
    #[error("its text was not there after {} seconds", limit.as_secs())]
    TooSlow {
        /// The longest that is allowed.
        limit: Duration,
    },
    /// This build lacks the format.
    #[error("this build reads no {name}")]
    Unsupported {
        /// The format's name.
        name: &'static str,
    },
}

impl ExtractError {
    #[cfg(any(
        feature = "docx",
        feature = "gzip",
        feature = "html",
        feature = "pdf",
        feature = "zstd"
    ))]
    pub(crate) fn damaged(what: impl ToString) -> Self {
        Self::Damaged { what: what.to_string() }
    }

    /// Tells whether the file is sound but has no text that could be read.
    #[must_use]
    pub const fn is_without_text(&self) -> bool {
        matches!(
            self,
            Self::Locked | Self::NoText | Self::Scanned { .. } | Self::LittleText { .. }
        )
    }

    /// Returns what to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Locked => "save a copy without a password",
            Self::Scanned { .. } | Self::LittleText { .. } => {
                "run a text recognition over it (`ocrmypdf`), or leave it out"
            }
            Self::NoText => "look at it in the program that made it, or leave it out",
            Self::Damaged { .. } => "save it anew with the program that made it, or leave it out",
            Self::TooLarge { .. } | Self::TooPacked { .. } => "unpack it first and name the parts that matter",
            Self::TooSlow { .. } => "convert it to text first (`pdftotext`), or leave it out",
            Self::Unsupported { .. } => {
                "build rlm with `--features full`, or convert the file to text first (`pdftotext`, `pandoc`, `gunzip`)"
            }
        }
    }
}
