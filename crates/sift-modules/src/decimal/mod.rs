//! The module `decimal`: decimal numbers as values. This module charges fuel for the arithmetic,
//! which is in `sift_numbers::decimal`.

pub(crate) mod computing;
mod construct;
pub mod context;
pub mod methods;
pub mod operators;

use sift_runtime::runtime::Group;
use sift_runtime::table::{Owner, entry};
use sift_values::classes::ClassId;
use sift_values::value::{Type, Value};

pub(crate) use context::context_repr;

/// The native functions of `decimal`, grouped by module or class.
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

/// The attributes of decimal numbers that aren't methods.
pub const DECIMAL_ATTRIBUTES: [&str; 2] = ["real", "imag"];

/// Returns the members of the module `decimal` that aren't functions: classes, exceptions and
/// limits. (The rounding modes are in `decimal.sift`.)
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
