//! Diagnostics as people, models and tools read them: one type, three ways to show it.

mod graphic;
mod json;
mod plain;

pub use graphic::{Color, render_ariadne};
pub use json::to_json;
pub use plain::{MAX_SHOWN, render_plain};
