//! Diagnostics as people, models and tools read them: one type, three ways to show it.

mod graphic;
mod json;
mod plain;

pub use graphic::{Color, render_ariadne};
pub use json::to_json;
pub use plain::{MAX_SHOWN, render_plain};

use crate::{Diagnostic, codes};

/// Returns a corrected line as it is shown: its indentation only where that is what was wrong.
fn shown_line<'l>(diagnostic: &Diagnostic, line: &'l str) -> &'l str {
    let layout = [
        codes::MIXED_TABS,
        codes::UNMATCHED_DEDENT,
        codes::UNEXPECTED_INDENT,
        codes::MISSING_BLOCK,
    ];
    match layout.iter().any(|info| info.code == diagnostic.code) {
        true => line,
        false => line.trim_start(),
    }
}
