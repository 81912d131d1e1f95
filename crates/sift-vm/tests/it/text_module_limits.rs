//! Functions of tables, diffs, wrapped paragraphs, characters and literals end in a limit on
//! adversarial arguments: quickly and within memory.

use crate::support::limits::limits;
use crate::support::machine;

/// A file, a matcher, and a writer of tables.
const GIVEN: &str = "\
import ast, csv, difflib, io, textwrap, typing, unicodedata
file = io.StringIO('line\\n' * 1_000)
out = io.StringIO()
rows = csv.writer(out)
records = csv.DictWriter(out, ['a', 'b'])
matcher = difflib.SequenceMatcher(None, 'abcabcaab' * 9, 'bcabcabba' * 9)
wrapper = textwrap.TextWrapper(20)
";

limits! { machine, GIVEN;
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
    limit_in_csv_writer: "csv.writer(out)", "csv.writer(out, lineterminator='x' * 900_000).writerow(['y'])";
    limit_in_csv_writer_writerow: "rows.writerow(['a', 1, 2.5])",
        "rows.writerow(['\"' * 9_000_000])",
        "rows.writerow(['a' * 1_000_000] * 100)",
        "rows.writerow([[['x'] * 100_000] * 1_000])",
        "csv.writer(out, lineterminator='x' * 9_000_000).writerow(['y'])";
    limit_in_csv_writer_writerows: "rows.writerows([['a', 'b'], ['c']])", "rows.writerows([['a' * 100] * 100] * 100_000)";
    limit_in_csv_dict_writer: "csv.DictWriter(out, ['a', 'b'])", "csv.DictWriter(out, range(10 ** 9))";
    limit_in_csv_dict_writer_writeheader: "records.writeheader()", "csv.DictWriter(out, range(100_000)).writeheader()";
    limit_in_csv_dict_writer_writerow: "records.writerow({'a': 1})", "records.writerow({'a': 'x' * 900_000})";
    limit_in_csv_dict_writer_writerows: "records.writerows([{'b': 2}])",
        "records.writerows([{'a': 'x' * 900}] * 900_000)",
        "records.writerows({'a': n} for n in itertools.count())";
    limit_in_csv_field_size_limit: "csv.field_size_limit()", "csv.field_size_limit(9)";
    limit_in_csv_get_dialect: "csv.get_dialect('excel')";
    limit_in_csv_list_dialects: "csv.list_dialects()";
    limit_in_csv_register_dialect: "for n in range(1_000_000):\n    csv.register_dialect('d' + str(n), delimiter='|')",
        "csv.register_dialect('d', delimiter='|')";
    limit_in_csv_unregister_dialect: "csv.register_dialect('d')\ncsv.unregister_dialect('d')";
    limit_in_io_string_io: "io.StringIO('abc')",
        "io.StringIO('a\\n' * 5_000_000, newline='\\r\\n')",
        "io.StringIO('a\\r\\n' * 5_000_000, newline=None)";
    limit_in_io_string_io_read: "file.read(5), file.seek(0)";
    limit_in_io_string_io_readline: "file.readline(), file.readline(3), file.seek(0), file.tell()",
        "for line in io.StringIO('\\n' * 9_000_000):\n    pass";
    limit_in_io_string_io_readlines: "file.readlines(), file.seek(0)", "io.StringIO('\\n' * 9_000_000).readlines()";
    limit_in_io_string_io_write: "out.write('abc')",
        "while True:\n    out.write('x' * 100_000 + str(out.tell()))",
        "out.seek(100_000_000)\nout.write('x')\nlist(out.getvalue())",
        "out.write('a' * 100_000)\nwhile True:\n    out.seek(5)\n    out.write('b' * 50_000)";
    limit_in_io_string_io_writelines: "out.writelines(['ab'])", "out.writelines(['ab'] * 900_000)", "out.writelines(itertools.repeat('ab'))";
    limit_in_io_string_io_getvalue: "file.getvalue()";
    limit_in_io_string_io_truncate: "file.truncate(100), file.getvalue()", "file.truncate(10 ** 12)";
    limit_in_io_string_io_seek: "file.seek(0)", "out.seek(10 ** 9)\nout.write('x')";
    limit_in_io_string_io_tell: "file.tell()";
    limit_in_io_string_io_close: "io.StringIO('x' * 100_000).close()", "file.close()";
    limit_in_io_string_io_flush: "file.flush()";
    limit_in_io_string_io_isatty: "file.isatty()";
    limit_in_io_string_io_readable: "file.readable()";
    limit_in_io_string_io_writable: "file.writable()";
    limit_in_io_string_io_seekable: "file.seekable()";
    limit_in_textwrap_text_wrapper: "textwrap.TextWrapper(5)", "textwrap.TextWrapper(10 ** 9, tabsize=10 ** 6).wrap('a\\tb' * 90)";
    limit_in_textwrap_text_wrapper_wrap: "wrapper.wrap('some words')", "wrapper.wrap('a ' * 1_000_000)";
    limit_in_textwrap_text_wrapper_fill: "wrapper.fill('some words')", "wrapper.fill('a-' * 1_000_000)";
    limit_in_textwrap_wrap: "textwrap.wrap('some words to wrap', 10), wrapper.wrap('some words'), textwrap.TextWrapper(5)",
        "textwrap.wrap('a ' * 1_000_000, 20)",
        "textwrap.wrap('x' * 5_000_000, 1)",
        "textwrap.wrap('a-' * 1_000_000, 20)",
        "textwrap.wrap('-' * 300_000 + '!', 20)",
        "textwrap.wrap('a\\t' * 1_000, 20, tabsize=1_000_000)",
        "textwrap.wrap('a b ' * 10_000, 3, initial_indent='', subsequent_indent='x' * 1_000_000)";
    limit_in_textwrap_fill: "textwrap.fill('some words to wrap', 10), wrapper.fill('some words')", "textwrap.fill('a ' * 1_000_000, 20)";
    limit_in_textwrap_shorten: "textwrap.shorten('some words to wrap', 12)", "textwrap.shorten('a ' * 3_000_000, 20)";
    limit_in_textwrap_dedent: "textwrap.dedent('  a\\n  b')",
        "textwrap.dedent('  a\\n' * 2_000_000)",
        "textwrap.dedent(' ' * 5_000_000 + 'a\\n' + '\\t')",
        "textwrap.dedent((' ' * 2_000 + 'a\\n') * 1_000)";
    limit_in_textwrap_indent: "textwrap.indent('a\\nb', '> ')", "textwrap.indent('a\\n' * 10_000, 'x' * 10_000)";
    limit_in_difflib_sequence_matcher: "difflib.SequenceMatcher(None, 'abc', 'abd')",
        "difflib.SequenceMatcher(None, [], itertools.count())",
        "difflib.SequenceMatcher(None, 'a' * 900_000, 'b' * 900_000)";
    limit_in_difflib_sequence_matcher_ratio: "matcher.set_seq1('ab')\nmatcher.ratio()",
        "difflib.SequenceMatcher(None, 'a' * 100_000, 'a' * 100_000, autojunk=False).ratio()",
        "difflib.SequenceMatcher(None, 'ab' * 50_000, 'ba' * 50_000, autojunk=False).ratio()",
        "difflib.SequenceMatcher(None, range(300_000), range(300_000)).ratio()";
    limit_in_difflib_sequence_matcher_quick_ratio: "matcher.quick_ratio()",
        "difflib.SequenceMatcher(None, 'a' * 5_000_000, 'b' * 5_000_000).quick_ratio()";
    limit_in_difflib_sequence_matcher_real_quick_ratio: "matcher.real_quick_ratio()";
    limit_in_difflib_sequence_matcher_get_matching_blocks: "matcher.set_seq1('ab')\nmatcher.get_matching_blocks()",
        "difflib.SequenceMatcher(None, [str(n) for n in range(100_000)], ['x'] * 100_000).get_matching_blocks()";
    limit_in_difflib_sequence_matcher_get_opcodes: "matcher.set_seq1('ab')\nmatcher.get_opcodes()",
        "difflib.SequenceMatcher(None, 'ab' * 30_000, 'acb' * 30_000, False).get_opcodes()";
    limit_in_difflib_sequence_matcher_get_grouped_opcodes: "list(matcher.get_grouped_opcodes())",
        "list(difflib.SequenceMatcher(None, 'ab' * 3_000, 'acb' * 3_000, False).get_grouped_opcodes(10 ** 9))";
    limit_in_difflib_sequence_matcher_find_longest_match: "matcher.find_longest_match(0, 5, 0, 5)",
        "difflib.SequenceMatcher(None, 'a' * 50_000, 'a' * 50_000, False).find_longest_match()";
    limit_in_difflib_sequence_matcher_set_seqs: "matcher.set_seqs('abc', 'abd')",
        "difflib.SequenceMatcher(lambda c: c == 'a', 'a', [str(n) for n in range(1_000_000)])";
    limit_in_difflib_sequence_matcher_set_seq1: "matcher.set_seq1('abc')", "matcher.set_seq1('abc' * 90_000)\nmatcher.ratio()";
    limit_in_difflib_sequence_matcher_set_seq2: "matcher.set_seq2('abc')", "matcher.set_seq2(str(n) for n in itertools.count())";
    limit_in_difflib_differ: "difflib.Differ()";
    limit_in_difflib_differ_compare: "list(difflib.Differ().compare(['a'], ['b']))",
        "list(difflib.Differ().compare(['abcd' * 9] * 900, ['abce' * 9] * 900))";
    limit_in_difflib_is_character_junk: "difflib.IS_CHARACTER_JUNK(' ')", "difflib.IS_CHARACTER_JUNK('a' * 900_000)";
    limit_in_difflib_is_line_junk: "difflib.IS_LINE_JUNK('#')", "difflib.IS_LINE_JUNK(' ' * 900_000 + 'x')";
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
    limit_in_unicodedata_category: "unicodedata.category('a')";
    limit_in_unicodedata_bidirectional: "unicodedata.bidirectional('a')";
    limit_in_unicodedata_combining: "unicodedata.combining('a')";
    limit_in_unicodedata_east_asian_width: "unicodedata.east_asian_width('a')";
    limit_in_unicodedata_mirrored: "unicodedata.mirrored('a')";
    limit_in_unicodedata_numeric: "unicodedata.numeric('½')";
    limit_in_unicodedata_digit: "unicodedata.digit('2')";
    limit_in_unicodedata_decimal: "unicodedata.decimal('2')";
    limit_in_unicodedata_name: "unicodedata.name('a')", "unicodedata.name('가')";
    limit_in_unicodedata_lookup: "unicodedata.lookup('SNOWMAN')",
        "while True:\n    try:\n        unicodedata.lookup('X' * 1_000_000)\n    except KeyError:\n        pass";
    limit_in_ast_literal_eval: "ast.literal_eval('[1, 2]')",
        "ast.literal_eval('[' + '1,' * 1_000_000 + ']')",
        "ast.literal_eval('[' + '[],' * 200_000 + ']')",
        "ast.literal_eval('\"a\" ' * 1_000_000)",
        "ast.literal_eval('{' + ''.join(f'{n}:{n},' for n in range(200_000)) + '}')",
        "while True:\n    try:\n        ast.literal_eval('[' + 'x,' * 10_000 + ']')\n    except ValueError:\n        pass",
        "while True:\n    try:\n        ast.literal_eval('1' * 1_000_000)\n    except SyntaxError:\n        pass",
        "try:\n    ast.literal_eval('(' * 900_000)\nexcept (SyntaxError, MemoryError):\n    pass";
    limit_in_typing_cast: "typing.cast(int, 5)";
    limit_in_typing_type_var: "typing.TypeVar('T')", "union = int | None\nfor n in range(10 ** 9):\n    union = union | typing.TypeVar(str(n))";
    limit_in_typing_new_type: "typing.NewType('N', int)(5)";
    limit_in_typing_param_spec: "typing.ParamSpec('P')";
    limit_in_typing_assert_type: "typing.assert_type(5, int)";
    limit_in_typing_unions: "typing.List[int], int | None";
}
