//! The messages that models are sent, and the parsing of their replies.
//!
//! - [`Prompts`] renders messages from templates: the built-in ones of the folder `prompts/`,
//!   custom ones, or those recorded in a journal. Untrusted text is escaped and bounded
//!   ([`quoted`], [`Excerpt`]), so that it can't end its block.
//! - [`reply`] extracts the program or the final answer from a reply in any format.
//! - [`Conversation`] contains the messages of a run's turns, shortened according to [`History`].
//!
//! Settings are plain types of this crate ([`Limited`], [`Turn`], [`History`],
//! [`ExecutionProfile`]). This crate neither calls models nor runs programs; only
//! [`Prompts::from_dir`] reads files.
//!
//! ```
//! use rlm_context::Context;
//! use rlm_prompt::reply::{Action, read};
//! use rlm_prompt::{Prompts, Turn};
//!
//! let prompts = Prompts::built_in()?;
//! let context = Context::from_text("The vault code is 7-4-1.");
//! let message = prompts.root_first("What is the code?", &context, Turn { next: 1, steps: 20 })?;
//! assert!(message.contains("What is the code?") && !message.contains("7-4-1"));
//!
//! let reading = read("Let me look.\n```repl\nprint(context[:9])\n```\n");
//! assert!(matches!(reading.action, Action::Program { source, .. } if source == "print(context[:9])\n"));
//! # Ok::<(), rlm_prompt::PromptError>(())
//! ```

mod conversation;
mod error;
mod folder;
mod front_matter;
mod hiding;
mod history;
mod message;
mod profile;
mod quoting;
pub mod reply;
mod session;
mod template;

pub use conversation::{Conversation, SummarizedTurn, append_to_last};
pub use error::{MAX_PROMPT_BYTES, PromptError, PromptPlace};
pub use front_matter::FrontMatter;
pub use history::{Compaction, History};
pub use message::{AnswerRejection, Example, Limited, NoProgram, Observed, ProgramForm, Shown, ShownTool, Turn};
pub use profile::ExecutionProfile;
pub use quoting::{Excerpt, near_names, quoted, quoted_line};
pub use session::{Exchange, SessionState};
pub use template::{PromptName, Prompts};
