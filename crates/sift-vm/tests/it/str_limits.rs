//! Every method of `str`, and formatting, ends in a limit on adversarial arguments: quickly and
//! within memory.

use crate::support::limits::limits;
use crate::support::machine;

/// A short text, one whose lengths in bytes and characters differ, and long texts.
const GIVEN: &str = "\
word, wide, large = 'Word-x', 'İß' * 1_000, 'aB ' * 1_000_000
lots, more = 'a,b\\n' * 900_000, 'ŉ' * 2_000_000
";

limits! { machine, GIVEN;
    limit_in_str_capitalize: "word.capitalize()", "large.capitalize()", "wide.capitalize()", "(more * 9).capitalize()";
    limit_in_str_casefold: "word.casefold()", "large.casefold()", "wide.casefold()", "x = [more.casefold() for _ in range(9)]";
    limit_in_str_center: "word.center(20)", "large.center(20)", "wide.center(20)", "'a'.center(90_000_000)", "'a'.center(10 ** 18)";
    limit_in_str_count: "word.count('b')", "large.count('b')", "wide.count('b')", "while True:\n    lots.count('')";
    limit_in_str_endswith: "word.endswith(('y', 'x'))", "large.endswith(('y', 'x'))", "wide.endswith(('y', 'x'))", "'a'.endswith(('b',) * 900_000)";
    limit_in_str_expandtabs: "word.expandtabs()",
        "large.expandtabs()",
        "wide.expandtabs()",
        "('\\t' * 900_000).expandtabs(1_000)",
        "'\\t'.expandtabs(2_000_000_000)";
    limit_in_str_find: "word.find('zz')", "large.find('zz')", "wide.find('zz')", "while True:\n    ('a' * 90_000).find('a' * 9_000 + 'b')";
    limit_in_str_format: "'{} {!r:>9}'.format(word, 1)",
        "'{} {!r:>9}'.format(large, 1)",
        "'{} {!r:>9}'.format(wide, 1)",
        "'{:90000000}'.format(1)",
        "('{0}' * 90_000).format('x' * 9_000)",
        "'{:.900000000f}'.format(1.5)";
    limit_in_str_format_map: "'{a}'.format_map({'a': word})",
        "'{a}'.format_map({'a': large})",
        "'{a}'.format_map({'a': wide})",
        "('{a}' * 90_000).format_map({'a': 'x' * 9_000})";
    limit_in_str_index: "word.index('')", "large.index('')", "wide.index('')", "while True:\n    lots.index('b\\n')";
    limit_in_str_isalnum: "word.isalnum()", "large.isalnum()", "wide.isalnum()";
    limit_in_str_isalpha: "word.isalpha()", "large.isalpha()", "wide.isalpha()";
    limit_in_str_isascii: "word.isascii()", "large.isascii()", "wide.isascii()";
    limit_in_str_isdecimal: "word.isdecimal()", "large.isdecimal()", "wide.isdecimal()";
    limit_in_str_isdigit: "word.isdigit()", "large.isdigit()", "wide.isdigit()";
    limit_in_str_isidentifier: "word.isidentifier()", "large.isidentifier()", "wide.isidentifier()";
    limit_in_str_islower: "word.islower()", "large.islower()", "wide.islower()";
    limit_in_str_isnumeric: "word.isnumeric()", "large.isnumeric()", "wide.isnumeric()";
    limit_in_str_isprintable: "word.isprintable()", "large.isprintable()", "wide.isprintable()";
    limit_in_str_isspace: "word.isspace()", "large.isspace()", "wide.isspace()";
    limit_in_str_istitle: "word.istitle()", "large.istitle()", "wide.istitle()";
    limit_in_str_isupper: "word.isupper()", "large.isupper()", "wide.isupper()";
    limit_in_str_join: "word.join('abc')",
        "large.join('abc')",
        "wide.join('abc')",
        "large.join('x' * 900_000)",
        "''.join(str(i) for i in range(10 ** 9))",
        "x = ['ab'] * 600_000\nwhile True:\n    '-'.join(x)";
    limit_in_str_ljust: "word.ljust(20)", "large.ljust(20)", "wide.ljust(20)", "'a'.ljust(90_000_000, 'é')";
    limit_in_str_lower: "word.lower()", "large.lower()", "wide.lower()", "x = [('İ' * 900_000).lower() for _ in range(9)]";
    limit_in_str_lstrip: "word.lstrip('W')", "large.lstrip('W')", "wide.lstrip('W')", "while True:\n    (' ' * 90_000).lstrip()";
    limit_in_str_maketrans: "str.maketrans('ab', 'cd', word[:99])",
        "str.maketrans('ab', 'cd', large[:99])",
        "str.maketrans('ab', 'cd', wide[:99])",
        "str.maketrans('a' * 9_000_000, 'b' * 9_000_000)",
        "str.maketrans('', '', ''.join(chr(i) for i in range(256, 50_000)) * 40)";
    limit_in_str_partition: "word.partition('-')",
        "large.partition('-')",
        "wide.partition('-')",
        "x = [large.partition(' ') for _ in range(900_000)]";
    limit_in_str_removeprefix: "word.removeprefix('W')",
        "large.removeprefix('W')",
        "wide.removeprefix('W')",
        "x = [large.removeprefix('a') for _ in range(900_000)]";
    limit_in_str_removesuffix: "word.removesuffix('x')",
        "large.removesuffix('x')",
        "wide.removesuffix('x')",
        "x = [large.removesuffix(' ') for _ in range(900_000)]";
    limit_in_str_replace: "word.replace('x', 'y')",
        "large.replace('x', 'y')",
        "wide.replace('x', 'y')",
        "large.replace('a', 'x' * 90_000)",
        "('a' * 9_000_000).replace('', 'b')";
    limit_in_str_rfind: "word.rfind('zz')", "large.rfind('zz')", "wide.rfind('zz')", "while True:\n    ('a' * 90_000).rfind('b' + 'a' * 9_000)";
    limit_in_str_rindex: "word.rindex('')", "large.rindex('')", "wide.rindex('')";
    limit_in_str_rjust: "word.rjust(20)", "large.rjust(20)", "wide.rjust(20)", "'a'.rjust(90_000_000)";
    limit_in_str_rpartition: "word.rpartition('-')",
        "large.rpartition('-')",
        "wide.rpartition('-')",
        "x = [large.rpartition(' ') for _ in range(900_000)]";
    limit_in_str_rsplit: "word.rsplit('q', 1)", "large.rsplit('q', 1)", "wide.rsplit('q', 1)", "lots.rsplit(',')", "large.rsplit()";
    limit_in_str_rstrip: "word.rstrip('x')", "large.rstrip('x')", "wide.rstrip('x')", "while True:\n    (' ' * 90_000).rstrip()";
    limit_in_str_split: "word.split('q')", "large.split('q')", "wide.split('q')", "lots.split(',')", "large.split()", "('a' * 9_000_000).split('a')";
    limit_in_str_splitlines: "word.splitlines()",
        "large.splitlines()",
        "wide.splitlines()",
        "lots.splitlines()",
        "('\\n' * 9_000_000).splitlines(True)";
    limit_in_str_startswith: "word.startswith(('y', 'W'))",
        "large.startswith(('y', 'W'))",
        "wide.startswith(('y', 'W'))",
        "'a'.startswith(('b',) * 900_000)";
    limit_in_str_strip: "word.strip()", "large.strip()", "wide.strip()", "while True:\n    ('ab' * 9_000).strip('abcdefgh')";
    limit_in_str_swapcase: "word.swapcase()", "large.swapcase()", "wide.swapcase()", "x = [more.swapcase() for _ in range(9)]";
    limit_in_str_title: "word.title()", "large.title()", "wide.title()", "x = [more.title() for _ in range(9)]";
    limit_in_str_translate: "word.translate({97: 'b'})",
        "large.translate({97: 'b'})",
        "wide.translate({97: 'b'})",
        "large.translate({97: 'x' * 90_000})",
        "large.translate(defaultdict(lambda: 'é' * 90))";
    limit_in_str_upper: "word.upper()", "large.upper()", "wide.upper()", "x = [more.upper() for _ in range(9)]";
    limit_in_str_zfill: "word.zfill(20)", "large.zfill(20)", "wide.zfill(20)", "'1'.zfill(90_000_000)";
    limit_in_str_percent: "'%s %r' % (word, 1)",
        "'%s %r' % (large, 1)",
        "'%s %r' % (wide, 1)",
        "'%90000000d' % 1",
        "('%s' * 90_000) % (('x' * 9_000,) * 90_000)",
        "'%.*f' % (900_000_000, 1.5)";
    limit_in_format_string: "f'{word!r:>9}{1.5:.3f}'",
        "f'{large!r:>9}{1.5:.3f}'",
        "f'{wide!r:>9}{1.5:.3f}'",
        "f'{1:90000000}'",
        "f'{1:>{10 ** 9}}'",
        "x = 'a'\nwhile True:\n    x = f'{x}{x}{x!s:.9}' + 'b'";
    limit_in_str_repeat: "word * 2", "large * 2", "wide * 2", "x = ('ab' * 10 ** 12)[::-1]", "x = 'é'\nwhile True:\n    x = (x + x).upper()";
}
