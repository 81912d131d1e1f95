//! Comparison of a final answer with the expected one, by the method that the task specifies.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// A method of comparing a final answer.
pub(crate) enum Compare {
    /// Equality, ignoring case, white space, quotes, and punctuation at the ends.
    Exact,
    /// Equality of the first number in the answer.
    Number,
    /// Equality of the sets of items, which the given separator divides.
    Items(String),
    /// A match for each of the patterns, for answers in free wording. Optionally limits the number
    /// of words.
    Facts {
        patterns: Vec<Regex>,
        most_words: Option<usize>,
    },
}

impl Compare {
    /// Parses `"exact"`, `"number"`, `{"items": SEPARATOR}` or `{"facts": [PATTERN, …],
    /// "most_words": N}`.
    ///
    /// # Errors
    /// A message if the value is none of these.
    pub(crate) fn from_json(value: &Value) -> Result<Self, String> {
        match value {
            Value::String(name) if name == "exact" => return Ok(Self::Exact),
            Value::String(name) if name == "number" => return Ok(Self::Number),
            _ => {}
        }
        if let Some(separator) = value.get("items").and_then(Value::as_str) {
            return Ok(Self::Items(separator.to_owned()));
        }
        let facts = value.get("facts").and_then(Value::as_array);
        let Some(facts) = facts.filter(|facts| !facts.is_empty()) else {
            return Err(format!("`{value}` is no way to compare"));
        };
        let patterns = facts.iter().map(|fact| fact_pattern(fact.as_str().unwrap_or_default()));
        Ok(Self::Facts {
            patterns: patterns.collect::<Result<_, _>>()?,
            most_words: value
                .get("most_words")
                .and_then(Value::as_u64)
                .and_then(|words| usize::try_from(words).ok()),
        })
    }

    /// Returns `true` if the answer matches the expected one.
    pub(crate) fn is_right(&self, expected: &str, answer: &str) -> bool {
        match self {
            Self::Exact => normalised(expected) == normalised(answer),
            Self::Number => first_number(answer).is_some_and(|number| Some(number) == first_number(expected)),
            Self::Items(separator) => items(expected, separator) == items(answer, separator),
            Self::Facts { patterns, most_words } => {
                let shown = normalised(answer);
                let short = most_words.is_none_or(|most| answer.split_whitespace().count() <= most);
                short && patterns.iter().all(|pattern| pattern.is_match(&shown))
            }
        }
    }
}

/// Compiles a fact to a pattern that matches whole words only: `12` is not found in `112`, nor
/// `cat` in `cats`.
fn fact_pattern(fact: &str) -> Result<Regex, String> {
    if fact.is_empty() {
        return Err("a fact is empty".to_owned());
    }
    let whole = format!(r"(?:^|[^\w.]|[^\d]\.)(?:{fact})(?:$|[^\w.]|\.(?:$|\D))");
    Regex::new(&whole).map_err(|error| format!("the fact `{fact}` is no pattern: {error}"))
}

/// Removes irrelevant differences: case, Unicode composition, kinds of quotes and dashes, commas
/// between digits, white space and Markdown.
fn normalised(text: &str) -> String {
    let plain: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            '*' | '`' | '"' | '\u{201c}' | '\u{201d}' | '\u{fe0f}' => None,
            '\u{2018}' | '\u{2019}' => Some('\''),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
            c => Some(c),
        })
        .collect();
    let grouped = replaced(&plain, r"(\d),(\d{3})(\D|$)", "$1$2$3");
    let spaced = replaced(&grouped, r"\s+", " ");
    let close = replaced(&spaced, r" ?([/:;,|=()<>]) ?", "$1");
    close
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '\'' | ','))
        .to_owned()
}

/// Replaces all matches twice, because matches may share a character, as in `1,234,567`.
fn replaced(text: &str, pattern: &str, with: &str) -> String {
    let Ok(pattern) = Regex::new(pattern) else {
        return text.to_owned();
    };
    let once = pattern.replace_all(text, with).into_owned();
    pattern.replace_all(&once, with).into_owned()
}

fn first_number(text: &str) -> Option<i64> {
    let number = Regex::new(r"-?\d+(?:\.\d+)?").ok()?;
    let shown = normalised(text);
    let found: f64 = number.find(&shown)?.as_str().parse().ok()?;
    // Compare thousandths as integers.
    Some((found * 1_000.0).round() as i64)
}

fn items(text: &str, separator: &str) -> BTreeSet<String> {
    let bullet = Regex::new(r"^(?:[-*\u{2022}]|\d+\.)\s+").ok();
    let item = |item: &str| {
        let item = item.trim();
        let item = bullet.as_ref().map_or(item.into(), |bullet| bullet.replace(item, ""));
        normalised(&item)
    };
    text.split(separator)
        .map(item)
        .filter(|item| !item.is_empty())
        .collect()
}
