broken = ["(", "a)", "(?P<n>", "(?P<1>a)", "(?P<n", "(?<n>a)", "*a", "a|*", "+", "x{3,1}", "x{99999999999}", "[b-a]", "\\", "(?", "(?#", "(?:a", "(?=a", "\\g", "\\8", "(?P>x)", "(?P=", "a\nb(c\nd", "((a)", "(?P<a.b>x)", "\\u12", "\\x", "\\N", "[a-\\w]", "(?i-:", "(a))"]
for source in broken:
    try:
        re.compile(source)
        print(repr(source), "compiles")
    except re.error as e:
        print(repr(source), "|", e, "|", e.msg, e.pos, e.lineno, e.colno, e.pattern == source)
    except OverflowError as e:
        print(repr(source), type(e).__name__, e)
try:
    re.search("(unclosed", "text")
except Exception as e:
    print(type(e).__name__, isinstance(e, re.error), str(e))
