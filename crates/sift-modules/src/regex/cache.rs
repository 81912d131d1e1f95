//! The cache of recently compiled patterns, so that a search in a loop compiles its pattern only
//! once.

use std::sync::Arc;

use sift_regex::{Flags, Pattern};
use sift_runtime::runtime::Runtime;
use sift_values::cost;
use sift_values::flow::Outcome;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use crate::regex::pattern_error;

/// Returns a pattern argument as a compiled pattern value. A text is compiled.
///
/// Library functions read their pattern argument first, so that its cost depends only on the
/// program.
pub fn pattern_arg(m: &mut Runtime, pattern: Value, flags: Option<Value>) -> Outcome {
    let flags = match flags {
        Some(flags) if flags.as_int().is_none() && flags.kind() != Type::BigInt => {
            let kind = m.type_name(flags);
            let message = format!("unsupported operand type(s) for &: '{kind}' and 'RegexFlag'");
            return Err(m.type_error(message));
        }
        Some(flags) => m.int_arg(flags)?,
        None => 0,
    };
    if pattern.kind() == Type::Pattern {
        if flags != 0 {
            return Err(m.value_error("cannot process flags argument with a compiled pattern"));
        }
        return Ok(pattern);
    }
    if pattern.kind() != Type::Str {
        return Err(m.type_error("first argument must be string or compiled pattern"));
    }
    let began = m.meter.used();
    let source = m.text(pattern)?;
    pattern_of(m, source.as_str().unwrap_or_default(), flags, began)
}

/// Compiles a pattern, or returns it from the cache, as a value. `began` is the amount of fuel used
/// at the start of the instruction.
pub fn pattern_of(m: &mut Runtime, source: &str, flags: i64, began: u64) -> Outcome {
    let compiling = cost::PATTERN.saturating_add(cost::PATTERN_BYTE.saturating_mul(source.len() as u64));
    let building = |compiled: &Pattern| compiled.automaton_size().saturating_mul(cost::PATTERN_STATE);
    if let Some((found, compiled_at)) = m.patterns.find(source, flags) {
        let units = match compiled_pattern(m, found).filter(|_| compiled_at == began) {
            Some(compiled) => compiling.saturating_add(building(&compiled)),
            None => cost::PATTERN_FOUND,
        };
        m.meter.charge(units)?;
        return Ok(found);
    }
    m.meter.charge(compiling)?;
    let compiled = Flags::from_bits(flags).and_then(|flags| Pattern::compile(source, flags));
    match compiled {
        Ok(compiled) => {
            m.meter.charge(building(&compiled))?;
            let pattern = Object::Pattern(Arc::new(compiled));
            let bytes = pattern.nominal_bytes();
            let value = m.alloc(Type::Pattern, pattern)?;
            m.heap.keep_for_good(bytes);
            m.patterns.insert(source, flags, value, began);
            Ok(value)
        }
        Err(error) => Err(pattern_error(m, &error, source)),
    }
}

/// Returns the compiled pattern in a pattern value, or `None` for other values.
pub fn compiled_pattern(m: &Runtime, pattern: Value) -> Option<Arc<Pattern>> {
    match m.heap.get(pattern.handle()) {
        Object::Pattern(pattern) => Some(Arc::clone(pattern)),
        _ => None,
    }
}
