//! The optional parts of the library, such as `datetime` and `csv`. Each is enabled by a feature.

#![allow(unused_mut, reason = "without a feature nothing is added")]

use sift_runtime::runtime::{Group, Runtime};
use sift_runtime::table::Operators;
#[cfg(feature = "decimal")]
use sift_values::classes::ClassId;
use sift_values::value::{Type, Value};

/// A constant or class of a module: the module's name, the member's name, and its value.
type Member = (&'static str, &'static str, Value);

/// Returns the functions of all optional library parts that are in this build, grouped by owner.
pub(crate) fn groups() -> Vec<&'static Group> {
    let mut groups: Vec<&'static Group> = Vec::new();
    #[cfg(feature = "decimal")]
    groups.extend(
        sift_modules::decimal::GROUPS
            .iter()
            .chain(sift_modules::fractions::GROUPS),
    );
    #[cfg(feature = "csv")]
    groups.extend(sift_modules::csv::GROUPS);
    #[cfg(feature = "difflib")]
    groups.extend(sift_modules::difflib::GROUPS);
    #[cfg(feature = "unicode-names")]
    groups.extend(sift_modules::unicodedata::GROUPS);
    #[cfg(feature = "datetime")]
    groups.extend(sift_modules::datetime::groups());
    groups
}

/// Returns the constants and classes of all optional modules that are in this build.
pub(crate) fn module_values() -> Vec<Member> {
    let mut values: Vec<Member> = Vec::new();
    #[cfg(feature = "csv")]
    values.extend(sift_modules::csv::module_values());
    #[cfg(feature = "datetime")]
    values.extend(sift_modules::datetime::module_values());
    #[cfg(feature = "decimal")]
    {
        let error = ClassId::named("StatisticsError");
        values.extend(sift_modules::decimal::module_values().chain(sift_modules::fractions::module_values()));
        values.extend(error.map(|class| ("statistics", "StatisticsError", class.value())));
    }
    values
}

/// Returns the operator implementations of optional types in this build, such as `Decimal` and
/// `date`.
pub(crate) fn operators() -> Vec<(Type, &'static dyn Operators<Runtime>)> {
    let mut operators: Vec<(Type, &'static dyn Operators<Runtime>)> = Vec::new();
    #[cfg(feature = "decimal")]
    for kind in [Type::Decimal, Type::DecimalContext, Type::Fraction] {
        operators.push((kind, &sift_modules::exact::ExactNumbers));
    }
    #[cfg(feature = "datetime")]
    for kind in [
        Type::Date,
        Type::Time,
        Type::DateTime,
        Type::TimeDelta,
        Type::TimeZone,
        Type::NamedZone,
    ] {
        operators.push((kind, &sift_modules::datetime::operators::Temporals));
    }
    operators
}

#[cfg(feature = "decimal")]
pub(crate) use sift_modules::{decimal::DECIMAL_ATTRIBUTES, fractions::FRACTION_ATTRIBUTES};

#[cfg(not(feature = "decimal"))]
pub(crate) const DECIMAL_ATTRIBUTES: [&str; 0] = [];
#[cfg(not(feature = "decimal"))]
pub(crate) const FRACTION_ATTRIBUTES: [&str; 0] = [];

#[cfg(feature = "datetime")]
pub(crate) use sift_modules::datetime::{constants, fields};

/// Returns the class-level constants of a `datetime` class: none, because the build lacks
/// `datetime`.
#[cfg(not(feature = "datetime"))]
pub(crate) const fn constants(_: &str) -> &'static [&'static str] {
    &[]
}

/// Returns the instance fields of a `datetime` class: none, because the build lacks `datetime`.
#[cfg(not(feature = "datetime"))]
pub(crate) const fn fields(_: &str) -> &'static [&'static str] {
    &[]
}

/// Returns the Sift modules that can't be offered, because they depend on features missing in this
/// build.
pub(crate) fn absent_modules() -> Vec<&'static str> {
    let families: [(bool, &[&str]); 4] = [
        (cfg!(feature = "csv"), &["csv"]),
        (cfg!(feature = "datetime"), &["datetime"]),
        (cfg!(feature = "decimal"), &["decimal", "statistics"]),
        (cfg!(feature = "difflib"), &["difflib"]),
    ];
    let absent = families.into_iter().filter(|(is_there, _)| !is_there);
    absent.flat_map(|(_, modules)| modules).copied().collect()
}

/// The names of the classes that are missing in this build, because their feature is disabled.
pub(crate) const ABSENT_CLASSES: &[&str] = match (cfg!(feature = "datetime"), cfg!(feature = "decimal")) {
    (true, true) => &[],
    (false, true) => TEMPORAL_CLASSES,
    (true, false) => EXACT_CLASSES,
    (false, false) => &[
        "date",
        "time",
        "datetime",
        "timedelta",
        "timezone",
        "Decimal",
        "Fraction",
        "InvalidOperation",
    ],
};
const TEMPORAL_CLASSES: &[&str] = &["date", "time", "datetime", "timedelta", "timezone"];
const EXACT_CLASSES: &[&str] = &["Decimal", "Fraction", "InvalidOperation"];
