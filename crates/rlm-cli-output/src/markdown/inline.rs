//! Text within a block: pieces in different styles, and their wrapping into lines.

use unicode_width::UnicodeWidthStr as _;

use crate::console::{Console, Stream};
use crate::text::visible;

/// The colour of code.
pub(super) const CODE: &str = "36";

/// The style of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Style {
    pub(super) is_strong: bool,
    pub(super) is_emphasized: bool,
    pub(super) is_struck: bool,
    pub(super) is_code: bool,
}

/// The text of a block or a table cell, with its styles.
#[derive(Debug, Clone, Default)]
pub(super) struct Inline {
    pieces: Vec<(Style, String)>,
    /// The style of what is added next.
    pub(super) style: Style,
}

/// A word of a line: pieces of different styles without a blank between them.
#[derive(Default)]
struct Word {
    pieces: Vec<(Style, String)>,
    columns: usize,
}

impl Inline {
    pub(super) fn push(&mut self, text: &str) {
        let shown = visible(text).replace('\t', "    ");
        self.pieces.push((self.style, shown));
    }

    /// Makes all of the text bold.
    pub(super) fn make_strong(&mut self) {
        self.pieces.iter_mut().for_each(|(style, _)| style.is_strong = true);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.iter().all(|(_, text)| text.is_empty())
    }

    /// Returns the columns of the longest line, and those of the longest word.
    pub(super) fn widths(&self) -> (usize, usize) {
        let lines = self.words();
        let word = lines.iter().flatten().map(|word| word.columns).max().unwrap_or(0);
        let line = |words: &Vec<Word>| {
            let blanks = words.len().saturating_sub(1);
            words.iter().map(|word| word.columns).sum::<usize>() + blanks
        };
        (lines.iter().map(line).max().unwrap_or(0), word)
    }

    /// Returns the text as lines of at most `room` columns, broken between words if possible.
    pub(super) fn wrapped(&self, room: usize, console: Console) -> Vec<String> {
        let room = room.max(2);
        let mut lines = Vec::new();
        for words in self.words() {
            let mut line = Vec::new();
            let mut used = 0;
            for word in words.into_iter().flat_map(|word| word.split(room)) {
                if used > 0 && used + 1 + word.columns > room {
                    lines.push(painted(&std::mem::take(&mut line), console));
                    used = 0;
                }
                used += word.columns + usize::from(used > 0);
                line.push(word);
            }
            lines.push(painted(&line, console));
        }
        lines
    }

    /// Returns the words of each line of the text.
    fn words(&self) -> Vec<Vec<Word>> {
        let mut lines = vec![Vec::new()];
        let mut word = Word::default();
        let end = |word: &mut Word, lines: &mut Vec<Vec<Word>>| {
            if word.columns > 0
                && let Some(line) = lines.last_mut()
            {
                line.push(std::mem::take(word));
            }
        };
        for (style, text) in &self.pieces {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    end(&mut word, &mut lines);
                    lines.push(Vec::new());
                }
                for (number, part) in line.split(' ').enumerate() {
                    if number > 0 {
                        end(&mut word, &mut lines);
                    }
                    word.push(*style, part);
                }
            }
        }
        end(&mut word, &mut lines);
        lines
    }
}

impl Word {
    fn push(&mut self, style: Style, text: &str) {
        if !text.is_empty() {
            self.columns += columns(text);
            self.pieces.push((style, text.to_owned()));
        }
    }

    /// Splits a word that is wider than a line.
    fn split(self, room: usize) -> Vec<Self> {
        if self.columns <= room {
            return vec![self];
        }
        let mut parts = vec![Self::default()];
        for (style, text) in self.pieces {
            for char in text.chars() {
                let char = char.to_string();
                let is_full = parts.last().is_some_and(|part| part.columns + columns(&char) > room);
                if is_full {
                    parts.push(Self::default());
                }
                if let Some(part) = parts.last_mut() {
                    part.push(style, &char);
                }
            }
        }
        parts
    }
}

/// Returns the width of a text in columns, without its colours.
pub(super) fn columns(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().width()
}

fn painted(words: &[Word], console: Console) -> String {
    // Adjacent pieces of one style are painted together.
    let mut runs: Vec<(Style, String)> = Vec::new();
    for (number, word) in words.iter().enumerate() {
        for (index, (style, text)) in word.pieces.iter().enumerate() {
            let blank = if number > 0 && index == 0 { " " } else { "" };
            match runs.last_mut() {
                Some((last, run)) if last == style => {
                    run.push_str(blank);
                    run.push_str(text);
                }
                _ => {
                    runs.push((Style::default(), blank.to_owned()));
                    runs.push((*style, text.clone()));
                }
            }
        }
    }
    runs.iter().map(|(style, text)| style.painted(text, console)).collect()
}

impl Style {
    fn painted(self, text: &str, console: Console) -> String {
        let codes = [
            (self.is_strong, "1"),
            (self.is_emphasized, "3"),
            (self.is_struck, "9"),
            (self.is_code, CODE),
        ];
        let codes: Vec<&str> = codes
            .iter()
            .filter(|(is_set, _)| *is_set)
            .map(|(_, code)| *code)
            .collect();
        match codes.is_empty() || text.is_empty() {
            true => text.to_owned(),
            false => console.painted_on(Stream::Output, &codes.join(";"), text),
        }
    }
}
