//! The values of additional headers, with `$NAME` for the value of an environment variable.

use crate::environment::Environment;

/// A part of a header's value.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    /// The name of an environment variable.
    Variable(&'a str),
}

/// Returns the environment variables in a header's value, in order.
pub(crate) fn variables(value: &str) -> impl Iterator<Item = &str> {
    pieces(value).into_iter().filter_map(|piece| match piece {
        Piece::Variable(name) => Some(name),
        Piece::Text(_) => None,
    })
}

/// Replaces the environment variables in a header's value. The error is the name of a variable that
/// is not set.
pub(crate) fn expand(value: &str, env: Environment<'_>) -> Result<String, String> {
    let mut expanded = String::new();
    for piece in pieces(value) {
        match piece {
            Piece::Text(text) => expanded.push_str(text),
            // Files and shells may add a line end.
            Piece::Variable(name) => match env(name) {
                Some(value) => expanded.push_str(value.trim()),
                None => return Err(name.to_owned()),
            },
        }
    }
    Ok(expanded)
}

/// Splits a value at its variables: `$NAME` and `${NAME}`. `$$` is a dollar sign, and a dollar sign
/// before another character is itself.
fn pieces(value: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let (dollar, name) = after.split_at(1);
        if let Some(remaining) = name.strip_prefix('$') {
            pieces.push(Piece::Text(dollar));
            rest = remaining;
            continue;
        }
        let braced = name.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let (name, remaining) = braced.unwrap_or_else(|| {
            let is_part = |char: char| char == '_' || char.is_ascii_alphanumeric();
            name.split_at(name.find(|char| !is_part(char)).unwrap_or(name.len()))
        });
        if name.is_empty() || name.starts_with(|char: char| char.is_ascii_digit()) {
            pieces.push(Piece::Text(dollar));
            rest = after.get(1..).unwrap_or_default();
        } else {
            pieces.push(Piece::Variable(name));
            rest = remaining;
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_anywhere_in_a_value() {
        let env = |name: &str| (name == "TOKEN").then(|| "t-1\n".to_owned());
        let expanded = |value: &str| expand(value, &env);
        assert_eq!(expanded("openai"), Ok("openai".to_owned()));
        assert_eq!(expanded("$TOKEN"), Ok("t-1".to_owned()));
        assert_eq!(expanded("Bearer $TOKEN"), Ok("Bearer t-1".to_owned()));
        assert_eq!(expanded("a${TOKEN}b$TOKEN."), Ok("at-1bt-1.".to_owned()));
        assert_eq!(expanded("5$ $$TOKEN $5 $"), Ok("5$ $TOKEN $5 $".to_owned()));
        assert_eq!(expanded("Bearer $OTHER"), Err("OTHER".to_owned()));
        assert_eq!(variables("$A-${B}$$C$D").collect::<Vec<_>>(), ["A", "B", "D"]);
        assert_eq!(expanded("${TOKEN"), Ok("${TOKEN".to_owned()));
    }
}
