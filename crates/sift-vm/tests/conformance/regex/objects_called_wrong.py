import re

pattern = re.compile(r"(?P<key>\w+)=(?P<value>\d+)?", re.I)
found = pattern.search("x; level=3 mode= end")
print(found.group(), found.group(1, "value"), found["key"], found.groups(), found.start("value"), found.end(2), found.span(0), found.expand(r"\g<value>:\1"))
calls = {
    "start": (found.start, [(3,), ("none",), (1, 2), (-1,), (None,)]), "end": (found.end, [(3,), ("none",), (1, 2), (1.0,)]), "span": (found.span, [(3,), ("x",), (1, 2)]),
    "group": (found.group, [(3,), ("x",), (1, 5), (-1,), (None,), (True,)]), "groups": (found.groups, [(1, 2)]), "groupdict": (found.groupdict, [(1, 2)]),
    "expand": (found.expand, [(r"\3",), (r"\g<x>",), (r"\g<1",), (None,), (), (r"\q",), (r"\n\g<0>",)]),
}
for name, (method, arguments) in calls.items():
    for given in arguments:
        try:
            print(name, given, "->", repr(method(*given)))
        except Exception as error:
            print(name, given, "->", type(error).__name__, error)
empty = pattern.search("mode=")
print(empty.groups(), empty.groups(0), empty.groupdict("-"), empty.span("value"), empty.start(2), empty["value"], empty.lastindex, empty.lastgroup, empty.string, empty.pos, empty.endpos)
print(pattern.groups, pattern.groupindex["value"], pattern.pattern, pattern.flags, pattern.search("none") is None, bool(found), len(found.groups()))
for bad in ("level", None, 7.5):
    try:
        print(found[bad])
    except (IndexError, TypeError) as error:
        print(type(error).__name__, error)
