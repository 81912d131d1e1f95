//! A cache of compiled regular expressions, so that a search in a loop compiles its pattern once.

use sift_values::value::Value;

/// The maximum number of patterns in the cache.
const MAX_PATTERNS: usize = 64;

/// The maximum total bytes of the sources of patterns in the cache.
const MAX_SOURCE_BYTES: usize = 8 << 10;

/// The cache of compiled regular expressions of one machine, least recently used first.
///
/// Its values are roots of garbage collection. A pattern is identified by its source and flags.
#[derive(Debug, Clone, Default)]
pub struct PatternCache {
    patterns: Vec<CachedPattern>,
}

#[derive(Debug, Clone)]
struct CachedPattern {
    source: Box<str>,
    flags: i64,
    pattern: Value,
    /// The fuel used at the start of the op that compiled the pattern. If that op is run again
    /// after a wait or a collection, it pays for the compilation again, because its cost must not
    /// depend on when replies arrive.
    compiled_at: u64,
}

impl PatternCache {
    /// Removes all patterns from the cache.
    pub fn clear(&mut self) {
        self.patterns.clear();
    }

    /// Returns the cached patterns as values.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        self.patterns.iter().map(|cached| cached.pattern)
    }

    /// Looks up a pattern and marks it as recently used. Returns it with the fuel used when it was
    /// compiled.
    pub fn find(&mut self, source: &str, flags: i64) -> Option<(Value, u64)> {
        let place = self
            .patterns
            .iter()
            .rposition(|cached| cached.flags == flags && *cached.source == *source)?;
        let cached = self.patterns.remove(place);
        let found = (cached.pattern, cached.compiled_at);
        self.patterns.push(cached);
        Some(found)
    }

    /// Adds a compiled pattern to the cache, unless its source is too long. The caller has checked
    /// that it is not there yet.
    pub fn insert(&mut self, source: &str, flags: i64, pattern: Value, compiled_at: u64) {
        if source.len() > MAX_SOURCE_BYTES / 2 {
            return;
        }
        self.patterns.push(CachedPattern {
            source: source.into(),
            flags,
            pattern,
            compiled_at,
        });
        let mut bytes: usize = self.patterns.iter().map(|cached| cached.source.len()).sum();
        while self.patterns.len() > MAX_PATTERNS || bytes > MAX_SOURCE_BYTES {
            bytes -= self.patterns.remove(0).source.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pattern_cache_evicts_the_least_recently_used() {
        let mut cache = PatternCache::default();
        for index in 0..64 {
            cache.insert(&index.to_string(), 0, Value::int(index), 0);
        }
        assert!(
            cache.find("0", 0).is_some(),
            "used again, so it is no longer the oldest"
        );
        cache.insert("64", 0, Value::int(64), 0);
        assert!(cache.find("0", 0).is_some());
        assert!(cache.find("1", 0).is_none());
        assert!(cache.find("2", 2).is_none(), "flags are part of the key");
    }

    #[test]
    fn pattern_cache_size_is_limited_in_bytes() {
        let mut cache = PatternCache::default();
        let long = "x".repeat(3_000);
        for index in 0..4 {
            cache.insert(&format!("{index}{long}"), 0, Value::int(index), 0);
        }
        assert_eq!(cache.patterns.len(), 2);
        cache.insert(&"y".repeat(MAX_SOURCE_BYTES), 0, Value::int(9), 0);
        assert_eq!(
            cache.patterns.len(),
            2,
            "a pattern that would push out all others is not kept"
        );
    }
}
