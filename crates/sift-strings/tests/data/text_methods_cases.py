"""Writes text_methods.json next to this file: the results of CPython 3.11's string methods.
Run: python3 crates/sift-strings/tests/data/text_methods_cases.py

Each row is [method, text, arguments, result or null, error or null]."""

import json
import pathlib
import random

HERE = pathlib.Path(__file__).parent
random.seed(311)

TEXTS = [
    "", " ", "a", "abc", "  a b  c ", "a,b,,c,", ",,", "aXbXc", "\ta\nb\r\nc\rd\x0be\x0cf", "one\x1ctwo\x1dthree\x1efour\x1ffive", "x\x85y\u2028z\u2029", "\n", "\r\n\r\n", "a\n\n",
    "naïve Café", "ΑΣ ΟΔΟΣ Σ ΣΑΣ", "straße ŉ ﬀ ǆ ǅ Ǆ", "İstanbul ıI", "ᾳ ᾼ ΐ", "ქართული", "日本語テキスト", "\u3000全角\u2003", "𝒳𝓎 😀", "e\u0301tude", "it's they're o'neil", "ABC", "AbC dEf", "Title Case Here",
    "123", "١٢٣", "²³", "½⅓", "十百", "x1", "_name", "1abc", "def", "é_1", "a\u00b7b", "a b", "\x00", "\u200b", "\ue000", "aaaa", "abababa", "++--", "-5", "+5", "-", "--5", "tab\tand\ttab", "\t\t", "a\tb\nc\td",
    "prefix-body-suffix", "ßSS", "Ⅷⅷ", "ⒶⓐA", "ǰ", "ʰ", "ª", "\u0345", "ϓ", "Ꭰꭰ", "ά.Σ'Σ", "Σ\u0301Σ", "A\u00ad\u03a3", "\u01c5x",
]
SEPARATORS = [",", "a", "X", "aa", "ab", "\n", "σ", "語", "zz", ", "]


def rows():
    def row(method, text, *arguments):
        call = getattr(text, method)
        try:
            result = call(*arguments)
            return [method, text, list(arguments), result, None]
        except (ValueError, TypeError) as error:
            return [method, text, list(arguments), type(error).__name__, str(error)]

    plain = ["isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper"]
    plain += ["upper", "lower", "title", "capitalize", "swapcase", "casefold", "split", "rsplit", "splitlines", "strip", "lstrip", "rstrip", "expandtabs"]
    for text in TEXTS:
        for method in plain:
            yield row(method, text)
        yield row("splitlines", text, True)
        for limit in [0, 1, 2]:
            yield row("split", text, None, limit)
            yield row("rsplit", text, None, limit)
        for separator in random.sample(SEPARATORS, 4) + [""]:
            yield row("partition", text, separator)
            yield row("rpartition", text, separator)
            for method in ["split", "rsplit"]:
                yield row(method, text, separator)
                yield row(method, text, separator, random.choice([0, 1, 2, -1]))
        for chars in random.sample(["a", "ab c", "x\u3000", "aé", "", "+-", "日e"], 3):
            for method in ["strip", "lstrip", "rstrip"]:
                yield row(method, text, chars)
        for needle in random.sample(["", "a", "ab", "b", "日", "\n", "aa", " ", "Σ"], 4) + [text[:2], text[-2:]]:
            for method in ["find", "rfind", "count", "startswith", "endswith"]:
                yield row(method, text, needle)
                yield row(method, text, needle, random.randint(-6, 8))
                yield row(method, text, needle, random.randint(-6, 8), random.randint(-6, 12))
            yield row("replace", text, needle, random.choice(["", "-", "日本", "aa"]))
            yield row("replace", text, needle, "<>", random.choice([0, 1, 2, -1]))
            yield row("removeprefix", text, needle)
            yield row("removesuffix", text, needle)
        for width in [0, 3, 6, 11]:
            yield row("center", text, width)
            yield row("center", text, width, "é")
            yield row("ljust", text, width, "*")
            yield row("rjust", text, width, "日")
            yield row("zfill", text, width)
        yield row("center", text, 30, "")
        yield row("ljust", text, 30, "ab")
        for size in [0, 1, 4]:
            yield row("expandtabs", text, size)
        yield ["translate", text, ["abΣ", "xyz", "c "], text.translate(str.maketrans("abΣ", "xyz", "c ")), None]


lines = ",\n".join(json.dumps(row, ensure_ascii=True, separators=(",", ":")) for row in rows())
(HERE / "text_methods.json").write_text(f"[\n{lines}\n]\n", encoding="ascii")

# Every character assigned in Unicode 14, as runs of equal answers: [first, last, answers], one answer per method.
METHODS = ["isalnum", "isalpha", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper"]
import unicodedata

runs = []
for code in range(0x110000):
    char = chr(code)
    if 0xD800 <= code < 0xE000 or unicodedata.category(char) == "Cn":
        continue
    answers = "".join("01"[getattr(char, method)()] for method in METHODS)
    if runs and runs[-1][1] == code - 1 and runs[-1][2] == answers:
        runs[-1][1] = code
    else:
        runs.append([code, code, answers])
CASES = [
    [ord(c), c.upper(), c.lower(), c.title(), c.casefold(), c.swapcase()]
    for c in map(chr, range(0x110000))
    if not 0xD800 <= ord(c) < 0xE000 and unicodedata.category(c) != "Cn" and {c.upper(), c.lower(), c.title(), c.casefold()} != {c}
]
lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in runs)
(HERE / "text_methods_chars.json").write_text(f"[\n{lines}\n]\n", encoding="ascii")
lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in CASES)
(HERE / "text_methods_case.json").write_text(f"[\n{lines}\n]\n", encoding="ascii")
