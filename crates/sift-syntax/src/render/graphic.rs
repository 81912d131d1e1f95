//! The rendering of diagnostics for people, with ariadne's boxes.

use std::borrow::Cow;

use ariadne::{CharSet, Config, IndexType, Label, Report, ReportKind, Source};
use sift_text::is_terminal_control;

use crate::source::{line_span, slice};
use crate::{Diagnostic, Severity, Span, codes, parse};

/// Whether the output contains terminal colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// Plain text without escape sequences.
    #[default]
    Never,
    /// Colours by ANSI escape sequences.
    Always,
}

/// The name of the program that is displayed in diagnostics.
const NAME: &str = "program";

/// Renders all diagnostics for people, as boxes with the annotated source.
///
/// `source` is the text that was parsed. Its terminal control characters, such as escape sequences,
/// are shown as blanks.
///
/// ```
/// use sift_syntax::{Color, parse, render_ariadne};
///
/// let source = "total = (1 + 2\nprint(total)\n";
/// let shown = render_ariadne(source, &parse(source).diagnostics, Color::Never);
/// assert!(shown.contains("total = (1 + 2") && !shown.contains('\u{1b}'));
/// ```
#[must_use]
pub fn render_ariadne(source: &str, diagnostics: &[Diagnostic], color: Color) -> String {
    let shown = blanked(source);
    let mut out = Vec::new();
    for diagnostic in diagnostics {
        // Writing to memory can't fail.
        let _: std::io::Result<()> = report(source, diagnostic, color).write((NAME, Source::from(&*shown)), &mut out);
    }
    let text = String::from_utf8_lossy(&out);
    let mut result = String::with_capacity(text.len());
    for line in text.lines() {
        result.push_str(line.trim_end());
        result.push('\n');
    }
    result
}

type Place = (&'static str, std::ops::Range<usize>);

fn report(source: &str, diagnostic: &Diagnostic, color: Color) -> Report<'static, Place> {
    let config = Config::default()
        .with_color(color == Color::Always)
        .with_index_type(IndexType::Byte)
        .with_char_set(CharSet::Unicode);
    let (kind, shade) = match diagnostic.severity {
        Severity::Error => (ReportKind::Error, ariadne::Color::Red),
        Severity::Note => (ReportKind::Advice, ariadne::Color::BrightBlue),
    };
    let place = place(source, diagnostic.span);
    let mut builder = Report::build(kind, place.clone())
        .with_config(config)
        .with_code(diagnostic.code.0)
        .with_message(&diagnostic.message)
        .with_label(Label::new(place).with_message("here").with_color(shade));
    for label in &diagnostic.labels {
        builder = builder.with_label(
            Label::new(self::place(source, label.span))
                .with_message(&label.text)
                .with_color(ariadne::Color::Yellow),
        );
    }
    if let Some(help) = &diagnostic.help {
        builder = builder.with_help(help);
    }
    if let Some(line) = diagnostic
        .line_to_write(source)
        .filter(|_| is_helpful(diagnostic, source))
    {
        builder = builder.with_note(format!("write: {line}"));
    }
    builder.finish()
}

/// Returns `true` if the corrected line of a diagnostic helps a person: the program parses with it,
/// and it does not merely bind an unknown name to something. Models also get the others, which show
/// them the form of a statement.
fn is_helpful(diagnostic: &Diagnostic, source: &str) -> bool {
    if diagnostic.code == codes::UNKNOWN_NAME.code && diagnostic.near.is_empty() {
        return false;
    }
    let Some(line) = diagnostic.corrected_line(source) else {
        return false;
    };
    let old = line_span(source, diagnostic.span.start);
    let (before, after) = (Span::new(0, old.start), Span::new(old.end, source.len() as u32));
    let mended = format!("{}{line}{}", slice(source, before), slice(source, after));
    let start = old.start as usize;
    let end = start + line.len();
    let is_there = |other: &Diagnostic| (start..=end).contains(&(other.span.start as usize));
    !parse(&mended)
        .diagnostics
        .iter()
        .any(|other| other.severity == Severity::Error && is_there(other))
}

/// Returns a span as the position that ariadne requires: within the text and at character
/// boundaries.
fn place(source: &str, span: Span) -> Place {
    let start = source.floor_char_boundary(span.start as usize);
    let end = source.ceil_char_boundary((span.end as usize).max(start).min(source.len()));
    (NAME, start..end)
}

/// Returns a source whose terminal [control characters](is_terminal_control) are replaced by blanks. The
/// number of bytes is the same, so that spans remain valid.
fn blanked(source: &str) -> Cow<'_, str> {
    let is_blank = |c: char| is_terminal_control(c) && !matches!(c, '\n' | '\r' | '\t');
    if !source.contains(is_blank) {
        return Cow::Borrowed(source);
    }
    let blank = |c: char| match c.len_utf8() {
        _ if !is_blank(c) => c,
        1 => ' ',
        2 => '\u{a0}',
        _ => '\u{2002}',
    };
    Cow::Owned(source.chars().map(blank).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanking_controls_keeps_line_positions() {
        let source = "if x == '\u{1b}[2J\u{9b}2J\u{8}\u{202e}'\n    print(1)\n";
        let shown = blanked(source);
        let places = |text: &str| text.char_indices().map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(places(&shown), places(source));
        assert_eq!(shown.len(), source.len());
        assert!(matches!(blanked("x = 'ü'\t\r\n"), Cow::Borrowed(_)));
    }
}
