"""Writes format_*.json next to this file: how CPython 3.11 formats and parses numbers and strings.
Run: python3 crates/sift-strings/tests/data/format_cases.py

Floats are stored as the integer of their bits; integers as decimal text, or as hexadecimal text with 0x if they are long."""

import json
import math
import pathlib
import random
import struct
import sys

HERE = pathlib.Path(__file__).parent
random.seed(311)


def write(name, rows):
    lines = ",\n".join(json.dumps(row, ensure_ascii=True, separators=(",", ":")) for row in rows)
    (HERE / name).write_text(f"[\n{lines}\n]\n", encoding="ascii")


def bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def attempt(function):
    try:
        return [function(), None]
    except (ValueError, OverflowError) as error:
        return [type(error).__name__, str(error)]


def random_float():
    kind = random.random()
    if kind < 0.4:
        return struct.unpack("<d", random.randbytes(8))[0]
    if kind < 0.7:
        return round(random.uniform(-1000, 1000), random.randint(0, 6))
    if kind < 0.85:
        return random.randint(-(10**6), 10**6) / 2 ** random.randint(0, 12)
    return float(f"{random.randint(1, 99)}e{random.randint(-30, 30)}")


SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 0.1, 0.5, 1.5, 2.5, 2.675, 0.125, 1e15, 1e16, 1e17, 123456789012345680.0, 1e22, 1e23, 1e-4, 1e-5,
    9.5e-5, 5e-324, 2.2250738585072014e-308, sys.float_info.max, math.inf, -math.inf, math.nan, 2.0**53, 2.0**-44, 2.0**63,
    9007199254740993.0, 0.3, 1 / 3, 100.0, 123456.0, 1234567.0, 999999.5, 0.00012345, 99.995, 1e100, -12.5, 1234.5678, 5.0,
    15.0, 25.0, 50.0, 150.0, 9.999999999999999e22,
]
FLOATS = SPECIAL + [random_float() for _ in range(600)]
write("format_float_repr.json", [[bits(value), repr(value)] for value in FLOATS + [2.0**n for n in range(-1074, 1024, 7)]])


def rounded(value, digits):
    try:
        return bits(round(value, digits))
    except OverflowError as error:
        return str(error)


write(
    "format_round.json",
    [[bits(v), n, rounded(v, n)] for v in FLOATS[:260] for n in random.sample(range(-25, 25), 4) + [0, 1, 2]]
    + [[bits(v), n, rounded(v, n)] for v, n in [(1.7e308, -308), (1e308, -308), (1.5, 400), (1.5, -400), (-1.5, -1), (5e-324, 323), (5e-324, 324)]],
)

INTS = [0, 1, -1, 7, 10, -12, 255, 999, 1000, -1000, 1234567, 65, 0x1F600, 2**31, -(2**63), 2**64, 10**30, -(10**40) + 7]
STRINGS = ["", "a", "hello", "naïve", "日本語", "😀x", "'q'"]
SPECS = [
    "", "d", "5", "<5", ">5", "^5", "=5", "05", "+", "-", " ", "+d", " d", "x", "X", "#x", "#X", "#b", "#o", "b", "o", "c", "n",
    "08b", "#010x", "_", ",", "_x", "_b", ",d", "010,", "012,d", "_d", "015_b", "020_x", "e", "E", ".2e", "f", "F", ".0f", ".1f",
    ".3f", "#.0f", "g", "G", ".3g", "#g", "#.3g", ".0g", "%", ".1%", ".2f", "10.2f", "010.2f", "+.2f", ",.2f", "_.3f", "*^20,.1f",
    "015,.2f", "z.1f", "z", "z.0f", "+z.1f", ".10", ".3", "#", "#.5", ".17g", ".20f", ".50e", "s", "10s", ">10s", "^10s", "*^9",
    ".2s", ".3", "10.2", "é>6", "😀<5", "<", "^", "=", "0", "00", "1", "007d", "x<7", "0<7", "0>7d", "0=7d", "0^7d", "6.", ".", "..",
    "y", "5y", "abc", "dd", ",,", "__", ",_", "_,", ",x", ",s", ",c", ",n", "_c", "+s", " s", "-s", "#s", "zs", "=s", "=5s", "05s", "#c",
    "+c", "5c", "<5c", ".3d", ".3c", "zd", "z x", "99999999999999999999", ".99999999999999999999f", ".9999999999f", "é", "\x01", "5\n",
    "!", "5!", "٣d", "{", "}", "d ", " d ", "-5d", "+05d", " 05d", "#06b", "-#x", ".0e", "#.0e", ".1g", ".0%", ",%", ",e", ",g", "_g", "08.3",
    "+08.3f", "<+8.2e", "^+#x", "0,", "06,", "07,", "08,", "09,", "04_x", "05_x", "06_x",
]


def spec_rows():
    for spec in SPECS:
        for value in INTS:
            yield ["int", str(value), spec, *attempt(lambda: format(value, spec))]
        for value in random.sample(SPECIAL, 9) + random.sample(FLOATS, 2):
            yield ["float", bits(value), spec, *attempt(lambda: format(value, spec))]
        for value in STRINGS:
            yield ["str", value, spec, *attempt(lambda: format(value, spec))]


write("format_specs.json", spec_rows())

PERCENTS = [
    "%d", "%i", "%u", "%5d", "%-5d|", "%05d", "%+d", "% d", "%-05d|", "%+05d", "%.3d", "%8.3d", "%08.3d", "%x", "%X", "%#x", "%#X", "%o", "%#o",
    "%#10x", "%#010x", "%-#10x|", "%+x", "%.0d", "%5.1d", "%ld", "%hd", "%c", "%5c", "%-5c|", "%05c", "%s", "%10s", "%-10s|", "%.2s", "%5.1s",
    "%010s", "%r", "%.3r", "%a", "%10a", "%e", "%E", "%.0e", "%#.0e", "%f", "%F", "%.0f", "%#.0f", "%10.2f", "%-10.2f|", "%010.2f", "%+.1f",
    "% .1f", "%g", "%G", "%.3g", "%#g", "%5.3g", "%+010.3e", "%.20f", "%.50g",
]


def percent_rows():
    for template in PERCENTS:
        code = template.rstrip("|")[-1]
        if code in "diuxXo":
            for value in INTS:
                yield ["int", str(value), template, *attempt(lambda: template % value)]
        elif code in "eEfFgG":
            for value in random.sample(SPECIAL, 12):
                yield ["float", bits(value), template, *attempt(lambda: template % value)]
        elif code == "c":
            for value in "aé😀":
                yield ["str", value, template, *attempt(lambda: template % value)]
        else:
            for value in STRINGS:
                text = {"s": str, "r": repr, "a": ascii}[code](value)
                yield ["str", text, template, *attempt(lambda: template % value)]


write("format_percent.json", percent_rows())

BROKEN_PERCENTS = ["%", "a%", "%5", "%.", "%.5", "%l", "%y", "é%y", "%5.2y", "%é", "%(a", "%(a(b)", "%99999999999999999999d", "%.9999999999d", "%-", "%#", "%\x01"]
write("format_percent_errors.json", [[template, *attempt(lambda: template % 1 if "(" not in template else template % {})] for template in BROKEN_PERCENTS])

TEMPLATES = [
    "", "plain", "{}", "{} {}", "{0} {1} {0}", "{{}}", "{{{}}}", "{a}", "{a} {}", "{0!r}", "{!s:>5}", "{:>{}}", "{0:{1}}", "{:{a}}", "{0[0]}", "{d[k]}",
    "{d[0]}", "{d[a b]}", "{d[}]}", "{d[:]}", "{d[!]}", "{", "}", "{}}", "{{}", "{0", "{0!", "{0!r", "{0!rx}", "{0!r:", "{0:", "{0:{", "{0:{1}", "{0{",
    "{a{b}}", "{} {0}", "{0} {}", "{d[k}", "{d[]}", "{d.}", "{0..x}", "{d[k]x}", "{.x}", "{[0]}", "{99999999999999999999}", "{d[99999999999999999999]}",
    "{:{:{}}}", "{!x}", "{!é}", "{0:}}", "a}b", "{a!}", "{:d}", "{:%}", "é{}ü", "{a:{a}}", "{0:{{}}}", "{!r:^{}.{}}", "{ }", "{a }", "{0 }", "{-1}", "{+1}", "{٣}",
]


class Anything:
    """A value with every attribute and item, so that only the template can be invalid."""

    def __init__(self, shown):
        self.__dict__["shown"] = shown

    def __getattr__(self, name):
        return Anything(self.shown + "." + name)

    def __getitem__(self, key):
        return Anything(self.shown + "[" + repr(key) + "]")

    def __format__(self, spec):
        return "<" + self.shown + "|" + spec + ">"

    def __str__(self):
        return "s(" + self.shown + ")"

    def __repr__(self):
        return "r(" + self.shown + ")"


def render(template):
    named = {name: Anything(name) for name in ["a", "d", " ", "a "]}
    return template.format(*(Anything(str(index)) for index in range(10)), **named)


def template_rows():
    for template in TEMPLATES:
        try:
            yield [template, render(template), None]
        except (ValueError, KeyError, IndexError, AttributeError) as error:
            yield [template, type(error).__name__, str(error)]


write("format_templates.json", template_rows())

TEXTS = [
    "", "plain", "it's", 'say "x"', "both ' and \"", "back\\slash", "\t\n\r\x00\x1b\x7f", "\x80\x85\xa0\xad\xff", "é日本", "\u2028\u200b\ufeff\u3000", "😀\U000e0001",
    "\u0378", "\ue000", "e\u0301",
]
write("format_str_repr.json", [[text, repr(text), ascii(text)] for text in TEXTS])

INT_TEXTS = [
    "", " ", "0", "-0", "+5", " 12 ", "\t12\n", "1_000", "1__0", "_1", "1_", "0x1f", "0X1F", "0b101", "0o17", "0x", "0x_1f", "0x__1", "010", "00", "0_0", "1.5", "1e5", "--1", "+-1",
    "- 1", "٣٤", "１２", "12a", "zz", "Z", "\u20031", "\x1c1", "\x851", "1\x00", "²", "½", "9" * 30, "-" + "9" * 30, "x" * 300, "'", "é", "0b12", "0b", "b1", "a_f", "1 2", "+", "-",
]
write(
    "format_parse_int.json",
    [[text, base, *attempt(lambda: str(int(text, base)))] for text in INT_TEXTS for base in [10, 16, 2, 8, 0, 36]]
    + [["1", base, *attempt(lambda: str(int("1", base)))] for base in [1, 37, 35]]
    + [["1" * 4300, 10, *attempt(lambda: str(int("1" * 4300)))], ["1" * 4301, 10, *attempt(lambda: str(int("1" * 4301)))]]
    + [["1" * 4301, 7, *attempt(lambda: str(int("1" * 4301, 7)))], ["f" * 3000, 16, *attempt(lambda: str(int("f" * 3000, 16)))]],
)
FLOAT_TEXTS = [
    "", " ", "1", "1.5", ".5", "5.", ".", "1e5", "1E5", "1e+5", "1e-5", "1e", "e5", "1e5.0", "+1.5", "-1.5", "+-1", " 1.5 ", "\t1\n", "1_000.5", "1_.5", "1._5", "_1", "1_", "1__0", "1_0e1_0",
    "1e_5", "inf", "-inf", "+Infinity", "INFINITY", "nan", "-NaN", "infin", "in_f", "nan(1)", "0x1p3", "1e400", "-1e400", "1e-400", "٣.٥", "１", "1\x00", "\x1c1", "\u20031\u2003", "x" * 250, "1,5", "1 2",
    "0.1", "123456789012345678901234567890", "2.2250738585072011e-308", "179769313486231580793e289", "1d", "'",
]
write("format_parse_float.json", [[text, *attempt(lambda: bits(float(text)))] for text in FLOAT_TEXTS])


def in_radix(value):
    return [hex(value) if abs(value) > 2**70 else str(value), bin(value), oct(value), hex(value), *attempt(lambda: str(value))]


write("format_ints.json", [in_radix(value) for value in INTS + [10**4300 - 1, -(10**4300), 2**14286]])
