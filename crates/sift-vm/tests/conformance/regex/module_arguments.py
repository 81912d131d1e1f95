import re


def show(call, *args, **kwargs):
    try:
        found = call(*args, **kwargs)
        print(found if isinstance(found, (str, list, tuple)) or found is None else found.group())
    except Exception as e:
        print(type(e).__name__, e)


for call in (re.search, re.match, re.fullmatch, re.findall, re.finditer, re.split):
    show(call, "a")
    show(call, "(", "a")
    show(call, "a", None)
    show(call, "a", "banana", 0, 0, 0)
    show(call, "a", "banana", flag=re.I)
for call in (re.sub, re.subn):
    show(call, "a", "b")
    show(call, "a", "b", 5)
    show(call, "a", "b", "banana", 2)
    show(call, "a", "b", "banana", counts=2)
    show(call, "(a", "b", "banana")
show(re.escape)
show(re.escape, 5)
show(re.escape, "a.b*c", "x")
show(re.escape, pattern="1+1=2?")
show(re.purge, 1)
show(re.compile)
show(re.compile, 5)
show(re.compile, "a", pattern="b")
