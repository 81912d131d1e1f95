//! Handles the keys that the user presses.

use super::{Follow, Host, Mode, View};
use crate::documents::MessagesShown;
use crate::key::{HostAction, Key};
use crate::layout::{Pane, Zoom};
use crate::run::RowId;
use crate::search::Direction;

impl View {
    /// Handles a key that the user pressed. Returns the action that the host must carry out, if
    /// any.
    pub fn press(&mut self, key: Key) -> Option<HostAction> {
        self.said = None;
        if key == Key::Interrupt {
            return Some(self.interrupt());
        }
        match std::mem::take(&mut self.mode) {
            Mode::Typing(words) => {
                self.type_words(words, key);
                None
            }
            Mode::Help { scroll } => {
                self.mode = match key {
                    Key::Down | Key::Char('j') | Key::PageDown => Mode::Help { scroll: scroll + 1 },
                    Key::Up | Key::Char('k') | Key::PageUp => Mode::Help {
                        scroll: scroll.saturating_sub(1),
                    },
                    _ => Mode::Moving,
                };
                None
            }
            Mode::Leaving => match key {
                Key::Char('s') => Some(HostAction::StopAndLeave),
                Key::Char('l' | 'q') => Some(HostAction::Leave),
                _ => None,
            },
            Mode::Moving => self.command(key),
        }
    }

    fn interrupt(&mut self) -> HostAction {
        self.mode = Mode::Moving;
        match self.host {
            _ if self.is_over() => HostAction::Leave,
            Host::Watcher => HostAction::Leave,
            Host::Runner if self.is_stopping => HostAction::Abort,
            Host::Runner => {
                self.is_stopping = true;
                HostAction::Stop
            }
        }
    }

    fn command(&mut self, key: Key) -> Option<HostAction> {
        match key {
            Key::Char('q') if self.host == Host::Watcher || self.is_over() => return Some(HostAction::Leave),
            Key::Char('q') => self.mode = Mode::Leaving,
            Key::Char('?') => self.mode = Mode::Help { scroll: 0 },
            Key::Char('/') => self.mode = Mode::Typing(String::new()),
            Key::Char('n') => self.find(Direction::Forward),
            Key::Char('N') => self.find(Direction::Backward),
            Key::Char('e') => self.next_problem(Direction::Forward),
            Key::Char('E') => self.next_problem(Direction::Backward),
            Key::Char('z') => {
                self.zoom = match self.zoom {
                    Zoom::Both => Zoom::One,
                    Zoom::One => Zoom::Both,
                }
            }
            Key::Char('m') => self.turn_messages(),
            Key::Char('f') => {
                self.follow = Follow::On;
                self.select_newest();
            }
            Key::Tab => self.turn_focus(),
            Key::Escape => {
                self.search = None;
                self.shown.found = None;
                self.focus = Pane::Tree;
            }
            key => match self.focus {
                Pane::Tree => self.move_in_tree(key),
                Pane::Text => self.move_in_text(key),
            },
        }
        None
    }

    fn turn_focus(&mut self) {
        self.focus = match self.focus {
            Pane::Tree => Pane::Text,
            Pane::Text => Pane::Tree,
        };
    }

    fn turn_messages(&mut self) {
        (self.messages, self.said) = match self.messages {
            MessagesShown::New => (MessagesShown::All, Some("showing all messages of a request".to_owned())),
            MessagesShown::All => (
                MessagesShown::New,
                Some("showing only new messages of a request".to_owned()),
            ),
        };
    }

    fn move_in_tree(&mut self, key: Key) {
        let page = usize::from(self.layout().tree.height).saturating_sub(1).max(1);
        let at = self.index();
        let last = self.outline.len().saturating_sub(1);
        let to = match key {
            Key::Up | Key::Char('k') => at.saturating_sub(1),
            Key::Down | Key::Char('j') => at + 1,
            Key::PageUp | Key::Char('b') => at.saturating_sub(page),
            Key::PageDown => at + page,
            Key::Home | Key::Char('g') => 0,
            Key::End | Key::Char('G') => last,
            Key::Left | Key::Char('h') => return self.close_or_go_up(),
            Key::Right | Key::Char('l') => return self.open_or_read(),
            Key::Char(' ') => return self.turn_open(),
            Key::Enter => return self.turn_open_or_read(),
            _ => return,
        };
        if let Some(id) = self.outline.get(to.min(last)) {
            self.select(id);
        }
    }

    fn move_in_text(&mut self, key: Key) {
        let page = usize::from(self.layout().text.height).saturating_sub(1).max(1);
        let at = self.shown.scroll;
        self.shown.scroll = match key {
            Key::Up | Key::Char('k') => at.saturating_sub(1),
            Key::Down | Key::Char('j') => at + 1,
            Key::PageUp | Key::Char('b') => at.saturating_sub(page),
            Key::PageDown | Key::Char(' ') | Key::Enter => at + page,
            Key::Home | Key::Char('g') => 0,
            Key::End | Key::Char('G') => usize::MAX,
            Key::Char(']') => self.heading(Direction::Forward),
            Key::Char('[') => self.heading(Direction::Backward),
            Key::Left | Key::Char('h') => {
                self.focus = Pane::Tree;
                at
            }
            _ => at,
        };
    }

    /// Returns the index of the text row with the next or previous heading.
    fn heading(&self, direction: Direction) -> usize {
        let line_at = |row: usize| self.shown.rows.get(row).map_or(0, |row| row.line);
        let at = line_at(self.shown.scroll);
        let mut headings = self.shown.document.headings();
        let to = match direction {
            Direction::Forward => headings.find(|line| *line > at),
            Direction::Backward => headings.rfind(|line| *line < at).or(Some(0)),
        };
        to.map_or(self.shown.scroll, |line| self.shown.row_of(line))
    }

    fn turn_open(&mut self) {
        let Some((id, has_rows)) = self.selected_row() else {
            return;
        };
        if has_rows {
            self.outline.set(&self.run, id, !self.outline.is_open(id));
        }
    }

    fn turn_open_or_read(&mut self) {
        match self.selected_row() {
            Some((_, true)) => self.turn_open(),
            Some((_, false)) => self.focus = Pane::Text,
            None => {}
        }
    }

    fn open_or_read(&mut self) {
        match self.selected_row() {
            Some((id, true)) if !self.outline.is_open(id) => self.outline.set(&self.run, id, true),
            Some(_) => self.focus = Pane::Text,
            None => {}
        }
    }

    fn close_or_go_up(&mut self) {
        match self.selected_row() {
            Some((id, true)) if self.outline.is_open(id) => self.outline.set(&self.run, id, false),
            Some((id, _)) => {
                if let Some(above) = self.run.row(id).and_then(|row| row.parent) {
                    self.select(above);
                }
            }
            None => {}
        }
    }

    fn selected_row(&self) -> Option<(RowId, bool)> {
        let id = self.selected?;
        Some((id, self.run.row(id)?.has_rows))
    }
}
