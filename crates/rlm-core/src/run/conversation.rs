//! The messages that the root model is sent: they only ever grow at the end, so that providers can cache the rest, until they are
//! so long that earlier turns are summed up or left out.

use rlm_model::{Message, Role};
use rlm_prompt::History;
use sift_vm::PastTurn;

/// The most bytes of a reply that are kept; a longer one has its end left out.
const KEPT_REPLY_BYTES: usize = 64 << 10;

/// The bytes that count as one token where nothing counts tokens.
const BYTES_A_TOKEN: u64 = 4;

/// A run's conversation with its root model.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    /// The system's message and the question.
    opening: Vec<Message>,
    /// What stands in the place of the turns that were summed up.
    summary: Option<Summary>,
    exchanges: Vec<Exchange>,
}

/// The summary of earlier turns, and the turns.
#[derive(Debug, Clone)]
struct Summary {
    messages: [Message; 2],
    turns: Vec<PastTurn>,
}

/// A reply, and what was said to it.
#[derive(Debug, Clone)]
struct Exchange {
    turn: u32,
    reply: Message,
    said: Message,
}

impl Exchange {
    fn tokens(&self) -> u64 {
        estimated([&self.reply, &self.said])
    }
}

impl Conversation {
    pub(crate) fn new(system: String, first: String) -> Self {
        Self::opened_by(vec![Message::system(system), Message::user(first)])
    }

    /// Begins otherwise than with the system's message and the question.
    pub(crate) const fn opened_by(opening: Vec<Message>) -> Self {
        Self {
            opening,
            summary: None,
            exchanges: Vec::new(),
        }
    }

    /// Adds something to the question.
    pub(crate) fn say_first(&mut self, said: &str) {
        self.opening = with_last(std::mem::take(&mut self.opening), said);
    }

    /// Replaces the system's message, where there is one.
    pub(crate) fn set_system(&mut self, system: String) {
        if let Some(first) = self.opening.first_mut().filter(|first| first.role == Role::System) {
            *first = Message::system(system);
        }
    }

    /// Returns the messages that the model is sent.
    pub(crate) fn messages(&self, history: &History) -> Vec<Message> {
        self.newest(self.sent_turns(history))
    }

    /// Returns how many turns are sent.
    pub(crate) fn sent_turns(&self, history: &History) -> usize {
        self.exchanges.len().saturating_sub(self.left_out(history))
    }

    /// Returns the messages with so many of the newest turns.
    pub(crate) fn newest(&self, turns: usize) -> Vec<Message> {
        let summary = self.summary.iter().flat_map(|summary| &summary.messages);
        let mut messages: Vec<Message> = self.opening.iter().chain(summary).cloned().collect();
        let left_out = self.exchanges.len().saturating_sub(turns);
        for exchange in self.exchanges.get(left_out..).unwrap_or_default() {
            messages.extend([exchange.reply.clone(), exchange.said.clone()]);
        }
        messages
    }

    /// Returns how many of the oldest turns are not sent. The last one always is.
    pub(crate) fn left_out(&self, history: &History) -> usize {
        let all_but_last = self.exchanges.len().saturating_sub(1);
        if !history.conversation {
            return all_but_last;
        }
        let Some(most) = history.max_tokens else { return 0 };
        let mut tokens = self.tokens();
        let mut left_out = 0;
        for exchange in self.exchanges.iter().take(all_but_last) {
            if tokens <= most {
                break;
            }
            tokens = tokens.saturating_sub(exchange.tokens());
            left_out += 1;
        }
        left_out
    }

    /// Returns how many bytes all messages have, about.
    pub(crate) fn bytes(&self) -> u64 {
        self.tokens().saturating_mul(BYTES_A_TOKEN)
    }

    /// Returns how many bytes the messages have that stand before all turns, about.
    pub(crate) fn opening_bytes(&self) -> u64 {
        estimated(self.opening.iter()).saturating_mul(BYTES_A_TOKEN)
    }

    /// Returns about how many tokens all messages have.
    pub(crate) fn tokens(&self) -> u64 {
        let summary = self.summary.iter().flat_map(|summary| &summary.messages);
        let before = estimated(self.opening.iter().chain(summary));
        self.exchanges
            .iter()
            .map(Exchange::tokens)
            .fold(before, u64::saturating_add)
    }

    /// Returns the last of the turns that a summary can take the place of, and about how many tokens they have. The last turn stays.
    pub(crate) fn foldable(&self) -> Option<(u32, u64)> {
        let (_, earlier) = self.exchanges.split_last()?;
        let tokens = earlier.iter().map(Exchange::tokens).fold(0, u64::saturating_add);
        Some((earlier.last()?.turn, tokens))
    }

    /// Puts a summary in the place of all turns but the last; `said` follows it.
    pub(crate) fn fold(&mut self, summary: &str, said: String) {
        let last = self.exchanges.split_off(self.exchanges.len().saturating_sub(1));
        let folded = std::mem::replace(&mut self.exchanges, last);
        let mut turns = self.summary.take().map(|summary| summary.turns).unwrap_or_default();
        turns.extend(folded.into_iter().map(|exchange| PastTurn {
            turn: exchange.turn,
            reply: exchange.reply.content(),
            shown: exchange.said.content(),
        }));
        self.summary = Some(Summary {
            messages: [Message::assistant(summary), Message::user(said)],
            turns,
        });
    }

    /// Returns the turns that a summary stands for.
    pub(crate) fn past_turns(&self) -> &[PastTurn] {
        self.summary.as_ref().map(|summary| &*summary.turns).unwrap_or_default()
    }

    /// Adds the reply of a turn, as far as it was read, and what is said to it.
    pub(crate) fn add(&mut self, turn: u32, reply: &str, said: &str) {
        let end = reply.floor_char_boundary(KEPT_REPLY_BYTES);
        let mut kept = reply.get(..end).unwrap_or_default().trim_end().to_owned();
        if end < reply.len() {
            kept.push_str("\n[the rest of this reply is left out]");
        }
        if kept.is_empty() {
            // Servers refuse messages without content.
            kept.push_str("(an empty reply)");
        }
        self.exchanges.push(Exchange {
            turn,
            reply: Message::assistant(kept),
            said: Message::user(said),
        });
    }
}

/// Returns messages with one more thing said at their end. Two messages of one speaker in a row are refused by some servers, so it
/// becomes part of the last.
pub(crate) fn with_last(mut messages: Vec<Message>, said: &str) -> Vec<Message> {
    if let Some(last) = messages.pop() {
        messages.push(Message::new(last.role, format!("{}\n\n{said}", last.content())));
    }
    messages
}

fn estimated<'m>(messages: impl IntoIterator<Item = &'m Message>) -> u64 {
    let bytes = messages.into_iter().map(Message::content_bytes);
    bytes.fold(0, u64::saturating_add).div_ceil(BYTES_A_TOKEN)
}
