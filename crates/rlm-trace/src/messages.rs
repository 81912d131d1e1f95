//! A request's messages as a journal holds them: a long piece of the context is a reference, not a copy.

use std::sync::Arc;

use rlm_model::{CallId, Message, Part, Role, SourceRange};
use serde::{Deserialize, Serialize};

use crate::Withheld;

/// From this many bytes on, text that comes from the context is written as a reference.
pub const REFERENCE_BYTES: usize = 64;

/// Pieces that have no more than this between them are one piece: programs ask about lines without their ends.
const GAP_BYTES: u64 = 2;

/// The messages of a request, as a journal holds them: those that an earlier call had too, and its own.
///
/// Rendered back to text by [`RecordedPrompts`](crate::RecordedPrompts), which knows the earlier calls.
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
    /// The first messages, where an earlier call began with the same ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Repeated>,
    /// The messages after these.
    pub own: Vec<JournalMessage>,
}

/// The first messages of a request, which are the first ones of an earlier call. A conversation that grows by two messages
/// a turn is thus written once, not once a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeated {
    /// The earlier call.
    pub call: CallId,
    /// How many of its messages.
    pub messages: u32,
    /// How many bytes of content these have.
    pub bytes: u64,
}

/// One message of a request, as a journal holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalMessage {
    /// Who speaks.
    pub role: Role,
    /// What is said, one part after the other.
    pub parts: Vec<JournalPart>,
}

/// A piece of a message: a JSON string, or a JSON object `{"source", "start", "end"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum JournalPart {
    /// The text itself.
    Text(Arc<str>),
    /// Bytes of a source of the context.
    Source(SourceRange),
}

/// A reference of a journal has no text: the context is not the one that the run was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the context has no text at source {}, bytes {}..{}", range.source, range.start, range.end)]
pub struct UnresolvedSource {
    /// What was asked for.
    pub range: SourceRange,
}

/// Returns where the pieces of the context stand that `messages` hold, in the order in which they are said; none where each of them
/// is long enough to be a reference, which says it already. Pieces with at most two bytes between them, such as the lines
/// of a text without their ends, are one.
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

/// Returns which of the context messages hold: their pieces where an event lists these, else their references.
pub(crate) fn given(pieces: &[SourceRange], references: impl Iterator<Item = SourceRange>) -> Vec<SourceRange> {
    match pieces {
        [] => references.collect(),
        pieces => pieces.to_vec(),
    }
}

impl Messages {
    /// Makes the journal's form of `messages`: a part of at least [`REFERENCE_BYTES`] that comes from the context becomes
    /// a reference, all else stays text.
    #[must_use]
    pub fn of(messages: &[Message]) -> Self {
        Self {
            repeated: None,
            own: messages.iter().map(JournalMessage::of).collect(),
        }
    }

    /// Makes the journal's form of `messages` where `earlier` names a call that was written before with the messages
    /// given: what both begin with is not written again.
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

    /// Returns the references among the call's own messages, in order.
    pub fn references(&self) -> impl Iterator<Item = SourceRange> {
        self.own.iter().flat_map(JournalMessage::references)
    }

    /// Returns the length of the whole content in bytes, references counted at what they stand for.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        let repeated = self.repeated.as_ref().map_or(0, |repeated| repeated.bytes);
        let parts = self.own.iter().flat_map(|message| &message.parts);
        parts.map(JournalPart::bytes).fold(repeated, u64::saturating_add)
    }
}

impl JournalMessage {
    /// Makes the journal's form of a message; see [`Messages::of`]. Texts that follow each other are one.
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

    /// Returns what is said, a long piece of the context as its place in brackets: `[0: 20..180]`.
    #[must_use]
    pub fn outlined(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            JournalPart::Text(text) => text.to_string(),
            JournalPart::Source(range) => format!("[{}: {}..{}]", range.source, range.start, range.end),
        });
        parts.collect()
    }

    /// Returns the references, in order.
    pub fn references(&self) -> impl Iterator<Item = SourceRange> {
        self.parts.iter().filter_map(|part| match part {
            JournalPart::Text(_) => None,
            JournalPart::Source(range) => Some(*range),
        })
    }

    /// Returns the length of the content in bytes, references counted at what they stand for.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        self.parts.iter().map(JournalPart::bytes).fold(0, u64::saturating_add)
    }

    /// Returns the message with its text, as the model received it. `resolve` returns the text of a range of the context,
    /// or none where there is no such range; it is asked once per reference.
    ///
    /// # Errors
    /// [`UnresolvedSource`] for the first reference that has no text, or not as many bytes as it says.
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

/// Returns the place that stands for a part in a journal: where it comes from the context and is long enough.
fn reference_of(part: &Part) -> Option<SourceRange> {
    // A range of another length would render to another text, so the text itself is kept then.
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
