//! Searches the text of all rows: programs, output, messages, replies.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use crate::document::Document;

/// A search for words in the documents of rows.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub(crate) words: String,
    pattern: Regex,
}

/// The direction of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

impl Search {
    /// Creates a search for words. The search is case-sensitive if the words contain capitals.
    /// Returns `None` if there are no words.
    pub(crate) fn of(words: &str) -> Option<Self> {
        if words.is_empty() {
            return None;
        }
        let mut builder = RegexBuilder::new(&regex::escape(words));
        let pattern = builder
            .case_insensitive(!words.chars().any(char::is_uppercase))
            .build()
            .ok()?;
        Some(Self {
            words: words.to_owned(),
            pattern,
        })
    }

    /// Returns the ranges of a line that match the search.
    pub(crate) fn in_line<'l>(&'l self, line: &'l str) -> impl Iterator<Item = Range<usize>> + 'l {
        self.pattern.find_iter(line).map(|found| found.range())
    }

    /// Returns the first line of a document that matches, from the line `from` on; or going
    /// backward, the last match before this line.
    pub(crate) fn in_document(&self, document: &Document, from: usize, direction: Direction) -> Option<usize> {
        let holds = |line: &usize| {
            let line = document.lines.get(*line);
            line.is_some_and(|line| self.pattern.is_match(&line.text))
        };
        match direction {
            Direction::Forward => (from..document.lines.len()).find(holds),
            Direction::Backward => (0..from.min(document.lines.len())).rev().find(holds),
        }
    }
}
