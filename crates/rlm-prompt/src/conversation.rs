//! The messages that the root model is sent. They grow only at the end, so that providers can cache
//! the earlier ones, until turns are summarized or omitted because of their length.

use rlm_model::{Message, Role};

use crate::history::History;

/// The maximum number of bytes of a reply that are kept; longer replies are truncated.
const KEPT_REPLY_BYTES: usize = 64 << 10;

/// The estimated number of bytes per token.
const BYTES_A_TOKEN: u64 = 4;

/// A run's conversation with its root model.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// The system message and the question.
    opening: Vec<Message>,
    /// The summary that replaces earlier turns.
    summary: Option<Summary>,
    turns: Vec<Exchange>,
}

/// A turn that a summary has replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummarizedTurn {
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The reply of the root model, possibly truncated.
    pub reply: String,
    /// The message that the root model was sent after its reply.
    pub shown: String,
}

/// The messages of a summary, and the turns that it replaces.
#[derive(Debug, Clone)]
struct Summary {
    messages: [Message; 2],
    turns: Vec<SummarizedTurn>,
}

/// A reply and the message that follows it.
#[derive(Debug, Clone)]
struct Exchange {
    turn: u32,
    reply: Message,
    shown: Message,
}

impl Exchange {
    fn tokens(&self) -> u64 {
        estimated([&self.reply, &self.shown])
    }
}

impl Conversation {
    /// Creates a conversation with a system message and a first user message.
    #[must_use]
    pub fn new(system: String, first: String) -> Self {
        Self::with_opening(vec![Message::system(system), Message::user(first)])
    }

    /// Creates a conversation with the given opening messages.
    #[must_use]
    pub const fn with_opening(opening: Vec<Message>) -> Self {
        Self {
            opening,
            summary: None,
            turns: Vec::new(),
        }
    }

    /// Appends a text to the last opening message, which precedes all turns.
    pub fn extend_opening(&mut self, text: &str) {
        self.opening = append_to_last(std::mem::take(&mut self.opening), text);
    }

    /// Replaces the system message, if there is one.
    pub fn set_system(&mut self, system: String) {
        if let Some(first) = self.opening.first_mut().filter(|first| first.role == Role::System) {
            *first = Message::system(system);
        }
    }

    /// Returns the messages to send to the model.
    #[must_use]
    pub fn messages(&self, history: &History) -> Vec<Message> {
        self.newest(self.sent_turns(history))
    }

    /// Returns the number of turns that are sent.
    #[must_use]
    pub fn sent_turns(&self, history: &History) -> usize {
        self.turns.len().saturating_sub(self.left_out(history))
    }

    /// Returns the opening messages, the summary and at most the last `turns` turns.
    #[must_use]
    pub fn newest(&self, turns: usize) -> Vec<Message> {
        let summary = self.summary.iter().flat_map(|summary| &summary.messages);
        let mut messages: Vec<Message> = self.opening.iter().chain(summary).cloned().collect();
        let left_out = self.turns.len().saturating_sub(turns);
        for exchange in self.turns.get(left_out..).unwrap_or_default() {
            messages.extend([exchange.reply.clone(), exchange.shown.clone()]);
        }
        messages
    }

    /// Returns how many of the oldest turns are omitted. The last turn is always sent.
    #[must_use]
    pub fn left_out(&self, history: &History) -> usize {
        let all_but_last = self.turns.len().saturating_sub(1);
        if !history.conversation {
            return all_but_last;
        }
        let Some(most) = history.max_tokens else { return 0 };
        let mut tokens = self.tokens();
        let mut left_out = 0;
        for exchange in self.turns.iter().take(all_but_last) {
            if tokens <= most {
                break;
            }
            tokens = tokens.saturating_sub(exchange.tokens());
            left_out += 1;
        }
        left_out
    }

    /// Estimates the total bytes of all messages.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.tokens().saturating_mul(BYTES_A_TOKEN)
    }

    /// Estimates the total tokens of all messages.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        let summary = self.summary.iter().flat_map(|summary| &summary.messages);
        let before = estimated(self.opening.iter().chain(summary));
        self.turns
            .iter()
            .map(Exchange::tokens)
            .fold(before, u64::saturating_add)
    }

    /// Returns the last turn that a summary can replace, and the estimated tokens of all such
    /// turns. The last turn of the conversation is always kept.
    #[must_use]
    pub fn foldable(&self) -> Option<(u32, u64)> {
        let (_, earlier) = self.turns.split_last()?;
        let tokens = earlier.iter().map(Exchange::tokens).fold(0, u64::saturating_add);
        Some((earlier.last()?.turn, tokens))
    }

    /// Replaces all turns except the last by a summary. `shown` is the message after the summary.
    pub fn fold(&mut self, summary: &str, shown: String) {
        let last = self.turns.split_off(self.turns.len().saturating_sub(1));
        let folded = std::mem::replace(&mut self.turns, last);
        let mut turns = self.summary.take().map(|summary| summary.turns).unwrap_or_default();
        turns.extend(folded.into_iter().map(|exchange| SummarizedTurn {
            turn: exchange.turn,
            reply: exchange.reply.content(),
            shown: exchange.shown.content(),
        }));
        self.summary = Some(Summary {
            messages: [Message::assistant(summary), Message::user(shown)],
            turns,
        });
    }

    /// Returns the turns that the summary has replaced.
    #[must_use]
    pub fn summarized_turns(&self) -> &[SummarizedTurn] {
        self.summary.as_ref().map(|summary| &*summary.turns).unwrap_or_default()
    }

    /// Adds a turn: the reply, as far as it was processed, and the message that follows it.
    pub fn add(&mut self, turn: u32, reply: &str, shown: &str) {
        let end = reply.floor_char_boundary(KEPT_REPLY_BYTES);
        let mut kept = reply.get(..end).unwrap_or_default().trim_end().to_owned();
        if end < reply.len() {
            kept.push_str("\n[the rest of this reply is left out]");
        }
        if kept.is_empty() {
            // Servers reject messages without content.
            kept.push_str("(an empty reply)");
        }
        self.turns.push(Exchange {
            turn,
            reply: Message::assistant(kept),
            shown: Message::user(shown),
        });
    }
}

/// Appends a text to the last message, because some servers reject two consecutive messages of the
/// same role.
#[must_use]
pub fn append_to_last(mut messages: Vec<Message>, text: &str) -> Vec<Message> {
    if let Some(last) = messages.pop() {
        messages.push(Message::new(last.role, format!("{}\n\n{text}", last.content())));
    }
    messages
}

fn estimated<'m>(messages: impl IntoIterator<Item = &'m Message>) -> u64 {
    let bytes = messages.into_iter().map(Message::content_bytes);
    bytes.fold(0, u64::saturating_add).div_ceil(BYTES_A_TOKEN)
}
