//! Whatever a program does with tables, diffs, wrapped paragraphs, characters and literals, it ends in a limit, soon and
//! without the memory that it asks for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test stops at once where something is not as it says"
)]

mod support;

use rlm_vm::{End, Limit, Settings};
use support::{Arrival, machine, run_in};

const GIVEN: &str = "\
import ast, csv, difflib, io, textwrap, typing, unicodedata
file = io.StringIO('line\\n' * 1_000)
out = io.StringIO()
rows = csv.writer(out)
records = csv.DictWriter(out, ['a', 'b'])
matcher = difflib.SequenceMatcher(None, 'abcabcaab' * 9, 'bcabcabba' * 9)
wrapper = textwrap.TextWrapper(20)
";

/// Runs a program with 16 MiB and a million units of fuel; returns the limit that it met.
fn limit_of(source: &str) -> Option<Limit> {
    let settings = Settings {
        fuel: 1_000_000,
        memory_bytes: 16 << 20,
        ..Settings::default()
    };
    let source = format!("{GIVEN}{source}");
    let ran = run_in(machine(settings), &source, Arrival::AtOnce, 1_000_000);
    assert!(ran.error.is_none(), "{source}: {:?}", ran.error);
    match ran.end {
        Some(End::Limit(limit)) => Some(limit),
        _ => None,
    }
}

/// A test for each function: what it does for ever ends for want of fuel, or of memory where it keeps what it is given; what
/// follows is what it does with huge arguments.
macro_rules! limits {
    ($($name:ident: $call:literal $(, $huge:literal)*;)*) => {$(
        #[test]
        fn $name() {
            assert!(limit_of(concat!("while True:\n    ", $call)).is_some());
            $(assert!(limit_of($huge).is_some(), "{}", $huge);)*
        }
    )*};
}

limits! {
    limit_in_csv_reader: "list(csv.reader(['a,b,c']))",
        "list(csv.reader([',' * 1_000_000]))",
        "list(csv.reader(['a' * 100_000] * 1_000))",
        "list(csv.reader(['\"' + 'ab,' * 300] + ['x' * 500] * 1_000_000))",
        "csv.field_size_limit(1_000_000_000)\nlist(csv.reader('\"' + 'a\\n' * 1_000_000))",
        "list(csv.reader(['a,b,c,' * 100 + '\"'] + ['\\n'] * 1_000_000))",
        "list(csv.reader(['\"\"' * 3_000_000]))";
    limit_in_csv_dict_reader: "list(csv.DictReader(['a,b', '1,2']))",
        "list(csv.DictReader([',' * 50_000] + ['x'] * 10_000))",
        "list(csv.DictReader(['a'] + ['b' * 1_000] * 1_000_000))",
        "for row in csv.DictReader(['a'] + ['\\n'] * 500_000):\n    pass";
    limit_in_csv_writerow: "rows.writerow(['a', 1, 2.5])",
        "rows.writerow(['\"' * 9_000_000])",
        "rows.writerow(['a' * 1_000_000] * 100)",
        "rows.writerow([[['x'] * 100_000] * 1_000])",
        "csv.writer(out, lineterminator='x' * 9_000_000).writerow(['y'])";
    limit_in_csv_writerows: "rows.writerows([['a', 'b'], ['c']])", "rows.writerows([['a' * 100] * 100] * 100_000)";
    limit_in_csv_dict_writer: "records.writeheader()\n    records.writerow({'a': 1})\n    records.writerows([{'b': 2}])",
        "csv.DictWriter(out, range(1_000_000)).writeheader()";
    limit_in_csv_dialects: "csv.list_dialects(), csv.get_dialect('excel'), csv.field_size_limit()",
        "for n in range(1_000_000):\n    csv.register_dialect('d' + str(n), delimiter='|')";
    limit_in_string_io: "io.StringIO('abc')", "io.StringIO('a\\n' * 5_000_000, newline='\\r\\n')", "io.StringIO('a\\r\\n' * 5_000_000, newline=None)";
    limit_in_string_io_read: "file.read(5), file.seek(0)";
    limit_in_string_io_readline: "file.readline(), file.readline(3), file.seek(0), file.tell()",
        "for line in io.StringIO('\\n' * 9_000_000):\n    pass";
    limit_in_string_io_readlines: "file.readlines(), file.seek(0)", "io.StringIO('\\n' * 9_000_000).readlines()";
    limit_in_string_io_write: "out.write('abc')", "while True:\n    out.write('x' * 100_000 + str(out.tell()))",
        "out.seek(100_000_000)\nout.write('x')\nlist(out.getvalue())", "out.writelines(['ab'] * 9_000_000)",
        "out.write('a' * 100_000)\nwhile True:\n    out.seek(5)\n    out.write('b' * 50_000)";
    limit_in_string_io_truncate: "file.truncate(100), file.getvalue()";
    limit_in_textwrap_wrap: "textwrap.wrap('some words to wrap', 10), wrapper.wrap('some words'), textwrap.TextWrapper(5)",
        "textwrap.wrap('a ' * 1_000_000, 20)",
        "textwrap.wrap('x' * 5_000_000, 1)",
        "textwrap.wrap('a-' * 1_000_000, 20)",
        "textwrap.wrap('-' * 300_000 + '!', 20)",
        "textwrap.wrap('a\\t' * 1_000, 20, tabsize=1_000_000)",
        "textwrap.wrap('a b ' * 10_000, 3, initial_indent='', subsequent_indent='x' * 1_000_000)";
    limit_in_textwrap_fill: "textwrap.fill('some words to wrap', 10), wrapper.fill('some words')", "textwrap.fill('a ' * 1_000_000, 20)";
    limit_in_textwrap_shorten: "textwrap.shorten('some words to wrap', 12)", "textwrap.shorten('a ' * 3_000_000, 20)";
    limit_in_textwrap_dedent: "textwrap.dedent('  a\\n  b')", "textwrap.dedent('  a\\n' * 2_000_000)",
        "textwrap.dedent(' ' * 5_000_000 + 'a\\n' + '\\t')", "textwrap.dedent((' ' * 2_000 + 'a\\n') * 1_000)";
    limit_in_textwrap_indent: "textwrap.indent('a\\nb', '> ')", "textwrap.indent('a\\n' * 10_000, 'x' * 10_000)";
    limit_in_difflib_ratio: "matcher.ratio(), matcher.quick_ratio(), matcher.real_quick_ratio()",
        "difflib.SequenceMatcher(None, 'a' * 100_000, 'a' * 100_000, autojunk=False).ratio()",
        "difflib.SequenceMatcher(None, 'ab' * 50_000, 'ba' * 50_000, autojunk=False).ratio()",
        "difflib.SequenceMatcher(None, 'a' * 5_000_000, 'b' * 5_000_000).quick_ratio()",
        "difflib.SequenceMatcher(None, range(300_000), range(300_000)).ratio()";
    limit_in_difflib_blocks: "matcher.set_seq1('ab')\n    matcher.get_matching_blocks(), matcher.get_opcodes(), list(matcher.get_grouped_opcodes())",
        "difflib.SequenceMatcher(None, 'ab' * 30_000, 'acb' * 30_000, False).get_opcodes()",
        "difflib.SequenceMatcher(None, [str(n) for n in range(100_000)], ['x'] * 100_000).get_matching_blocks()";
    limit_in_difflib_find_longest_match: "matcher.find_longest_match(0, 5, 0, 5)",
        "difflib.SequenceMatcher(None, 'a' * 50_000, 'a' * 50_000, False).find_longest_match()";
    limit_in_difflib_set_seqs: "matcher.set_seqs('abc', 'abd')",
        "difflib.SequenceMatcher(lambda c: c == 'a', 'a', [str(n) for n in range(1_000_000)])";
    limit_in_difflib_get_close_matches: "difflib.get_close_matches('appel', ['ape', 'apple', 'peach'])",
        "difflib.get_close_matches('abc' * 1_000, ['cba' * 1_000] * 10_000, cutoff=0.1)",
        "difflib.get_close_matches('', [''] * 1_000_000)";
    limit_in_difflib_unified_diff: "list(difflib.unified_diff(['a', 'b'], ['a', 'c']))",
        "list(difflib.unified_diff(['a'] * 100_000, ['b'] * 100_000))";
    limit_in_difflib_context_diff: "list(difflib.context_diff(['a', 'b'], ['a', 'c']))",
        "list(difflib.context_diff(['a'] * 100_000, ['b'] * 100_000))";
    limit_in_difflib_ndiff: "list(difflib.ndiff(['abcd', 'b'], ['abcde', 'c']))",
        "list(difflib.ndiff([f'{n} some line' for n in range(2_000)], [f'some {n} line' for n in range(2_000)]))";
    limit_in_difflib_restore: "list(difflib.restore(['- a', '+ b'], 1))", "list(difflib.restore(['- a'] * 1_000_000, 1))";
    limit_in_unicodedata_normalize: "unicodedata.normalize('NFD', 'é')",
        "unicodedata.normalize('NFKD', '\\ufdfa' * 1_000_000)",
        "unicodedata.normalize('NFC', 'a' + '\\u0301\\u0323' * 2_000_000)";
    limit_in_unicodedata_is_normalized: "unicodedata.is_normalized('NFC', 'é')", "unicodedata.is_normalized('NFC', 'e\\u0301' * 3_000_000)";
    limit_in_unicodedata_category: "unicodedata.category('a'), unicodedata.bidirectional('a'), unicodedata.combining('a')";
    limit_in_unicodedata_east_asian_width: "unicodedata.east_asian_width('a'), unicodedata.mirrored('a')";
    limit_in_unicodedata_numeric: "unicodedata.numeric('½'), unicodedata.digit('2'), unicodedata.decimal('2')";
    limit_in_unicodedata_name: "unicodedata.name('a'), unicodedata.name('가')";
    limit_in_unicodedata_lookup: "unicodedata.lookup('SNOWMAN')",
        "while True:\n    try:\n        unicodedata.lookup('X' * 1_000_000)\n    except KeyError:\n        pass";
    limit_in_literal_eval: "ast.literal_eval('[1, 2]')",
        "ast.literal_eval('[' + '1,' * 1_000_000 + ']')",
        "ast.literal_eval('[' + '[],' * 200_000 + ']')",
        "ast.literal_eval('\"a\" ' * 1_000_000)",
        "ast.literal_eval('{' + ''.join(f'{n}:{n},' for n in range(200_000)) + '}')",
        "while True:\n    try:\n        ast.literal_eval('[' + 'x,' * 10_000 + ']')\n    except ValueError:\n        pass",
        "while True:\n    try:\n        ast.literal_eval('1' * 1_000_000)\n    except SyntaxError:\n        pass";
    limit_in_typing: "typing.cast(int, 5), typing.TypeVar('T'), typing.NewType('N', int)(5), typing.List[int], int | None",
        "union = int | None\nfor n in range(1_000_000):\n    union = union | typing.TypeVar(str(n))";
}
