import re


def show(call, *args, **kwargs):
    try:
        found = call(*args, **kwargs)
        print(list(found) if hasattr(found, "send") or not isinstance(found, (str, list, tuple, dict)) else found)
    except Exception as e:
        print(type(e).__name__, e)


pattern = re.compile(r"(?P<key>\w+)=(?P<value>\w+)?")
match = pattern.search("a=1, b=, c=3")
for call in (pattern.search, pattern.match, pattern.fullmatch, pattern.finditer, pattern.findall, pattern.split):
    show(call)
    show(call, 5)
    show(call, "a=1", 0, 9, 4)
    show(call, "a=1", where=2)
for call in (pattern.sub, pattern.subn):
    show(call, r"\2")
    show(call, r"\3", "a=1")
    show(call, 5, "a=1")
    show(call, r"\g<value>:\g<key>", "a=1 b=2", count=1)
    show(call, "", "a=1", 1, 2)
for call in (match.group, match.start, match.end, match.span):
    show(call, 3)
    show(call, "nothing")
for call in (match.groups, match.groupdict):
    show(call, "-")
    show(call, default="none")
    show(call, 1, 2)
    show(call, standard=1)
show(match.expand)
show(match.expand, r"\9")
show(match.expand, 7)
show(match.expand, r"\g<key>->\g<value>")
show(match.span, 1, 2)
