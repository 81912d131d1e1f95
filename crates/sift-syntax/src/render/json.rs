//! The rendering of diagnostics for tools, as JSON.

use serde_json::{Value, json};

use crate::Diagnostic;

/// Renders all diagnostics as `{"diagnostics": [{"code", "line", "column", "message", "help"}]}`.
///
/// Lines and columns count from 1, columns in code points. `help` contains the hint and the
/// corrected line, or null if there is neither.
///
/// ```
/// use sift_syntax::{parse, to_json};
///
/// let source = "x = 1\nfor n in range(3)\n    print(n)\n";
/// let json = to_json(source, &parse(source).diagnostics);
/// assert_eq!(json.pointer("/diagnostics/0/line"), Some(&2.into()));
/// ```
#[must_use]
pub fn to_json(source: &str, diagnostics: &[Diagnostic]) -> Value {
    let rows: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let (line, column) = diagnostic.line_column(source);
            json!({
                "code": diagnostic.code,
                "line": line,
                "column": column,
                "message": diagnostic.message,
                "help": help(source, diagnostic),
            })
        })
        .collect();
    json!({ "diagnostics": rows })
}

fn help(source: &str, diagnostic: &Diagnostic) -> Option<String> {
    let corrected = diagnostic.line_to_write(source).map(|line| format!("write: {line}"));
    match (&diagnostic.help, corrected) {
        (Some(help), Some(corrected)) => Some(format!("{help}; {corrected}")),
        (Some(help), None) => Some(help.clone()),
        (None, corrected) => corrected,
    }
}
