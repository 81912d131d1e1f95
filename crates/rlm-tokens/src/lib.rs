//! Tokenizers of models whose vocabulary is public: OpenAI's, through `tiktoken-rs`.
//!
//! A model's context window, price and limits are in tokens. The number of tokens of a text depends
//! on the model: English has about four bytes per token, other scripts and code fewer. If a model's
//! tokenizer is unknown, the estimate is a quarter of the bytes.
//!
//! - **The tables are large.** They are part of the binary and are converted to maps when a text is
//!   first counted, once per process. A program that never counts tokens has no overhead. For
//!   `o200k_base`, this takes 140 to 250 ms on a busy machine with two cores, and 45 MiB of
//!   permanent memory; for `cl100k_base`, 60 to 100 ms and 23 MiB. After that, prose is counted at
//!   10 to 30 MB per second (`cargo bench -p rlm-tokens --bench first_use`). A binary grows by at
//!   most 7.6 MB, 5.3 MB of which are tables. This is the difference in size between that
//!   benchmark, stripped, and an empty program.
//! - **Long words are slow.** Callers that count texts of unlimited length must split them into
//!   windows ([`sift_text::token_window`]).
//!
//! The tables require the feature `tables`. Without it, [`Encoding::of_model`] and parsing a name
//! find no encoding. Callers then estimate as for models whose tokenizer isn't public.
//!
//! ```
//! # #[cfg(feature = "tables")] {
//! use rlm_tokens::Encoding;
//! use sift_text::Tokenizer as _;
//!
//! let encoding = Encoding::of_model("gpt-5.1").expect("it is known");
//! assert_eq!((encoding, encoding.count("Hello, world!")), (Encoding::O200k, 4));
//! assert_eq!(encoding.ends("Hello, world!"), [5, 6, 12, 13]);
//! assert_eq!(Encoding::of_model("qwen3:8b"), None);
//! # }
//! ```

use std::str::FromStr;

use sift_text::Tokenizer;
#[cfg(feature = "tables")]
use tiktoken_rs::CoreBPE;

/// A public token encoding.
///
/// ```
/// # #[cfg(feature = "tables")] {
/// use sift_text::Tokenizer as _;
/// use rlm_tokens::Encoding;
///
/// assert_eq!(Encoding::of_model("gpt-4"), Some(Encoding::Cl100k));
/// for encoding in Encoding::ALL {
///     assert_eq!(encoding.name().parse(), Ok(encoding), "as a recorded run finds it again");
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// `o200k_base`: GPT-4o and later models, the o series, gpt-oss.
    O200k,
    /// `cl100k_base`: GPT-4, GPT-3.5, and the embedding models of that generation.
    Cl100k,
}

/// The error for an unknown encoding, or a build without tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnknownEncoding {
    /// No encoding has this name.
    #[error("not an encoding that is known here: `o200k_base` or `cl100k_base`")]
    Name,
    /// This build lacks the feature `tables`.
    #[error("this build has no tokenizers")]
    NotInThisBuild,
}

impl Encoding {
    /// All encodings.
    pub const ALL: [Self; 2] = [Self::O200k, Self::Cl100k];

    /// Returns this encoding if the build has its tables.
    ///
    /// # Errors
    /// [`UnknownEncoding::NotInThisBuild`] without the feature `tables`.
    pub const fn available(self) -> Result<Self, UnknownEncoding> {
        if cfg!(feature = "tables") {
            Ok(self)
        } else {
            Err(UnknownEncoding::NotInThisBuild)
        }
    }

    /// Returns the encoding of an OpenAI model by name. Always `None` in this build, which lacks
    /// the tables.
    #[cfg(not(feature = "tables"))]
    #[must_use]
    pub const fn of_model(_: &str) -> Option<Self> {
        None
    }

    /// Returns the encoding of an OpenAI model by name; `None` for other models.
    #[cfg(feature = "tables")]
    #[must_use]
    pub fn of_model(name: &str) -> Option<Self> {
        use tiktoken_rs::tokenizer::{Tokenizer, get_tokenizer};
        match get_tokenizer(name)? {
            Tokenizer::O200kBase | Tokenizer::O200kHarmony => Some(Self::O200k),
            Tokenizer::Cl100kBase => Some(Self::Cl100k),
            // Models that are no longer available.
            Tokenizer::P50kBase | Tokenizer::R50kBase | Tokenizer::P50kEdit | Tokenizer::Gpt2 => None,
        }
    }

    /// Returns the tables, which are built on first use.
    #[cfg(feature = "tables")]
    fn tables(self) -> &'static CoreBPE {
        match self {
            Self::O200k => tiktoken_rs::o200k_base_singleton(),
            Self::Cl100k => tiktoken_rs::cl100k_base_singleton(),
        }
    }
}

impl Tokenizer for Encoding {
    fn name(&self) -> &'static str {
        match self {
            Self::O200k => "o200k_base",
            Self::Cl100k => "cl100k_base",
        }
    }

    #[cfg(not(feature = "tables"))]
    fn count(&self, text: &str) -> usize {
        text.len().div_ceil(4)
    }

    #[cfg(not(feature = "tables"))]
    fn ends(&self, text: &str) -> Vec<usize> {
        let ends = (1..=self.count(text)).map(|token| text.ceil_char_boundary(token * 4));
        ends.collect()
    }

    #[cfg(feature = "tables")]
    fn count(&self, text: &str) -> usize {
        self.tables().count_ordinary(text)
    }

    #[cfg(feature = "tables")]
    fn ends(&self, text: &str) -> Vec<usize> {
        let tables = self.tables();
        let mut end = 0;
        let length = |token: u32| tables.decode_bytes(&[token]).map_or(0, |bytes| bytes.len());
        let tokens = tables.encode_ordinary(text).into_iter();
        tokens
            .map(|token| {
                end += length(token);
                end
            })
            .collect()
    }
}

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, UnknownEncoding> {
        Self::ALL
            .into_iter()
            .find(|encoding| encoding.name() == name)
            .ok_or(UnknownEncoding::Name)?
            .available()
    }
}
