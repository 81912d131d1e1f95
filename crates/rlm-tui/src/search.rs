//! Search in the text of all rows: programs, output, messages, replies.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use crate::document::Document;

/// The searched words.
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
    /// Creates a search for the given words. It is case-sensitive if they contain capitals. `None`
    /// if there are no words.
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

    /// Returns the ranges of a line that match.
    pub(crate) fn in_line<'l>(&'l self, line: &'l str) -> impl Iterator<Item = Range<usize>> + 'l {
        self.pattern.find_iter(line).map(|found| found.range())
    }

    /// Returns the first matching line from a line on, or the last one before it.
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
