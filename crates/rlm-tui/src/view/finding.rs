//! Jumps to search results and to failures.

use super::{Follow, Mode, View};
use crate::key::Key;
use crate::place::{Kind, Place};
use crate::run::RowId;
use crate::search::{Direction, Search};

impl View {
    pub(super) fn next_problem(&mut self, direction: Direction) {
        let Some(place) = self.selected.and_then(|id| self.run.row(id)).map(|row| &row.place) else {
            return;
        };
        let is_bad = |id: &RowId| {
            let row = self.run.row(*id);
            // The rows of the root run and of ends only repeat the failure of another row.
            row.is_some_and(|row| row.state.is_bad() && row.place != Place::default() && row.place.kind() != Kind::End)
        };
        let found = match direction {
            Direction::Forward => self
                .run
                .behind(place)
                .find(is_bad)
                .or_else(|| self.run.in_order().find(is_bad)),
            Direction::Backward => self
                .run
                .before(place)
                .find(is_bad)
                .or_else(|| self.run.in_order().rfind(is_bad)),
        };
        match found {
            Some(id) => {
                self.outline.reveal(&self.run, id);
                self.select(id);
            }
            None => self.said = Some("no failed rows".to_owned()),
        }
    }

    pub(super) fn type_words(&mut self, mut words: String, key: Key) {
        match key {
            Key::Char(char) => words.push(char),
            Key::Backspace if words.is_empty() => return,
            Key::Backspace => {
                words.pop();
            }
            Key::Enter => {
                self.search = Search::of(&words).or_else(|| self.search.take());
                self.shown.found = None;
                return self.find(Direction::Forward);
            }
            Key::Escape => return,
            _ => {}
        }
        self.mode = Mode::Typing(words);
    }

    /// Jumps to the next match of the search in the text of the selected row. If there is none,
    /// jumps to the next row whose text matches.
    pub(super) fn find(&mut self, direction: Direction) {
        let Some(search) = self.search.clone() else {
            self.said = Some("press / to search".to_owned());
            return;
        };
        let from = match (self.shown.found, direction) {
            (Some(line), Direction::Forward) => line + 1,
            (Some(line), Direction::Backward) => line,
            (None, Direction::Forward) => 0,
            (None, Direction::Backward) => usize::MAX,
        };
        if let Some(line) = search.in_document(&self.shown.document, from, direction) {
            return self.go_to_line(line);
        }
        let Some(place) = self
            .selected
            .and_then(|id| self.run.row(id))
            .map(|row| row.place.clone())
        else {
            return;
        };
        let start = if direction == Direction::Forward { 0 } else { usize::MAX };
        let builder = self.builder();
        let holds = |id: &RowId| search.in_document(&builder.document(*id), start, direction).is_some();
        let found = match direction {
            Direction::Forward => self
                .run
                .behind(&place)
                .find(holds)
                .or_else(|| self.run.in_order().find(holds)),
            Direction::Backward => self
                .run
                .before(&place)
                .find(holds)
                .or_else(|| self.run.in_order().rfind(holds)),
        };
        let Some(id) = found else {
            self.said = Some(format!("not found: {}", search.words));
            return;
        };
        self.outline.reveal(&self.run, id);
        self.select(id);
        self.fit(self.size);
        if let Some(line) = search.in_document(&self.shown.document, start, direction) {
            self.go_to_line(line);
        }
    }

    fn go_to_line(&mut self, line: usize) {
        self.follow = Follow::Off;
        self.shown.found = Some(line);
        // Some lines before it are shown as context.
        self.shown.scroll = self.shown.row_of(line).saturating_sub(3);
    }
}
