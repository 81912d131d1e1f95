//! Images in requests, and the input tokens that providers count for them.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{Digest, ModelIdentity, Tokens};

/// The maximum size of an image in a request, in bytes: the lowest of the providers' limits, which
/// is Anthropic's (<https://docs.claude.com/en/docs/build-with-claude/vision>, read in November
/// 2026). Base64 takes four bytes for three.
pub const MAX_IMAGE_BYTES: u64 = 5 * 1024 * 1024 * 3 / 4;

/// An image that a request shows to a model.
///
/// ```
/// use rlm_model::{Digest, Image, ModelIdentity, Tokens};
///
/// let bytes: std::sync::Arc<[u8]> = [0x89, b'P', b'N', b'G'].into();
/// let image = Image { digest: Digest::of(&bytes), media_type: "image/png".into(), width: 1024, height: 1024, bytes };
/// let gpt = ModelIdentity::new("openai", "https://api.openai.com/v1", "gpt-4o");
/// assert_eq!(image.tokens_at_most(&gpt), Tokens(765), "85, and 170 for each of four tiles");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// The digest of the image's bytes.
    pub digest: Digest,
    /// The media type, such as `image/png`.
    pub media_type: SmolStr,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The bytes of the image file.
    pub bytes: Arc<[u8]>,
}

/// An image of a request in a journal, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedImage {
    /// The digest of the image's bytes.
    pub digest: Digest,
    /// The media type, such as `image/png`.
    pub media_type: SmolStr,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The size of the image file in bytes.
    pub bytes: u64,
}

impl Image {
    /// Returns the facts about the image that a journal records.
    #[must_use]
    pub fn recorded(&self) -> RecordedImage {
        RecordedImage {
            digest: self.digest,
            media_type: self.media_type.clone(),
            width: self.width,
            height: self.height,
            bytes: self.bytes.len() as u64,
        }
    }

    /// Returns an upper bound of the input tokens that a model's provider counts for the image, by
    /// its published rule. For other providers, the largest of the rules applies.
    ///
    /// - OpenAI: <https://platform.openai.com/docs/guides/images-vision#calculating-costs>
    /// - Anthropic: <https://docs.claude.com/en/docs/build-with-claude/vision#calculate-image-costs>
    /// - Google: <https://ai.google.dev/gemini-api/docs/tokens#multimodal-tokens> and, for the highest
    ///   resolution, <https://ai.google.dev/gemini-api/docs/media-resolution>
    ///
    /// (read in November 2026).
    #[must_use]
    pub fn tokens_at_most(&self, identity: &ModelIdentity) -> Tokens {
        let size = (u64::from(self.width.max(1)), u64::from(self.height.max(1)));
        let model = identity.model.as_str();
        Tokens(match identity.adapter.as_str() {
            "openai" | "responses" | "azure" => of_openai(model, size),
            "anthropic" => of_anthropic(size),
            "gemini" | "vertex" => of_google(size),
            _ => of_openai(model, size).max(of_anthropic(size)).max(of_google(size)),
        })
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.recorded().fmt(f)
    }
}

/// Counts an image by OpenAI's rules: by patches of 32 pixels for small models, otherwise by tiles
/// of 512 pixels. A model that the documentation does not list counts as the most expensive one of
/// its kind.
fn of_openai(model: &str, size: (u64, u64)) -> u64 {
    let (base, tile) = match model {
        _ if model.contains("nano") => return patches(size, 246),
        _ if model.starts_with("gpt-4o-mini") => (2_833, 5_667),
        _ if model.starts_with("o4-mini") => return patches(size, 172),
        _ if model.contains("mini") => return patches(size, 162),
        _ if model.starts_with("gpt-5") => (70, 140),
        _ if model.starts_with("gpt-4o") || model.starts_with("gpt-4.1") => (85, 170),
        _ => return patches(size, 246).max(85 + 170 * tiles(size)),
    };
    base + tile * tiles(size)
}

/// Returns the tokens of at most 1,536 patches of 32 pixels, times a factor in per cent.
fn patches((width, height): (u64, u64), percent: u64) -> u64 {
    let patches = width.div_ceil(32).saturating_mul(height.div_ceil(32)).min(1_536);
    (patches * percent).div_ceil(100)
}

/// Returns the number of tiles of 512 pixels, after scaling down into a square of 2,048 pixels, and
/// then to 768 pixels on the shorter side.
fn tiles(size: (u64, u64)) -> u64 {
    let within = scaled(size, size.0.max(size.1), 2_048);
    let (width, height) = scaled(within, within.0.min(within.1), 768);
    width.div_ceil(512) * height.div_ceil(512)
}

/// Scales a size so that `side`, one of its sides, has at most `most` pixels. Rounds up.
fn scaled((width, height): (u64, u64), side: u64, most: u64) -> (u64, u64) {
    if side <= most {
        return (width, height);
    }
    let scale = |pixels: u64| pixels.saturating_mul(most).div_ceil(side);
    (scale(width), scale(height))
}

/// Counts an image by Anthropic's rule: a token for each 750 pixels, after scaling down to 1,568
/// pixels on the longer side.
fn of_anthropic(size: (u64, u64)) -> u64 {
    let (width, height) = scaled(size, size.0.max(size.1), 1_568);
    (width * height).div_ceil(750)
}

/// Counts an image by Google's rules: 258 tokens for each tile of 768 pixels, or, for later models,
/// at most 1,120 for the image.
fn of_google((width, height): (u64, u64)) -> u64 {
    let tiles = if width <= 384 && height <= 384 {
        1
    } else {
        width.div_ceil(768).saturating_mul(height.div_ceil(768))
    };
    tiles.saturating_mul(258).max(1_120)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(adapter: &str, model: &str, width: u32, height: u32) -> u64 {
        let bytes: Arc<[u8]> = Arc::default();
        let image = Image {
            digest: Digest::of(&bytes),
            media_type: "image/png".into(),
            width,
            height,
            bytes,
        };
        image.tokens_at_most(&ModelIdentity::new(adapter, "", model)).0
    }

    #[test]
    fn image_tokens_follow_the_providers_examples() {
        // The examples of the documentation.
        assert_eq!(tokens("openai", "gpt-4o", 1_024, 1_024), 765);
        assert_eq!(tokens("openai", "gpt-4o", 2_048, 4_096), 1_105);
        assert_eq!(tokens("openai", "gpt-4.1-mini", 1_024, 1_024), 1_659);
        assert_eq!(tokens("anthropic", "claude-sonnet-4-5", 1_000, 1_000), 1_334);
        assert_eq!(tokens("anthropic", "claude-sonnet-4-5", 200, 200), 54);
        assert_eq!(tokens("gemini", "gemini-2.5-flash", 300, 300), 1_120);
        assert_eq!(tokens("gemini", "gemini-2.5-flash", 2_304, 1_536), 6 * 258);
    }

    #[test]
    fn unknown_models_count_as_the_most_expensive_ones() {
        for (width, height) in [(1, 1), (640, 480), (4_000, 3_000), (30_000, 20), (0, 0)] {
            let unknown = tokens("compat", "llava", width, height);
            for (adapter, model) in [
                ("openai", "gpt-5"),
                ("anthropic", "claude"),
                ("gemini", "gemini-2.5-pro"),
            ] {
                assert!(
                    unknown >= tokens(adapter, model, width, height),
                    "{adapter}: {width} × {height}"
                );
            }
        }
    }

    #[test]
    fn image_bytes_are_not_shown() {
        let bytes: Arc<[u8]> = b"planted".as_slice().into();
        let image = Image {
            digest: Digest::of(&bytes),
            media_type: "image/gif".into(),
            width: 1,
            height: 1,
            bytes,
        };
        let shown = format!("{image:?}");
        assert!(shown.contains("bytes: 7") && !shown.contains("112"), "{shown}");
    }
}
