//! A report of a run as one HTML page.
//!
//! The page is a pure function of a journal and of the context's text. [`render`] creates it, and
//! nothing in this crate reads a file. From the top, the page shows: for a run without a complete
//! answer, what happened and what to do; the answer, with its first source beside it; the key
//! facts; where each part of the answer is from; costs and tokens by model; the timeline; the tree
//! of runs and calls; which parts of each document were read; every step with its program, its
//! output and its calls; and the settings. [`render_private`] creates a page without any text of
//! the run.
//!
//! Pitfalls, and how this crate handles them:
//!
//! - **The content is untrusted.** Names, quotes, programs, outputs, errors and model names may
//!   hold malicious markup. All markup is written by one type that accepts only literals of this
//!   crate and escapes everything else. The page's own `Content-Security-Policy` blocks scripts,
//!   fetches and form submissions, even if markup got in. The page has no scripts: it uses
//!   `<details>`, which browsers open when a link leads into one.
//! - **Answers are Markdown.** They are rendered from a fixed set of elements: raw HTML is shown as
//!   text, and links are not links.
//! - **A journal can be longer than a browser can show.** The sizes of quotes and the numbers of
//!   steps and calls are limited. Every omission is reported in its place, with the command that
//!   shows all of it.
//! - **A context may have changed.** Quotes are presented as text of the context only if they were
//!   compared with it. If the text of the context is not available, the page reports this and shows
//!   only byte ranges.
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
mod call_names;
mod calls;
mod citations;
mod costs;
mod coverage;
pub mod diagnosis;
mod facts;
pub mod figures;
mod html;
mod markdown;
mod messages;
mod origins;
mod outline;
mod page;
mod palette;
mod passage;
mod passages;
mod places;
mod program;
mod settings;
mod sources;
mod state;
mod steps;
mod style;
mod svg;
mod timeline;
mod view;

pub use page::{render, render_private};
pub use passages::{CitedPiece, Passage, PassageText, cited_pieces};
pub use sources::Sources;
pub use style::color_rules;
