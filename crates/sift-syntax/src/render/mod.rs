//! Diagnostics as people, models and tools read them: one type, three ways to show it.

mod graphic;
mod json;
mod plain;

pub use graphic::{Color, render_ariadne};
pub use json::to_json;
pub use plain::{MAX_SHOWN, render_plain};

use crate::shown::is_unshown;
use crate::{Diagnostic, codes};

/// Returns the line to write instead: its indentation only where that is what was wrong. None where it could not be shown as it is.
fn line_to_write(source: &str, diagnostic: &Diagnostic) -> Option<String> {
    let line = diagnostic.corrected_line(source)?;
    if line.chars().any(|c| c != '\t' && is_unshown(c)) {
        return None;
    }
    let layout = [
        codes::MIXED_TABS,
        codes::UNMATCHED_DEDENT,
        codes::UNEXPECTED_INDENT,
        codes::MISSING_BLOCK,
    ];
    Some(match layout.iter().any(|info| info.code == diagnostic.code) {
        true => line,
        false => line.trim_start().to_owned(),
    })
}
