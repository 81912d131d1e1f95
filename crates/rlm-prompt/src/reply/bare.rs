//! Detection of code without a fence.

use sift_syntax::ast::{ExprKind, Program, StmtKind};

/// Code that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bare {
    pub(super) source: String,
    /// The offset in the text after the last line of the code.
    pub(super) end: usize,
    /// Whether the text has prose before or after the code.
    pub(super) prose_around: bool,
}

/// The maximum number of lines that are tried as the last line of code, and of comments as the
/// first.
const TRIED_ENDS: usize = 20;
const TRIED_COMMENTS: usize = 8;
/// The maximum bytes of a text in which code is searched for amid prose.
const SEARCHED_BYTES: usize = 64 << 10;

/// Finds code: the whole text, or the lines from the first that looks like code to the last with
/// which they parse.
pub(super) fn find(text: &str) -> Option<Bare> {
    if is_code(text) {
        return Some(Bare::of(text, 0, text.len()));
    }
    if text.len() > SEARCHED_BYTES {
        return is_mostly_code(text).then(|| Bare::of(text, 0, text.len()));
    }
    let starts = line_starts(text).filter(|(_, line)| looks_like_code(line));
    for (start, first) in starts.take(TRIED_COMMENTS) {
        let rest = text.get(start..)?;
        let several = rest.trim().contains('\n') || text.trim().lines().count() <= 3;
        let ends = std::iter::once(rest.len()).chain(
            line_starts(rest)
                .map(|(at, _)| at)
                .collect::<Vec<_>>()
                .into_iter()
                .rev(),
        );
        for end in ends.filter(|end| *end > 0).take(TRIED_ENDS) {
            let source = rest.get(..end)?;
            // A single line amid prose is more likely a quote than a program, and a final answer
            // followed by prose is a plan.
            let meant = several && (end == rest.len() || (source.trim().contains('\n') && !source.contains("FINAL")));
            if meant && is_code(source) {
                return Some(Bare::of(text, start, start + end));
            }
        }
        if !first.trim_start().starts_with('#') {
            return is_mostly_code(rest).then(|| Bare::of(text, start, text.len()));
        }
    }
    None
}

impl Bare {
    fn of(text: &str, start: usize, end: usize) -> Self {
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(end..).unwrap_or_default();
        let source = text.get(start..end).unwrap_or_default();
        let blank_lines: usize = source
            .split_inclusive('\n')
            .take_while(|line| line.trim().is_empty())
            .map(str::len)
            .sum();
        Self {
            source: source.get(blank_lines..).unwrap_or_default().trim_end().to_owned(),
            end,
            prose_around: !before.trim().is_empty() || !after.trim().is_empty(),
        }
    }
}

/// Yields each line with its offset.
fn line_starts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

/// Returns `true` if the text is a program with an effect. A word or two may parse by accident.
pub(super) fn is_code(text: &str) -> bool {
    let parsed = sift_syntax::parse(text);
    parsed.is_accepted() && parsed.diagnostics.is_empty() && does_something(&parsed.program)
}

fn does_something(program: &Program) -> bool {
    program.body.iter().any(|statement| match &statement.kind {
        StmtKind::Expr(expression) => matches!(
            expression.kind,
            ExprKind::Postfix { .. }
                | ExprKind::Comprehension { .. }
                | ExprKind::DictComprehension { .. }
                | ExprKind::Await(_)
        ),
        StmtKind::Pass | StmtKind::AnnAssign { value: None, .. } => false,
        _ => true,
    })
}

/// Returns `true` if most lines look like code, so that a syntax error is better answered with a
/// diagnostic.
pub(super) fn is_mostly_code(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let code = lines.iter().filter(|line| looks_like_code(line)).count();
    !lines.is_empty() && code * 4 >= lines.len() * 3 && lines.iter().any(|line| line.contains(['(', '=']))
}

/// Returns `true` if a single line looks like code: an assignment, a call, or a keyword that starts
/// a statement.
fn looks_like_code(line: &str) -> bool {
    const OPENERS: &[&str] = &[
        "for ",
        "if ",
        "elif ",
        "else:",
        "while ",
        "def ",
        "try:",
        "except",
        "finally:",
        "import ",
        "from ",
        "return",
        "print(",
        "FINAL(",
        "FINAL_VAR(",
        "with ",
        "class ",
        "raise ",
        "assert ",
        "del ",
        "global ",
        "#",
    ];
    let text = line.trim();
    if text.is_empty() {
        return false;
    }
    let opens = OPENERS.iter().any(|opener| text.starts_with(opener));
    let block = ["for ", "if ", "elif ", "while ", "def ", "except", "with ", "class "]
        .iter()
        .any(|word| text.starts_with(word));
    if block {
        return text.contains(':')
            && text.contains(['(', '=', '[', ' '])
            && (text.ends_with(':') || text.contains(": "));
    }
    if opens {
        return true;
    }
    let name_end = text
        .find(|char: char| !(char.is_alphanumeric() || matches!(char, '_' | '.')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(name_end).unwrap_or((text, ""));
    let rest = rest.trim_start();
    let assigns = ["=", "+=", "-=", "*=", ":=", ", "]
        .iter()
        .any(|sign| rest.starts_with(sign))
        && rest.contains('=');
    let indented = line.starts_with([' ', '\t']) && rest.contains(['(', '[', '=']);
    !name.is_empty() && (assigns || rest.starts_with('(') || rest.starts_with('[') || indented)
        || text.starts_with([')', ']', '}'])
}
