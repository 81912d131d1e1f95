//! Wildcard patterns for names, such as those of models and tools.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A wildcard pattern for names: `*` matches any number of characters, `?` matches exactly one.
///
/// ```
/// use rlm_model::NamePattern;
///
/// let pattern: NamePattern = "openai:gpt-5*".parse()?;
/// assert!(pattern.matches("openai:gpt-5.1") && !pattern.matches("openai:gpt-4"));
/// # Ok::<(), rlm_model::EmptyPattern>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NamePattern(String);

impl NamePattern {
    /// Creates the pattern that matches only `name`, which must not contain `*` or `?`.
    #[must_use]
    pub fn exactly(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// Returns `true` if the pattern matches the whole name. The running time is proportional to
    /// the product of both lengths.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let pattern: Vec<char> = self.0.chars().collect();
        // The positions in the pattern that are reachable after the characters read so far.
        let mut places = vec![false; pattern.len() + 1];
        reach(&mut places, &pattern, 0);
        for char in name.chars() {
            let mut next = vec![false; pattern.len() + 1];
            for (place, wanted) in pattern.iter().enumerate() {
                match wanted {
                    _ if places.get(place) != Some(&true) => {}
                    '*' => reach(&mut next, &pattern, place),
                    '?' => reach(&mut next, &pattern, place + 1),
                    wanted if *wanted == char => reach(&mut next, &pattern, place + 1),
                    _ => {}
                }
            }
            places = next;
        }
        places.last() == Some(&true)
    }
}

/// Marks a position in a pattern as reachable while matching. As long as the pattern has a `*` at
/// the position, which may match nothing, also marks the next one.
fn reach(places: &mut [bool], pattern: &[char], place: usize) {
    for place in place..places.len() {
        if let Some(reached) = places.get_mut(place) {
            *reached = true;
        }
        if pattern.get(place) != Some(&'*') {
            break;
        }
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The error for an empty wildcard pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a name, in which * stands for any characters and ? for one")]
pub struct EmptyPattern;

impl FromStr for NamePattern {
    type Err = EmptyPattern;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "" => Err(EmptyPattern),
            pattern => Ok(Self(pattern.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_patterns_match_whole_names() {
        let matches = |pattern: &str, name: &str| pattern.parse::<NamePattern>().unwrap().matches(name);
        for (pattern, name) in [
            ("get", "get"),
            ("*", ""),
            ("*", "any"),
            ("get_*", "get_"),
            ("*_id*", "get_id"),
            ("g?t", "gät"),
            ("*a*b*", "xxaxxb"),
            ("openai:*", "openai:gpt-5.1"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("get", "gets"),
            ("get", "forget"),
            ("g?t", "gt"),
            ("*a*b", "ba"),
            ("a*?", "a"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
        assert!(!matches("*a*a*a*a*a*a*a*a*b", &"a".repeat(10_000)));
        assert!(" ".parse::<NamePattern>().is_err());
    }
}
