//! Quotes of the context in model replies, which journals that must not hold the context store as
//! references.

use std::collections::HashMap;
use std::sync::Arc;

use rlm_model::{Message, SourceRange};
use serde::{Deserialize, Serialize};

use crate::UnresolvedSource;

/// The minimum length in bytes of a quote: a text that a model's reply has in common with the
/// context that its call was given.
pub const QUOTED_BYTES: usize = 24;

/// A quote: a piece of a model's reply that also occurs in the context that the call was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedPiece {
    /// The offset of the quote's first byte in the reply.
    pub at: u64,
    /// The range of the context that the quote is equal to.
    pub range: SourceRange,
}

/// Finds the quotes in a reply: the pieces that also occur in the parts of `messages` that come
/// from the context. Returns them in order.
///
/// ```
/// use rlm_model::{Message, Part, Role, SourceRange};
/// use rlm_trace::quoted;
///
/// let page = "It rained on Monday, and again on Thursday night.";
/// let range = SourceRange { source: 0, start: 400, end: 449 };
/// let parts = vec![Part { text: page.into(), origin: Some(range) }];
/// let found = quoted("It says: \"and again on Thursday night.\"", &[Message { role: Role::User, parts }]);
/// assert_eq!((found[0].at, found[0].range.start, found[0].range.end), (10, 421, 449));
/// ```
#[must_use]
pub fn quoted(reply: &str, messages: &[Message]) -> Vec<QuotedPiece> {
    let mut wanted: HashMap<&[u8], Option<Place<'_>>> = HashMap::new();
    for window in reply.as_bytes().windows(QUOTED_BYTES) {
        wanted.insert(window, None);
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    for part in messages.iter().flat_map(|message| &message.parts) {
        let length = part.text.len() as u64;
        let Some(range) = part
            .origin
            .filter(|range| range.end.saturating_sub(range.start) == length)
        else {
            continue;
        };
        let text = part.text.as_bytes();
        for (offset, window) in text.windows(QUOTED_BYTES).enumerate() {
            if let Some(place) = wanted.get_mut(window).filter(|place| place.is_none()) {
                *place = text.get(offset..).map(|text| Place { text, range, offset });
            }
        }
    }
    pieces(reply, &wanted)
}

/// A position in the context at which a text of a reply also occurs.
#[derive(Clone, Copy)]
struct Place<'t> {
    /// The text of the context from this position to the end of the message part.
    text: &'t [u8],
    range: SourceRange,
    offset: usize,
}

/// Returns the pieces of a reply that also occur at the context positions in `places`, in order.
fn pieces(reply: &str, places: &HashMap<&[u8], Option<Place<'_>>>) -> Vec<QuotedPiece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(rest) = reply.as_bytes().get(at..).filter(|rest| rest.len() >= QUOTED_BYTES) {
        let place = rest.get(..QUOTED_BYTES).and_then(|window| places.get(window)).copied();
        let Some(place) = place.flatten().filter(|_| reply.is_char_boundary(at)) else {
            at = at.saturating_add(1);
            continue;
        };
        let same = rest.iter().zip(place.text).take_while(|(a, b)| a == b).count();
        let end = reply.floor_char_boundary(at.saturating_add(same));
        let start = place.range.start.saturating_add(place.offset as u64);
        pieces.push(QuotedPiece {
            at: at as u64,
            range: SourceRange {
                source: place.range.source,
                start,
                end: start.saturating_add(end.saturating_sub(at) as u64),
            },
        });
        at = end.max(at.saturating_add(1));
    }
    pieces
}

/// Returns the mark that replaces a quote of the context in a stored reply, such as
/// `[0: 421..449]`.
fn mark(range: &SourceRange) -> String {
    format!("[{}: {}..{}]", range.source, range.start, range.end)
}

/// Returns a reply with its quotes of the context replaced by their ranges:
/// `It says: "[0: 421..449]"`.
pub(crate) fn outlined(reply: &str, pieces: &[QuotedPiece]) -> String {
    let mut outlined = String::new();
    let mut from = 0;
    for QuotedPiece { at, range } in pieces {
        let at = usize::try_from(*at).unwrap_or(usize::MAX);
        let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        outlined.push_str(reply.get(from..at).unwrap_or_default());
        outlined.push_str(&mark(range));
        from = at.saturating_add(length);
    }
    outlined.push_str(reply.get(from..).unwrap_or_default());
    outlined
}

/// Restores the text of the quotes in a stored reply, from the context.
///
/// # Errors
/// The text of a quote is not available, or its mark is not in the reply.
pub(crate) fn whole(
    outlined: &str,
    pieces: &[QuotedPiece],
    resolve: &dyn Fn(SourceRange) -> Option<Arc<str>>,
) -> Result<String, UnresolvedSource> {
    let mut whole = String::new();
    let mut rest = outlined;
    for QuotedPiece { at, range } in pieces {
        let unresolved = || UnresolvedSource { range: *range };
        let before = usize::try_from(*at).ok().and_then(|at| at.checked_sub(whole.len()));
        let (own, after) = before
            .and_then(|before| rest.split_at_checked(before))
            .ok_or_else(unresolved)?;
        whole.push_str(own);
        whole.push_str(&resolve(*range).ok_or_else(unresolved)?);
        rest = after.strip_prefix(&mark(range)).ok_or_else(unresolved)?;
    }
    whole.push_str(rest);
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rlm_model::{Part, Role};

    use super::*;

    fn given(texts: &[&str]) -> (Vec<Message>, String) {
        let mut all = String::new();
        let parts = texts.iter().map(|text| {
            let start = all.len() as u64;
            all.push_str(text);
            Part {
                text: (*text).into(),
                origin: Some(SourceRange {
                    source: 0,
                    start,
                    end: all.len() as u64,
                }),
            }
        });
        let parts = parts.collect();
        (
            vec![Message {
                role: Role::User,
                parts,
            }],
            all,
        )
    }

    #[test]
    fn repeated_quotes_become_references() {
        let (messages, all) = given(&["Zwölf Boxkämpfer jagen Viktor quer über den großen Deich."]);
        let reply = "„Boxkämpfer jagen Viktor quer“, und nochmals: Boxkämpfer jagen Viktor quer über";
        let pieces = quoted(reply, &messages);
        let outline = outlined(reply, &pieces);
        assert_eq!(outline, "„[0: 7..36]“, und nochmals:[0: 6..42]");
        let resolve = |range: SourceRange| all.get(range.start as usize..range.end as usize).map(Into::into);
        assert_eq!(whole(&outline, &pieces, &resolve).as_deref(), Ok(reply));
        assert!(whole("something else", &pieces, &resolve).is_err());
        assert_eq!(quoted("Viktor jagt", &messages), []);
    }

    proptest! {
        #[test]
        fn outlined_replies_round_trip(
            texts in proptest::collection::vec("[aöb ]{0,60}", 0..4),
            cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..60, "[ab„]{0,5}"), 0..5),
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (messages, all) = given(&texts);
            let mut reply = String::new();
            for (from, length, own) in &cuts {
                let from = all.floor_char_boundary(from.index(all.len() + 1));
                let to = all.floor_char_boundary((from + length).min(all.len()));
                reply.push_str(all.get(from..to).unwrap_or_default());
                reply.push_str(own);
            }
            let pieces = quoted(&reply, &messages);
            let resolve = |range: SourceRange| all.get(range.start as usize..range.end as usize).map(Into::into);
            let back = whole(&outlined(&reply, &pieces), &pieces, &resolve);
            prop_assert_eq!(back.as_deref(), Ok(reply.as_str()));
        }
    }
}
