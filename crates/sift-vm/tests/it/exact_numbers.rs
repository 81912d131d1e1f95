//! Decimal numbers and fractions, compared with CPython's answers: `data/exact_numbers.txt`,
//! written by `data/exact_cases.py`.

use std::fmt::Write as _;

use crate::support::{Arrival, machine, run_in};
use sift_vm::Settings;

const CASES: &str = include_str!("../data/exact_numbers.txt");

/// The prelude of every program: prints a value or the exception in its place.
const SHOW: &str = "\
D, F = Decimal, Fraction
from decimal import getcontext, setcontext, Context
def show(compute):
    try:
        print(repr(compute()))
    except Exception as error:
        print(type(error).__name__ + ': ' + str(error))
";

/// Runs expressions in one program; returns a line for each.
fn shown(expressions: &[&str]) -> Vec<String> {
    let mut source = String::from(SHOW);
    for expression in expressions {
        match expression.strip_prefix('!') {
            Some(statement) => writeln!(source, "{statement}").unwrap(),
            // Known errors are checked when the program runs.
            None => writeln!(
                source,
                "try:\n    show(lambda: {expression})\nexcept TypeError:\n    pass"
            )
            .unwrap(),
        }
    }
    let ran = run_in(machine(Settings::default()), &source, Arrival::AtOnce, 1_000_000_000);
    let shown: Vec<String> = ran.printed().lines().map(str::to_owned).collect();
    let next = expressions
        .iter()
        .filter(|text| !text.starts_with('!'))
        .nth(shown.len());
    assert!(
        ran.error.is_none() && ran.end.is_none(),
        "{next:?}: {:?} {:?}",
        ran.error,
        ran.end
    );
    shown
}

#[test]
fn decimals_and_fractions_match_cpython() {
    let rows: Vec<(&str, &str)> = CASES
        .lines()
        .map(|line| line.split_once('\t').unwrap_or((line, "")))
        .collect();
    assert!(rows.len() >= 2_000, "{}", rows.len());
    let (mut settings, mut failures) = ("", String::new());
    for rows in rows.chunks(200) {
        let mut expressions = vec![settings];
        expressions.extend(rows.iter().map(|(expression, _)| *expression));
        let expressions: Vec<&str> = expressions.into_iter().filter(|text| !text.is_empty()).collect();
        let mut shown = shown(&expressions).into_iter();
        for (expression, expected) in rows {
            if expression.starts_with('!') {
                settings = expression;
                continue;
            }
            let actual = shown.next().unwrap_or_default();
            if actual != *expected {
                writeln!(failures, "{expression}\n  CPython: {expected}\n  Sift:    {actual}").unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}
