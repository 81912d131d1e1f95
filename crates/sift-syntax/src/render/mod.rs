//! The renderers of diagnostics for people, models and tools.

mod graphic;
mod json;
mod plain;

pub use graphic::{Color, render_ariadne};
pub use json::to_json;
pub use plain::{MAX_SHOWN, render_plain};
