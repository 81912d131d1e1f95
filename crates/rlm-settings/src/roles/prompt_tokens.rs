//! The maximum tokens of a prompt. They are counted if the model's tokenizer is known for certain,
//! and bounded by the bytes otherwise.

use std::sync::Arc;

use rlm_model::{ModelIdentity, Request, Tokens};
use rlm_policy::Limits;
use sift_text::{Text, Tokenizer, token_window};

/// The maximum size in bytes of prompts that are counted. Counting a longer prompt would delay its
/// call by a tenth of a second or more.
const LONGEST_COUNTED: u64 = 1 << 20;

/// Returns the tokenizer that counts the prompts for a model before they are sent. Returns `None`
/// if no limit needs a count, and for all models except OpenAI's at OpenAI's endpoint: elsewhere
/// the name of a model doesn't determine its tokenizer.
#[must_use]
pub fn counter(identity: &ModelIdentity, limits: &Limits) -> Option<Arc<dyn Tokenizer>> {
    let counted = [limits.tokens, limits.input_tokens, limits.subcall_tokens];
    let is_limited = limits.cost.is_some() || counted.iter().any(Option::is_some);
    let is_openai = matches!(identity.adapter.as_str(), "openai" | "responses")
        && identity.endpoint.starts_with("https://api.openai.com/");
    let encoding = (is_limited && is_openai).then(|| rlm_tokens::Encoding::of_model(&identity.model));
    encoding
        .flatten()
        .map(|encoding| Arc::new(encoding) as Arc<dyn Tokenizer>)
}

/// Counts the tokens of a request's content. Returns `None` without a counter, or if the content is
/// too long to be counted.
#[must_use]
pub fn of_content(request: &Request, counter: Option<&dyn Tokenizer>) -> Option<Tokens> {
    let counter = counter.filter(|_| request.content_bytes() <= LONGEST_COUNTED)?;
    let messages = request.messages.iter();
    let tokens: Option<u64> = messages.map(|message| of_text(&message.content(), counter)).sum();
    tokens.map(Tokens)
}

/// Returns an upper bound of a request's input tokens. `content` is the token count of its content,
/// if known.
pub(super) fn at_most(request: &Request, content: Option<Tokens>) -> Tokens {
    let by_bytes = request.input_tokens_at_most();
    content.map_or(by_bytes, |content| {
        content.saturating_add(request.template_tokens()).min(by_bytes)
    })
}

/// Counts the tokens of a text, window by window. Returns `None` if a window might end within a
/// token.
fn of_text(content: &str, counter: &dyn Tokenizer) -> Option<u64> {
    let text = Text::new(content);
    let settled = text.settled().ok()?;
    let (mut tokens, mut start) = (0_u64, 0);
    while start < content.len() {
        let window = token_window(settled, start);
        let piece = content.get(window.clone())?;
        let is_before_word = matches!(content.as_bytes().get(window.end), None | Some(b' '));
        if !is_before_word && !piece.ends_with('\n') {
            return None;
        }
        tokens = tokens.saturating_add(counter.count(piece) as u64);
        start = window.end;
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use rlm_model::{Message, Money, Parameters};

    use super::*;

    fn bound(content: &str) -> u64 {
        let encoding = rlm_tokens::Encoding::O200k;
        let request = Request::new(vec![Message::user(content)], Parameters::with_max_output(Tokens(1)));
        at_most(&request, of_content(&request, Some(&encoding))).0
    }

    #[test]
    fn prose_tokens_are_counted_and_wordless_text_bounded_by_bytes() {
        assert_eq!(bound("Hello, world!"), 4 + 32);
        let prose = "All work and no play makes a long text.\n".repeat(1_000);
        assert_eq!(bound(&prose), 10 * 1_000 + 32);
        let letters = "x".repeat(20_000);
        assert_eq!(bound(&letters), 20_000 + 32, "it was cut within a word");
        let long = "word ".repeat(300_000);
        assert_eq!(bound(&long), 1_500_000 + 32, "it is too long to be counted");
    }

    #[test]
    fn tokens_are_counted_only_under_limits_with_a_known_tokenizer() {
        let limited = Limits {
            cost: Some(Money(1)),
            ..Limits::default()
        };
        let name = |adapter, endpoint, model, limits: &Limits| {
            counter(&ModelIdentity::new(adapter, endpoint, model), limits).map(|counter| counter.name())
        };
        let openai = "https://api.openai.com/v1";
        assert_eq!(name("openai", openai, "gpt-5.1", &limited), Some("o200k_base"));
        assert_eq!(name("responses", openai, "gpt-5.1", &limited), Some("o200k_base"));
        assert_eq!(name("openai", openai, "gpt-5.1", &Limits::default()), None);
        assert_eq!(name("openai", openai, "mystery", &limited), None);
        assert_eq!(name("openai", "http://localhost:8000/v1", "gpt-5.1", &limited), None);
        assert_eq!(name("compat", openai, "gpt-5.1", &limited), None);
    }
}
