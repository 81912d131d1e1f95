//! Counting and locating tokens of texts, with the run's tokenizer or by estimation.

use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_text::{Settled, TOKEN_WINDOW_BYTES, Text, Tokenizer, token_window};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::Value;

pub(super) const GROUPS: &[Group] = &[Group {
    owner: Owner::Builtin,
    rows: &[
        entry(
            "count_tokens(text) -> int",
            "Counts the tokens that a text, ctx or a document has for a model: by the run's tokenizer, or, where it has none, \
             estimated as a quarter of the bytes in UTF-8, rounded up.",
            count_tokens,
        ),
        entry(
            "_place_of_tokens(text, place, tokens) -> int",
            "Returns the place so many tokens behind another, or before it, within the text.",
            place_of_tokens,
        ),
    ],
}];

/// The estimated bytes per token if there is no tokenizer, typical for English. Text with few
/// spaces or in other scripts has fewer bytes per token.
const TOKEN_BYTES: usize = 4;
/// The bytes that are tokenized first for each token to skip. Most tokens are shorter.
const LIKELY_BYTES: usize = 6;
/// The bytes that are tokenized in addition to the estimate, in case the first words are long.
const LIKELY_BYTES_MORE: usize = 64;

fn count_tokens(m: &mut Runtime, args: &Args) -> Outcome {
    let value = m.as_text(args.get(0))?;
    m.settle_text(value)?;
    let text = match m.heap.get(value.handle()) {
        Object::Str(text) => text.clone(),
        _ => Text::default(),
    };
    let count = match (m.tokenizer.clone(), text.settled()) {
        (Some(tokenizer), Ok(settled)) => {
            let mut windows = Windows::over(m, &*tokenizer, settled);
            windows.count(0, settled.len_bytes())?
        }
        _ => text.known_bytes().div_ceil(TOKEN_BYTES),
    };
    Ok(Value::length(count).labelled(value.label()))
}

/// Returns the position that is a number of tokens away from another. Forwards, it is the last
/// position certain to include them, but at least one character away; backwards, it never includes
/// more.
fn place_of_tokens(m: &mut Runtime, args: &Args) -> Outcome {
    let (place, tokens) = (m.int_arg(args.get(1))?, m.int_arg(args.get(2))?);
    let value = m.as_text(args.get(0))?;
    let Object::Str(text) = m.heap.get(value.handle()) else {
        return Ok(args.get(1));
    };
    let text = text.clone();
    let Ok(settled) = text.settled() else {
        return Ok(args.get(1));
    };
    let from = settled.byte_of_char(usize::try_from(place).unwrap_or(0));
    let count = usize::try_from(tokens.unsigned_abs()).unwrap_or(usize::MAX);
    let to = match (m.tokenizer.clone(), tokens < 0) {
        (Some(tokenizer), false) => Windows::over(m, &*tokenizer, settled).forwards(from, count)?,
        (Some(tokenizer), true) => Windows::over(m, &*tokenizer, settled).backwards(from, count)?,
        (None, false) => {
            let to = from.saturating_add(count.saturating_mul(TOKEN_BYTES));
            floor(settled, to.min(settled.len_bytes()))
        }
        (None, true) => ceiling(settled, from.saturating_sub(count.saturating_mul(TOKEN_BYTES))),
    };
    Ok(Value::length(settled.char_of_byte(to)).labelled(value.label()))
}

/// Returns the nearest character boundary at or before a byte offset.
fn floor(text: Settled<'_>, byte: usize) -> usize {
    let near = (byte.saturating_sub(3)..=byte).rev();
    near.into_iter().find(|byte| text.is_boundary(*byte)).unwrap_or(byte)
}

fn ceiling(text: Settled<'_>, byte: usize) -> usize {
    let mut near = byte..=byte.saturating_add(3);
    near.find(|byte| text.is_boundary(*byte)).unwrap_or(byte)
}

/// A text that is tokenized in windows of limited size. Fuel for each window is charged in advance.
struct Windows<'m, 't> {
    m: &'m mut Runtime,
    tokenizer: &'t dyn Tokenizer,
    text: Settled<'t>,
}

impl<'m, 't> Windows<'m, 't> {
    fn over(m: &'m mut Runtime, tokenizer: &'t dyn Tokenizer, text: Settled<'t>) -> Self {
        Self { m, tokenizer, text }
    }

    /// Returns the next window of the text, which ends at `end` at the latest. Fails if the program
    /// was cancelled, because tokenizing may take as long as millions of VM instructions.
    fn take(&mut self, start: usize, end: usize) -> Result<Text, Flow> {
        self.m.meter.look()?;
        let window = token_window(self.text, start);
        let window = window.start..window.end.min(end);
        self.m
            .meter
            .charge(cost::TOKEN_WINDOW.saturating_add(cost::TOKENIZED_BYTE.saturating_mul(window.len() as u64)))?;
        Ok(self.text.slice_bytes(window).unwrap_or_default())
    }

    /// Returns the number of tokens in a byte range of the text.
    fn count(&mut self, start: usize, end: usize) -> Result<usize, Flow> {
        let (mut at, mut count) = (start, 0);
        while at < end {
            let window = self.take(at, end)?;
            count += self.tokenizer.count(&window.to_flat().unwrap_or_default());
            at += window.known_bytes().max(1);
        }
        Ok(count)
    }

    /// Returns the byte offset that is a number of tokens after another offset.
    fn forwards(&mut self, from: usize, tokens: usize) -> Result<usize, Flow> {
        let length = self.text.len_bytes();
        let (mut at, mut left) = (from, tokens);
        while at < length && left > 0 {
            let (window, ends) = self.tokens_from(at, left)?;
            if ends.len() > left {
                at = self.within(&window, &ends, at, left)?;
                break;
            }
            left -= ends.len();
            at += window.len().max(1);
        }
        // A character may consist of several tokens. A piece has at least one character.
        Ok(if at == from && tokens > 0 && from < length {
            ceiling(self.text, from + 1)
        } else {
            at
        })
    }

    /// Returns a window of the text and the end offsets of its tokens. A short window is used if it
    /// has more than the wanted number of tokens, so that short distances cost little.
    fn tokens_from(&mut self, at: usize, wanted: usize) -> Result<(String, Vec<usize>), Flow> {
        let length = self.text.len_bytes();
        let likely = wanted.saturating_mul(LIKELY_BYTES).saturating_add(LIKELY_BYTES_MORE);
        let short = floor(self.text, at.saturating_add(likely).min(length));
        for end in [short, length] {
            let window = self.take(at, end)?;
            let window = window.to_flat().unwrap_or_default();
            let ends = self.tokenizer.ends(&window);
            if ends.len() > wanted || end == length || likely >= TOKEN_WINDOW_BYTES {
                return Ok((window.into(), ends));
            }
        }
        Ok((String::new(), Vec::new()))
    }

    /// Returns the byte offset after at most this number of tokens of a window. The text up to
    /// there is tokenized again, because it may have other tokens on its own than within the
    /// window.
    fn within(&mut self, window: &str, ends: &[usize], at: usize, most: usize) -> Result<usize, Flow> {
        for tokens in (1..=most).rev() {
            let end = floor(self.text, at + ends.get(tokens - 1).copied().unwrap_or(0)).max(at) - at;
            let cut = window.get(..end).unwrap_or_default();
            self.m
                .meter
                .charge(cost::TOKENIZED_BYTE.saturating_mul(cut.len() as u64))?;
            if self.tokenizer.count(cut) <= most {
                return Ok(at + end);
            }
        }
        Ok(at)
    }

    /// Returns the byte offset that is at most this number of tokens before another offset.
    fn backwards(&mut self, from: usize, tokens: usize) -> Result<usize, Flow> {
        let mut back = tokens.saturating_mul(LIKELY_BYTES);
        loop {
            let start = ceiling(self.text, from.saturating_sub(back)).min(from);
            let count = self.count(start, from)?;
            if count >= tokens || start == 0 {
                let skipped = count.saturating_sub(tokens);
                let at = match skipped {
                    0 => start,
                    _ => self.forwards(start, skipped)?,
                };
                return Ok(at.min(from));
            }
            back = back.saturating_mul(2);
        }
    }
}
