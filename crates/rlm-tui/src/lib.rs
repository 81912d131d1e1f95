//! A run on a terminal, while it goes on and after.
//!
//! What is shown is a pure function of two things: a journal's events, and the keys that were pressed. [`View`] is the fold over both,
//! [`render`] draws it. Nothing here reads a file, a clock or a terminal: whoever has these hands in events, keys, the size and the time,
//! so that every screen can be tested without any of them.
//!
//! The traps of the domain, and what stands here against them:
//!
//! - **What is shown was written by others.** A terminal obeys control characters: with them a context could clear the screen, forge what
//!   stands there, or make the terminal type. They are shown in the place of being obeyed, and so are characters that turn the direction of
//!   what follows. The columns of wide characters and of combining marks are counted as terminals count them.
//! - **A run can have ten thousand calls.** An event changes one row and the counts above it; what a row says is read from its own events
//!   when it is in sight; the rows that stand open to view are kept in order and never gone through.
//! - **A small terminal must not hide anything.** What does not fit its place can be scrolled to or opened: long lines of the text are cut
//!   into rows and not at the edge, and what the tree has no room for is the first line of the row's text.
//! - **A run may be taken back.** A run that is gone on with can take back what its journal says of an end that was none; the rows are
//!   then made anew.
//! - **Not everybody sees colours.** Each state has a symbol of its own.
//!
//! ```
//! use std::sync::Arc;
//!
//! use ratatui::Terminal;
//! use ratatui::backend::TestBackend;
//! use ratatui::layout::Size;
//! use rlm_model::RunPath;
//! use rlm_trace::{Event, Journal, JournalOptions, StepKind, TurnStarted};
//! use rlm_tui::{Host, Key, View, render};
//!
//! let journal = Journal::in_memory(JournalOptions::default());
//! let events = journal.follow();
//! journal.write(Event::TurnStarted(TurnStarted { run: RunPath::default(), turn: 1, step: StepKind::RootCall }))?;
//!
//! let mut view = View::new(Host::Watcher);
//! view.add(events.recv()?);
//! view.press(Key::Char('g'));
//! view.fit(Size::new(80, 24));
//! let mut terminal = Terminal::new(TestBackend::new(80, 24))?;
//! terminal.draw(|frame| render(frame, &view))?;
//! assert!(terminal.backend().to_string().contains("step 1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod budget;
mod document;
mod documents;
mod key;
mod layout;
mod outline;
mod palette;
mod place;
mod render;
mod run;
mod search;
mod state;
mod text;
mod view;

pub use documents::ContextTexts;
pub use key::{Key, Wish};
pub use palette::Palette;
pub use render::render;
pub use state::State;
pub use view::{Host, View, Writer};
