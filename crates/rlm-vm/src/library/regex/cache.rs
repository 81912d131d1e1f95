//! The patterns that were compiled last: a search in a loop compiles its pattern once.

use std::sync::Arc;

use crate::cost;
use crate::flow::Outcome;
use crate::object::Object;
use crate::runtime::Runtime;
use crate::value::{Type, Value};
use sift_regex::{Flags, Pattern};

/// How many patterns are kept, and how many bytes of pattern text in all: both bound the memory that the cache holds.
const MAX_PATTERNS: usize = 64;
const MAX_SOURCE_BYTES: usize = 8 << 10;

/// Compiled patterns of one machine, the one used last at the end.
///
/// The values in it are roots of the heap. A pattern is found by its text and flags.
#[derive(Debug, Clone, Default)]
pub(crate) struct PatternCache {
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
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }

    /// Returns the values that the cache holds.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value> {
        self.kept.iter().map(|kept| kept.pattern)
    }

    /// Returns a pattern and when it was compiled; it is then the one used last.
    fn find(&mut self, source: &str, flags: i64) -> Option<(Value, u64)> {
        let place = self
            .kept
            .iter()
            .rposition(|kept| kept.flags == flags && *kept.source == *source)?;
        let kept = self.kept.remove(place);
        let found = (kept.pattern, kept.compiled_at);
        self.kept.push(kept);
        Some(found)
    }

    fn keep(&mut self, source: &str, flags: i64, pattern: Value, compiled_at: u64) {
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

impl Runtime {
    /// Returns a pattern: compiled already, or a text that is compiled now.
    ///
    /// Library functions ask for their pattern before anything else, so that what it costs depends on the program alone.
    pub(crate) fn pattern(&mut self, pattern: Value, flags: Option<Value>) -> Outcome {
        let flags = match flags {
            Some(flags) if flags.as_int().is_none() && flags.kind() != Type::BigInt => {
                let kind = self.type_name(flags);
                let message = format!("unsupported operand type(s) for &: '{kind}' and 'RegexFlag'");
                return Err(self.type_error(message));
            }
            Some(flags) => self.int_arg(flags)?,
            None => 0,
        };
        if pattern.kind() == Type::Pattern {
            if flags != 0 {
                return Err(self.value_error("cannot process flags argument with a compiled pattern"));
            }
            return Ok(pattern);
        }
        if pattern.kind() != Type::Str {
            return Err(self.type_error("first argument must be string or compiled pattern"));
        }
        let began = self.meter.used();
        let source = self.text(pattern)?;
        self.pattern_of(source.as_str().unwrap_or_default(), flags, began)
    }

    /// Returns the pattern of a source text, in an op that had used this much fuel when it began.
    pub(crate) fn pattern_of(&mut self, source: &str, flags: i64, began: u64) -> Outcome {
        let compiling = cost::PATTERN.saturating_add(cost::PATTERN_BYTE.saturating_mul(source.len() as u64));
        let building = |compiled: &Pattern| compiled.automaton_size().saturating_mul(cost::PATTERN_STATE);
        if let Some((found, compiled_at)) = self.patterns.find(source, flags) {
            let units = match self.compiled(found).filter(|_| compiled_at == began) {
                Some(compiled) => compiling.saturating_add(building(&compiled)),
                None => cost::PATTERN_FOUND,
            };
            self.meter.charge(units)?;
            return Ok(found);
        }
        self.meter.charge(compiling)?;
        let compiled = Flags::from_bits(flags).and_then(|flags| Pattern::compile(source, flags));
        match compiled {
            Ok(compiled) => {
                self.meter.charge(building(&compiled))?;
                let pattern = Object::Pattern(Arc::new(compiled));
                let bytes = pattern.nominal_bytes();
                let value = self.alloc(Type::Pattern, pattern)?;
                self.heap.keep_for_good(bytes);
                self.patterns.keep(source, flags, value, began);
                Ok(value)
            }
            Err(error) => Err(self.pattern_error(&error, source)),
        }
    }

    pub(crate) fn compiled(&self, pattern: Value) -> Option<Arc<Pattern>> {
        match self.heap.get(pattern.handle()) {
            Object::Pattern(pattern) => Some(Arc::clone(pattern)),
            _ => None,
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
