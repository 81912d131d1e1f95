//! The text that models are sent, and the reading of what they reply.
//!
//! - [`Prompts`] renders messages from templates: the built-in ones of the folder `prompts/`, those of a folder of one's own,
//!   or those of a journal. Text of others is escaped and bounded ([`quoted`], [`Excerpt`]), so that it can't end its block.
//! - [`reply`] finds the program or the final answer in a reply, whatever form the model chose for it.
//! - [`Conversation`] holds the messages of a run's turns, shortened by a [`History`].
//!
//! Settings come in as the plain types of this crate ([`Limited`], [`Turn`], [`History`], [`ExecutionProfile`]). Nothing here
//! calls a model or runs a program; the only input is that of [`Prompts::from_dir`].
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
pub use message::{Example, Limited, NoProgram, Observed, ProgramForm, SetAside, Shown, ShownTool, Turn};
pub use profile::ExecutionProfile;
pub use quoting::{Excerpt, near_names, quoted, quoted_line};
pub use session::{Exchange, SessionState};
pub use template::{PromptName, Prompts};
