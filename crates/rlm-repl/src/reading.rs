//! Detects whether the input is a complete program.

use sift_syntax::{Diagnostic, parse};

use crate::scan::scan;

/// The completeness of an input as a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The input is complete: it can run, or has an error that no further input corrects.
    Whole,
    /// The input is a program whose last line is in a block. It can run, and may continue. An empty
    /// line, or one without indentation, ends it.
    Open,
    /// The input is the beginning of a program, which can't run yet.
    Unfinished,
}

/// The keywords of clauses that continue a compound statement at its own indentation.
const CLAUSES: [&str; 4] = ["elif", "else", "except", "finally"];

/// Returns how complete a text is as a program. Its last line is the one being typed. A blank last
/// line ends a block.
///
/// ```
/// use rlm_repl::{Reading, reading};
///
/// assert_eq!(reading("total = sum("), Reading::Unfinished);
/// assert_eq!(reading("for line in lines:\n    print(line)"), Reading::Open, "more may follow");
/// assert_eq!(reading("for line in lines:\n    print(line)\n"), Reading::Whole);
/// ```
#[must_use]
pub fn reading(text: &str) -> Reading {
    let parsed = parse(text);
    let wants_no_more = ends_blank(text);
    match parsed.diagnostics.iter().find(|found| found.is_error()) {
        None if !wants_no_more && is_indented(last_line(text)) => Reading::Open,
        None => Reading::Whole,
        Some(first) if is_of_unclosed_string(first) => Reading::Unfinished,
        Some(first) if !wants_no_more && is_mended_by_more(text, first) => Reading::Unfinished,
        Some(_) => Reading::Whole,
    }
}

/// A reader that assembles programs from the lines of a pipe.
///
/// ```
/// use rlm_repl::Reader;
///
/// let mut reader = Reader::default();
/// let lines = ["def double(n):", "    return 2 * n", "double(21)"];
/// let mut programs: Vec<String> = lines.iter().flat_map(|line| reader.take(line)).collect();
/// programs.extend(reader.finish());
/// assert_eq!(programs, ["def double(n):\n    return 2 * n", "double(21)"]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Reader {
    text: String,
}

impl Reader {
    /// Takes the next line, without its line end. Returns the programs that are complete now: the
    /// previous program, if the line begins a new one, and the line itself, if it is a program.
    pub fn take(&mut self, line: &str) -> Vec<String> {
        let mut whole = Vec::new();
        let goes_on = is_indented(line) || line.trim().is_empty() || is_clause(line);
        if !self.text.is_empty() && !goes_on && reading(&self.text) == Reading::Open {
            whole.extend(self.finish());
        }
        if self.text.is_empty() && line.trim().is_empty() {
            return whole;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
        let is_command = self.text.starts_with(':');
        if is_command || reading(&self.text) == Reading::Whole {
            whole.extend(self.finish());
        }
        whole
    }

    /// Returns the incomplete program, if there is one, and empties the reader.
    pub fn finish(&mut self) -> Option<String> {
        let text = std::mem::take(&mut self.text);
        (!text.trim().is_empty()).then(|| text.trim_end().to_owned())
    }

    /// Returns `true` if the reader waits for more lines of an incomplete program.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        !self.text.is_empty()
    }
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}

fn is_indented(line: &str) -> bool {
    line.starts_with([' ', '\t']) && !line.trim().is_empty()
}

/// Returns `true` if a text of several lines ends with a blank line.
fn ends_blank(text: &str) -> bool {
    text.contains('\n') && last_line(text).trim().is_empty()
}

fn is_clause(line: &str) -> bool {
    let word: &str = line
        .split(|char: char| !char.is_alphanumeric())
        .next()
        .unwrap_or_default();
    CLAUSES.contains(&word)
}

/// Returns `true` if a diagnostic is about an unclosed string. A multi-line string may contain
/// blank lines.
fn is_of_unclosed_string(found: &Diagnostic) -> bool {
    found.code.0 == "S0008"
}

/// Returns `true` if more input would mend a text whose first error is that it ends too early.
/// Tests this by appending the missing text.
fn is_mended_by_more(text: &str, first: &Diagnostic) -> bool {
    if text.ends_with('\\') {
        return true;
    }
    let indent = |line: &str| -> String { line.chars().take_while(|char| matches!(char, ' ' | '\t')).collect() };
    let more = match first.code.0 {
        // An unclosed bracket.
        "S0009" => closers(text),
        // A missing block at the end.
        "S0006" => format!("{}    pass", indent(last_line(text.trim_end()))),
        // `try` without a clause.
        "S0111" => {
            let before = text.get(..first.span.start as usize).unwrap_or_default();
            let margin = indent(last_line(before));
            format!("{margin}finally:\n{margin}    pass")
        }
        _ => return false,
    };
    let mended = format!("{}\n{more}", text.trim_end_matches('\n'));
    let is_left = |found: &Diagnostic| found.is_error() && found.code == first.code;
    !parse(&mended).diagnostics.iter().any(is_left)
}

/// Returns the closing brackets that a text lacks at its end.
fn closers(text: &str) -> String {
    let open = scan(text).open.into_iter().rev();
    let closer = |at: usize| match text.as_bytes().get(at)? {
        b'(' => Some(')'),
        b'[' => Some(']'),
        b'{' => Some('}'),
        _ => None,
    };
    open.filter_map(closer).collect()
}
