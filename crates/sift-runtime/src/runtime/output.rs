//! The output of a turn: the start and end of what was printed, with a marker for dropped text in
//! between.

use std::collections::VecDeque;

use sift_text::Text;

/// The maximum bytes kept from the start of the output.
const HEAD: usize = 768 << 10;
/// The maximum bytes kept from the end of the output.
const TAIL: usize = 256 << 10;
/// The bytes of prints waiting for replies above which the machine waits too.
const MOST_WAITING: usize = 1 << 20;
/// The bytes counted for a waiting print, and for each piece of it, in addition to its content.
const PRINT: usize = 64;

/// The printed output of one turn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Printed {
    /// The printed text, at most 1 MiB. If there was more, a marker replaces the middle.
    pub text: String,
    /// The number of bytes dropped from the middle of the output.
    pub dropped: u64,
}

/// Collects what a program prints, in order. A print that contains pending values waits for their
/// replies, and so do all later prints.
#[derive(Debug, Default, Clone)]
pub struct Output {
    head: String,
    tail: VecDeque<u8>,
    dropped: u64,
    waiting: VecDeque<Text>,
    /// The total bytes of the prints that wait for replies.
    waiting_bytes: usize,
}

impl Output {
    /// Prints a text, or queues it if it or an earlier print waits for replies.
    pub fn print(&mut self, text: Text) {
        if self.waiting.is_empty() && !text.has_pending() {
            self.write(&text);
        } else {
            self.waiting_bytes = self.waiting_bytes.saturating_add(bytes_of(&text));
            self.waiting.push_back(text);
        }
    }

    /// Returns the pending values in the prints that wait for replies.
    pub fn waiting_for(&self) -> impl Iterator<Item = sift_text::PendingId> {
        self.waiting.iter().flat_map(Text::pending_ids)
    }

    /// Returns the first waiting print if so many bytes wait that the machine must wait for it.
    pub fn overfull(&self) -> Option<&Text> {
        if self.waiting_bytes > MOST_WAITING {
            self.waiting.front()
        } else {
            None
        }
    }

    /// Writes waiting prints in order, until `settle` returns `None` because replies are missing.
    pub fn flush(&mut self, mut settle: impl FnMut(&Text) -> Option<Text>) {
        while let Some(text) = self.waiting.front().and_then(&mut settle) {
            if let Some(waited) = self.waiting.pop_front() {
                self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes_of(&waited));
            }
            self.write(&text);
        }
    }

    fn write(&mut self, text: &Text) {
        for piece in text.pieces() {
            if let sift_text::Piece::Str { text, .. } = piece {
                self.write_str(text);
            }
        }
    }

    fn write_str(&mut self, text: &str) {
        let room = if self.tail.is_empty() && self.dropped == 0 {
            HEAD.saturating_sub(self.head.len())
        } else {
            0
        };
        let cut = text.floor_char_boundary(room);
        let (head, rest) = text.split_at_checked(cut).unwrap_or(("", text));
        self.head.push_str(head);
        // Only the last bytes of a long rest are kept.
        let skipped = rest.len().saturating_sub(TAIL);
        let kept = rest.as_bytes().get(skipped..).unwrap_or_default();
        let overflow = (self.tail.len() + kept.len()).saturating_sub(TAIL);
        self.tail.drain(..overflow.min(self.tail.len()));
        self.tail.extend(kept);
        self.dropped = self.dropped.saturating_add((skipped + overflow) as u64);
    }

    /// Removes and returns everything printed since the last call.
    pub fn take(&mut self) -> Printed {
        let mut taken = std::mem::take(self);
        let mut tail: Vec<u8> = std::mem::take(&mut taken.tail).into();
        let partial = tail.iter().take_while(|byte| *byte & 0xC0 == 0x80).count();
        tail.drain(..partial);
        let dropped = taken
            .dropped
            .saturating_add(if taken.dropped > 0 { partial as u64 } else { 0 });
        let tail = String::from_utf8_lossy(&tail);
        let mut text = taken.head;
        if dropped > 0 {
            text.push_str(&format!("\n… {dropped} bytes of output left out …\n"));
        }
        text.push_str(&tail);
        Printed { text, dropped }
    }
}

fn bytes_of(text: &Text) -> usize {
    let pieces = text.piece_count().saturating_add(1).saturating_mul(PRINT);
    text.known_bytes().saturating_add(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_keeps_head_and_tail_and_counts_dropped_bytes() {
        let mut output = Output::default();
        output.print(Text::new("start "));
        for _ in 0..40 {
            output.print(Text::from_string("é".repeat(50_000)));
        }
        output.print(Text::new(" end"));
        let printed = output.take();
        assert!(printed.text.starts_with("start é") && printed.text.ends_with("é end"));
        assert!(printed.text.len() <= HEAD + TAIL + 60);
        let kept = printed.text.matches('é').count();
        assert_eq!(printed.dropped as usize, (40 * 50_000 - kept) * 2);
        assert!(
            printed
                .text
                .contains(&format!("… {} bytes of output left out …", printed.dropped))
        );
        assert_eq!(output.take(), Printed::default());
    }
}
