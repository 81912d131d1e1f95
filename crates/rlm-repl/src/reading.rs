//! Whether what was typed is a program, or the beginning of one.

use sift_syntax::{Diagnostic, parse};

use crate::scan::scan;

/// What a text is to somebody who types it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All there is to it: it can run, or has an error that nothing after it mends.
    Whole,
    /// A program whose last line stands in a block: it can run, and may go on. An empty line, or one at the margin, ends it.
    Open,
    /// The beginning of a program, which can't run as it is.
    Unfinished,
}

/// The clauses that go on with a statement at its own margin.
const CLAUSES: [&str; 4] = ["elif", "else", "except", "finally"];

/// Tells what a text is. Its last line is the one that is being typed: where it is blank, whoever typed it wants no more.
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

/// Puts programs together from lines, as a pipe gives them.
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
    /// Takes the next line, without its end. Returns what is whole by it: what stood before it, where it begins something new, and it.
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

    /// Returns what has not become whole, where there is something, and begins anew.
    pub fn finish(&mut self) -> Option<String> {
        let text = std::mem::take(&mut self.text);
        (!text.trim().is_empty()).then(|| text.trim_end().to_owned())
    }

    /// Tells whether lines were taken that are no whole program yet.
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

/// Tells whether a text of more than one line ends in a blank one.
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

/// A string over many lines holds blank ones too.
fn is_of_unclosed_string(found: &Diagnostic) -> bool {
    found.code.0 == "S0008"
}

/// Tells whether the first error of a text is that it ends too soon, by giving it what it lacks.
fn is_mended_by_more(text: &str, first: &Diagnostic) -> bool {
    if text.ends_with('\\') {
        return true;
    }
    let indent = |line: &str| -> String { line.chars().take_while(|char| matches!(char, ' ' | '\t')).collect() };
    let more = match first.code.0 {
        // Brackets are open.
        "S0009" => closers(text),
        // A block is missing at the end.
        "S0006" => format!("{}    pass", indent(last_line(text.trim_end()))),
        // `try` has no clause yet.
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

/// Returns what closes the brackets that are open at the end of a text.
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
