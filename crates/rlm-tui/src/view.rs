//! The view: a run, what of it is open and selected, and what keys do to that.

use std::sync::Arc;

use ratatui::layout::Size;
use rlm_model::RunPath;
use rlm_trace::{Covered, Ending, Millis, Record};

use crate::document::{Document, ScreenRow};
use crate::documents::{ContextTexts, MessagesShown, Teller, of_root_end};
use crate::key::{Key, Wish};
use crate::layout::{Layout, Pane, Zoom};
use crate::outline::Outline;
use crate::palette::Palette;
use crate::place::{Kind, Place};
use crate::run::{Change, RowId, Run};
use crate::search::{Search, Way};

/// Who shows the run, which decides what it means to stop it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// The process that carries it out.
    Runner,
    /// One that looks on.
    Watcher,
}

/// Whether more is written to the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Writer {
    /// As far as is known, it is.
    #[default]
    Writing,
    /// Nobody writes it any more; it ends so.
    Gone(Ending),
}

/// Whether the selection goes with the run until a person moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Follow {
    #[default]
    On,
    Off,
}

/// What the keys are for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Mode {
    #[default]
    Moving,
    /// Words to look for are typed.
    Typing(String),
    Help {
        scroll: usize,
    },
    /// It was asked to leave while the run goes on.
    Leaving,
}

/// A run on a terminal. Events and keys change it; [`render`](crate::render) draws it.
///
/// ```
/// use ratatui::layout::Size;
/// use rlm_trace::RecordedRun;
/// use rlm_tui::{Host, Key, Palette, View, Wish, Writer};
///
/// let run = RecordedRun::read("../../examples/recorded/minutes.jsonl")?;
/// let mut view = View::new(Host::Watcher).with_palette(Palette::Plain);
/// for record in run.records {
///     view.add(record.into());
/// }
/// view.set_writer(Writer::Gone(run.ending));
/// view.fit(Size::new(100, 30));
/// assert!(view.is_over());
/// assert_eq!(view.press(Key::Down), None, "another row");
/// assert_eq!(view.press(Key::Char('q')), Some(Wish::Leave));
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug)]
pub struct View {
    pub(crate) run: Run,
    pub(crate) outline: Outline,
    pub(crate) selected: Option<RowId>,
    pub(crate) follow: Follow,
    /// The first visible row of the tree that is shown.
    pub(crate) top: usize,
    pub(crate) shown: Shown,
    pub(crate) focus: Pane,
    pub(crate) zoom: Zoom,
    pub(crate) mode: Mode,
    pub(crate) search: Option<Search>,
    /// What came of the last key, where that can't be seen.
    pub(crate) said: Option<String>,
    pub(crate) size: Size,
    pub(crate) now: Millis,
    pub(crate) host: Host,
    pub(crate) writer: Writer,
    pub(crate) is_stopping: bool,
    pub(crate) palette: Palette,
    /// How much of the context was looked at, and after how many events that was.
    covered: (usize, Covered),
    texts: ContextTexts,
    messages: MessagesShown,
}

/// The text of the selected row, cut for the screen.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) document: Document,
    pub(crate) rows: Vec<ScreenRow>,
    /// The first row that is shown.
    pub(crate) scroll: usize,
    /// What it was made of.
    made_of: Option<MadeOf>,
    /// The columns that the rows were cut for; none where the text has changed since.
    cut_for: Option<usize>,
    /// The line that the search has found.
    pub(crate) found: Option<usize>,
}

/// What a document hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MadeOf {
    row: RowId,
    version: u32,
    messages: MessagesShown,
    is_over: bool,
    /// Of the run's own row the number of events, of one that is under way the time.
    moment: (Option<usize>, Option<u64>),
}

impl View {
    /// Makes the view of a run of which nothing is known yet.
    #[must_use]
    pub fn new(host: Host) -> Self {
        Self {
            run: Run::default(),
            outline: Outline::default(),
            selected: None,
            follow: Follow::On,
            top: 0,
            shown: Shown::default(),
            focus: Pane::Tree,
            zoom: Zoom::Both,
            mode: Mode::Moving,
            search: None,
            said: None,
            size: Size::new(80, 24),
            now: Millis(0),
            host,
            writer: Writer::Writing,
            is_stopping: false,
            palette: Palette::Colored,
            covered: (0, Covered::default()),
            texts: ContextTexts::default(),
            messages: MessagesShown::default(),
        }
    }

    /// Shows the text of the context where the journal only refers to it.
    #[must_use]
    pub fn with_texts(mut self, texts: ContextTexts) -> Self {
        self.texts = texts;
        self
    }

    /// Chooses between colours and none.
    #[must_use]
    pub fn with_palette(mut self, palette: Palette) -> Self {
        self.palette = palette;
        self
    }

    /// Adds an event.
    pub fn add(&mut self, record: Arc<Record>) {
        self.writer = Writer::Writing;
        match self.run.add(record) {
            Change::Rows { new, about } => {
                for id in new {
                    self.outline.add(&self.run, id);
                    self.open_new(id);
                }
                if let Some(about) = about {
                    self.close_done(about);
                }
            }
            Change::All => self.start_over(),
        }
        self.now = match self.run.ended() {
            Some(_) => self.run.last(),
            None => self.now.max(self.run.last()),
        };
        if self.follow == Follow::On {
            self.select_newest();
        }
    }

    /// Says what time it is, counted from the run's start.
    pub fn tick(&mut self, now: Millis) {
        if !self.is_over() {
            self.now = self.now.max(now);
        }
    }

    /// Says whether more is written to the journal. Tells whether that changes anything.
    pub fn set_writer(&mut self, writer: Writer) -> bool {
        if self.run.ended().is_some() || self.writer == writer {
            return false;
        }
        self.writer = writer;
        if self.follow == Follow::On {
            self.select_newest();
        }
        true
    }

    /// Says that the run was asked to stop.
    pub fn set_stopping(&mut self) {
        self.is_stopping = true;
    }

    /// Tells whether nothing more is to come: the run has ended, or whoever wrote its journal is gone.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.run.ended().is_some() || self.writer != Writer::Writing
    }

    /// Makes it fit a terminal of this size. Call it before it is drawn.
    pub fn fit(&mut self, size: Size) {
        self.size = size;
        if self.covered.0 != self.run.events() {
            self.covered = (self.run.events(), self.run.coverage().covered());
        }
        let layout = self.layout();
        self.lay_out_text(usize::from(layout.text.width.saturating_sub(3)));
        let (text, tree) = (usize::from(layout.text.height), usize::from(layout.tree.height));
        let most = self.shown.rows.len().saturating_sub(text.max(1));
        self.shown.scroll = self.shown.scroll.min(most);
        self.keep_selection_visible(tree.max(1));
    }

    /// Takes a key. Returns what is wanted beyond the view, if anything is.
    pub fn press(&mut self, key: Key) -> Option<Wish> {
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
                Key::Char('s') => Some(Wish::StopAndLeave),
                Key::Char('l' | 'q') => Some(Wish::Leave),
                _ => None,
            },
            Mode::Moving => self.command(key),
        }
    }

    fn interrupt(&mut self) -> Wish {
        self.mode = Mode::Moving;
        match self.host {
            _ if self.is_over() => Wish::Leave,
            Host::Watcher => Wish::Leave,
            Host::Runner if self.is_stopping => Wish::Abort,
            Host::Runner => {
                self.is_stopping = true;
                Wish::Stop
            }
        }
    }

    fn command(&mut self, key: Key) -> Option<Wish> {
        match key {
            Key::Char('q') if self.host == Host::Watcher || self.is_over() => return Some(Wish::Leave),
            Key::Char('q') => self.mode = Mode::Leaving,
            Key::Char('?') => self.mode = Mode::Help { scroll: 0 },
            Key::Char('/') => self.mode = Mode::Typing(String::new()),
            Key::Char('n') => self.find(Way::Onward),
            Key::Char('N') => self.find(Way::Back),
            Key::Char('e') => self.next_problem(Way::Onward),
            Key::Char('E') => self.next_problem(Way::Back),
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
            MessagesShown::New => (
                MessagesShown::All,
                Some("all messages of a request are shown".to_owned()),
            ),
            MessagesShown::All => (
                MessagesShown::New,
                Some("only new messages of a request are shown".to_owned()),
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
            Key::Char(']') => self.heading(Way::Onward),
            Key::Char('[') => self.heading(Way::Back),
            Key::Left | Key::Char('h') => {
                self.focus = Pane::Tree;
                at
            }
            _ => at,
        };
    }

    /// Returns the row of the next or the last heading.
    fn heading(&self, way: Way) -> usize {
        let line_at = |row: usize| self.shown.rows.get(row).map_or(0, |row| row.line);
        let at = line_at(self.shown.scroll);
        let mut headings = self.shown.document.headings();
        let to = match way {
            Way::Onward => headings.find(|line| *line > at),
            Way::Back => headings.rfind(|line| *line < at).or(Some(0)),
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

    /// Selects a row that a person has moved to.
    fn select(&mut self, id: RowId) {
        self.follow = Follow::Off;
        self.show(id);
    }

    fn show(&mut self, id: RowId) {
        if self.selected != Some(id) {
            self.selected = Some(id);
            self.shown.scroll = 0;
            self.shown.found = None;
        }
    }

    /// Returns where the selected row is visible.
    pub(crate) fn index(&self) -> usize {
        self.selected
            .and_then(|id| self.outline.index_of(&self.run, id))
            .unwrap_or_default()
    }

    /// Opens the newest step of a run and what stands above it, and closes the step before where nobody has touched it.
    fn open_new(&mut self, id: RowId) {
        let Some(row) = self.run.row(id) else { return };
        match row.place.kind() {
            Kind::Run => self.outline.open(&self.run, id),
            Kind::Step { .. } => {
                self.outline.open(&self.run, id);
                if let Some(above) = row.parent.filter(|above| !self.outline.is_touched(*above)) {
                    self.outline.open(&self.run, above);
                }
                let step = self.run.before(&row.place).find(|before| {
                    let before = self.run.row(*before);
                    before.is_some_and(|before| before.place.depth() <= row.place.depth())
                });
                let is_step = |id: &RowId| {
                    let before = self.run.row(*id).map(|before| before.place.kind());
                    matches!(before, Some(Kind::Step { .. }))
                };
                if let Some(step) = step.filter(is_step).filter(|step| !self.outline.is_touched(*step)) {
                    self.close(step);
                }
            }
            Kind::Call(_) | Kind::Request { .. } | Kind::End => {}
        }
    }

    /// Closes a child run that has ended well, where nobody has touched it.
    fn close_done(&mut self, about: RowId) {
        let Some(row) = self.run.row(about) else { return };
        let is_end_of_child = row.place.kind() == Kind::End && row.place.run() != RunPath::default();
        if let Some(call) = row.parent.filter(|_| is_end_of_child && !row.state.is_bad())
            && !self.outline.is_touched(call)
        {
            self.close(call);
        }
    }

    /// Closes a row; a selection under it goes up to it.
    fn close(&mut self, id: RowId) {
        let holds_selected = self
            .selected
            .is_some_and(|selected| self.run.upward(selected).skip(1).any(|above| above == id));
        self.outline.close(&self.run, id);
        if holds_selected {
            self.show(id);
        }
    }

    /// Selects what is newest: the step under way, at the end the answer, or what says why there is none.
    fn select_newest(&mut self) {
        let newest = match self.run.ended() {
            Some(ended) if ended.answer.is_some() && ended.outcome == "complete" => self.run.find(&of_root_end()),
            Some(_) => self.run.top(),
            None if self.is_over() => self.run.top(),
            None => self.run.last_step(&RunPath::default()).or_else(|| self.run.top()),
        };
        if let Some(id) = newest {
            self.outline.reveal(&self.run, id);
            self.show(id);
        }
    }

    /// Makes the tree anew after a run has taken back what it was told of its end.
    fn start_over(&mut self) {
        let place = self
            .selected
            .and_then(|id| self.run.row(id))
            .map(|row| row.place.clone());
        self.outline = Outline::default();
        let rows: Vec<RowId> = self.run.in_order().collect();
        for id in rows {
            self.outline.add(&self.run, id);
            self.open_new(id);
        }
        self.selected = place.and_then(|place| self.run.find(&place)).or_else(|| self.run.top());
        self.shown = Shown::default();
    }

    fn next_problem(&mut self, way: Way) {
        let Some(place) = self.selected.and_then(|id| self.run.row(id)).map(|row| &row.place) else {
            return;
        };
        let is_bad = |id: &RowId| {
            let row = self.run.row(*id);
            // What lies above a failed row is told by it.
            row.is_some_and(|row| row.state.is_bad() && row.place != Place::default() && row.place.kind() != Kind::End)
        };
        let found = match way {
            Way::Onward => self
                .run
                .behind(place)
                .find(is_bad)
                .or_else(|| self.run.in_order().find(is_bad)),
            Way::Back => self
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
            None => self.said = Some("nothing has failed".to_owned()),
        }
    }

    fn type_words(&mut self, mut words: String, key: Key) {
        match key {
            Key::Char(char) => words.push(char),
            Key::Backspace if words.is_empty() => return,
            Key::Backspace => {
                words.pop();
            }
            Key::Enter => {
                self.search = Search::of(&words).or_else(|| self.search.take());
                self.shown.found = None;
                return self.find(Way::Onward);
            }
            Key::Escape => return,
            _ => {}
        }
        self.mode = Mode::Typing(words);
    }

    /// Goes to the next place that holds the words: in the text that is shown, else in that of the next row.
    fn find(&mut self, way: Way) {
        let Some(search) = self.search.clone() else {
            self.said = Some("/ looks for words".to_owned());
            return;
        };
        let from = match (self.shown.found, way) {
            (Some(line), Way::Onward) => line + 1,
            (Some(line), Way::Back) => line,
            (None, Way::Onward) => 0,
            (None, Way::Back) => usize::MAX,
        };
        if let Some(line) = search.in_document(&self.shown.document, from, way) {
            return self.go_to_line(line);
        }
        let Some(place) = self
            .selected
            .and_then(|id| self.run.row(id))
            .map(|row| row.place.clone())
        else {
            return;
        };
        let start = if way == Way::Onward { 0 } else { usize::MAX };
        let teller = self.teller();
        let holds = |id: &RowId| search.in_document(&teller.document(*id), start, way).is_some();
        let found = match way {
            Way::Onward => self
                .run
                .behind(&place)
                .find(holds)
                .or_else(|| self.run.in_order().find(holds)),
            Way::Back => self
                .run
                .before(&place)
                .find(holds)
                .or_else(|| self.run.in_order().rfind(holds)),
        };
        let Some(id) = found else {
            self.said = Some(format!("nowhere: {}", search.words));
            return;
        };
        self.outline.reveal(&self.run, id);
        self.select(id);
        self.fit(self.size);
        if let Some(line) = search.in_document(&self.shown.document, start, way) {
            self.go_to_line(line);
        }
    }

    fn go_to_line(&mut self, line: usize) {
        self.follow = Follow::Off;
        self.shown.found = Some(line);
        // With some lines before it, so that it can be understood.
        self.shown.scroll = self.shown.row_of(line).saturating_sub(3);
    }

    /// Returns how much of the context was looked at when the view was made to fit last.
    pub(crate) const fn covered(&self) -> Covered {
        self.covered.1
    }

    pub(crate) fn layout(&self) -> Layout {
        Layout::of(self.size, self.focus, self.zoom)
    }

    pub(crate) fn teller(&self) -> Teller<'_> {
        Teller {
            run: &self.run,
            texts: &self.texts,
            now: self.now,
            is_over: self.is_over(),
            ending: match self.writer {
                Writer::Writing => Ending::Unfinished,
                Writer::Gone(ending) => ending,
            },
            messages: self.messages,
        }
    }

    /// Makes the text of the selected row, where it is not as it was.
    fn lay_out_text(&mut self, width: usize) {
        let Some((id, row)) = self.selected.and_then(|id| Some((id, self.run.row(id)?))) else {
            return;
        };
        let is_over = self.is_over();
        let is_of_all = row.place == Place::default();
        let is_moving = !is_over && (row.state.is_open() || is_of_all);
        let made_of = MadeOf {
            row: id,
            version: row.version,
            messages: self.messages,
            is_over,
            moment: (
                is_of_all.then(|| self.run.events()),
                is_moving.then_some(self.now.0 / 100),
            ),
        };
        if self.shown.made_of != Some(made_of) {
            self.shown.document = self.teller().document(id);
            self.shown.made_of = Some(made_of);
            self.shown.cut_for = None;
        }
        // A text that is not shown is not cut.
        if width > 0 && self.shown.cut_for != Some(width) {
            let line = self.shown.rows.get(self.shown.scroll).map(|row| row.line);
            let was_cut_otherwise = self.shown.cut_for.replace(width).is_some();
            self.shown.rows = self.shown.document.rows(width);
            if let Some(line) = line.filter(|_| was_cut_otherwise) {
                self.shown.scroll = self.shown.row_of(line);
            }
        }
    }

    fn keep_selection_visible(&mut self, height: usize) {
        let at = self.index();
        if at < self.top {
            self.top = at;
        } else if at >= self.top + height {
            self.top = at + 1 - height;
        }
        self.top = self.top.min(self.outline.len().saturating_sub(height));
    }
}

impl Shown {
    /// Returns the first row of a line.
    fn row_of(&self, line: usize) -> usize {
        self.rows.partition_point(|row| row.line < line)
    }
}
