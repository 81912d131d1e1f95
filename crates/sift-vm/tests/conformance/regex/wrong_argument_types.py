import re


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


for f in (re.search, re.match, re.fullmatch, re.findall, re.finditer, re.split):
    attempt(f, r"a", None)
    attempt(f, r"a", 5)
    attempt(f, None, "a")
    attempt(f, "(", "a")
    attempt(f, "a")
    attempt(f)
for f in (re.sub, re.subn):
    attempt(f, "a", "b", None)
    attempt(f, "a", None, "banana")
    attempt(f, "a", r"\2", "banana")
    attempt(f, "a", "b")
    attempt(f, "[", "b", "c")
    attempt(f, "a", "b", "banana", 1)
attempt(re.compile)
attempt(re.compile, 5)
attempt(re.escape)
attempt(re.escape, 5)
attempt(re.escape, "a.b*c [d]\n-é_")
attempt(re.purge)
attempt(re.purge, 1)
p = re.compile(r"(?P<n>\d)(x)?")
for f in (p.search, p.match, p.fullmatch, p.findall, p.finditer, p.split):
    attempt(f)
    attempt(f, 1)
    attempt(f, "a", "b")
attempt(p.sub, "x")
attempt(p.subn, "x", 5)
attempt(p.sub, r"\g<m>", "1")
m = p.search("a1")
for f in (m.start, m.end, m.span, m.group):
    attempt(f, 9)
    attempt(f, "zz")
    attempt(f, 2)
attempt(m.groups, "-", 1)
attempt(m.groupdict, 1, 2)
attempt(m.expand, r"\9")
attempt(m.expand, 5)
attempt(m.expand)
attempt(lambda: m["q"])
