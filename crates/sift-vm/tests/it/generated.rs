//! Randomly generated programs, compared with CPython: the output and exceptions must be the same.
//!
//! `GENERATED_PROGRAMS=5000` runs more of them.

use rlm_fuzzing::generators::{Dice, Writer};
use rlm_fuzzing::oracles::runs_as_in_cpython;
use rlm_test_needs::needs;

/// Number of programs that the suite runs.
const PROGRAMS: u64 = 300;

#[needs("python3")]
#[test]
fn random_programs_match_cpython() {
    let count = std::env::var("GENERATED_PROGRAMS")
        .ok()
        .and_then(|count| count.parse().ok());
    for seed in 0..count.unwrap_or(PROGRAMS) {
        runs_as_in_cpython(&Writer::program(Dice::new(seed)));
    }
}

#[needs("python3")]
#[test]
fn sorting_and_recursion_match_cpython() {
    for program in [
        "nan = float('nan')\nprint(sorted([nan, 3, 1, nan, 2]), sorted([3, nan, 2, 1], reverse=True))",
        "nan = float('nan')\nfor n in range(2, 60, 7):\n    print(sorted([(k * 7) % 11 if k % 5 else nan for k in range(n)]))",
        "nan = float('nan')\nx = [2.5, nan, 1, nan, 0.5]\nx.sort(reverse=True)\nprint(x, min(x), max(x))",
        "print(sorted([(1, 'b'), (0, 'z'), (1, 'a'), (0, 1 / 3)][:3]), sorted([[3], [1, 2], [1]], reverse=True))",
        "x = [3, 1, 2]\ntry:\n    x.sort(key=lambda v: x.append(v) or v)\nexcept ValueError as error:\n    print(error, x)",
        "def f(n):\n    return f(n + 1)\ntry:\n    f(1)\nexcept RecursionError as error:\n    print(error)",
        "deepest = 0\ndef f(n):\n    global deepest\n    deepest = n\n    f(n + 1)\ntry:\n    f(1)\nexcept RuntimeError:\n    print(900 < deepest < 1_000)",
        "def f(n):\n    try:\n        return f(n + 1)\n    except RecursionError:\n        return n > 900\nprint(f(1))",
        "def f(n):\n    yield n\n    yield from f(n + 1)\ntry:\n    for x in f(1): pass\nexcept RecursionError as error:\n    print(error, 900 < x < 1_000)",
        "def f(n):\n    try:\n        f(n + 1)\n    finally:\n        seen.append(n)\nseen = []\ntry:\n    f(1)\nexcept RecursionError:\n    print(seen[-1], len(seen) > 900)",
        "import re\nprint(re.findall(r'\\N{EM DASH}|[\\N{LATIN SMALL LETTER A}-c]', 'a\\u2014bz'))",
    ] {
        runs_as_in_cpython(program);
    }
}
