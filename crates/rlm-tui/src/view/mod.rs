//! The view: a run, what of it is open and selected, and what is shown of that.

mod finding;
mod keys;
mod selection;

use std::sync::Arc;

use ratatui::layout::Size;
use rlm_trace::{CoverageSummary, Ending, Millis, Record};

use crate::document::{Document, ScreenRow};
use crate::documents::{ContextTexts, MessagesShown, Teller};
use crate::layout::{Layout, Pane, Zoom};
use crate::outline::Outline;
use crate::palette::Palette;
use crate::place::Place;
use crate::run::{Change, RowId, Run};
use crate::search::Search;

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
    covered: (usize, CoverageSummary),
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
            covered: (0, CoverageSummary::default()),
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

    /// Returns how much of the context was looked at when the view was made to fit last.
    pub(crate) const fn covered(&self) -> CoverageSummary {
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
