//! The messages of a run, each rendered from its template.

mod answer;
mod direct;
mod examples;
mod line;
mod observation;
mod opening;
mod turn;

pub use answer::AnswerRejection;
pub use examples::Example;
pub use observation::{NoProgram, Observed, Shown};
pub use opening::{Limited, ProgramForm, ShownTool};
pub use turn::Turn;
