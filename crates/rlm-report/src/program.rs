//! Writes programs with line numbers and syntax highlighting.

use std::collections::BTreeSet;
use std::ops::Range;

use sift_syntax::{Highlight, highlight};

use crate::bounds::PROGRAM;
use crate::html::Html;

/// Writes a program with syntax highlighting. The lines in `wrong`, counted from 1, are marked.
pub(crate) fn write(html: &mut Html, source: &str, wrong: &BTreeSet<u32>) {
    if source.len() > PROGRAM.min(html.budget.left()) {
        html.element("pre", "output", |html| html.quote(source, PROGRAM));
        return;
    }
    html.budget.take(source.len());
    let pieces = highlight(source);
    let mut pieces = pieces.as_slice();
    let mut at = 0;
    html.element("pre", "program", |html| {
        for (number, line) in (1..).zip(source.split_inclusive('\n')) {
            let range = at..at + line.len();
            let class = if wrong.contains(&number) {
                "line is-wrong"
            } else {
                "line"
            };
            html.element("span", class, |html| pieces = line_pieces(html, source, range, pieces));
            at += line.len();
        }
    });
}

/// Writes the highlighted pieces of one line of a program. Returns the remaining pieces: the first
/// may continue in the next line.
fn line_pieces<'p>(
    html: &mut Html,
    source: &str,
    line: Range<usize>,
    mut pieces: &'p [(Range<usize>, Highlight)],
) -> &'p [(Range<usize>, Highlight)] {
    let text = |range: Range<usize>| source.get(range).unwrap_or_default().trim_end_matches(['\n', '\r']);
    let mut at = line.start;
    while let Some(((piece, kind), rest)) = pieces.split_first() {
        if piece.start >= line.end {
            break;
        }
        let (start, end) = (piece.start.max(line.start), piece.end.min(line.end));
        html.text(text(at..start));
        html.label("span", class(*kind), text(start..end));
        at = end;
        if piece.end > line.end {
            break;
        }
        pieces = rest;
    }
    html.text(text(at..line.end));
    pieces
}

const fn class(kind: Highlight) -> &'static str {
    match kind {
        Highlight::Keyword => "keyword",
        Highlight::Constant => "constant",
        Highlight::Function => "function",
        Highlight::Number => "number-literal",
        Highlight::String => "string",
        Highlight::Comment => "comment",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highlighted_programs_keep_every_line() {
        let mut html = Html::default();
        write(
            &mut html,
            "x = '''<a\nb'''\n\nif x:\n    print(1)",
            &BTreeSet::from([4]),
        );
        insta::assert_snapshot!(html.finish().replace("<span class=\"line", "\n<span class=\"line"), @r#"
        <pre class="program">
        <span class="line">x = <span class="string">&#39;&#39;&#39;&lt;a</span></span>
        <span class="line"><span class="string">b&#39;&#39;&#39;</span></span>
        <span class="line"></span>
        <span class="line is-wrong"><span class="keyword">if</span> x:</span>
        <span class="line">    <span class="function">print</span>(<span class="number-literal">1</span>)</span></pre>
        "#);
    }
}
