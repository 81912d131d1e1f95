//! Syntax highlighting of programs on a terminal with colours.

use std::ops::Range;

use sift_syntax::{Highlight, highlight};

use crate::console::{Console, Stream, Tone};
use crate::text::{counted, visible};

/// Returns the lines of a program with syntax highlighting, if the console has colours. Control
/// characters are escaped, and lines are truncated to `most` characters.
pub fn lines(source: &str, most: usize, stream: Stream, console: Console) -> Vec<String> {
    let pieces = match console.has_color_on(stream) {
        true => highlight(source),
        false => Vec::new(),
    };
    let mut pieces = pieces.as_slice();
    let mut start = 0;
    let lines = source.split_inclusive('\n').map(|line| {
        let begin = start;
        start += line.len();
        let text = line.trim_end_matches(['\n', '\r']);
        let shown = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
        let mut colored = colored(source, begin..begin + shown, &mut pieces, (stream, console));
        // The spans of what is cut.
        while let Some(((piece, _), rest)) = pieces.split_first()
            && piece.end <= start
        {
            pieces = rest;
        }
        let more = text.get(shown..).unwrap_or_default().trim_end().chars().count();
        if more > 0 {
            let note = format!("… {}", counted(more, "more character"));
            colored.push_str(&console.toned(stream, Tone::Muted, &note));
        }
        colored
    });
    lines.collect()
}

/// Returns a source line with syntax highlighting. Removes the line's spans from `pieces`, but
/// keeps a span that continues in the next line.
fn colored(
    source: &str,
    line: Range<usize>,
    pieces: &mut &[(Range<usize>, Highlight)],
    (stream, console): (Stream, Console),
) -> String {
    let text = |range: Range<usize>| visible(source.get(range).unwrap_or_default().trim_end_matches(['\n', '\r']));
    let mut shown = String::new();
    let mut at = line.start;
    while let Some(((piece, kind), rest)) = pieces.split_first() {
        if piece.start >= line.end {
            break;
        }
        let (start, end) = (piece.start.max(line.start), piece.end.min(line.end));
        shown.push_str(&text(at..start));
        shown.push_str(&console.painted_on(stream, color(*kind), &text(start..end)));
        at = end;
        if piece.end > line.end {
            break;
        }
        *pieces = rest;
    }
    shown.push_str(&text(at..line.end));
    shown
}

const fn color(kind: Highlight) -> &'static str {
    match kind {
        Highlight::Keyword => "35",
        Highlight::Constant | Highlight::Number => "36",
        // Blue (34) is unreadable on black in many palettes.
        Highlight::Function => "94",
        Highlight::String => "32",
        Highlight::Comment => "2",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highlighting_spans_lines_and_escapes_controls() {
        let source = "if x:  # \u{1b}]0;a\u{7}\n    y = '''a\nb''' + str(1)\n";
        let plain = lines(source, 40, Stream::Error, Console::plain());
        assert_eq!(plain, ["if x:  # \\u{1b}]0;a\\u{7}", "    y = '''a", "b''' + str(1)"]);
        let colored = lines(source, 40, Stream::Error, Console::colored()).join("\n");
        insta::assert_snapshot!(colored.replace('\u{1b}', "^"), @r#"
        ^[35mif^[0m x:  ^[2m# \u{1b}]0;a\u{7}^[0m
            y = ^[32m'''a^[0m
        ^[32mb'''^[0m + ^[94mstr^[0m(^[36m1^[0m)
        "#);
        assert_eq!(
            lines("print('abcdefgh')", 8, Stream::Error, Console::colored()),
            ["^[94mprint^[0m(^[32m'a^[0m^[2m… 9 more characters^[0m".replace('^', "\u{1b}")]
        );
    }
}
