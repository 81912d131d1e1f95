//! Test data shared by the tests.

pub(crate) mod gbnf;

pub(crate) use rlm_fuzzing::oracles::grammar::{Engine, first_error};

/// Returns programs in the style of models, which the grammars accept.
pub(crate) fn accepted() -> impl Iterator<Item = String> {
    programs(include_str!("../../accepted.txt"))
}

/// Returns texts that neither the grammars nor the parser accept.
pub(crate) fn rejected() -> impl Iterator<Item = String> {
    programs(include_str!("../../rejected.txt"))
}

/// Returns programs that the parser accepts and the grammars don't.
pub(crate) fn beyond() -> impl Iterator<Item = String> {
    programs(include_str!("../../beyond.txt"))
}

/// Splits a file into programs at lines of percent signs.
fn programs(list: &str) -> impl Iterator<Item = String> {
    list.split("%%\n").skip(1).map(str::to_owned)
}
