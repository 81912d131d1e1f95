//! The view: a run, its open rows, the selected row, and the text of that row.

mod finding;
mod keys;
mod selection;

use std::sync::Arc;

use ratatui::layout::Size;
use rlm_trace::{CoverageSummary, Ending, Millis, Record};

use crate::document::{Document, ScreenRow};
use crate::documents::{ContextTexts, DocumentBuilder, MessagesShown};
use crate::layout::{Layout, Pane, Zoom};
use crate::outline::Outline;
use crate::palette::Palette;
use crate::place::Place;
use crate::run::{Change, RowId, Run};
use crate::search::Search;

/// The kind of process that shows the run. It determines what stopping means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// The process that executes the run also shows it.
    Runner,
    /// The process only watches a run that another process executes.
    Watcher,
}

/// The state of the process that writes the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Writer {
    /// The journal is still being written, as far as is known.
    #[default]
    Writing,
    /// The writer of the journal is gone. Holds the state of the journal's end.
    Gone(Ending),
}

/// Whether the selection follows the newest row of the run. It does until the user moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Follow {
    #[default]
    On,
    Off,
}

/// The input mode, which determines the meaning of keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Mode {
    #[default]
    Moving,
    /// The user is typing words to search for.
    Typing(String),
    Help {
        scroll: usize,
    },
    /// The user asked to leave while the run is going on, and must confirm.
    Leaving,
}

/// The terminal view of a run. Events and keys change it, and [`render`](crate::render) draws it.
///
/// ```
/// use ratatui::layout::Size;
/// use rlm_trace::RecordedRun;
/// use rlm_tui::{Host, HostAction, Key, Palette, View, Writer};
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
/// assert_eq!(view.press(Key::Char('q')), Some(HostAction::Leave));
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug)]
pub struct View {
    pub(crate) run: Run,
    pub(crate) outline: Outline,
    pub(crate) selected: Option<RowId>,
    pub(crate) follow: Follow,
    /// The index of the topmost row of the tree on screen, among the visible rows.
    pub(crate) top: usize,
    pub(crate) shown: Shown,
    pub(crate) focus: Pane,
    pub(crate) zoom: Zoom,
    pub(crate) mode: Mode,
    pub(crate) search: Option<Search>,
    /// The message about the last key, for a key that had no visible effect.
    pub(crate) said: Option<String>,
    pub(crate) size: Size,
    pub(crate) now: Millis,
    pub(crate) host: Host,
    pub(crate) writer: Writer,
    pub(crate) is_stopping: bool,
    pub(crate) palette: Palette,
    /// The number of events at which the coverage of the context was computed, and this coverage.
    covered: (usize, CoverageSummary),
    texts: ContextTexts,
    messages: MessagesShown,
}

/// The text of the selected row as shown on screen, wrapped to its width.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) document: Document,
    pub(crate) rows: Vec<ScreenRow>,
    /// The index of the first text row on screen.
    pub(crate) scroll: usize,
    /// The inputs from which the shown document was made.
    made_of: Option<MadeOf>,
    /// The width for which the text was wrapped. `None` if the text has changed since.
    cut_for: Option<usize>,
    /// The line in which the current match of the search was found.
    pub(crate) found: Option<usize>,
}

/// The inputs from which a document was made. It is made again if they change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MadeOf {
    row: RowId,
    version: u32,
    messages: MessagesShown,
    is_over: bool,
    /// The moment of a changing document: the number of events for the root run's row, and the time
    /// for a row in progress.
    moment: (Option<usize>, Option<u64>),
}

impl View {
    /// Creates the view of a run without events.
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

    /// Sets the texts of the context, which replace references of the journal.
    #[must_use]
    pub fn with_texts(mut self, texts: ContextTexts) -> Self {
        self.texts = texts;
        self
    }

    /// Sets the palette: whether colours are used. Default: [`Palette::Colored`].
    #[must_use]
    pub fn with_palette(mut self, palette: Palette) -> Self {
        self.palette = palette;
        self
    }

    /// Adds an event of the run to the view.
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

    /// Sets the current time of the view, counted from the run's start.
    pub fn tick(&mut self, now: Millis) {
        if !self.is_over() {
            self.now = self.now.max(now);
        }
    }

    /// Sets whether the journal is still being written. Returns `true` if this changes the state.
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

    /// Marks the run as being stopped.
    pub fn set_stopping(&mut self) {
        self.is_stopping = true;
    }

    /// Returns `true` if no more events follow: the run has ended, or the writer of its journal is
    /// gone.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.run.ended().is_some() || self.writer != Writer::Writing
    }

    /// Fits the view to a terminal of this size. Must be called before the view is drawn.
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

    /// Returns the coverage of the context as of the last call of [`View::fit`].
    pub(crate) const fn covered(&self) -> CoverageSummary {
        self.covered.1
    }

    pub(crate) fn layout(&self) -> Layout {
        Layout::of(self.size, self.focus, self.zoom)
    }

    pub(crate) fn builder(&self) -> DocumentBuilder<'_> {
        DocumentBuilder {
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

    /// Creates and wraps the text of the selected row, if the text or the width has changed.
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
            self.shown.document = self.builder().document(id);
            self.shown.made_of = Some(made_of);
            self.shown.cut_for = None;
        }
        // A text that is not shown is not wrapped.
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
    /// Returns the index of the first screen row that shows a line.
    fn row_of(&self, line: usize) -> usize {
        self.rows.partition_point(|row| row.line < line)
    }
}
