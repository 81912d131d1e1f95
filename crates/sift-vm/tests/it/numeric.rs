//! Functions of floats, compared with CPython on many random arguments.
//!
//! Ours are correctly rounded. CPython's are those of the C library, whose last digit is wrong for
//! one argument in a thousand. In glibc 2.36, `log10` and `cbrt` are wrong more often:
//! `math.cbrt(27)` is 3.0000000000000004.

use rlm_fuzzing::oracles::{runs_as_in_cpython, what_cpython_prints};
use rlm_test_needs::needs;
use sift::Session;
use sift_vm::Settings;

/// Number of arguments of each function.
const ARGUMENTS: usize = 20_000;

/// Number of arguments in one program.
const AT_ONCE: usize = 1_000;

/// The functions, with the maximum number of 20,000 results that may differ from CPython's in the
/// last digit.
const FUNCTIONS: [(&str, &str, usize); 12] = [
    ("math.exp(x)", "draw(-700.0, 700.0)", 24),
    ("math.exp(x)", "draw(-2.0, 2.0)", 24),
    ("math.exp2(x)", "draw(-1000.0, 1000.0)", 24),
    ("math.log(x)", "2.0 ** draw(-100.0, 100.0)", 40),
    ("math.log(x)", "draw(0.5, 2.0)", 40),
    ("math.log2(x)", "2.0 ** draw(-100.0, 100.0)", 40),
    ("math.log10(x)", "2.0 ** draw(-100.0, 100.0)", 400),
    ("x ** y", "draw(0.0, 3.0)", 40),
    ("math.pow(x, y * 20)", "draw(0.0, 1000.0)", 40),
    ("math.lgamma(x)", "draw(0.0, 200.0)", 40),
    ("math.gamma(x)", "draw(-20.0, 170.0)", 80),
    ("math.cbrt(x)", "draw(-1000.0, 1000.0)", 9_000),
];

/// Returns a program that prints a function's results in hexadecimal, one per line.
fn program(function: &str, argument: &str, first: usize) -> String {
    // A 32-bit linear congruential generator: the same numbers in both interpreters.
    format!(
        "import math\n\
         state = {first} * 2654435761 % 4294967296\n\
         def draw(low, high):\n    \
             global state\n    \
             state = (state * 1664525 + 1013904223) % 4294967296\n    \
             return low + (high - low) * (state / 4294967296)\n\
         lines = []\n\
         for n in range({AT_ONCE}):\n    \
             x, y = {argument}, draw(-3.0, 3.0)\n    \
             try:\n        \
                 lines.append(({function}).hex())\n    \
             except (ValueError, OverflowError, ZeroDivisionError) as error:\n        \
                 lines.append(str(error))\n\
         print('\\n'.join(lines))\n"
    )
}

#[needs("python3")]
#[test]
fn math_results_are_within_tolerance_of_cpython() {
    let mut session = Session::new(Settings::default());
    let mut wrong = Vec::new();
    for (function, argument, allowed) in FUNCTIONS {
        let mut different = 0;
        for first in 0..ARGUMENTS / AT_ONCE {
            let source = program(function, argument, first);
            let ours = session.exec(&source).printed.text;
            let theirs = what_cpython_prints(&source);
            assert_eq!(ours.lines().count(), AT_ONCE, "{ours:.300}");
            let pairs = ours.lines().zip(theirs.lines());
            different += pairs.filter(|(ours, theirs)| ours != theirs).count();
        }
        println!("{function} of {argument}: {different} of {ARGUMENTS} differ");
        if different > allowed {
            wrong.push(format!("{function} of {argument}: {different}, not at most {allowed}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[needs("python3")]
#[test]
fn common_math_results_match_cpython() {
    runs_as_in_cpython(
        "import math\n\
         print(math.exp(1) == math.e, math.exp(1), math.exp(-1), math.exp(0), math.log(math.e), math.log(10), math.log10(1000))\n\
         print(math.lgamma(100), math.lgamma(0.5), math.lgamma(-2.5), math.gamma(0.5), math.gamma(10), math.gamma(23), math.gamma(-1.5))\n\
         print(1.5 ** -0.8967620324338008, 2 ** 0.5, 10 ** -2, 1.1 ** 10, 2.0 ** -1074, 1e300 ** 1.02, (-8.0) ** 3)\n\
         print(math.log(10 ** 400), math.log2(2 ** 5000), math.log10(10 ** 500), math.log(2 ** 1023), math.log(3 ** 640))\n\
         print(math.exp(709.78), math.exp(-745), math.exp2(0.5), math.exp2(-1074), 3.0 ** 30, 0.1 ** 3)\n",
    );
}
