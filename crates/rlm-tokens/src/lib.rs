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
//! - **Long pieces are slow.** Whoever counts a text of any length gives it in windows ([`rlm_text::token_window`]).
//!
//! ```
//! use rlm_tokens::Encoding;
//! use rlm_text::Tokenizer as _;
//!
//! let encoding = Encoding::of_model("gpt-5.1").expect("it is known");
//! assert_eq!((encoding, encoding.count("Hello, world!")), (Encoding::O200k, 4));
//! assert_eq!(encoding.ends("Hello, world!"), [5, 6, 12, 13]);
//! assert_eq!(Encoding::of_model("qwen3:8b"), None);
//! ```

use std::str::FromStr;

use rlm_text::Tokenizer;
use tiktoken_rs::CoreBPE;

/// A public encoding of texts as tokens.
///
/// ```
/// use rlm_text::Tokenizer as _;
/// use rlm_tokens::Encoding;
///
/// assert_eq!(Encoding::of_model("gpt-4"), Some(Encoding::Cl100k));
/// for encoding in Encoding::ALL {
///     assert_eq!(encoding.name().parse(), Ok(encoding), "as a recorded run finds it again");
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// `o200k_base`: GPT-4o and what came after it, the o series, gpt-oss.
    O200k,
    /// `cl100k_base`: GPT-4 and GPT-3.5, and the embedding models of that time.
    Cl100k,
}

/// There is no encoding of that name here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an encoding that is known here: `o200k_base` or `cl100k_base`")]
pub struct UnknownEncoding;

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::O200k, Self::Cl100k];

    /// Returns the encoding of a model of OpenAI's by its name; of others, nothing is known.
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

    fn count(&self, text: &str) -> usize {
        self.tables().count_ordinary(text)
    }

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
            .ok_or(UnknownEncoding)
    }
}
