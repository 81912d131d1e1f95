//! What the tests share.

pub(crate) mod gbnf;

pub(crate) use rlm_fuzzing::oracles::grammar::{Engine, first_error};

/// Programs as models write them, which the grammars accept.
pub(crate) fn accepted() -> impl Iterator<Item = String> {
    programs(include_str!("../../accepted.txt"))
}

/// Texts that neither the grammars nor the parser accept.
pub(crate) fn rejected() -> impl Iterator<Item = String> {
    programs(include_str!("../../rejected.txt"))
}

/// Programs that the parser accepts and the grammars don't.
pub(crate) fn beyond() -> impl Iterator<Item = String> {
    programs(include_str!("../../beyond.txt"))
}

/// Splits a list at its lines of percent signs.
fn programs(list: &str) -> impl Iterator<Item = String> {
    list.split("%%\n").skip(1).map(str::to_owned)
}
