"""Writes regex_matches.json, regex_errors.json and regex_templates.json next to this file: the results of CPython
3.11's `re` for generated and handwritten patterns. Run: python3 crates/sift-regex/tests/data/regex_cases.py

regex_matches.json: one row per pattern: [pattern, flags, [[text, matches, match, fullmatch], ...]], where `matches` has
the matches of finditer, each as [lastindex, start, end, start1, end1, ...] in code points (-1: did not participate), and
the other two are [start, end] or null."""

import json
import pathlib
import random
import re
import warnings

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
random.seed(311)

TEXTS = [
    "", "a", "ab", "aab", "abc abc", "aXbX", "foo bar\nbaz\n", "a1b22c333", "  x  y ", "a\n", "\n", "\n\n", "aaa",
    "ba" * 4, "key=value; k2=v2", "2024-05-17 and 17/05/2024", "Tag <b>bold</b> <i>it</i>", "naïve café — ΑΣΣ ſs İı Kk",
    "e\u0301 x\u2081 \u00bd _a-b", "tab\there\x1cnow\u2028end", "\"q1\" 'q2' \"q", "a.b*c[d]e(f)", "𝒳y\U0001f600z",
    "AbCaBc", "line one\nLine two\r\nline THREE", "x=1,y=22,,z=333", "0123456789" * 2, "aaaaaaaaab", "abababac",
]

ATOMS = [
    "a", "b", "c", "x", "1", ".", r"\d", r"\w", r"\s", r"\S", r"\W", r"\D", "[ab]", "[^a]", "[a-c]", "[^\\n]", r"[\w-]",
    "[]a]", "[[]", "é", "Σ", "=", " ", r"\.", r"\n", "(?:ab)", "[A-Z]", "k", "s", "i", r"[\d,]",
]
ASSERTIONS = ["^", "$", r"\b", r"\B", r"\A", r"\Z"]
QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{,2}", "{2,}", "{0}", "{1,2}?", "{,}", "{a}", "{"]
IRREGULAR_QUANTIFIERS = ["*+", "++", "?+", "{1,2}+"]


def generate(depth, irregular, groups):
    kind = random.random()
    if depth <= 0 or kind < 0.42:
        return random.choice(ATOMS)
    if kind < 0.50:
        return random.choice(ASSERTIONS)
    if kind < 0.68:
        return "".join(generate(depth - 1, irregular, groups) for _ in range(random.randint(2, 3)))
    if kind < 0.80:
        atom = random.choice(ATOMS) if random.random() < 0.6 else f"(?:{generate(depth - 1, irregular, groups)})"
        return atom + random.choice(IRREGULAR_QUANTIFIERS if irregular and random.random() < 0.3 else QUANTIFIERS)
    if kind < 0.88:
        groups[0] += 1
        body = generate(depth - 1, irregular, groups)
        return f"({body})" + (random.choice(QUANTIFIERS[:8]) if random.random() < 0.4 else "")
    if kind < 0.95 or not irregular:
        return "(?:" + "|".join(generate(depth - 1, irregular, groups) for _ in range(random.randint(2, 3))) + ")"
    choice = random.randrange(7)
    body = generate(depth - 1, irregular, groups)
    if choice < 2:
        return f"(?{'=!'[choice]}{body})"
    if choice < 4:
        return f"(?<{'=!'[choice - 2]}{random.choice(ATOMS)})"
    if choice == 4:
        return f"(?>{body})"
    if choice == 5 and groups[0]:
        return f"\\{random.randint(1, groups[0])}"
    if groups[0]:
        return f"(?({random.randint(1, groups[0])}){body}|{random.choice(ATOMS)})"
    return f"(?i:{body})"


HAND = [
    ("", 0), ("a|b", 0), ("|a", 0), ("a||b", 0), ("(|a)*", 0), ("(a|b*)*", 0), ("(?:a|b)*?c", 0), (r"(a)|b", 0),
    (r"(?P<year>\d{4})-(?P<month>\d\d)", 0), (r"\w+", 0), (r"\b\w+\b", 0), (r"^\w+$", re.M), (r"^\w+$", 0),
    (r"\s+", 0), (r"[^,]+", 0), (r"[^,]*", 0), (r"x*", 0), (r"$", 0), (r"$", re.M), (r"^", re.M), (r"(?m)^", 0),
    (r"\Z", 0), (r".*", 0), (r".*", re.S), (r".+?", re.S), (r"(?s).+", 0), (r"(?i)LINE", 0), (r"line", re.I),
    (r"[a-z]+", re.I), (r"[^a-z]+", re.I), (r"s", re.I), (r"k", re.I), (r"i", re.I), (r"ı", re.I), (r"σ", re.I),
    (r"[σ]", re.I), (r"[A-Z]", re.I), (r"\u212a", re.I), (r"ſ", re.I), (r"[^s]", re.I), (r"k", re.I | re.A),
    (r"\w+", re.A), (r"\b", re.A), (r"\b", 0), (r"\B", 0), (r"\B", re.A), (r"[\W_]+", re.A), (r"\d+", re.A), (r"\s", re.A),
    (r"(?<=a)b", 0), (r"(?<!a)b", 0), (r"a(?=b)", 0), (r"a(?!b)", 0), (r"(\w)\1", 0),
    (r"(?P<q>[\"']).*?(?P=q)", 0), (r"(<)?b(?(1)>|$)", 0), (r"(?>a+)b", 0), (r"a++b", 0), (r"a*+a", 0),
    (r"(?:a|ab){2}+", 0), (r"(?i:a)b", 0), (r"(?-i:a)b", re.I), (r"(?a:\w)\w", 0), (r"(?x) a b # c", 0),
    (" a  [ ] # comment\n b", re.X), (r"\ a", re.X), (r"\101", 0), (r"\x41|\u0042|\U00000043", 0), (r"[\b]", 0),
    (r"\0", 0), (r"[\101-\103]", 0), (r"a{,2}b", 0), (r"a{}", 0), (r"a{1", 0), (r"a{1,x}", 0), (r"x{2,3}?", 0),
    (r"(a(b)?)+", 0), (r"(?:(a)|b)*", 0), (r"((a)|(b))*", 0), (r"(a*)+", 0), (r"(a*)*", 0), (r"(?:a?)*?b", 0),
    (r"(?:a?)+?b", 0), (r"()", 0), (r"()+", 0), (r"(?:)", 0), (r"(?:)*", 0), (r"(a?)*?$", 0), (r"(?:a|b|c)+c", 0),
    (r"(.)(.)?(.)?", 0), (r"([a-z]+)=([a-z0-9]+);?", 0), (r"<(\w+)>(.*?)</\1>", 0), (r"(?:(?=a)a)+", 0),
    (r"(?!)", 0), (r"a(?!)|b", 0), (r"(?=(a+))a*b\1", 0), (r"(?=(a+))", 0), (r"(.+)\1", 0), (r"(?i)(a)\1", 0),
    (r"(?<=(.))x", 0), (r"(?<!(a))b", 0), (r"(a)?(?(1)b|c)", 0), (r"(a)?(?(1)b)", 0), (r"(?P<n>a)?(?(n)b|c)", 0),
    (r"\Aa|b\Z", 0), (r"[^\x00-\U0010ffff]", 0), (r"[\x00-\U0010ffff]", 0), (r"[\ud800-\udfff]", 0), (r"[^\ud800]", 0),
    (r"(\d+)(?:px|em)?", 0), (r"\d{1,2}/\d{1,2}/\d{4}", 0), (r"(?:\d+,)*\d+", 0), (r"[,;]\s*", 0), (r"\W+", 0),
    (r"(a|ab)(c|bcd)?", 0), (r"(?:x|xy)?y?", 0), (r"a*?", 0), (r"a+?b*?", 0), (r"(?:ab|a)(?:bc|c)?", 0),
    (r"(?u)\w", 0), (r"(?s:.)\n", 0), (r"(?m:^)b", 0), (r"(?im)^line", 0), (r"(?i)[\w]+ſ", 0), ("[İ]", re.I),
    ("[µ-ü]+", re.I), ("[^\\W\\d]+", 0), (r"[\s\S]+?,", 0), (r"[\D\d]", 0), (r"[^\D]", 0), ("[a\\]]", 0), ("[\\^a]", 0),
    ("[a^]", 0), ("[-a]", 0), ("[a-]", 0), (r"[\w-]+", 0), ("[+--]", 0), ("(?#comment)a", 0), ("a(?#comment)*", 0),
    (r"(?<=\b)a", 0), (r"(?<=^)a", 0), (r"(?<=\n)L", 0), (r"(?<=ab|ba)b", 0), (r"(?<!\w)a", 0), (r"(?:\b|x)a", 0),
    (r"(?:()|a)*", 0), (r"(?:a()|b)*", 0), (r"(?:(a)(?!b)|ab)", 0), (r"(?:(b)|(a))+?$", 0), (r"((?:a|b)*?)b$", 0),
]


def row(pattern, flags, texts):
    compiled = re.compile(pattern, flags)
    groups = compiled.groups

    def span(match):
        return list(match.span()) if match else None

    cells = []
    for text in texts:
        matches = []
        for match in compiled.finditer(text):
            spans = [offset for group in range(groups + 1) for offset in match.span(group)]
            matches.append([match.lastindex or 0, *spans])
        cells.append([text, matches, span(compiled.match(text)), span(compiled.fullmatch(text))])
    return [pattern, flags, cells]


def write(name, rows):
    lines = ",\n".join(json.dumps(row, ensure_ascii=True, separators=(",", ":")) for row in rows)
    (HERE / name).write_text(f"[\n{lines}\n]\n", encoding="ascii")


rows = [row(pattern, flags, TEXTS) for pattern, flags in HAND]
seen = set()
while len(seen) < 900:
    pattern = generate(3, len(seen) % 2 == 0, [0])
    flags = random.choice([0, 0, 0, re.I, re.M, re.S, re.A, re.I | re.M])
    if len(pattern) > 60 or (pattern, flags) in seen:
        continue
    try:
        re.compile(pattern, flags)
    except (re.error, OverflowError):
        continue
    seen.add((pattern, flags))
    rows.append(row(pattern, flags, random.sample(TEXTS, 5)))
write("regex_matches.json", rows)

BROKEN = [
    "(", ")", "a)", "(a", "(?", "(?P", "(?P<", "(?P<n", "(?P<n>", "(?P<>a)", "(?P<1>a)", "(?P<a b>x)", "(?P=n)", "(?P=",
    "(?P=n", "(?P>x)", "(?Pn)", "(?#", "(?#a", "(?<", "(?<a", "(?<=", "(?<=a", "(?<!a", "(?<=a*)b", "(?<=a|bc)d",
    "(?<=(a)\\1)", "(?<=(?:a{2,3}))", "(?(", "(?(1", "(?(1)a", "(?(1)a|b|c)", "(?(2)a)", "(?(n)a)", "(?(0)a)", "(?()a)",
    "(?(-1)a)", "(a)(?(+1)b)", "(?(99999999999)a)", "(?z)", "(?i", "(?i-", "(?i-)", "(?i-s", "(?-", "(?-)", "(?-:a)",
    "(?i-i:a)", "(?L)a", "(?au)a", "(?a-u:b)", "(?-a:b)", "(?t:b)", "(?-t:b)", "(?iz)", "(?i1)", "(?i-z:a)", "(?i-1:a)",
    "a(?i)", "((?i)a)", "a|(?i)b", "(?i:", "(?i:a", "(?é)", "(?ié)", "*", "+a", "?", "{1}a", "a**", "a*{2}", "a{2}{3}",
    "a+++", "a???", "^*", "$+", "\\b*", "(?:^)*", "(*)", "(|*)", "a{3,2}", "a{99999999999}", "a{1,4294967295}", "[", "[a",
    "[^", "[]", "[^]", "[a-", "[z-a]", "[a-\\d]", "[\\d-z]", "[\\w-\\d]", "[\\", "\\", "a\\", "[\\q]", "\\q", "\\x",
    "\\x1", "[\\x1]", "\\u12", "\\U0011", "\\U00110000", "[\\U00110000]", "\\400", "[\\400]", "\\8", "\\1", "(a)\\2",
    "(a\\1)", "[\\8]", "(?P<n>a)(?P<n>b)", "(?P<n>(?P=n))", "a\nb(", "a\n\n[z-a]", "(?x) a # (\n )", "é(", "\\N", "\\N{",
    "\\N{}", "\\Na", "(?P<n>a", "(?P=1)", "(?<=a)(?<=b+)", "(?P<é>a)(", "x{2}*", "(?>", "(?>a", "a\\Z*", "(?:", "(?!", "(?=",
    "(?a)(?u)x", "(a)(?<=\\1)(", "(?<=(a))(?<=b\\1c*)", "\\c", "\\_(", "(?P<\\d>a)", "(?P<a\\>>b)", "(?(\\1)a)", "(?i\\)",
]
MUTATIONS = "()[]{}?*+|\\^$<>=!P:#-1aé\n,i"


def broken_row(pattern, flags):
    try:
        re.compile(pattern, flags)
        return None
    except (re.error, OverflowError, ValueError) as error:
        if "Na" in pattern or isinstance(error, RecursionError) or "character name" in str(error):
            return None
        return [pattern, flags, type(error).__name__, str(error)]


errors = [broken_row(pattern, 0) for pattern in BROKEN]
errors += [broken_row("a", re.L), broken_row("a", re.A | re.U), broken_row("(?u)a", re.A), broken_row("(?u", re.A)]
sources = [pattern for pattern, _, _ in rows if len(pattern) > 2]
while len(errors) < 900:
    pattern = list(random.choice(sources))
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(pattern) + 1)
        if random.random() < 0.5 and at < len(pattern):
            del pattern[at]
        else:
            pattern.insert(at, random.choice(MUTATIONS))
    errors.append(broken_row("".join(pattern), random.choice([0, re.X, re.I])))
unique = {json.dumps(row): row for row in errors if row}
write("regex_errors.json", list(unique.values()))

TEMPLATES = [
    "", "x", r"\1", r"\g<1>", r"\g<n>", r"\g<0>", r"\2", r"[\1|\2]", r"\n\t\\", r"\0", r"\07", r"\101", r"\18", r"\11",
    r"\400", r"\777", r"\g<3>", r"\g<x>", r"\g<", r"\g<>", r"\g", r"\g<1", r"\g<-1>", r"\g<+1>", r"\g< 1 >", r"\g<1a>", r"\q",
    r"\-", r"\&", "\\", "a\\", r"\3", r"\99", r"\g<99999999999>", r"é\1é", r"\x41", r"\b", r"\a\f\v\r", "a\nb\\q", r"\008",
    r"\377", r"\81", r"\1\1\2", r"\g<é>",
]


def template_row(template):
    pattern = re.compile(r"(?P<n>[a-c])(\d)?")
    try:
        return [template, pattern.sub(template, "a1 b x c3"), None]
    except (re.error, IndexError) as error:
        return [template, type(error).__name__, str(error)]


write("regex_templates.json", [template_row(template) for template in TEMPLATES])

ESCAPED = ["", "plain", "a.b*c", "".join(map(chr, range(32, 127))), "\t\n\r\v\f\0é 𝒳", "_"]
write("regex_escapes.json", [[text, re.escape(text)] for text in ESCAPED])
