//! The stored form of a request's messages in a journal: long pieces of the context are references,
//! not copies.

use std::sync::Arc;

use rlm_model::{CallId, Message, Part, Role, SourceRange};
use serde::{Deserialize, Serialize};

use crate::Withheld;

/// The minimum length in bytes of a piece of the context that is stored as a reference.
pub const REFERENCE_BYTES: usize = 64;

/// The maximum gap in bytes between pieces of the context that are merged. Programs often ask about
/// lines without their line ends.
const GAP_BYTES: u64 = 2;

/// The messages of a request as stored in a journal: a count of messages that repeat an earlier
/// call's, then the request's own messages.
///
/// [`RecordedPrompts`](crate::RecordedPrompts), which has the earlier calls, renders them back to
/// text.
///
/// ```
/// use rlm_model::{Message, Part, Role, SourceRange};
/// use rlm_trace::Messages;
///
/// // A prompt: words of a program, and a page of the context.
/// let page: String = "It rained again. ".repeat(10);
/// let range = SourceRange { source: 0, start: 400, end: 570 };
/// let parts = vec![
///     Part { text: "Sum it up: ".into(), origin: None },
///     Part { text: page.as_str().into(), origin: Some(range) },
/// ];
/// let messages = Messages::of(&[Message { role: Role::User, parts }]);
/// assert_eq!(messages.own[0].outlined(), "Sum it up: [0: 400..570]");
///
/// let rendered = messages.own[0].render(&|_| Some(page.as_str().into()))?;
/// assert_eq!(rendered.content(), format!("Sum it up: {page}"));
/// # Ok::<(), rlm_trace::UnresolvedSource>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Messages {
    /// The first messages of the request, if they repeat those of an earlier call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Repeated>,
    /// The messages of the request that follow the repeated ones.
    pub own: Vec<JournalMessage>,
}

/// The first messages of a request, if they repeat those of an earlier call. A conversation that
/// grows by two messages a turn is thus written once instead of once a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeated {
    /// The id of the earlier call whose messages are repeated.
    pub call: CallId,
    /// The number of messages that are repeated.
    pub messages: u32,
    /// The length in bytes of the content of the repeated messages.
    pub bytes: u64,
}

/// A message of a request as stored in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalMessage {
    /// The role of the message's author.
    pub role: Role,
    /// The parts of the message's content, in order.
    pub parts: Vec<JournalPart>,
}

/// A part of a message: a text (a JSON string) or a reference to the context (a JSON object
/// `{"source", "start", "end"}`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum JournalPart {
    /// A text that is stored in the journal itself.
    Text(Arc<str>),
    /// A reference to a byte range of a source of the context.
    Source(SourceRange),
}

/// The error of a reference to the context whose text is not available. The context is not the one
/// that the run was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the context has no text at source {}, bytes {}..{}", range.source, range.start, range.end)]
pub struct UnresolvedSource {
    /// The range of the context that the reference names.
    pub range: SourceRange,
}

/// Returns the ranges of the context that `messages` hold, in order. Returns an empty list if every
/// piece is long enough to be a reference, which already holds its range. Pieces with at most two
/// bytes between them, such as the lines of a text without their line ends, are merged.
///
/// ```
/// use rlm_model::{Message, Part, Role, SourceRange};
///
/// let line = |start, text: &str| Part {
///     origin: Some(SourceRange { source: 0, start, end: start + text.len() as u64 }),
///     text: text.into(),
/// };
/// let mut message = Message::new(Role::User, "Which of these is late?\n");
/// message.parts.extend([line(0, "order 4711, 3 May"), line(18, "order 4712, 9 May")]);
/// assert_eq!(rlm_trace::pieces(&[message]), [SourceRange { source: 0, start: 0, end: 35 }]);
/// ```
#[must_use]
pub fn pieces(messages: &[Message]) -> Vec<SourceRange> {
    let cut = messages
        .iter()
        .flat_map(|message| &message.parts)
        .filter(|part| part.origin.is_some());
    if cut.clone().all(|part| reference_of(part).is_some()) {
        return Vec::new();
    }
    let mut pieces: Vec<SourceRange> = Vec::new();
    for range in cut.filter_map(|part| part.origin) {
        match pieces.last_mut() {
            Some(last)
                if last.source == range.source
                    && (last.end..=last.end.saturating_add(GAP_BYTES)).contains(&range.start) =>
            {
                last.end = range.end;
            }
            _ => pieces.push(range),
        }
    }
    pieces
}

/// Returns the ranges of the context that a call was given: `pieces` if not empty, else the ranges
/// of the references in the call's messages.
pub(crate) fn given(pieces: &[SourceRange], references: impl Iterator<Item = SourceRange>) -> Vec<SourceRange> {
    match pieces {
        [] => references.collect(),
        pieces => pieces.to_vec(),
    }
}

impl Messages {
    /// Converts `messages` to their stored form: a part of at least [`REFERENCE_BYTES`] that comes
    /// from the context becomes a reference, all else stays text.
    #[must_use]
    pub fn of(messages: &[Message]) -> Self {
        Self {
            repeated: None,
            own: messages.iter().map(JournalMessage::of).collect(),
        }
    }

    /// Converts `messages` to their stored form, given an `earlier` call and its messages. The
    /// first messages that both have in common are stored as a repetition of the earlier call.
    #[must_use]
    pub fn following(earlier: (&CallId, &[Message]), messages: &[Message]) -> Self {
        let (call, before) = earlier;
        let alike = before.iter().zip(messages).take_while(|(a, b)| a == b).count();
        let (same, own) = messages.split_at_checked(alike).unwrap_or((&[], messages));
        let bytes = same.iter().map(Message::content_bytes).fold(0, u64::saturating_add);
        match u32::try_from(alike) {
            Ok(messages) if bytes >= REFERENCE_BYTES as u64 => Self {
                repeated: Some(Repeated {
                    call: call.clone(),
                    messages,
                    bytes,
                }),
                own: own.iter().map(JournalMessage::of).collect(),
            },
            _ => Self::of(messages),
        }
    }

    /// Returns the references to the context in the request's own messages, in order. Repeated
    /// messages are not included.
    pub fn references(&self) -> impl Iterator<Item = SourceRange> {
        self.own.iter().flat_map(JournalMessage::references)
    }

    /// Returns the length in bytes of the content of all messages, repeated ones included. A
    /// reference counts as the length of its range.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        let repeated = self.repeated.as_ref().map_or(0, |repeated| repeated.bytes);
        let parts = self.own.iter().flat_map(|message| &message.parts);
        parts.map(JournalPart::bytes).fold(repeated, u64::saturating_add)
    }
}

impl JournalMessage {
    /// Converts a message to its stored form; see [`Messages::of`]. Adjacent texts are merged.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let mut parts = Vec::new();
        let mut text = String::new();
        for part in &message.parts {
            match reference_of(part) {
                Some(range) => {
                    push_text(&mut parts, &mut text);
                    parts.push(JournalPart::Source(range));
                }
                None => text.push_str(&part.text),
            }
        }
        push_text(&mut parts, &mut text);
        Self {
            role: message.role,
            parts,
        }
    }

    /// Returns the message's content, with references to the context shown as their ranges in
    /// brackets: `[0: 20..180]`.
    #[must_use]
    pub fn outlined(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            JournalPart::Text(text) => text.to_string(),
            JournalPart::Source(range) => format!("[{}: {}..{}]", range.source, range.start, range.end),
        });
        parts.collect()
    }

    /// Returns the references to the context in the message, in order.
    pub fn references(&self) -> impl Iterator<Item = SourceRange> {
        self.parts.iter().filter_map(|part| match part {
            JournalPart::Text(_) => None,
            JournalPart::Source(range) => Some(*range),
        })
    }

    /// Returns the length of the message's content in bytes. A reference counts as the length of
    /// its range.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        self.parts.iter().map(JournalPart::bytes).fold(0, u64::saturating_add)
    }

    /// Renders the stored message back to the message that the model received. `resolve` returns
    /// the text of a range of the context, or `None` if there is no such range. It is called once
    /// per reference.
    ///
    /// # Errors
    /// [`UnresolvedSource`] for the first reference without a text, or with a text of another
    /// length.
    pub fn render(&self, resolve: &dyn Fn(SourceRange) -> Option<Arc<str>>) -> Result<Message, UnresolvedSource> {
        let parts = self.parts.iter().map(|part| part.render(resolve));
        Ok(Message {
            role: self.role,
            parts: parts.collect::<Result<_, _>>()?,
        })
    }
}

impl JournalPart {
    fn render(&self, resolve: &dyn Fn(SourceRange) -> Option<Arc<str>>) -> Result<Part, UnresolvedSource> {
        match self {
            Self::Text(text) => Ok(Part {
                text: text.clone(),
                origin: None,
            }),
            &Self::Source(range) => {
                let text = resolve(range).filter(|text| text.len() as u64 == length(range));
                let text = text.ok_or(UnresolvedSource { range })?;
                Ok(Part {
                    text,
                    origin: Some(range),
                })
            }
        }
    }

    fn bytes(&self) -> u64 {
        match self {
            Self::Text(text) => text
                .parse::<Withheld>()
                .map_or(text.len() as u64, |withheld| withheld.bytes),
            &Self::Source(range) => length(range),
        }
    }
}

/// Returns the range of the context to store instead of a part's text, if the part comes from the
/// context and is long enough.
fn reference_of(part: &Part) -> Option<SourceRange> {
    // A range of another length would render to another text, so the text itself is kept.
    part.origin
        .filter(|range| part.text.len() >= REFERENCE_BYTES && length(*range) == part.text.len() as u64)
}

fn push_text(parts: &mut Vec<JournalPart>, text: &mut String) {
    if !text.is_empty() {
        parts.push(JournalPart::Text(std::mem::take(text).into()));
    }
}

fn length(range: SourceRange) -> u64 {
    range.end.saturating_sub(range.start)
}
