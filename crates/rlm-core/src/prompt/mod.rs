//! The texts that models are shown: templates, and what is put into them.

mod message;
mod quoting;
mod template;

pub use message::{Limited, NoProgram, Observed, ProgramForm, Shown, Turn};
pub use quoting::{Excerpt, quoted, quoted_line};
pub use template::{FrontMatter, PromptError, PromptName, Prompts};
