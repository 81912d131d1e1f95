//! Computation in the active decimal context: charges fuel for digits, sets flags, and raises
//! trapped conditions.

use sift_compiler::exception::ExceptionClass;
use sift_numbers::decimal::{Context, Decimal, Rounding, Trap};
use sift_runtime::operate::Number;
use sift_runtime::runtime::Runtime;
use sift_values::classes::ClassId;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

/// Charges fuel for an operation on `digits` decimal digits, up to the product of their machine
/// words, and reserves memory for the results.
///
/// # Errors
/// An exceeded limit.
pub(crate) fn charge_digits(m: &mut Runtime, digits: u64) -> Result<(), Flow> {
    let words = digits / 19 + 1;
    m.meter.charge(
        words
            .saturating_mul(words)
            .saturating_div(4)
            .saturating_add(words)
            .saturating_add(8),
    )?;
    m.reserve(usize::try_from(words.saturating_mul(32)).unwrap_or(usize::MAX))
}

/// Allocates a decimal number on the heap.
pub(crate) fn new_decimal(m: &mut Runtime, number: Decimal) -> Outcome {
    m.alloc(Type::Decimal, Object::Decimal(Box::new(number)))
}

/// Returns the active decimal context as a value.
pub(crate) fn decimal_context(m: &mut Runtime) -> Value {
    if m.decimal_context.is_unbound() {
        let context = Object::DecimalContext(Box::default());
        m.decimal_context = m.heap.add(Type::DecimalContext, context);
    }
    m.decimal_context
}

/// Returns a copy of the active decimal context's settings.
pub(crate) fn decimal_settings(m: &mut Runtime) -> Context {
    let context = decimal_context(m);
    settings_of(m, context).unwrap_or_default()
}

pub(crate) fn settings_of(m: &Runtime, context: Value) -> Option<Context> {
    match m.heap.get(context.handle()) {
        Object::DecimalContext(settings) if context.kind() == Type::DecimalContext => Some(**settings),
        _ => None,
    }
}

/// Computes a decimal number in the active context, as [`in_context`] does.
pub(crate) fn in_decimal_context(
    m: &mut Runtime,
    digits: u64,
    work: impl FnOnce(&mut Context) -> Result<Decimal, Trap>,
) -> Outcome {
    let context = decimal_context(m);
    in_context(m, context, digits, work)
}

/// Computes a decimal number in a context: charges fuel for the digits, sets flags, and raises
/// trapped conditions.
pub(crate) fn in_context(
    m: &mut Runtime,
    context: Value,
    digits: u64,
    work: impl FnOnce(&mut Context) -> Result<Decimal, Trap>,
) -> Outcome {
    let number = computed_in(m, context, digits, work)?;
    new_decimal(m, number)
}

pub(crate) fn computed_in<T>(
    m: &mut Runtime,
    context: Value,
    digits: u64,
    work: impl FnOnce(&mut Context) -> Result<T, Trap>,
) -> Result<T, Flow> {
    charge_digits(m, digits)?;
    let mut settings = settings_of(m, context).unwrap_or_default();
    let result = work(&mut settings);
    if let Err(trap) = &result {
        settings.note_trap(*trap);
    }
    // Flags may remain set if the op is run again, because it sets the same ones.
    if let Some(Object::DecimalContext(kept)) = m.heap.get_mut(context.handle()) {
        kept.flags |= settings.flags;
    }
    result.map_err(|trap| decimal_error(m, trap))
}

/// Creates the exception for a trapped condition of decimal arithmetic.
pub(crate) fn decimal_error(m: &mut Runtime, trap: Trap) -> Flow {
    decimal_errors(m, trap, &[trap])
}

/// Creates the exception for several conditions of decimal arithmetic, with the class of `raised`.
pub(crate) fn decimal_errors(m: &mut Runtime, raised: Trap, conditions: &[Trap]) -> Flow {
    let classes = conditions
        .iter()
        .map(|trap| ClassId::of_exception(condition_class(*trap)).value());
    let classes = classes.collect();
    let conditions = m.heap.add(Type::List, Object::List(classes));
    let class = match raised {
        Trap::DivisionByZero => ExceptionClass::DivisionByZero,
        Trap::Overflow => ExceptionClass::DecimalOverflow,
        _ => ExceptionClass::InvalidOperation,
    };
    let flow = m.raise_with(class, vec![conditions]);
    match raised {
        Trap::ConversionSyntax => m.with_help(flow, "strip everything but the number first, or catch InvalidOperation"),
        Trap::DivisionImpossible => m.with_help(flow, "the quotient has more digits than getcontext().prec"),
        _ => flow,
    }
}

/// Converts an argument to a decimal number, exactly if it is an int. Rejects other types.
pub(crate) fn decimal_arg(m: &mut Runtime, value: Value) -> Result<Decimal, Flow> {
    match decimal_operand(m, value) {
        Some(number) => Ok(number),
        None => {
            let message = format!("conversion from {} to Decimal is not supported", m.type_name(value));
            let flow = m.type_error(message);
            Err(m.with_help(flow, "write Decimal(\"0.01\") for a number with decimals"))
        }
    }
}

/// Returns the decimal context given as an argument, or the active context.
pub(crate) fn context_arg(m: &mut Runtime, value: Option<Value>) -> Outcome {
    match value {
        Some(context) if context.kind() == Type::DecimalContext => Ok(context),
        Some(_) => Err(m.type_error("optional argument must be a context")),
        None => Ok(decimal_context(m)),
    }
}

/// Returns the decimal rounding mode given as an argument, if any.
pub(crate) fn rounding_arg(m: &mut Runtime, value: Option<Value>) -> Result<Option<Rounding>, Flow> {
    let Some(value) = value else { return Ok(None) };
    let name = match value.kind() {
        Type::Str => Some(m.text(value)?),
        _ => None,
    };
    let rounding = name.and_then(|name| Rounding::from_name(name.as_str().unwrap_or_default()));
    match rounding {
        Some(rounding) => Ok(Some(rounding)),
        None => Err(m.type_error(
            "valid values for rounding are:\n  \
             [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   \
             ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   \
             ROUND_05UP]",
        )),
    }
}

pub(crate) const fn condition_class(trap: Trap) -> ExceptionClass {
    match trap {
        Trap::ConversionSyntax => ExceptionClass::ConversionSyntax,
        Trap::DivisionImpossible => ExceptionClass::DivisionImpossible,
        Trap::DivisionUndefined => ExceptionClass::DivisionUndefined,
        Trap::DivisionByZero => ExceptionClass::DivisionByZero,
        Trap::InvalidOperation => ExceptionClass::InvalidOperation,
        Trap::Overflow => ExceptionClass::DecimalOverflow,
    }
}

/// Converts a decimal number or an int to a decimal number, or returns `None` for other values.
pub(crate) fn decimal_operand(m: &Runtime, value: Value) -> Option<Decimal> {
    if let Some(number) = m.decimal_of(value) {
        return Some(number.clone());
    }
    match (value.kind(), m.number(value)) {
        (_, Some(Number::Int(small))) => Some(Decimal::small(small)),
        (Type::BigInt, Some(Number::Big(big))) => Some(Decimal::integer(&big)),
        _ => None,
    }
}
