//! A line scanner that finds the definitions in the file of a library module, so that it need not
//! be parsed.

use sift_syntax::Signature;
use smol_str::SmolStr;

/// The name used as the default of parameters whose default CPython doesn't show.
const NOT_GIVEN: &str = "_NOT_GIVEN";

/// A definition that the scanner has found at the start of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) name: &'a str,
    pub(super) is_function: bool,
    /// The signature of the definition. For a constant, it has no parameters, and the return type
    /// is that of the constant if it is obvious.
    pub(super) signature: Signature,
    pub(super) doc: SmolStr,
    /// The name of the other definition if this one is an alias, as in `bisect = bisect_right`.
    pub(super) alias: Option<&'a str>,
}

/// Returns all definitions in the file of a library module, in order.
pub(super) fn definitions(source: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let rest = source.get(start..).unwrap_or_default();
        start += line.len();
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
            continue;
        }
        // Most lines are indented and belong to bodies.
        if !line.starts_with([' ', '\n']) {
            found.extend(definition(line, rest, &comment));
        }
        comment.clear();
    }
    found
}

fn definition<'a>(line: &'a str, rest: &'a str, comment: &[&str]) -> Option<Found<'a>> {
    let doc: SmolStr = comment.join(" ").into();
    if let Some(head) = rest.strip_prefix("def ") {
        let name = head.split_once('(')?.0;
        let head = head.get(..head_end(head)?)?;
        let signature = Signature::parse(&head.replace('\n', " ").replace(NOT_GIVEN, "..."));
        debug_assert!(signature.is_ok(), "the definition of {name} can't be read");
        return Some(Found {
            name,
            is_function: true,
            signature: signature.ok()?,
            doc,
            alias: None,
        });
    }
    let (name, value) = line.split_once(" = ")?;
    let is_name = |text: &str| text.chars().all(|char| char == '_' || char.is_ascii_alphanumeric());
    let value = value.trim_end();
    let returns = if value.starts_with('"') { "str" } else { "" };
    is_name(name).then_some(Found {
        name,
        is_function: false,
        signature: Signature {
            name: name.into(),
            params: Vec::new(),
            returns: sift_syntax::Type::from_name(returns),
        },
        doc,
        alias: Some(value).filter(|value| is_name(value)),
    })
}

/// Returns the end of a function's `def` line or lines: the position of the first colon outside of
/// brackets and quotes.
fn head_end(head: &str) -> Option<usize> {
    let mut depth = 0_i32;
    let mut quote = None;
    for (at, char) in head.char_indices() {
        match (quote, char) {
            (Some(open), char) if open == char => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(char),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ':') if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definition_scan_uses_only_the_comment_directly_above() {
        let source = "# About the file.\n\n# Joins\n# values.\ndef join(values, /, sep=\": \",\n         *, end='') -> str:\n    x = 1\n    return \"\"\n\nDIGITS = \"0123\"\n_own = [1]\n";
        let found = definitions(source);
        let shown: Vec<(&str, String, &str)> = found
            .iter()
            .map(|found| (found.name, found.signature.to_string(), found.doc.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (
                    "join",
                    "join(values, /, sep=\": \", *, end='')".to_owned(),
                    "Joins values."
                ),
                ("DIGITS", "DIGITS()".to_owned(), ""),
                ("_own", "_own()".to_owned(), ""),
            ]
        );
        assert!(found.iter().map(|found| found.is_function).eq([true, false, false]));
        assert!(
            found
                .iter()
                .all(|found| found.name != "join" || found.signature.returns == sift_syntax::Type::Str)
        );
    }
}
