//! Creates the documents: the details that are shown for a row of the tree.

mod asking;
mod call;
mod end;
mod overview;
mod request;
mod step;
mod title;

use std::fmt;
use std::sync::Arc;

use rlm_model::{CallId, Position, SourceRange};
use rlm_report::figures::duration;
use rlm_trace::{CallNames, CallNode, Ending, JournalPart, Millis, RequestNode, RunNode, TurnNode};

use crate::document::{Document, Role};
use crate::place::Kind;
use crate::run::{Row, RowId, Run};
use crate::state::State;
use crate::text::one_line;

pub(crate) use self::end::of_root as of_root_end;
pub(crate) use self::title::title;

/// A function that returns something about a range of the context, if it is available.
type Resolve<T> = Box<dyn Fn(SourceRange) -> Option<T> + Send>;

/// The text of a run's context, which replaces the journal's references to it.
///
/// ```
/// use ratatui::layout::Size;
/// use rlm_trace::RecordedRun;
/// use rlm_tui::{ContextTexts, Host, View};
///
/// let reviews = std::fs::read_to_string("../../examples/recorded/reviews/kettle.jsonl")?;
/// let texts = ContextTexts::new(move |range| {
///     Some(reviews.get(range.start as usize..range.end as usize)?.into())
/// });
/// let mut view = View::new(Host::Watcher).with_texts(texts);
/// for record in RecordedRun::read("../../examples/recorded/reviews.jsonl")?.records {
///     view.add(record.into());
/// }
/// view.fit(Size::new(80, 24));
/// assert!(view.is_over());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct ContextTexts {
    text: Option<Resolve<Arc<str>>>,
    place: Option<Resolve<String>>,
}

impl ContextTexts {
    /// Creates context texts from a function that returns the text of a range, or `None` if there
    /// is no such range.
    pub fn new(resolve: impl Fn(SourceRange) -> Option<Arc<str>> + Send + 'static) -> Self {
        Self {
            text: Some(Box::new(resolve)),
            place: None,
        }
    }

    /// Adds a function that returns the place of a range, such as `incidents.md:17-20`.
    #[must_use]
    pub fn with_places(mut self, place: impl Fn(SourceRange) -> Option<String> + Send + 'static) -> Self {
        self.place = Some(Box::new(place));
        self
    }

    fn get(&self, range: SourceRange) -> Option<Arc<str>> {
        self.text.as_ref()?(range)
    }
}

impl fmt::Debug for ContextTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextTexts")
            .field("text", &self.text.is_some())
            .field("place", &self.place.is_some())
            .finish()
    }
}

/// The messages of a request that are shown: only new ones, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MessagesShown {
    /// Only messages that an earlier request did not have.
    #[default]
    New,
    All,
}

/// The data from which the documents of rows are created.
#[derive(Clone, Copy)]
pub(crate) struct DocumentBuilder<'a> {
    pub(crate) run: &'a Run,
    pub(crate) texts: &'a ContextTexts,
    pub(crate) now: Millis,
    /// Whether no more events follow: the run has ended, or the writer of its journal is gone.
    pub(crate) is_over: bool,
    /// The state of the end of a journal that has no outcome.
    pub(crate) ending: Ending,
    pub(crate) messages: MessagesShown,
}

impl<'a> DocumentBuilder<'a> {
    /// Creates the document with the details of a row.
    pub(crate) fn document(self, id: RowId) -> Document {
        let mut document = Document::default();
        let Some(row) = self.run.row(id) else {
            return document;
        };
        match row.place.kind() {
            Kind::Run => overview::tell(self, id, &mut document),
            Kind::Step { .. } => step::tell(self, id, row, &mut document),
            Kind::Call(_) => call::tell(self, id, row, &mut document),
            Kind::Request { .. } => request::tell(self, id, row, &mut document),
            Kind::End => end::tell(self, id, row, &mut document),
        }
        document
    }

    fn state(self, row: &Row) -> State {
        self.run.state(row, self.is_over)
    }

    /// Returns the duration of a row so far, as text. `None` in a journal without times.
    fn time(self, row: &Row) -> Option<String> {
        if row.place.kind() == Kind::End {
            return None;
        }
        let elapsed = self.run.elapsed(row, self.now, self.is_over)?;
        (elapsed.0 > 0 || row.changed.is_some()).then(|| duration(elapsed))
    }

    /// Returns what differs between a call of a program and the calls next to it.
    fn call_name(self, id: RowId, width: usize) -> String {
        let place = |range| self.place(range);
        let names = CallNames::new(self.run.prompts_around(id), &place, width);
        let position = self.run.row(id).map(|row| row.place.kind());
        match position {
            Some(Kind::Call(position)) => one_line(names.name(position)),
            _ => String::new(),
        }
    }

    /// Returns the place of a range of the context: its lines if they are known, else its bytes.
    fn place(self, range: SourceRange) -> String {
        let lines = self.texts.place.as_ref().and_then(|place| place(range));
        lines.unwrap_or_else(|| format!("{} bytes {}-{}", self.source_name(range.source), range.start, range.end))
    }

    /// Returns the name of a source of the context, by its index.
    fn source_name(self, source: u32) -> String {
        let index = usize::try_from(source).ok();
        let context = self.run.started().map(|started| started.context.as_slice());
        let found = context.zip(index).and_then(|(context, index)| context.get(index));
        found.map_or_else(|| format!("source {source}"), |source| source.name.clone())
    }

    /// Adds the parts of a message: text, and pieces of the context as their ranges, with the text
    /// if it is available.
    fn parts(self, parts: &[JournalPart], document: &mut Document) {
        for part in parts {
            match part {
                JournalPart::Text(text) => document.text(Role::Plain, text),
                JournalPart::Source(range) => {
                    document.line(&[(Role::Muted, &format!("[{}]", self.place(*range)))]);
                    if let Some(text) = self.texts.get(*range) {
                        document.text(Role::Cited, &text);
                    }
                }
            }
        }
    }
}

/// Accessors for a tree that is built from the events of one row only.
trait OneRow<'t> {
    fn with_turn<R>(&self, row: &Row, tell: impl FnOnce(&TurnNode<'t>) -> R) -> Option<R>;
    fn with_call<R>(&self, row: &Row, tell: impl FnOnce(&CallNode<'t>) -> R) -> Option<R>;
    fn with_request<R>(&self, row: &Row, tell: impl FnOnce(&RequestNode<'t>) -> R) -> Option<R>;
    fn with_run<R>(&self, row: &Row, tell: impl FnOnce(&RunNode<'t>) -> R) -> Option<R>;
}

impl<'t> OneRow<'t> for rlm_trace::Tree<'t> {
    fn with_turn<R>(&self, row: &Row, tell: impl FnOnce(&TurnNode<'t>) -> R) -> Option<R> {
        let turn = match row.place.kind() {
            Kind::Step { turn } | Kind::Request { turn, .. } => turn,
            Kind::Call(Position { turn, .. }) => turn,
            Kind::Run | Kind::End => return None,
        };
        self.runs.get(&row.place.run())?.turns.get(&turn).map(tell)
    }

    fn with_call<R>(&self, row: &Row, tell: impl FnOnce(&CallNode<'t>) -> R) -> Option<R> {
        let Kind::Call(position) = row.place.kind() else {
            return None;
        };
        self.with_turn(row, |turn| turn.calls.get(&position).map(tell))
            .flatten()
    }

    fn with_request<R>(&self, row: &Row, tell: impl FnOnce(&RequestNode<'t>) -> R) -> Option<R> {
        let Kind::Request { ordinal, .. } = row.place.kind() else {
            return None;
        };
        self.with_turn(row, |turn| turn.requests.get(&ordinal).map(tell))
            .flatten()
    }

    fn with_run<R>(&self, row: &Row, tell: impl FnOnce(&RunNode<'t>) -> R) -> Option<R> {
        self.runs.get(&row.place.run()).map(tell)
    }
}

/// Returns the id of the call that a row shows, or `None` for other rows.
fn call_id(row: &Row) -> Option<CallId> {
    match row.place.kind() {
        Kind::Call(position) => Some(CallId {
            run: row.place.run(),
            position,
        }),
        _ => None,
    }
}
