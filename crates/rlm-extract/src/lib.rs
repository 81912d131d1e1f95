//! Extracts the text of a file's bytes: PDF, office documents, e-books, mail, notebooks,
//! subtitles, HTML, archives, gzip and zstd.
//!
//! A [`Format`] is detected by file extension; [`extract`] returns the text in reading order and
//! its [`Section`]s, such as pages. A [`Packing`] is the compression of a file; [`unpack`] removes
//! it. An [`Archive`] contains files; [`members`] reads them. Each format is a feature of this
//! crate.
//!
//! Pitfalls of extraction, and how this crate handles them:
//!
//! - **A small file can contain a large one.** The unpacked size is counted before any of it is
//!   stored, and is rejected beyond [`Limits::bytes`] and [`Limits::ratio`]. This includes streams
//!   within a PDF.
//! - **A page may be an image.** A PDF without a text layer, or with almost none, is an
//!   [`ExtractError`]. It never becomes an empty text, which a model would take for missing
//!   information.
//! - **Reading order isn't drawing order.** Glyphs are ordered by position: columns one after the
//!   other, table rows in one line, rotated text in its own direction.
//! - **Files may be malformed.** Damaged files result in an error within bounded time
//!   ([`Limits::time`]). A panic in a parser is an error too.
//! - **Extraction changes between versions.** [`VERSION`] must be part of the key of any cache of
//!   texts.
//!
//! ```
//! # #[cfg(feature = "html")] {
//! use rlm_extract::{Format, Limits, extract};
//!
//! let page = b"<h1>Rates</h1><p>Two &lt; three.<script>var x;</script>".to_vec();
//! let extracted = extract(Format::Html, page, Limits::default())?;
//! assert_eq!(extracted.text, "# Rates\n\nTwo < three.\n");
//! # }
//! # Ok::<(), rlm_extract::ExtractError>(())
//! ```

#[cfg(feature = "archive")]
mod archive;
#[cfg(feature = "docx")]
mod docx;
#[cfg(feature = "epub")]
mod epub;
mod error;
mod format;
#[cfg(any(
    feature = "archive",
    feature = "docx",
    feature = "epub",
    feature = "html",
    feature = "mail",
    feature = "notebook",
    feature = "odf",
    feature = "parquet",
    feature = "pdf",
    feature = "pptx",
    feature = "subtitles",
    feature = "xlsx"
))]
mod guard;
#[cfg(feature = "html")]
mod html;
#[cfg(feature = "mail")]
mod mail;
mod members;
#[cfg(feature = "notebook")]
mod notebook;
#[cfg(feature = "odf")]
mod odf;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(any(
    feature = "docx",
    feature = "epub",
    feature = "odf",
    feature = "pptx",
    feature = "xlsx"
))]
mod parts;
#[cfg(feature = "pptx")]
mod pptx;
mod section;
#[cfg(feature = "xlsx")]
mod sheets;
#[cfg(feature = "subtitles")]
mod subtitles;
#[cfg(any(
    feature = "docx",
    feature = "epub",
    feature = "gzip",
    feature = "odf",
    feature = "pptx",
    feature = "xlsx",
    feature = "zstd"
))]
mod unpack;
#[cfg(any(feature = "docx", feature = "epub", feature = "odf", feature = "pptx"))]
mod xml;

#[cfg(feature = "pdf")]
mod pdf;

use std::time::Duration;

pub use error::ExtractError;
pub use format::{Archive, Format, Packing};
pub use members::{Member, MemberContent, Members, SkippedMember};
pub use section::{Section, SectionLabel, cell_name};

/// The version of the extraction, incremented whenever the same bytes may give a different text.
pub const VERSION: u32 = 2;

/// The limits of an extraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The maximum unpacked size of a file in bytes, including all packed parts within it.
    pub bytes: u64,
    /// The maximum ratio of unpacked to packed size, for files that unpack to more than 64 MiB.
    pub ratio: u64,
    /// The timeout for one file.
    pub time: Duration,
}

impl Default for Limits {
    /// 512 MiB, 200 times the size of a file, and 60 seconds.
    fn default() -> Self {
        Self {
            bytes: 512 << 20,
            ratio: 200,
            time: Duration::from_secs(60),
        }
    }
}

/// The unpacked size in bytes that is allowed whatever the ratio.
const ANY_SIZE: u64 = 64 << 20;

impl Limits {
    /// Returns the maximum unpacked size in bytes of a file of `size` bytes.
    ///
    /// ```
    /// use rlm_extract::Limits;
    ///
    /// let limits = Limits { bytes: 512 << 20, ratio: 200, ..Limits::default() };
    /// assert_eq!(limits.bytes_of(1_000), 64 << 20);
    /// assert_eq!(limits.bytes_of(1 << 20), 200 << 20);
    /// assert_eq!(limits.bytes_of(1 << 30), 512 << 20);
    /// ```
    #[must_use]
    pub fn bytes_of(&self, size: u64) -> u64 {
        size.saturating_mul(self.ratio).max(ANY_SIZE).min(self.bytes)
    }

    /// Calls `read` with the limits for a file of `size` bytes.
    fn within<T>(self, size: usize, read: impl FnOnce(Self) -> Result<T, ExtractError>) -> Result<T, ExtractError> {
        let bytes = self.bytes_of(size as u64);
        read(Self { bytes, ..self }).map_err(|error| match error {
            ExtractError::TooLarge { .. } if bytes < self.bytes => ExtractError::TooPacked { times: self.ratio },
            other => other,
        })
    }
}

/// The extracted text of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extracted {
    /// The text. Pages, slides, sheets and messages are separated by a form feed between two newlines.
    pub text: String,
    /// The sections in the order of their offsets; empty for formats without sections.
    pub sections: Vec<Section>,
}

/// The separator between two sections.
pub const PAGE_BREAK: &str = "\n\u{c}\n";

/// Extracts the text of a file's bytes.
///
/// ```
/// # #[cfg(feature = "html")] {
/// use rlm_extract::{Format, Limits, extract};
///
/// let page = "<h1>Minutes</h1><ul><li>The roof leaks.<li>The stairs are new.</ul><script>alert(1)</script>";
/// let text = extract(Format::Html, page.into(), Limits::default())?.text;
/// assert!(text.starts_with("# Minutes") && text.contains("The roof leaks."));
/// assert!(!text.contains("alert"));
/// # }
/// # Ok::<(), rlm_extract::ExtractError>(())
/// ```
///
/// # Errors
/// If the file is damaged, password-protected, has no text, or exceeds the limits;
/// [`ExtractError::Unsupported`] if this build doesn't support the format.
pub fn extract(format: Format, bytes: Vec<u8>, limits: Limits) -> Result<Extracted, ExtractError> {
    let extracted: Extracted = limits.within(bytes.len(), |limits| match format {
        #[cfg(feature = "pdf")]
        Format::Pdf => guard::run(limits, move || pdf::extract(bytes, limits)),
        #[cfg(feature = "docx")]
        Format::Docx => guard::run(limits, move || docx::extract(bytes, limits)),
        #[cfg(feature = "html")]
        Format::Html => guard::run(limits, move || html::extract(&bytes)),
        #[cfg(feature = "xlsx")]
        Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods => {
            guard::run(limits, move || sheets::extract(format, bytes, limits))
        }
        #[cfg(feature = "pptx")]
        Format::Pptx => guard::run(limits, move || pptx::extract(bytes, limits)),
        #[cfg(feature = "odf")]
        Format::Odt | Format::Odp => guard::run(limits, move || odf::extract(bytes, format.name(), limits)),
        #[cfg(feature = "epub")]
        Format::Epub => guard::run(limits, move || epub::extract(bytes, limits)),
        #[cfg(feature = "parquet")]
        Format::Parquet => guard::run(limits, move || parquet::extract(bytes, limits)),
        #[cfg(feature = "mail")]
        Format::Eml => guard::run(limits, move || mail::message(&bytes)),
        #[cfg(feature = "mail")]
        Format::Mbox => guard::run(limits, move || mail::mailbox(bytes, limits)),
        #[cfg(feature = "notebook")]
        Format::Notebook => guard::run(limits, move || notebook::extract(&bytes)),
        #[cfg(feature = "subtitles")]
        Format::Subtitles => guard::run(limits, move || Ok(subtitles::extract(&bytes))),
        #[allow(unreachable_patterns, reason = "which formats are left depends on the features")]
        unsupported => {
            let _ = (bytes, limits);
            Err(ExtractError::Unsupported {
                name: unsupported.name(),
            })
        }
    })?;
    if extracted.text.trim().is_empty() {
        return Err(ExtractError::NoText);
    }
    Ok(extracted)
}

/// Unpacks the files of an archive.
///
/// # Errors
/// If the archive is damaged, or its files exceed the limits in total;
/// [`ExtractError::Unsupported`] if this build doesn't support archives.
pub fn members(kind: Archive, bytes: Vec<u8>, limits: Limits) -> Result<Members, ExtractError> {
    #[cfg(feature = "archive")]
    return limits.within(bytes.len(), |limits| {
        guard::run(limits, move || archive::read(kind, bytes, limits))
    });
    #[cfg(not(feature = "archive"))]
    {
        let _ = (bytes, limits);
        Err(ExtractError::Unsupported { name: kind.name() })
    }
}

/// Decompresses bytes.
///
/// ```
/// # #[cfg(feature = "gzip")] {
/// # use std::io::Write as _;
/// use rlm_extract::{ExtractError, Limits, Packing, unpack};
///
/// let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
/// writer.write_all(&[b'a'; 100_000])?;
/// let packed = writer.finish()?;
/// assert_eq!(unpack(Packing::Gzip, &packed, Limits::default())?.len(), 100_000);
///
/// // A few bytes that become many are refused before they are.
/// let bomb = unpack(Packing::Gzip, &packed, Limits { bytes: 1_000, ..Limits::default() });
/// assert!(matches!(bomb, Err(ExtractError::TooLarge { limit: 1_000 })));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the bytes are damaged or exceed the limits when unpacked; [`ExtractError::Unsupported`] if
/// this build doesn't support the packing.
pub fn unpack(packing: Packing, bytes: &[u8], limits: Limits) -> Result<Vec<u8>, ExtractError> {
    Packed::count(packing, bytes, limits)?.unpack()
}

/// Packed bytes whose unpacked size is known.
///
/// ```
/// # #[cfg(feature = "gzip")] {
/// # use std::io::Write as _;
/// use rlm_extract::{Limits, Packed, Packing};
///
/// let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
/// writer.write_all(b"a text")?;
/// let bytes = writer.finish()?;
/// let packed = Packed::count(Packing::Gzip, &bytes, Limits::default())?;
/// assert_eq!((packed.bytes(), packed.unpack()?), (6, b"a text".to_vec()));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Packed<'a> {
    packing: Packing,
    #[cfg_attr(
        not(any(feature = "gzip", feature = "zstd")),
        expect(dead_code, reason = "a build without packings unpacks nothing")
    )]
    packed: &'a [u8],
    bytes: u64,
}

impl<'a> Packed<'a> {
    /// Counts the unpacked size. This decompresses the bytes once without storing the result.
    ///
    /// # Errors
    /// See [`unpack`].
    pub fn count(packing: Packing, packed: &'a [u8], limits: Limits) -> Result<Self, ExtractError> {
        let bytes = limits.within(packed.len(), |limits| match packing {
            #[cfg(feature = "gzip")]
            Packing::Gzip => unpack::counted(unpack::gzip(packed), limits),
            #[cfg(feature = "zstd")]
            Packing::Zstd => unpack::counted(unpack::Zstd::new(packed), limits),
            #[allow(unreachable_patterns, reason = "which packings are left depends on the features")]
            unsupported => {
                let _ = limits;
                Err(ExtractError::Unsupported {
                    name: unsupported.name(),
                })
            }
        })?;
        Ok(Self { packing, packed, bytes })
    }

    /// Returns the unpacked size in bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Decompresses the bytes.
    ///
    /// # Errors
    /// If there isn't enough memory for the unpacked bytes.
    pub fn unpack(&self) -> Result<Vec<u8>, ExtractError> {
        match self.packing {
            #[cfg(feature = "gzip")]
            Packing::Gzip => unpack::read(unpack::gzip(self.packed), self.bytes),
            #[cfg(feature = "zstd")]
            Packing::Zstd => unpack::read(unpack::Zstd::new(self.packed), self.bytes),
            #[allow(unreachable_patterns, reason = "which packings are left depends on the features")]
            unsupported => Err(ExtractError::Unsupported {
                name: unsupported.name(),
            }),
        }
    }
}
