//! Tokenizers of models whose tables are public: OpenAI's, by `tiktoken-rs`.
//!
//! A model's window, its price and its limits are in tokens, and how many a text has depends on the model: English has about four bytes
//! a token, other scripts and code fewer. Where nothing is known of a model's tokenizer, a quarter of the bytes is the estimate.
//!
//! - **The tables are large.** They are part of the binary, and are made into maps when a text is first counted, once in a process: a program
//!   that never asks for tokens pays nothing. Of `o200k_base` that takes 140 to 250 ms on a busy machine of two cores, and 45 MiB that stay;
//!   of `cl100k_base` 60 to 100 ms and 23 MiB. Prose is counted at 10 to 30 MB a second after that
//!   (`cargo bench -p rlm-tokens --bench first_use`).
//!   A binary grows by at most 7.6 MB, 5.3 of them tables: so much larger than an empty program is that bench, stripped.
//! - **Long pieces are slow.** Whoever counts a text of any length gives it in windows ([`sift_text::token_window`]).
//!
//! The tables need the feature `tables`. Without it, [`Encoding::of_model`] and parsing a name find no encoding, so that callers
//! estimate as they do for models whose tokenizer is not public.
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

/// A public encoding of texts as tokens.
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
    /// `o200k_base`: GPT-4o and what came after it, the o series, gpt-oss.
    O200k,
    /// `cl100k_base`: GPT-4 and GPT-3.5, and the embedding models of that time.
    Cl100k,
}

/// No encoding has that name, or this build lacks the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnknownEncoding {
    /// No encoding has that name.
    #[error("not an encoding that is known here: `o200k_base` or `cl100k_base`")]
    Name,
    /// The build lacks the feature.
    #[error("this build has no tokenizers")]
    NotInThisBuild,
}

impl Encoding {
    /// All of them.
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

    /// Returns the encoding of a model of OpenAI's by its name; of others, nothing is known.
    #[cfg(not(feature = "tables"))]
    #[must_use]
    pub const fn of_model(_: &str) -> Option<Self> {
        None
    }

    /// Returns the encoding of a model of OpenAI's by its name; of others, nothing is known.
    #[cfg(feature = "tables")]
    #[must_use]
    pub fn of_model(name: &str) -> Option<Self> {
        use tiktoken_rs::tokenizer::{Tokenizer, get_tokenizer};
        match get_tokenizer(name)? {
            Tokenizer::O200kBase | Tokenizer::O200kHarmony => Some(Self::O200k),
            Tokenizer::Cl100kBase => Some(Self::Cl100k),
            // Models that nobody can ask any more.
            Tokenizer::P50kBase | Tokenizer::R50kBase | Tokenizer::P50kEdit | Tokenizer::Gpt2 => None,
        }
    }

    /// The tables; made once, when they are first needed.
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
