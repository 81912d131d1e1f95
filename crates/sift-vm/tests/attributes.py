#!/usr/bin/env python3
"""Writes attributes.txt: every public attribute of CPython's common types and modules, used in one line.

A row is the attribute, a program of one line that uses it, and what CPython prints for it; `-` if that is not
meaningful in the language (addresses, sentinels). Arguments are found by trying in a fixed order, so that each row can be
explained: by the first of CANDIDATES that CPython accepts, or by the use in USES.
"""

import contextlib
import io
import pathlib
import types
import typing

SETUP = {
    "str": "x = 'banana split'",
    "list": "x = [3, 1, 2]",
    "tuple": "x = (3, 1, 2)",
    "dict": "x = {'a': 1, 'b': 2}",
    "set": "x = {1, 2}",
    "frozenset": "x = frozenset([1, 2])",
    "int": "x = 10",
    "float": "x = 2.5",
    "bool": "x = True",
    "range": "x = range(2, 10, 3)",
    "re": "import re",
    "re.Pattern": "import re; x = re.compile('(?P<word>a)n')",
    "re.Match": "import re; x = re.search('(?P<word>a)n', 'banana')",
    "re.error": "import re; x = re.error('bad', 'a(', 1)",
    "json": "import json",
    "json.JSONDecodeError": "import json; x = json.JSONDecodeError('bad', '[,', 1)",
    "datetime": "import datetime",
    "datetime.date": "from datetime import date; x = date(2024, 2, 29)",
    "datetime.time": "from datetime import time, timezone; x = time(13, 5, 7, 9, tzinfo=timezone.utc)",
    "datetime.datetime": "from datetime import datetime, timezone; x = datetime(2024, 2, 29, 13, 5, 7, 9, tzinfo=timezone.utc)",
    "datetime.timedelta": "from datetime import timedelta; x = timedelta(days=3, seconds=7, microseconds=9)",
    "datetime.timezone": "from datetime import timezone, timedelta; x = timezone(timedelta(hours=2))",
    "collections": "import collections",
    "collections.Counter": "from collections import Counter; x = Counter('banana')",
    "collections.OrderedDict": "from collections import OrderedDict; x = OrderedDict([('a', 1), ('b', 2)])",
    "collections.defaultdict": "from collections import defaultdict; x = defaultdict(int, {'a': 1})",
    "collections.deque": "from collections import deque; x = deque([3, 1, 2], 5)",
    "collections.ChainMap": "from collections import ChainMap; x = ChainMap({'a': 1}, {'a': 2, 'b': 3})",
    "collections.namedtuple": "from collections import namedtuple; x = namedtuple('Point', 'x y')(1, 2)",
    "itertools": "import itertools",
    "itertools.chain": "from itertools import chain; x = chain",
    "math": "import math",
    "statistics": "import statistics",
    "functools": "import functools",
    "functools.partial": "from functools import partial; x = partial(int, base=2)",
    "functools.lru_cache": "from functools import lru_cache; x = lru_cache(maxsize=9)(len)",
    "operator": "import operator",
    "heapq": "import heapq",
    "bisect": "import bisect",
    "string": "import string",
    "textwrap": "import textwrap",
    "csv": "import csv",
    "csv.reader": "import csv; x = csv.reader(['a,b', 'c,d'])",
    "csv.DictReader": "import csv; x = csv.DictReader(['a,b', 'c,d'])",
    "csv.writer": "import csv, io; x = csv.writer(io.StringIO())",
    "csv.DictWriter": "import csv, io; x = csv.DictWriter(io.StringIO(), ['a', 'b'])",
    "io.StringIO": "import io; x = io.StringIO('one\\ntwo\\n')",
    "difflib": "import difflib",
    "difflib.SequenceMatcher": "import difflib; x = difflib.SequenceMatcher(None, 'abcd', 'bcde')",
    "unicodedata": "import unicodedata",
    "ast": "import ast",
    "typing": "import typing",
    "decimal": "import decimal",
    "decimal.Decimal": "from decimal import Decimal; x = Decimal('3.14')",
    "fractions": "import fractions",
    "fractions.Fraction": "from fractions import Fraction; x = Fraction(3, 4)",
}

CANDIDATES = [
    "()",
    "(2)",
    "('a')",
    "('an')",
    "([3, 1, 2])",
    "({1: 2})",
    "(2, 3)",
    "(1.5)",
    "('a', 'b')",
    "('a', 'banana')",
    "('a', 'b', 'banana')",
    "([3, 1, 2], 2)",
    "(2, [3, 1, 2])",
    "([3, 1, 2], [1, 2, 4])",
    "(lambda a, b: a + b, [3, 1, 2])",
    "(lambda a: a > 1, [3, 1, 2])",
    "(lambda a: a > 1)",
    "('[1, 2]')",
    "('A')",
    "('NFC', 'a')",
    "(['a,b', 'c,d'])",
    "('a', ['ab', 'b'])",
    "(['a'], ['b'])",
    "((3, 1), (1, 2))",
    "(0, 2)",
    "(2, 3, 1)",
    "('2024-01-02')",
    "('%Y')",
    "('2024', '%Y')",
    "(2024, 1, 2)",
]

# Uses that show more than the first accepted arguments, or that need several calls. A use that ends in `~` is run, but its output is ignored.
USES = {
    "str.encode": "x.encode('utf-8')~",
    "str.format": "'{} and {b}'.format(1, b=2)",
    "str.format_map": "'{a}'.format_map({'a': 1})",
    "str.join": "'-'.join(['a', 'b'])",
    "str.maketrans": "'ab'.translate(str.maketrans('a', 'b'))",
    "str.translate": "x.translate({97: 'o'})",
    "list.remove": "[x.remove(1), x]",
    "list.extend": "[x.extend('ab'), x]",
    "list.insert": "[x.insert(1, 9), x]",
    "set.remove": "[x.remove(1), x]",
    "dict.fromkeys": "dict.fromkeys('ab', 0)",
    "dict.pop": "[x.pop('a'), x]",
    "dict.update": "[x.update(c=3), x]",
    "int.to_bytes": "x.to_bytes~",
    "int.from_bytes": "int.from_bytes~",
    "set.symmetric_difference": "x.symmetric_difference([2, 3])",
    "set.symmetric_difference_update": "[x.symmetric_difference_update([2, 3]), x]",
    "frozenset.symmetric_difference": "x.symmetric_difference([2, 3])",
    "math.cbrt": "round(math.cbrt(2), 12)",
    "math.erfc": "round(math.erfc(2), 12)",
    "float.fromhex": "float.fromhex('0x1p3')",
    "re.sub": "re.sub('a', 'o', 'banana')",
    "re.subn": "re.subn('a', 'o', 'banana')",
    "re.split": "re.split('n', 'banana')",
    "re.A": "int(re.A)",
    "re.ASCII": "int(re.ASCII)",
    "re.DEBUG": "int(re.DEBUG)",
    "re.DOTALL": "int(re.DOTALL)",
    "re.I": "int(re.I)",
    "re.IGNORECASE": "int(re.IGNORECASE)",
    "re.L": "int(re.L)",
    "re.LOCALE": "int(re.LOCALE)",
    "re.M": "int(re.M)",
    "re.MULTILINE": "int(re.MULTILINE)",
    "re.NOFLAG": "int(re.NOFLAG)",
    "re.S": "int(re.S)",
    "re.U": "int(re.U)",
    "re.UNICODE": "int(re.UNICODE)",
    "re.VERBOSE": "int(re.VERBOSE)",
    "re.X": "int(re.X)",
    "re.Pattern.groupindex": "dict(x.groupindex)",
    "statistics.geometric_mean": "round(statistics.geometric_mean([3, 1, 2]), 12)",
    "re.Match.group": "x.group('word')",
    "re.Match.expand": "x.expand(r'<\\1>')",
    "re.Pattern.sub": "x.sub('o', 'banana')",
    "re.Pattern.subn": "x.subn('o', 'banana')",
    "re.Scanner": "re.Scanner([('a', None)])~",
    "re.Pattern.scanner": "x.scanner('a')~",
    "re.template": "re.template('a')~",
    "re.purge": "re.purge()",
    "json.load": "json.load('a')~",
    "json.dump": "json.dump('a', 'a')~",
    "json.detect_encoding": "json.detect_encoding('a')~",
    "json.JSONDecoder": "json.JSONDecoder().decode('[1]')",
    "json.JSONEncoder": "json.JSONEncoder().encode([1])",
    "datetime.date.today": "date.today()~",
    "datetime.datetime.now": "datetime.now()~",
    "datetime.datetime.today": "datetime.today()~",
    "datetime.datetime.utcnow": "datetime.utcnow()~",
    "datetime.date.fromtimestamp": "date.fromtimestamp(0)~",
    "datetime.datetime.fromtimestamp": "datetime.fromtimestamp(86400, timezone.utc)",
    "datetime.datetime.combine": "datetime.combine(x.date(), x.time())",
    "datetime.datetime.strptime": "datetime.strptime('2024-02-03', '%Y-%m-%d')",
    "datetime.datetime.astimezone": "x.astimezone(timezone.utc)",
    "datetime.datetime.strftime": "x.strftime('%d.%m.%Y %H:%M')",
    "datetime.date.strftime": "x.strftime('%d.%m.%Y')",
    "datetime.time.strftime": "x.strftime('%H:%M')",
    "datetime.datetime.replace": "x.replace(year=2025, day=1)",
    "datetime.date.replace": "x.replace(year=2025, day=1)",
    "datetime.time.replace": "x.replace(hour=1)",
    "datetime.date.fromisoformat": "date.fromisoformat('2024-01-02')",
    "datetime.datetime.fromisoformat": "datetime.fromisoformat('2024-01-02T03:04')",
    "datetime.time.fromisoformat": "time.fromisoformat('03:04')",
    "datetime.tzinfo": "datetime.tzinfo~",
    "datetime.datetime_CAPI": "datetime.datetime_CAPI~",
    "datetime.timezone.utcoffset": "x.utcoffset(None)",
    "datetime.timezone.dst": "x.dst(None)",
    "datetime.timezone.tzname": "x.tzname(None)",
    "datetime.timezone.fromutc": "x.fromutc(__import__('datetime').datetime(2024, 1, 1, tzinfo=x))~",
    "collections.abc": "collections.abc~",
    "collections.namedtuple": "collections.namedtuple('Point', 'x y')(1, 2)",
    "collections.UserDict": "collections.UserDict()~",
    "collections.UserList": "collections.UserList()~",
    "collections.UserString": "collections.UserString('a')~",
    "collections.Counter.fromkeys": "Counter.fromkeys~",
    "collections.ChainMap.fromkeys": "ChainMap.fromkeys('ab', 1)",
    "collections.OrderedDict.pop": "[x.pop('a'), x]",
    "collections.defaultdict.pop": "[x.pop('a'), x]",
    "collections.Counter.pop": "[x.pop('a'), x]",
    "collections.Counter.subtract": "[x.subtract('an'), x]",
    "collections.Counter.update": "[x.update('an'), x]",
    "collections.deque.extend": "[x.extend('ab'), x]",
    "itertools.chain": "list(itertools.chain('ab', 'cd'))",
    "itertools.chain.from_iterable": "list(chain.from_iterable(['ab', 'cd']))",
    "itertools.accumulate": "list(itertools.accumulate([3, 1, 2]))",
    "itertools.compress": "list(itertools.compress('abc', [1, 0, 1]))",
    "itertools.count": "[n for n, _ in zip(itertools.count(3), 'ab')]",
    "itertools.cycle": "[n for n, _ in zip(itertools.cycle('ab'), 'abc')]",
    "itertools.groupby": "[(k, list(g)) for k, g in itertools.groupby('aab')]",
    "itertools.islice": "list(itertools.islice('abcdef', 1, 5, 2))",
    "itertools.product": "list(itertools.product('ab', [1, 2]))",
    "itertools.repeat": "list(itertools.repeat('a', 3))",
    "itertools.starmap": "list(itertools.starmap(pow, [(2, 3)]))",
    "itertools.tee": "[list(i) for i in itertools.tee('ab')]",
    "itertools.zip_longest": "list(itertools.zip_longest('ab', 'c', fillvalue='-'))",
    "math.nan": "str(math.nan)",
    "statistics.NormalDist": "statistics.NormalDist(0, 1)~",
    "statistics.correlation": "statistics.correlation([1, 2, 3], [2, 4, 7])",
    "statistics.covariance": "statistics.covariance([1, 2, 3], [2, 4, 7])",
    "statistics.linear_regression": "statistics.linear_regression([1, 2, 3], [2, 4, 7])",
    "statistics.quantiles": "statistics.quantiles([1, 2, 3, 4])",
    "statistics.StatisticsError": "repr(statistics.StatisticsError('a'))",
    "functools.cache": "functools.cache(lambda a: a + 1)(2)",
    "functools.lru_cache": "functools.lru_cache(maxsize=None)(lambda a: a + 1)(2)",
    "functools.partial": "functools.partial(int, base=2)('101')",
    "functools.cmp_to_key": "sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a))",
    "functools.partial.func": "x.func is int",
    "functools.lru_cache.cache_info": "[x('ab'), x('ab'), x.cache_info()]",
    "functools.lru_cache.cache_clear": "x.cache_clear()",
    "functools.lru_cache.cache_parameters": "x.cache_parameters()",
    "operator.attrgetter": "operator.attrgetter('real')(5)",
    "operator.itemgetter": "operator.itemgetter(1, 0)('ab')",
    "operator.methodcaller": "operator.methodcaller('upper')('ab')",
    "operator.call": "operator.call(len, 'ab')",
    "operator.contains": "operator.contains([1], 1)",
    "operator.getitem": "operator.getitem([3, 1, 2], 1)",
    "operator.setitem": "operator.setitem({}, 'a', 1)",
    "operator.delitem": "operator.delitem({'a': 1}, 'a')",
    "operator.matmul": "operator.matmul~",
    "operator.imatmul": "operator.imatmul~",
    "operator.iadd": "operator.iadd([1], [2])",
    "operator.iconcat": "operator.iconcat([1], [2])",
    "operator.concat": "operator.concat([1], [2])",
    "heapq.merge": "list(heapq.merge([1, 4], [2, 3]))",
    "heapq.heappop": "heapq.heappop([1, 3, 2])",
    "heapq.heapify": "heapq.heapify([3, 1, 2])",
    "heapq.nlargest": "heapq.nlargest(2, [3, 1, 2])",
    "heapq.nsmallest": "heapq.nsmallest(2, [3, 1, 2])",
    "bisect.bisect": "bisect.bisect([1, 2, 4], 2)",
    "bisect.bisect_left": "bisect.bisect_left([1, 2, 4], 2)",
    "bisect.bisect_right": "bisect.bisect_right([1, 2, 4], 2)",
    "bisect.insort": "bisect.insort([1, 2, 4], 2)",
    "bisect.insort_left": "bisect.insort_left([1, 2, 4], 2)",
    "bisect.insort_right": "bisect.insort_right([1, 2, 4], 2)",
    "string.Formatter": "string.Formatter()~",
    "string.Template": "string.Template('$a').substitute(a=1)~",
    "string.capwords": "string.capwords('banana split')",
    "textwrap.TextWrapper": "textwrap.TextWrapper(width=20)~",
    "textwrap.dedent": "textwrap.dedent('  a\\n   b')",
    "textwrap.fill": "textwrap.fill('one two three', width=8)",
    "textwrap.indent": "textwrap.indent('a\\nb', '> ')",
    "textwrap.shorten": "textwrap.shorten('one two three', width=10)",
    "textwrap.wrap": "textwrap.wrap('one two three', width=8)",
    "csv.reader": "list(csv.reader(['a,b', 'c,d']))",
    "csv.DictReader": "list(csv.DictReader(['a,b', 'c,d']))",
    "csv.writer": "csv.writer(__import__('io').StringIO()).writerow(['a'])~",
    "csv.DictWriter": "csv.DictWriter(__import__('io').StringIO(), ['a']).writeheader()~",
    "csv.Dialect": "csv.Dialect~",
    "csv.excel": "csv.excel~",
    "csv.excel_tab": "csv.excel_tab~",
    "csv.unix_dialect": "csv.unix_dialect~",
    "csv.Sniffer": "csv.Sniffer()~",
    "csv.register_dialect": "csv.register_dialect('a')~",
    "csv.unregister_dialect": "csv.unregister_dialect~",
    "csv.get_dialect": "csv.get_dialect('excel')~",
    "csv.list_dialects": "csv.list_dialects()~",
    "csv.Error": "repr(csv.Error('a'))",
    "csv.DictWriter.writerow": "x.writerow({'a': 1, 'b': 2})",
    "csv.DictWriter.writerows": "x.writerows([{'a': 1, 'b': 2}])",
    "csv.DictReader.reader": "list(x.reader)",
    "csv.writer.writerows": "x.writerows([['a', 'b']])",
    "io.StringIO.write": "[x.write('ab'), x.getvalue()]",
    "io.StringIO.writelines": "[x.writelines(['ab', 'c']), x.getvalue()]",
    "io.StringIO.fileno": "x.fileno~",
    "io.StringIO.detach": "x.detach~",
    "difflib.Differ": "list(difflib.Differ().compare(['a\\n'], ['b\\n']))~",
    "difflib.HtmlDiff": "difflib.HtmlDiff()~",
    "difflib.Match": "difflib.Match(1, 2, 3)",
    "difflib.SequenceMatcher": "difflib.SequenceMatcher(None, 'abcd', 'bcde').ratio()",
    "difflib.diff_bytes": "difflib.diff_bytes~",
    "difflib.get_close_matches": "difflib.get_close_matches('appel', ['ape', 'apple', 'peach'])",
    "difflib.ndiff": "list(difflib.ndiff(['one\\n', 'two\\n'], ['one\\n', 'tow\\n']))",
    "difflib.unified_diff": "list(difflib.unified_diff(['a', 'b'], ['a', 'c'], lineterm=''))",
    "difflib.context_diff": "list(difflib.context_diff(['a', 'b'], ['a', 'c'], lineterm=''))",
    "difflib.restore": "list(difflib.restore(difflib.ndiff(['a'], ['b']), 1))",
    "difflib.SequenceMatcher.set_seqs": "[x.set_seqs('ab', 'ab'), x.ratio()]",
    "difflib.SequenceMatcher.set_seq1": "[x.set_seq1('bcde'), x.ratio()]",
    "difflib.SequenceMatcher.set_seq2": "[x.set_seq2('abcd'), x.ratio()]",
    "difflib.SequenceMatcher.get_grouped_opcodes": "list(x.get_grouped_opcodes())",
    "unicodedata.name": "unicodedata.name('é')",
    "unicodedata.lookup": "unicodedata.lookup('SNOWMAN')",
    "unicodedata.normalize": "unicodedata.normalize('NFD', 'é')",
    "unicodedata.is_normalized": "unicodedata.is_normalized('NFC', 'é')",
    "unicodedata.decimal": "unicodedata.decimal('٣')",
    "unicodedata.digit": "unicodedata.digit('²')",
    "unicodedata.numeric": "unicodedata.numeric('½')",
    "unicodedata.unidata_version": "unicodedata.unidata_version~",
    "unicodedata.UCD": "unicodedata.UCD~",
    "unicodedata.ucd_3_2_0": "unicodedata.ucd_3_2_0~",
    "ast.literal_eval": "ast.literal_eval('[1, 2.5, None]')",
    "decimal.Decimal.from_float": "Decimal.from_float(0.5)",
    "decimal.Decimal.quantize": "x.quantize(Decimal('0.1'))",
    "fractions.Fraction.from_float": "Fraction.from_float(0.5)",
    "fractions.Fraction.from_decimal": "Fraction.from_decimal(__import__('decimal').Decimal('0.5'))~",
}


def is_own(owner, value, name):
    """Returns whether an attribute belongs to its owner: it is not a module, and not imported from another module."""
    attribute = getattr(value, name)
    if f"{owner}.{name}" in USES:
        return True
    if isinstance(attribute, types.ModuleType):
        return False
    if not isinstance(value, types.ModuleType) or name in getattr(value, "__all__", [name]):
        return True
    return getattr(attribute, "__module__", owner) in (owner, f"_{owner}", "builtins", None)


def owner_names(owner):
    """Returns the public attributes of an owner."""
    scope = {}
    exec(SETUP[owner], scope)
    value = scope[owner] if isinstance(scope.get(owner), types.ModuleType) else scope["x"]
    public = typing.__all__ if owner == "typing" else dir(value)
    names = [name for name in public if not name.startswith("_")]
    if owner == "collections.namedtuple":
        names += ["_asdict", "_fields", "_field_defaults", "_make", "_replace"]
    own = [name for name in names if is_own(owner, value, name)]
    return own, isinstance(value, types.ModuleType), value


def run(program):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(program, {"__name__": "__main__"})
    return out.getvalue()


def program_of(owner, use):
    return f"{SETUP[owner]}; print(repr({use}))"


def use_of(owner, path, name, is_module, value):
    if path in USES:
        return USES[path]
    place = f"{owner}.{name}" if is_module else f"x.{name}"
    attribute = getattr(value, name)
    if owner == "typing" or (owner == "ast" and name != "literal_eval"):
        return f"{place}~"
    if not callable(attribute):
        return place
    for arguments in CANDIDATES:
        use = f"{place}{arguments}"
        with contextlib.suppress(Exception):
            shown = run(program_of(owner, use))
            if " object at " in shown or " at 0x" in shown:
                listed = f"[v for _, v in zip(range(5), {use})]"
                with contextlib.suppress(Exception):
                    if " at 0x" not in run(program_of(owner, listed)):
                        return listed
                return f"{use}~"
            if shown == "None\n" and not is_module:
                return f"[{use}, x]"
            return use
    return f"{place}~"


def main():
    rows = []
    for owner in SETUP:
        names, is_module, value = owner_names(owner)
        for name in names:
            path = f"{owner}.{name}"
            use = use_of(owner, path, name, is_module, value)
            if use.endswith("~"):
                rows.append(f"{path}\t{SETUP[owner]}; {use[:-1]}\t-")
                continue
            program = program_of(owner, use)
            shown = run(program).rstrip("\n")
            assert "\n" not in shown and "\t" not in shown, path
            if " at 0x" in shown:
                shown = "-"
            rows.append(f"{path}\t{program}\t{shown}")
    path = pathlib.Path(__file__).with_suffix(".txt")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
