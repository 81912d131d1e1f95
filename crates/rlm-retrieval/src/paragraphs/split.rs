//! Splits a text into paragraphs, each with the headings that it is under.

use std::ops::Range;

/// The length in bytes above which a block is split further.
const MAX_BLOCK: usize = 1_400;
/// The length in bytes up to which lines of a long block are joined.
const JOINED: usize = 700;
/// The maximum length of a heading without a mark, such as `4. Termination`, in bytes.
const MAX_HEADING: usize = 80;
/// The level of headings without a mark. They are below those with up to six marks.
const UNMARKED: usize = 7;

/// A paragraph of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paragraph {
    /// The byte range of the paragraph, without surrounding blank lines.
    pub(crate) range: Range<usize>,
    /// The byte ranges of the headings above the paragraph and of the first lines of enclosing
    /// blocks, from the outermost to the innermost.
    pub(crate) headings: Vec<Range<usize>>,
}

/// Splits a text into paragraphs.
///
/// A paragraph is a run of lines up to a blank line. Indented lines after a blank line belong to
/// the paragraph before them, so that a function or a list item stays whole. Long paragraphs are
/// split at their blank lines, or else between lines. In prose, headings are not paragraphs.
pub(crate) fn paragraphs(text: &str, is_prose: bool) -> Vec<Paragraph> {
    let lines = lines(text);
    let mut splitter = Splitter {
        text,
        headings: Vec::new(),
        found: Vec::new(),
    };
    let (mut fence, mut was_heading) = (false, false);
    let mut block: Vec<Line> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let is_fence = line.text.trim_start().starts_with("```");
        let next = lines.get(at + 1..).unwrap_or_default();
        let is_heading = is_prose && !fence && !is_fence;
        if is_heading && was_heading && line.is_underline() {
            continue;
        }
        let level = is_heading.then(|| heading_level(line, &block, next)).flatten();
        was_heading = level.is_some();
        if let Some(level) = level {
            splitter.block(&std::mem::take(&mut block));
            splitter.headings.retain(|(above, _)| *above < level);
            splitter.headings.push((level, line.range.clone()));
            continue;
        }
        fence ^= is_fence;
        let is_separate = block.last().is_some_and(|last| last.is_blank()) && !line.is_blank() && {
            let base = block.first().map_or(0, Line::indent);
            !fence && line.indent() <= base && !line.is_closer()
        };
        if is_separate {
            splitter.block(&std::mem::take(&mut block));
        }
        if !(block.is_empty() && line.is_blank()) {
            block.push(line.clone());
        }
    }
    splitter.block(&block);
    splitter.found
}

#[derive(Debug, Clone)]
struct Line<'t> {
    text: &'t str,
    range: Range<usize>,
}

impl Line<'_> {
    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// Returns `true` if the line closes a block of code.
    fn is_closer(&self) -> bool {
        self.text.trim_start().starts_with(['}', ')', ']'])
    }

    /// Returns `true` if the line is an underline of `=` or `-` below a heading.
    fn is_underline(&self) -> bool {
        let text = self.text.trim();
        text.len() >= 3 && (text.bytes().all(|b| b == b'=') || text.bytes().all(|b| b == b'-'))
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut from = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let start = from;
            from += line.len();
            let text = line.trim_end_matches(['\n', '\r']);
            Line {
                text,
                range: start..start + text.len(),
            }
        })
        .collect()
}

/// Returns the level of a heading of prose, counted from 1; `None` if the line isn't a heading.
fn heading_level(line: &Line<'_>, before: &[Line<'_>], after: &[Line<'_>]) -> Option<usize> {
    let text = line.text.trim_end();
    let marks = text.bytes().take_while(|b| *b == b'#').count();
    if (1..=6).contains(&marks) && text.get(marks..)?.starts_with(' ') {
        return Some(marks);
    }
    if line.indent() > 0 || text.is_empty() || text.len() > MAX_HEADING {
        return None;
    }
    let is_first = before.last().is_none_or(Line::is_blank);
    if is_first && after.first().is_some_and(Line::is_underline) {
        return Some(if after.first()?.text.starts_with('=') { 1 } else { 2 });
    }
    // `4. Termination`, `§ 5 Kündigung`, `ARTICLE 3 – LOYER`: a number, no sentence, and text below.
    let has_text_below = after.iter().any(|line| !line.is_blank());
    let is_numbered = text.starts_with(['§', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        || text
            .split_whitespace()
            .nth(1)
            .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            && text.starts_with(char::is_uppercase);
    let is_sentence = text.ends_with(['.', ',', ';', '!', '?']) || text.split_whitespace().count() > 10;
    let is_bold = text.len() > 4 && text.starts_with("**") && text.ends_with("**");
    (is_first && has_text_below && !is_sentence && (is_numbered || is_bold)).then_some(UNMARKED)
}

struct Splitter<'t> {
    text: &'t str,
    /// The current headings with their levels.
    headings: Vec<(usize, Range<usize>)>,
    found: Vec<Paragraph>,
}

impl Splitter<'_> {
    /// Adds a block of lines as one paragraph, or as several if it is long.
    fn block(&mut self, lines: &[Line<'_>]) {
        let above: Vec<Range<usize>> = self.headings.iter().map(|(_, range)| range.clone()).collect();
        self.split(lines, &above);
    }

    fn split(&mut self, lines: &[Line<'_>], above: &[Range<usize>]) {
        let end = lines
            .iter()
            .rposition(|line| !line.is_blank())
            .map_or(0, |last| last + 1);
        let start = lines.iter().position(|line| !line.is_blank()).unwrap_or(end);
        let Some(lines) = lines.get(start..end) else { return };
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return;
        };
        let range = first.range.start..last.range.end;
        if range.len() <= MAX_BLOCK || lines.len() == 1 {
            self.add(range, above);
            return;
        }
        let mut parts: Vec<&[Line<'_>]> = lines.split(Line::is_blank).filter(|part| !part.is_empty()).collect();
        let mut under = above.to_vec();
        if parts.len() > 1 {
            // The first line names what the block is, such as a class.
            under.push(first.range.clone());
        } else {
            parts = runs(lines);
        }
        let Some((head, rest)) = parts.split_first() else {
            return;
        };
        self.joined(head, above);
        for part in rest {
            self.joined(part, &under);
        }
    }

    fn joined(&mut self, lines: &[Line<'_>], above: &[Range<usize>]) {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return;
        };
        let range = first.range.start..last.range.end;
        if range.len() <= MAX_BLOCK || lines.len() == 1 {
            self.add(range, above);
        } else {
            for run in runs(lines) {
                self.joined(run, above);
            }
        }
    }

    fn add(&mut self, range: Range<usize>, above: &[Range<usize>]) {
        if self.text.get(range.clone()).is_some_and(|text| !text.trim().is_empty()) {
            self.found.push(Paragraph {
                range,
                headings: above.to_vec(),
            });
        }
    }
}

/// Groups lines into runs of at most [`JOINED`] bytes.
fn runs<'l, 't>(lines: &'l [Line<'t>]) -> Vec<&'l [Line<'t>]> {
    let mut runs = Vec::new();
    let mut start = 0;
    for at in 1..=lines.len() {
        let from = lines.get(start).map_or(0, |line| line.range.start);
        let is_full = lines.get(at).is_none_or(|line| line.range.end - from > JOINED);
        if is_full {
            runs.extend(lines.get(start..at));
            start = at;
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice, reason = "a test stops at the first surprise")]

    use super::*;

    fn shown(text: &str, is_prose: bool) -> String {
        let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let shown = paragraphs(text, is_prose).into_iter().map(|paragraph| {
            let headings: Vec<&str> = paragraph.headings.iter().map(part).collect();
            format!("[{}] {:?}", headings.join(" > "), part(&paragraph.range))
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn prose_is_split_at_blank_lines_under_its_headings() {
        let text = "# Lease\n\nBetween A and B.\n\n## Rent\nThe rent is 900.\nIt is due on the first.\n\n- in cash,\n\n  or\n\n\
                    - by transfer\n\n4. Notice\n\n4.1 Three months, in writing.\n\nEnd\n===\nSigned.\n";
        insta::assert_snapshot!(shown(text, true), @r#"
        [# Lease] "Between A and B."
        [# Lease > ## Rent] "The rent is 900.\nIt is due on the first."
        [# Lease > ## Rent] "- in cash,\n\n  or"
        [# Lease > ## Rent] "- by transfer"
        [# Lease > ## Rent > 4. Notice] "4.1 Three months, in writing."
        [End] "Signed."
        "#);
    }

    #[test]
    fn code_is_split_between_functions() {
        let text = "# a comment\nimport a\n\ndef f(x):\n    y = 1\n\n    return y\n\nfn g() {\n    h();\n\n}\n";
        insta::assert_snapshot!(shown(text, false), @r##"
        [] "# a comment\nimport a"
        [] "def f(x):\n    y = 1\n\n    return y"
        [] "fn g() {\n    h();\n\n}"
        "##);
    }

    #[test]
    fn long_blocks_are_split_under_their_first_line() {
        let method = |name: &str| format!("    def {name}(self):\n{}", "        work()\n".repeat(40));
        let class = format!(
            "class Queue:\n{}\n{}\n{}",
            method("put"),
            method("take"),
            method("drop")
        );
        let found = paragraphs(&class, false);
        let heads: Vec<&str> = found
            .iter()
            .map(|found| class[found.range.clone()].lines().next().unwrap())
            .collect();
        assert_eq!(heads, ["class Queue:", "    def take(self):", "    def drop(self):"]);
        assert_eq!(&class[found[1].headings[0].clone()], "class Queue:");
    }

    proptest::proptest! {
        #[test]
        fn paragraphs_are_disjoint_and_in_order(text in "([a-z# {}]|\n|  |`{3}|[0-9]\\. |é){0,400}", is_prose: bool) {
            let mut from = 0;
            for paragraph in paragraphs(&text, is_prose) {
                proptest::prop_assert!(paragraph.range.start >= from && paragraph.range.end > paragraph.range.start);
                proptest::prop_assert!(text.get(paragraph.range.clone()).is_some_and(|text| !text.trim().is_empty()));
                from = paragraph.range.end;
            }
        }
    }
}
