//! The messages that the root model is sent: they only ever grow at the end, so that providers can cache the rest.

use rlm_model::Message;

/// The most bytes of a reply that are kept; a longer one has its end left out.
const KEPT_REPLY_BYTES: usize = 64 << 10;

/// A run's conversation with its root model.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    messages: Vec<Message>,
}

impl Conversation {
    pub(crate) fn new(system: String, first: String) -> Self {
        Self {
            messages: vec![Message::system(system), Message::user(first)],
        }
    }

    /// Replaces the system's message.
    pub(crate) fn set_system(&mut self, system: String) {
        if let Some(first) = self.messages.first_mut() {
            *first = Message::system(system);
        }
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.messages.clone()
    }

    /// Adds a reply, as far as it was read, and what is said to it.
    pub(crate) fn add(&mut self, reply: &str, said: &str) {
        let end = reply.floor_char_boundary(KEPT_REPLY_BYTES);
        let mut kept = reply.get(..end).unwrap_or_default().trim_end().to_owned();
        if end < reply.len() {
            kept.push_str("\n[the rest of this reply is left out]");
        }
        if kept.is_empty() {
            // Servers refuse messages without content.
            kept.push_str("(an empty reply)");
        }
        self.messages.push(Message::assistant(kept));
        self.messages.push(Message::user(said));
    }

    /// Returns the messages with one more thing said at their end. Two messages of one speaker in a row are refused by some
    /// servers, so it becomes part of the last.
    pub(crate) fn with_last(&self, said: &str) -> Vec<Message> {
        let mut messages = self.messages();
        if let Some(last) = messages.pop() {
            messages.push(Message::new(last.role, format!("{}\n\n{said}", last.content())));
        }
        messages
    }
}
