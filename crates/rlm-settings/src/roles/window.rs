//! Whether a prompt fits the window of a model.

use rlm_model::{Request, Tokens};
use rlm_policy::LimitReached;

/// The maximum average bytes of a token over a whole prompt: half as many again as any tokenizer makes of prose.
pub const BYTES_PER_TOKEN: u64 = 8;

/// Returns the limit that refuses a prompt if it does not fit the model's window: by its tokens if they were counted, else by the
/// fewest that any tokenizer makes of it. What the limit says that the model takes is an estimate for this text, or for one with a
/// token for each four bytes.
pub(super) fn too_long(request: &Request, counted: Option<Tokens>, window: Option<Tokens>) -> Option<LimitReached> {
    let room = window?.0.saturating_sub(request.parameters.max_output.0);
    let bytes = request.content_bytes();
    // The least that it takes; then its length and about what fits, in one unit.
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

/// Keeps the first two digits: the rest of a prompt may have fewer characters for a token.
fn rounded(number: u64) -> u64 {
    let unit = 10_u64.saturating_pow(number.checked_ilog10().unwrap_or_default().saturating_sub(1));
    (number / unit).saturating_mul(unit)
}

#[cfg(test)]
mod tests {
    use rlm_model::{Message, Parameters};

    use super::*;

    /// Says why a prompt does not fit a window of 100,000 tokens and a reply of 1,000.
    fn refused(bytes: usize, counted: Option<u64>) -> Option<String> {
        let request = Request::new(
            vec![Message::user("x".repeat(bytes))],
            Parameters::with_max_output(Tokens(1_000)),
        );
        too_long(&request, counted.map(Tokens), Some(Tokens(101_000))).map(|limit| limit.to_string())
    }

    #[test]
    fn a_prompt_that_was_not_counted_is_too_long_where_no_tokenizer_could_make_it_fit() {
        assert_eq!(refused(800_000, None), None);
        insta::assert_snapshot!(refused(812_000, None).unwrap(), @"PromptTooLong: 812,000 characters; this model takes about 400,000; use chunks(text, 400000)");
    }

    #[test]
    fn a_prompt_that_was_counted_is_too_long_from_the_first_token_beyond_the_window() {
        assert_eq!(refused(4_000_000, Some(100_000)), None, "its tokens are long");
        insta::assert_snapshot!(refused(450_000, Some(100_001)).unwrap(), @"PromptTooLong: 450,000 characters; this model takes about 440,000; use chunks(text, 440000)");
        insta::assert_snapshot!(refused(150_000, Some(150_000)).unwrap(), @"PromptTooLong: 150,000 characters; this model takes about 100,000; use chunks(text, 100000)");
    }

    #[test]
    fn a_window_that_the_reply_fills_takes_nothing() {
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
