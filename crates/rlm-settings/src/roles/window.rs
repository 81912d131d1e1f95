//! The check that a prompt fits the context window of a model.

use rlm_model::{Request, Tokens};
use rlm_policy::LimitReached;

/// The maximum average bytes per token of a whole prompt: one and a half times the average of any
/// tokenizer for prose.
pub const BYTES_PER_TOKEN: u64 = 8;

/// Returns the limit that rejects a prompt if it does not fit the model's context window. The check
/// uses the token count if there is one, otherwise the minimum count of any tokenizer. The limit
/// reports an estimate of the length that fits, based on this text's ratio of tokens or on four
/// bytes per token.
pub(super) fn too_long(request: &Request, counted: Option<Tokens>, window: Option<Tokens>) -> Option<LimitReached> {
    let room = window?.0.saturating_sub(request.parameters.max_output.0);
    let bytes = request.content_bytes();
    // The minimum tokens of the prompt; then its length and the length that fits, in the same unit.
    let (least, length, fits) = match counted {
        Some(tokens) => (tokens.0, tokens.0, room),
        None => (bytes / BYTES_PER_TOKEN, bytes, room.saturating_mul(4)),
    };
    if least <= room {
        return None;
    }
    let chars = request.content_chars();
    let takes = u128::from(fits).saturating_mul(u128::from(chars)) / u128::from(length.max(1));
    Some(LimitReached::PromptTooLong {
        chars,
        takes: rounded(u64::try_from(takes).unwrap_or(u64::MAX)),
    })
}

/// Rounds a number down to its first two digits. The estimate is uncertain, because the rest of a
/// prompt may have fewer characters per token.
fn rounded(number: u64) -> u64 {
    let unit = 10_u64.saturating_pow(number.checked_ilog10().unwrap_or_default().saturating_sub(1));
    (number / unit).saturating_mul(unit)
}

#[cfg(test)]
mod tests {
    use rlm_model::{Message, Parameters};

    use super::*;

    /// Returns why a prompt does not fit a window of 100,000 tokens in addition to a reply of
    /// 1,000.
    fn refused(bytes: usize, counted: Option<u64>) -> Option<String> {
        let request = Request::new(
            vec![Message::user("x".repeat(bytes))],
            Parameters::with_max_output(Tokens(1_000)),
        );
        too_long(&request, counted.map(Tokens), Some(Tokens(101_000))).map(|limit| limit.to_string())
    }

    #[test]
    fn uncounted_prompt_is_too_long_only_if_no_tokenizer_could_fit_it() {
        assert_eq!(refused(800_000, None), None);
        insta::assert_snapshot!(refused(812_000, None).unwrap(), @"PromptTooLong: 812,000 characters; this model takes about 400,000; use chunks(text, 400000)");
    }

    #[test]
    fn counted_prompt_is_too_long_beyond_the_window() {
        assert_eq!(refused(4_000_000, Some(100_000)), None, "its tokens are long");
        insta::assert_snapshot!(refused(450_000, Some(100_001)).unwrap(), @"PromptTooLong: 450,000 characters; this model takes about 440,000; use chunks(text, 440000)");
        insta::assert_snapshot!(refused(150_000, Some(150_000)).unwrap(), @"PromptTooLong: 150,000 characters; this model takes about 100,000; use chunks(text, 100000)");
    }

    #[test]
    fn window_filled_by_the_reply_leaves_no_room_for_a_prompt() {
        let request = Request::new(
            vec![Message::user("12345678")],
            Parameters::with_max_output(Tokens(1_000)),
        );
        let refused = too_long(&request, None, Some(Tokens(500))).unwrap().to_string();
        assert_eq!(
            refused,
            "PromptTooLong: 8 characters; this model takes about 0; use chunks(text, 0)"
        );
    }
}
