//! A run as one page for a browser.
//!
//! The page is a pure function of a journal and of the context's text: [`render`] makes it, nothing here reads a file. Whoever opens it
//! sees, from the top: what came of the run and, where that is no answer, what happened, where, and what to do; the answer, each quote of it
//! beside the words around it in the context; when what was done; every step with its program, its output and every message; what was
//! spent by which model; how much of the context was looked at; and with what settings.
//!
//! The traps of the domain, and what stands here against them:
//!
//! - **What is shown was written by others.** Names, quotes, programs, outputs, errors and names of models may hold markup that wants to be
//!   run by whoever opens the page. Markup is made by one type that takes literals of this crate alone and escapes all else, and the
//!   page's policy (a `Content-Security-Policy` of its own) lets no script run, nothing be fetched and nothing be sent, even if markup got in.
//!   The page has no script of its own: what opens and closes is `<details>`, and where a link leads into one, browsers open it.
//! - **A journal can be longer than a browser can show.** What is quoted, and how many steps and calls are listed, is bounded; what is left
//!   out is said in its place, with what shows all of it.
//! - **A context may have changed.** Words are shown as those of the context only where they were compared with it; where its text is not at
//!   hand the page says so, and shows places alone.
//!
//! ```
//! use rlm_model::RunPath;
//! use rlm_report::{Sources, render};
//! use rlm_trace::{Event, Journal, JournalOptions, RecordedRun, StepKind, TurnStarted};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("journal.jsonl");
//! let journal = Journal::create(&path, JournalOptions::default())?;
//! journal.write(Event::TurnStarted(TurnStarted { run: RunPath::default(), turn: 1, step: StepKind::RootCall }))?;
//!
//! let page = render(&RecordedRun::read(&path)?, &Sources::none("the context is not at hand"));
//! assert!(page.starts_with("<!DOCTYPE html>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod answer;
mod bounds;
mod calls;
mod costs;
mod coverage;
pub mod diagnosis;
pub mod figures;
mod html;
mod messages;
mod page;
mod palette;
mod program;
mod settings;
mod sources;
mod state;
mod steps;
mod style;
mod timeline;
mod view;

pub use page::render;
pub use sources::Sources;
