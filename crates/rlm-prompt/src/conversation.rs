//! The messages that the root model is sent. They only grow at the end, so that providers can cache the rest, until earlier
//! turns are summed up or left out for their length.

use rlm_model::{Message, Role};

use crate::history::History;

/// The maximum number of bytes of a reply that are kept; longer replies are truncated.
const KEPT_REPLY_BYTES: usize = 64 << 10;

/// The bytes that an estimate counts as one token.
const BYTES_A_TOKEN: u64 = 4;

/// A run's conversation with its root model.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// The system message and the question.
    opening: Vec<Message>,
    /// Replaces the turns that were summed up.
    summary: Option<Summary>,
    turns: Vec<Exchange>,
}

/// A turn that a summary replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummarizedTurn {
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The reply of the root model, as far as it was kept.
    pub reply: String,
    /// The message that the root model was sent after it.
    pub shown: String,
}

/// The summary of earlier turns, and the turns.
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
    /// Starts a conversation with a system message and a first user message.
    #[must_use]
    pub fn new(system: String, first: String) -> Self {
        Self::with_opening(vec![Message::system(system), Message::user(first)])
    }

    /// Starts a conversation with other messages.
    #[must_use]
    pub const fn with_opening(opening: Vec<Message>) -> Self {
        Self {
            opening,
            summary: None,
            turns: Vec::new(),
        }
    }

    /// Appends a text to the last message before all turns.
    pub fn extend_opening(&mut self, text: &str) {
        self.opening = append_to_last(std::mem::take(&mut self.opening), text);
    }

    /// Replaces the system message, if there is one.
    pub fn set_system(&mut self, system: String) {
        if let Some(first) = self.opening.first_mut().filter(|first| first.role == Role::System) {
            *first = Message::system(system);
        }
    }

    /// Returns the messages that the model is sent.
    #[must_use]
    pub fn messages(&self, history: &History) -> Vec<Message> {
        self.newest(self.sent_turns(history))
    }

    /// Returns the number of turns that are sent.
    #[must_use]
    pub fn sent_turns(&self, history: &History) -> usize {
        self.turns.len().saturating_sub(self.left_out(history))
    }

    /// Returns the messages with at most `turns` of the newest turns.
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

    /// Returns the number of the oldest turns that are not sent. The last turn always is.
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

    /// Estimates the bytes of all messages.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.tokens().saturating_mul(BYTES_A_TOKEN)
    }

    /// Estimates the bytes of the messages before all turns.
    #[must_use]
    pub fn opening_bytes(&self) -> u64 {
        estimated(self.opening.iter()).saturating_mul(BYTES_A_TOKEN)
    }

    /// Estimates the tokens of all messages.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        let summary = self.summary.iter().flat_map(|summary| &summary.messages);
        let before = estimated(self.opening.iter().chain(summary));
        self.turns
            .iter()
            .map(Exchange::tokens)
            .fold(before, u64::saturating_add)
    }

    /// Returns the last turn that a summary can replace, and the estimated tokens of all such turns. The last turn of all stays.
    #[must_use]
    pub fn foldable(&self) -> Option<(u32, u64)> {
        let (_, earlier) = self.turns.split_last()?;
        let tokens = earlier.iter().map(Exchange::tokens).fold(0, u64::saturating_add);
        Some((earlier.last()?.turn, tokens))
    }

    /// Replaces all turns but the last by a summary; `shown` is the message after it.
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

    /// Returns the turns that the summary replaces.
    #[must_use]
    pub fn summarized_turns(&self) -> &[SummarizedTurn] {
        self.summary.as_ref().map(|summary| &*summary.turns).unwrap_or_default()
    }

    /// Adds a turn: the reply, as far as it was read, and the message that follows it.
    pub fn add(&mut self, turn: u32, reply: &str, shown: &str) {
        let end = reply.floor_char_boundary(KEPT_REPLY_BYTES);
        let mut kept = reply.get(..end).unwrap_or_default().trim_end().to_owned();
        if end < reply.len() {
            kept.push_str("\n[the rest of this reply is left out]");
        }
        if kept.is_empty() {
            // Servers refuse messages without content.
            kept.push_str("(an empty reply)");
        }
        self.turns.push(Exchange {
            turn,
            reply: Message::assistant(kept),
            shown: Message::user(shown),
        });
    }
}

/// Appends a text to the last message: some servers reject two messages of one speaker in a row.
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
