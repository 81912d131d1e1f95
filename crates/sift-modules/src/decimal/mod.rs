//! `decimal`: decimal numbers as values. Their arithmetic is in `sift_numbers::decimal`; here it is paid for.

mod construct;
pub mod context;
pub mod methods;
pub mod operators;

use sift_compiler::exception::ExceptionClass;
use sift_numbers::decimal::{Context, Decimal, Rounding, Trap};
use sift_runtime::runtime::Runtime;
use sift_runtime::table::{Group, Owner, entry};
use sift_values::classes::ClassId;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use crate::decimal::operators::decimal_operand;

pub(crate) use context::context_repr;

/// The functions of `decimal`, by owner.
pub const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("Decimal"),
        rows: &[entry(
            "Decimal(value='0', context=None) -> Decimal",
            "Makes a decimal number of a text, an int, a float (exactly), or a tuple of sign, digits and exponent.",
            construct::decimal,
        )],
    },
    Group {
        owner: Owner::Class("Decimal"),
        rows: &[entry(
            "from_float(f, /) -> Decimal",
            "Makes a decimal number of a float or an int, exactly.",
            construct::from_float,
        )],
    },
    Group {
        owner: Owner::Method(&[Type::Decimal]),
        rows: methods::ROWS,
    },
    Group {
        owner: Owner::Constructor("decimal.Context"),
        rows: &[context::CONSTRUCTOR],
    },
    Group {
        owner: Owner::Method(&[Type::DecimalContext]),
        rows: context::ROWS,
    },
    Group {
        owner: Owner::Module("decimal"),
        rows: context::FUNCTIONS,
    },
];

/// Attributes of decimal numbers that are not called.
pub const DECIMAL_ATTRIBUTES: [&str; 2] = ["real", "imag"];

/// Members of the module that are no functions: classes, exceptions and limits. (`decimal.sift` has the roundings.)
pub fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    let classes = [
        ("Decimal", "Decimal"),
        ("Context", "decimal.Context"),
        ("DecimalException", "DecimalException"),
        ("InvalidOperation", "InvalidOperation"),
        ("DivisionByZero", "DivisionByZero"),
        ("Overflow", "Overflow"),
        ("ConversionSyntax", "ConversionSyntax"),
        ("DivisionImpossible", "DivisionImpossible"),
        ("DivisionUndefined", "DivisionUndefined"),
    ];
    let classes = classes
        .into_iter()
        .filter_map(|(member, class)| Some(("decimal", member, ClassId::named(class)?.value())));
    let limits = [
        ("MAX_PREC", sift_numbers::decimal::MAX_EXPONENT),
        ("MAX_EMAX", sift_numbers::decimal::MAX_EXPONENT),
        ("MIN_EMIN", -sift_numbers::decimal::MAX_EXPONENT),
        ("MIN_ETINY", sift_numbers::decimal::MIN_LAST_EXPONENT),
    ];
    classes.chain(
        limits
            .into_iter()
            .map(|(name, limit)| ("decimal", name, Value::int(limit))),
    )
}

/// Pays for work on so many decimal digits: up to the product of their words, and room for the results.
///
/// # Errors
/// A limit.
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

/// Puts a decimal number on the heap.
fn new_decimal(m: &mut Runtime, number: Decimal) -> Outcome {
    m.alloc(Type::Decimal, Object::Decimal(Box::new(number)))
}

/// Returns the context that is in force, as a value.
pub fn decimal_context(m: &mut Runtime) -> Value {
    if m.decimal_context.is_unbound() {
        let context = Object::DecimalContext(Box::default());
        m.decimal_context = m.heap.add(Type::DecimalContext, context);
    }
    m.decimal_context
}

/// Returns a copy of the context that is in force.
pub(crate) fn decimal_settings(m: &mut Runtime) -> Context {
    let context = decimal_context(m);
    settings_of(m, context).unwrap_or_default()
}

fn settings_of(m: &Runtime, context: Value) -> Option<Context> {
    match m.heap.get(context.handle()) {
        Object::DecimalContext(settings) if context.kind() == Type::DecimalContext => Some(**settings),
        _ => None,
    }
}

/// Computes in the context that is in force.
pub(crate) fn in_decimal_context(
    m: &mut Runtime,
    digits: u64,
    work: impl FnOnce(&mut Context) -> Result<Decimal, Trap>,
) -> Outcome {
    let context = decimal_context(m);
    in_context(m, context, digits, work)
}

/// Computes in a context: pays for the digits, notes flags, and raises what is trapped.
fn in_context(
    m: &mut Runtime,
    context: Value,
    digits: u64,
    work: impl FnOnce(&mut Context) -> Result<Decimal, Trap>,
) -> Outcome {
    let number = computed_in(m, context, digits, work)?;
    new_decimal(m, number)
}

fn computed_in<T>(
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
    // Flags stay set: should the op be run again, it sets the same.
    if let Some(Object::DecimalContext(kept)) = m.heap.get_mut(context.handle()) {
        kept.flags |= settings.flags;
    }
    result.map_err(|trap| decimal_error(m, trap))
}

/// Makes the exception of a trapped condition.
pub(crate) fn decimal_error(m: &mut Runtime, trap: Trap) -> Flow {
    decimal_errors(m, trap, &[trap])
}

/// Makes the exception of several conditions, named by the first.
fn decimal_errors(m: &mut Runtime, raised: Trap, conditions: &[Trap]) -> Flow {
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

/// Returns an argument as a decimal number: ints are taken exactly.
fn decimal_arg(m: &mut Runtime, value: Value) -> Result<Decimal, Flow> {
    match decimal_operand(m, value) {
        Some(number) => Ok(number),
        None => {
            let message = format!("conversion from {} to Decimal is not supported", m.type_name(value));
            let flow = m.type_error(message);
            Err(m.with_help(flow, "write Decimal(\"0.01\") for a number with decimals"))
        }
    }
}

/// Returns the context that an argument names, or the one in force.
fn context_arg(m: &mut Runtime, value: Option<Value>) -> Outcome {
    match value {
        Some(context) if context.kind() == Type::DecimalContext => Ok(context),
        Some(_) => Err(m.type_error("optional argument must be a context")),
        None => Ok(decimal_context(m)),
    }
}

/// Returns the rounding that an argument names.
fn rounding_arg(m: &mut Runtime, value: Option<Value>) -> Result<Option<Rounding>, Flow> {
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

const fn condition_class(trap: Trap) -> ExceptionClass {
    match trap {
        Trap::ConversionSyntax => ExceptionClass::ConversionSyntax,
        Trap::DivisionImpossible => ExceptionClass::DivisionImpossible,
        Trap::DivisionUndefined => ExceptionClass::DivisionUndefined,
        Trap::DivisionByZero => ExceptionClass::DivisionByZero,
        Trap::InvalidOperation => ExceptionClass::InvalidOperation,
        Trap::Overflow => ExceptionClass::DecimalOverflow,
    }
}
