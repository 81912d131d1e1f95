//! The texts that models are shown: templates, and what is put into them.

mod message;
mod quoting;
mod template;

pub(crate) use message::near_names;
pub use message::{Limited, NoProgram, Observed, ProgramForm, SetAside, Shown, ShownTool, Turn};
pub use quoting::{Excerpt, quoted, quoted_line};
pub use template::{FrontMatter, PromptError, PromptName, Prompts};
