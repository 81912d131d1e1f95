//! Bounds and formats that several messages share.

use rlm_answer::Remark;
use rlm_model::grouped;

use crate::quoting::{Excerpt, quoted_line};

/// The maximum number of listed variables.
pub(super) const LISTED_VARIABLES: usize = 40;
/// The maximum characters of a variable's summary.
pub(super) const SUMMARY_CHARS: usize = 100;

/// Renders a remark as a single line: its words, then its quoted output, if any. Each of the two is
/// truncated to `most` characters.
pub(super) fn remark_line(remark: &Remark, most: usize) -> String {
    let words = quoted_line(&remark.words, most);
    match &remark.quoted {
        Some(quoted) => format!("{words} <output>{}</output>", quoted_line(quoted, most)),
        None => words,
    }
}

pub(super) fn with_marker(excerpt: Excerpt) -> String {
    let Excerpt { mut head, left_out, .. } = excerpt;
    head.truncate(head.trim_end().len());
    if left_out > 0 {
        head.push_str(&format!("\n[{} more characters]", grouped(left_out)));
    }
    head
}
