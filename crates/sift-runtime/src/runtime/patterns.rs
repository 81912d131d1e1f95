//! The patterns that were compiled last: a search in a loop compiles its pattern once.

use sift_values::value::Value;

/// How many patterns are kept, and how many bytes of pattern text in all: both bound the memory that the cache holds.
const MAX_PATTERNS: usize = 64;

const MAX_SOURCE_BYTES: usize = 8 << 10;

/// Compiled patterns of one machine, the one used last at the end.
///
/// The values in it are roots of the heap. A pattern is found by its text and flags.
#[derive(Debug, Clone, Default)]
pub struct PatternCache {
    kept: Vec<Kept>,
}

#[derive(Debug, Clone)]
struct Kept {
    source: Box<str>,
    flags: i64,
    pattern: Value,
    /// The fuel that had been used when the op began that compiled it. If the same op is run again (after a wait or a
    /// collection), it pays for compiling again: what an op costs must not depend on when replies arrive.
    compiled_at: u64,
}

impl PatternCache {
    /// Removes all patterns.
    pub fn clear(&mut self) {
        self.kept.clear();
    }

    /// Returns the values that the cache holds.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        self.kept.iter().map(|kept| kept.pattern)
    }

    /// Returns a pattern and when it was compiled; it is then the one used last.
    pub fn find(&mut self, source: &str, flags: i64) -> Option<(Value, u64)> {
        let place = self
            .kept
            .iter()
            .rposition(|kept| kept.flags == flags && *kept.source == *source)?;
        let kept = self.kept.remove(place);
        let found = (kept.pattern, kept.compiled_at);
        self.kept.push(kept);
        Some(found)
    }

    /// Adds a pattern that is not in the cache, unless its source is too long.
    pub fn keep(&mut self, source: &str, flags: i64, pattern: Value, compiled_at: u64) {
        if source.len() > MAX_SOURCE_BYTES / 2 {
            return;
        }
        self.kept.push(Kept {
            source: source.into(),
            flags,
            pattern,
            compiled_at,
        });
        let mut bytes: usize = self.kept.iter().map(|kept| kept.source.len()).sum();
        while self.kept.len() > MAX_PATTERNS || bytes > MAX_SOURCE_BYTES {
            bytes -= self.kept.remove(0).source.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_used_longest_ago_goes_first() {
        let mut cache = PatternCache::default();
        for index in 0..64 {
            cache.keep(&index.to_string(), 0, Value::int(index), 0);
        }
        assert!(
            cache.find("0", 0).is_some(),
            "used again, so it is no longer the oldest"
        );
        cache.keep("64", 0, Value::int(64), 0);
        assert!(cache.find("0", 0).is_some());
        assert!(cache.find("1", 0).is_none());
        assert!(cache.find("2", 2).is_none(), "flags are part of the key");
    }

    #[test]
    fn limit_in_bytes_of_patterns_kept() {
        let mut cache = PatternCache::default();
        let long = "x".repeat(3_000);
        for index in 0..4 {
            cache.keep(&format!("{index}{long}"), 0, Value::int(index), 0);
        }
        assert_eq!(cache.kept.len(), 2);
        cache.keep(&"y".repeat(MAX_SOURCE_BYTES), 0, Value::int(9), 0);
        assert_eq!(
            cache.kept.len(),
            2,
            "a pattern that would push out all others is not kept"
        );
    }
}
