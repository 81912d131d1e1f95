//! The texts that models are shown: templates, and what is put into them.

mod error;
mod folder;
mod front_matter;
mod hiding;
mod message;
mod quoting;
mod template;

pub use error::{PromptError, PromptPlace};
pub use folder::MAX_PROMPT_BYTES;
pub use front_matter::FrontMatter;
pub(crate) use message::near_names;
pub use message::{Example, Limited, NoProgram, Observed, ProgramForm, Remark, SetAside, Shown, ShownTool, Turn};
pub use quoting::{Excerpt, quoted, quoted_line};
pub use template::{PromptName, Prompts};
