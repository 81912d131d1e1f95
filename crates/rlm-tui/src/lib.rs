//! A terminal view of a run, while it is running and afterwards.
//!
//! The screen is a pure function of a journal's events and of the pressed keys. [`View`] is the
//! fold over both, and [`render`] draws it. This crate reads no files, clocks or terminals: the
//! caller provides events, keys, the size and the time. Every screen can thus be tested without
//! them.
//!
//! Pitfalls, and how this crate handles them:
//!
//! - **The content is untrusted.** A terminal interprets control characters: with them a context
//!   could clear the screen, forge its content, or make the terminal type. They are escaped, and so
//!   are characters that change the text direction. The columns of wide characters and of combining
//!   marks are counted as terminals count them.
//! - **A run can have ten thousand calls.** An event changes one row and the counts above it. The
//!   text of a row is created from its events only when it is on screen. The visible rows are kept
//!   in order, and are never iterated over.
//! - **A small terminal must not hide anything.** Content that doesn't fit can be scrolled to or
//!   opened. Long lines of the text are wrapped, not cut. A title that is too long for the tree is
//!   also the first line of the row's text.
//! - **Events may be discarded.** A resumed run can discard the events of an end that was not
//!   final. The rows are then rebuilt.
//! - **Not every user sees colours.** Each state has its own symbol.
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
mod progress;
mod render;
mod run;
mod search;
mod state;
mod text;
mod view;

pub use documents::ContextTexts;
pub use key::{HostAction, Key};
pub use palette::Palette;
pub use progress::ProgressFacts;
pub use render::render;
pub use state::State;
pub use view::{Host, View, Writer};
