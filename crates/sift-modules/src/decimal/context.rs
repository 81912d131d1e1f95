//! The class `decimal.Context`, and the function `getcontext()`.

use sift_numbers::decimal::{Context, Decimal, Flag, MAX_EXPONENT};
use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Entry, Runtime};
use sift_runtime::table::entry;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use crate::decimal::computing::{charge_digits, decimal_arg, decimal_context, in_context, rounding_arg, settings_of};

/// The attributes of a decimal context. All of them can be set.
const ATTRIBUTES: [&str; 6] = ["prec", "rounding", "Emin", "Emax", "capitals", "clamp"];

pub(super) const CONSTRUCTOR: Entry = entry(
    "Context(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None)",
    "Makes a context: what results are fitted to.",
    new_context,
);

pub(super) const FUNCTIONS: &[Entry] = &[
    entry(
        "getcontext()",
        "Returns the context that is in force: set getcontext().prec to compute with more digits.",
        |m, _| Ok(decimal_context(m)),
    ),
    entry("setcontext(context, /) -> None", "Puts a context in force.", |m, a| {
        if a.get(0).kind() != Type::DecimalContext {
            return Err(m.type_error("argument must be a context"));
        }
        m.decimal_context = a.get(0);
        Ok(Value::NONE)
    }),
];

pub(super) const ROWS: &[Entry] = &[
    entry("copy()", "Returns a context of the same settings.", |m, a| {
        let settings = settings_of(m, a.receiver).unwrap_or_default();
        m.alloc(Type::DecimalContext, Object::DecimalContext(Box::new(settings)))
    }),
    entry("clear_flags() -> None", "Forgets what happened so far.", |m, a| {
        if let Some(Object::DecimalContext(settings)) = m.heap.get_mut(a.receiver.handle()) {
            settings.flags = 0;
        }
        Ok(Value::NONE)
    }),
    entry(
        "create_decimal(num='0', /) -> Decimal",
        "Makes a decimal number, rounded to the context.",
        create_decimal,
    ),
    entry(
        "Etiny() -> int",
        "Returns the smallest exponent of a last digit.",
        |m, a| {
            let settings = settings_of(m, a.receiver).unwrap_or_default();
            Ok(Value::int(settings.min_last_exponent()))
        },
    ),
    entry(
        "Etop() -> int",
        "Returns the largest exponent of the last digit of a number of full precision.",
        |m, a| {
            let settings = settings_of(m, a.receiver).unwrap_or_default();
            Ok(Value::int(settings.max_last_exponent()))
        },
    ),
];

fn new_context(m: &mut Runtime, args: &Args) -> Outcome {
    let mut settings = Context::default();
    for (index, name) in ATTRIBUTES.iter().enumerate() {
        if let Some(value) = args.some(index) {
            set(m, &mut settings, name, value)?;
        }
    }
    m.alloc(Type::DecimalContext, Object::DecimalContext(Box::new(settings)))
}

fn create_decimal(m: &mut Runtime, args: &Args) -> Outcome {
    let number = match args.given(0) {
        Some(text) if text.kind() == Type::Str => super::construct::parsed(m, text)?,
        Some(float) if float.kind() == Type::Float => {
            charge_digits(m, 400)?;
            Decimal::of_float(float.raw_float())
        }
        Some(number) => decimal_arg(m, number)?,
        None => Decimal::small(0),
    };
    in_context(m, args.receiver, number.digits(), |context| context.fit(number))
}

/// Sets an attribute in the settings of a decimal context.
fn set(m: &mut Runtime, settings: &mut Context, name: &str, value: Value) -> Result<(), Flow> {
    if name == "rounding" {
        let rounding = rounding_arg(m, Some(value))?;
        settings.rounding = rounding.unwrap_or(settings.rounding);
        return Ok(());
    }
    let number = match (value.kind(), m.number(value)) {
        (_, Some(Number::Int(number))) => number,
        (Type::BigInt, _) => return Err(m.overflow_error("Python int too large to convert to C ssize_t")),
        _ => return Err(m.type_error("an integer is required")),
    };
    let (range, message) = match name {
        "prec" => (1..=MAX_EXPONENT, "valid range for prec is [1, MAX_PREC]"),
        "Emin" => (-MAX_EXPONENT..=0, "valid range for Emin is [MIN_EMIN, 0]"),
        "Emax" => (0..=MAX_EXPONENT, "valid range for Emax is [0, MAX_EMAX]"),
        "capitals" => (0..=1, "valid values for capitals are 0 or 1"),
        _ => (0..=1, "valid values for clamp are 0 or 1"),
    };
    if !range.contains(&number) {
        return Err(m.value_error(message));
    }
    match name {
        "prec" => settings.precision = number.unsigned_abs(),
        "Emin" => settings.min_exponent = number,
        "Emax" => settings.max_exponent = number,
        "capitals" => settings.capitals = number == 1,
        _ => settings.clamp = number == 1,
    }
    Ok(())
}

/// Returns an attribute of a decimal context other than `rounding`. Needs no allocation.
fn context_attribute(context: &Context, name: &str) -> Option<Value> {
    Some(match name {
        "prec" => Value::int(context.precision.cast_signed()),
        "Emin" => Value::int(context.min_exponent),
        "Emax" => Value::int(context.max_exponent),
        "capitals" => Value::int(i64::from(context.capitals)),
        "clamp" => Value::int(i64::from(context.clamp)),
        _ => return None,
    })
}

/// Returns the `repr` of a decimal context.
pub(crate) fn context_repr(context: &Context) -> String {
    let flags: Vec<&str> = Flag::NAMES
        .iter()
        .filter(|(flag, _)| context.has(*flag))
        .map(|(_, name)| *name)
        .collect();
    format!(
        "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags=[{}], \
         traps=[InvalidOperation, DivisionByZero, Overflow])",
        context.precision,
        context.rounding.name(),
        context.min_exponent,
        context.max_exponent,
        u8::from(context.capitals),
        u8::from(context.clamp),
        flags.join(", "),
    )
}

/// Returns an attribute of a decimal context by name, or `None` if there is no such attribute.
pub(crate) fn decimal_context_attribute(m: &mut Runtime, context: Value, name: &str) -> Result<Option<Value>, Flow> {
    let settings = settings_of(m, context).unwrap_or_default();
    if name == "rounding" {
        return m.alloc_text(settings.rounding.name()).map(Some);
    }
    Ok(context_attribute(&settings, name))
}

/// Implements `context.name = value` for a decimal context.
pub(crate) fn set_context_attribute(m: &mut Runtime, context: Value, name: &str, value: Value) -> Result<(), Flow> {
    if !ATTRIBUTES.contains(&name) {
        return Err(m.attribute_not_settable(context, name));
    }
    let mut settings = settings_of(m, context).unwrap_or_default();
    set(m, &mut settings, name, value)?;
    if let Some(Object::DecimalContext(kept)) = m.heap.get_mut(context.handle()) {
        **kept = settings;
    }
    Ok(())
}
