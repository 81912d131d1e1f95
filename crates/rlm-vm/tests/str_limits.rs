//! Every method of `str`, and formatting, ends in a limit where it is given more than it can do, soon and without that
//! memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at once where something is not as it says"
)]

mod support;

use rlm_vm::{End, Limit, Settings};
use support::{Arrival, machine, run_in};

const GIVEN: &str = "\
word, wide, large = 'Word-x', 'İß' * 1_000, 'aB ' * 1_000_000
lots, more = 'a,b\\n' * 900_000, 'ŉ' * 2_000_000
";

/// Runs a program with 16 MiB and 300,000 units of fuel; returns the limit that it met.
fn limit_of(source: &str) -> Option<Limit> {
    let settings = Settings {
        fuel: 300_000,
        memory_bytes: 16 << 20,
        ..Settings::default()
    };
    let ran = run_in(
        machine(settings),
        &format!("{GIVEN}{source}"),
        Arrival::AtOnce,
        1_000_000,
    );
    assert!(ran.error.is_none(), "{source}: {:?}", ran.error);
    match ran.end {
        Some(End::Limit(limit)) => Some(limit),
        _ => None,
    }
}

/// A test for each method: what it does for ever ends for want of fuel, on a short text and on a long one; the other parts
/// are what it does with much.
macro_rules! limits {
    ($($name:ident: $call:literal $(, $huge:literal)*;)*) => {$(
        #[test]
        fn $name() {
            for text in ["word", "large", "wide"] {
                let source = concat!("while True:\n    ", $call).replace("TEXT", text);
                assert_eq!(limit_of(&source), Some(Limit::Fuel), "{source}");
            }
            $(assert!(
                matches!(limit_of($huge), Some(Limit::Fuel | Limit::Memory)),
                "{}",
                $huge
            );)*
        }
    )*};
}

limits! {
    limit_in_capitalize: "TEXT.capitalize()", "(more * 9).capitalize()";
    limit_in_casefold: "TEXT.casefold()", "x = [more.casefold() for _ in range(9)]";
    limit_in_center: "TEXT.center(20)", "'a'.center(90_000_000)", "'a'.center(10 ** 18)";
    limit_in_count: "TEXT.count('b')", "while True:\n    lots.count('')";
    limit_in_endswith: "TEXT.endswith(('y', 'x'))", "'a'.endswith(('b',) * 900_000)";
    limit_in_expandtabs: "TEXT.expandtabs()", "('\\t' * 900_000).expandtabs(1_000)", "'\\t'.expandtabs(2_000_000_000)";
    limit_in_find: "TEXT.find('zz')", "while True:\n    ('a' * 90_000).find('a' * 9_000 + 'b')";
    limit_in_format: "'{} {!r:>9}'.format(TEXT, 1)", "'{:90000000}'.format(1)", "('{0}' * 90_000).format('x' * 9_000)", "'{:.900000000f}'.format(1.5)";
    limit_in_format_map: "'{a}'.format_map({'a': TEXT})", "('{a}' * 90_000).format_map({'a': 'x' * 9_000})";
    limit_in_index: "TEXT.index('')", "while True:\n    lots.index('b\\n')";
    limit_in_isalnum: "TEXT.isalnum()";
    limit_in_isalpha: "TEXT.isalpha()";
    limit_in_isascii: "TEXT.isascii()";
    limit_in_isdecimal: "TEXT.isdecimal()";
    limit_in_isdigit: "TEXT.isdigit()";
    limit_in_isidentifier: "TEXT.isidentifier()";
    limit_in_islower: "TEXT.islower()";
    limit_in_isnumeric: "TEXT.isnumeric()";
    limit_in_isprintable: "TEXT.isprintable()";
    limit_in_isspace: "TEXT.isspace()";
    limit_in_istitle: "TEXT.istitle()";
    limit_in_isupper: "TEXT.isupper()";
    limit_in_join: "TEXT.join('abc')", "large.join('x' * 900_000)", "''.join(str(i) for i in range(10 ** 9))", "x = ['ab'] * 600_000\nwhile True:\n    '-'.join(x)";
    limit_in_ljust: "TEXT.ljust(20)", "'a'.ljust(90_000_000, 'é')";
    limit_in_lower: "TEXT.lower()", "x = [('İ' * 900_000).lower() for _ in range(9)]";
    limit_in_lstrip: "TEXT.lstrip('W')", "while True:\n    (' ' * 90_000).lstrip()";
    limit_in_maketrans: "str.maketrans('ab', 'cd', TEXT[:99])", "str.maketrans('a' * 9_000_000, 'b' * 9_000_000)", "str.maketrans('', '', ''.join(chr(i) for i in range(256, 50_000)) * 40)";
    limit_in_partition: "TEXT.partition('-')", "x = [large.partition(' ') for _ in range(900_000)]";
    limit_in_removeprefix: "TEXT.removeprefix('W')", "x = [large.removeprefix('a') for _ in range(900_000)]";
    limit_in_removesuffix: "TEXT.removesuffix('x')", "x = [large.removesuffix(' ') for _ in range(900_000)]";
    limit_in_replace: "TEXT.replace('x', 'y')", "large.replace('a', 'x' * 90_000)", "('a' * 9_000_000).replace('', 'b')";
    limit_in_rfind: "TEXT.rfind('zz')", "while True:\n    ('a' * 90_000).rfind('b' + 'a' * 9_000)";
    limit_in_rindex: "TEXT.rindex('')";
    limit_in_rjust: "TEXT.rjust(20)", "'a'.rjust(90_000_000)";
    limit_in_rpartition: "TEXT.rpartition('-')", "x = [large.rpartition(' ') for _ in range(900_000)]";
    limit_in_rsplit: "TEXT.rsplit('q', 1)", "lots.rsplit(',')", "large.rsplit()";
    limit_in_rstrip: "TEXT.rstrip('x')", "while True:\n    (' ' * 90_000).rstrip()";
    limit_in_split: "TEXT.split('q')", "lots.split(',')", "large.split()", "('a' * 9_000_000).split('a')";
    limit_in_splitlines: "TEXT.splitlines()", "lots.splitlines()", "('\\n' * 9_000_000).splitlines(True)";
    limit_in_startswith: "TEXT.startswith(('y', 'W'))", "'a'.startswith(('b',) * 900_000)";
    limit_in_strip: "TEXT.strip()", "while True:\n    ('ab' * 9_000).strip('abcdefgh')";
    limit_in_swapcase: "TEXT.swapcase()", "x = [more.swapcase() for _ in range(9)]";
    limit_in_title: "TEXT.title()", "x = [more.title() for _ in range(9)]";
    limit_in_translate: "TEXT.translate({97: 'b'})", "large.translate({97: 'x' * 90_000})", "large.translate(defaultdict(lambda: 'é' * 90))";
    limit_in_upper: "TEXT.upper()", "x = [more.upper() for _ in range(9)]";
    limit_in_zfill: "TEXT.zfill(20)", "'1'.zfill(90_000_000)";
    limit_in_str_percent: "'%s %r' % (TEXT, 1)", "'%90000000d' % 1", "('%s' * 90_000) % (('x' * 9_000,) * 90_000)", "'%.*f' % (900_000_000, 1.5)";
    limit_in_format_string: "f'{TEXT!r:>9}{1.5:.3f}'", "f'{1:90000000}'", "f'{1:>{10 ** 9}}'", "x = 'a'\nwhile True:\n    x = f'{x}{x}{x!s:.9}' + 'b'";
    limit_in_str_repeat: "TEXT * 2", "x = ('ab' * 10 ** 12)[::-1]", "x = 'é'\nwhile True:\n    x = (x + x).upper()";
}
