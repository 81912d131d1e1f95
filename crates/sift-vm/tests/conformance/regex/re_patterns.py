p = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)", re.I | re.M)
print(p, p.pattern, p.flags, p.groups, dict(p.groupindex))
print(repr(re.compile("a")), repr(re.compile("a", re.A)), repr(re.compile("(?s)a'b\n", re.X)), repr(re.compile("x" * 250)))
print(re.compile(p) is p, re.compile("a") is re.compile("a"), type(p), type(p.search("2020-01")), type(p).__name__)
print(isinstance(p, re.Pattern), isinstance(p.search("2020-01"), re.Match), isinstance("a", re.Pattern))
print(int(re.I), re.I | re.M == 10, re.I & re.M == 0, re.NOFLAG == 0, re.S == re.DOTALL, re.X == re.VERBOSE, re.A == re.ASCII, re.U == re.UNICODE)
def attempt(source, flags=0):
    try:
        print(re.compile(source, flags))
    except re.error as e:
        print("re.error", e, "|", e.msg, e.pattern == source, e.pos, e.lineno, e.colno, e.args)
    except Exception as e:
        print(type(e).__name__, e)
for source in ["(", "a)", "[a", "*a", "a**", "(?P<1>x)", "(?P<a>x)(?P<a>y)", "\\", "(?<=a*)b", "a\n(", "(?z)", "[z-a]", "x{3,2}", r"\q", "(?P=nope)", "(?:", "a{99999999999}"]:
    attempt(source)
attempt("a", re.A | re.U)
attempt("a", re.L)
try:
    re.compile(p, re.I)
except ValueError as e:
    print(e)
try:
    re.compile(5)
except TypeError as e:
    print(e)
try:
    re.search("a", 5)
except TypeError as e:
    print(e)
print(re.error.__name__, issubclass(re.error, Exception))
total = 0
for i in range(300):
    total += len(re.findall(r"\d", str(i)))
for i in range(100):
    total += bool(re.search(f"{i}$", "99"))
print(total)
try:
    re.search("x", "y").group()
except AttributeError as e:
    print(e)
from re import findall, IGNORECASE
import re as regex
print(findall("A", "aA", IGNORECASE), regex.sub("a", "b", "a"))
raise re.error("own")
