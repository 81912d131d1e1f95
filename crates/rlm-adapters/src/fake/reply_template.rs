//! Replies of a fake model that refer to groups of a rule's pattern, in the syntax of Python's
//! `Match.expand`.

use fancy_regex::Captures;

use super::pattern::Pattern;

/// The error for an invalid group reference or escape in a fake model's reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The pattern has no group with that number or name. Holds the number or name.
    #[error("the reply refers to group `{0}`, but the pattern has no such group")]
    NoSuchGroup(String),
    /// The reply contains an unknown escape sequence. Holds the sequence.
    #[error("invalid escape `{0}` in the reply: write `\\\\` for a backslash")]
    BadEscape(String),
}

/// A fake model's reply, parsed into texts and group references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReplyTemplate(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Group(usize),
}

impl ReplyTemplate {
    pub(super) fn new(reply: &str, pattern: &Pattern) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = reply;
        while let Some((text, after)) = rest.split_once('\\') {
            pieces.push(Piece::Text(text.to_owned()));
            let (piece, after) = escape(after, pattern)?;
            pieces.push(piece);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// Expands the reply template with the groups of a match. A group that did not participate in
    /// the match is empty.
    pub(super) fn expand(&self, groups: &Captures<'_, str>) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Group(number) => groups
                .get(*number)
                .map(|group| group.as_str().to_owned())
                .unwrap_or_default(),
        };
        self.0.iter().map(text).collect()
    }
}

/// Parses an escape sequence or group reference, from after its backslash. Returns the text after
/// it too.
fn escape<'a>(after: &'a str, pattern: &Pattern) -> Result<(Piece, &'a str), TemplateError> {
    let mut characters = after.chars();
    let Some(first) = characters.next() else {
        return Err(TemplateError::BadEscape("\\".to_owned()));
    };
    let rest = characters.as_str();
    let text = |c: char| (Piece::Text(c.to_string()), rest);
    Ok(match first {
        'g' => return named(rest, pattern),
        '0' => text('\0'),
        '1'..='9' => return numbered(first, rest, pattern),
        'n' => text('\n'),
        't' => text('\t'),
        'r' => text('\r'),
        'a' => text('\u{7}'),
        'b' => text('\u{8}'),
        'f' => text('\u{c}'),
        'v' => text('\u{b}'),
        '\\' => text('\\'),
        c if c.is_ascii_alphabetic() => return Err(TemplateError::BadEscape(format!("\\{c}"))),
        c => (Piece::Text(format!("\\{c}")), rest),
    })
}

fn numbered<'a>(first: char, rest: &'a str, pattern: &Pattern) -> Result<(Piece, &'a str), TemplateError> {
    let second = rest.chars().next().filter(char::is_ascii_digit);
    let digits: String = std::iter::once(first).chain(second).collect();
    let number = digits.parse().unwrap_or(usize::MAX);
    if number >= pattern.groups() {
        return Err(TemplateError::NoSuchGroup(digits));
    }
    let rest = rest.get(digits.len() - 1..).unwrap_or_default();
    Ok((Piece::Group(number), rest))
}

fn named<'a>(rest: &'a str, pattern: &Pattern) -> Result<(Piece, &'a str), TemplateError> {
    let inside = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    let (name, rest) = inside.ok_or_else(|| TemplateError::BadEscape("\\g".to_owned()))?;
    let number = name.parse().ok().filter(|number| *number < pattern.groups());
    let number = number.or_else(|| pattern.group_named(name));
    let number = number.ok_or_else(|| TemplateError::NoSuchGroup(name.to_owned()))?;
    Ok((Piece::Group(number), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(pattern: &str, text: &str, reply: &str) -> Result<String, TemplateError> {
        let pattern = Pattern::new(pattern).unwrap();
        let template = ReplyTemplate::new(reply, &pattern)?;
        Ok(template.expand(&pattern.search(text).unwrap().unwrap()))
    }

    #[test]
    fn template_references_and_escapes_match_python() {
        let date = |reply| expand(r"(?P<day>\d+)\. (\w+)( \d{4})?", "on 3. May", reply).unwrap();
        assert_eq!(date(r"\2 \1"), "May 3");
        assert_eq!(date(r"\g<2>0 \g<day>0 \g<0>"), "May0 30 3. May");
        assert_eq!(date(r"[\3]"), "[]");
        assert_eq!(date(r"a\nb\\n\t\."), "a\nb\\n\t\\.");
        assert_eq!(
            expand(r"((((((((((.))))))))))", "x", r"\100").unwrap(),
            "x0",
            "a number has two digits at most"
        );
    }

    #[test]
    fn unknown_template_groups_are_errors() {
        let error = |reply| expand("(a)", "a", reply).unwrap_err();
        assert_eq!(error(r"\2"), TemplateError::NoSuchGroup("2".into()));
        assert_eq!(error(r"\g<name>"), TemplateError::NoSuchGroup("name".into()));
        assert_eq!(error(r"\q"), TemplateError::BadEscape(r"\q".into()));
        assert_eq!(error(r"\g1"), TemplateError::BadEscape(r"\g".into()));
        assert_eq!(error("\\"), TemplateError::BadEscape("\\".into()));
    }
}
