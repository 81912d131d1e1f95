import re

addresses = """Ann Lee <ann@x.org>
Bob <bob@y.net>
<nobody@z.com>
broken line"""
line = re.compile(r"^(?:(?P<first>\w+)(?: (?P<last>\w+))? )?<(?P<user>[\w.]+)@(?P<host>[\w.]+)>$")
for text in addresses.splitlines():
    if not (m := line.fullmatch(text)):
        print("?", text)
        continue
    print(m.expand(r"\g<user> at \g<host>"), m.groups("-"), m.groupdict(default=""), m.lastgroup)
m = line.match("Ann Lee <ann@x.org>")
print(m.expand(r"\2, \1\n"), m.expand(r"\\1 \g<0>"), m.groups(), m["user"], m.span("last"), m.start("host"))
for template in (r"\7", r"\g<who>", r"\q", r"\g<1", r"\g<>"):
    try:
        print(m.expand(template))
    except (re.error, IndexError) as e:
        print(template, type(e).__name__, e)
print([(x.group("user"), x.end()) for x in re.finditer(r"(?P<user>\w+)@", addresses)])
print(line.subn("x", "<a@b>"), re.subn(r"@(\w)", lambda m: "#" + m[1].upper(), addresses.replace("\n", " ")))
print(re.compile(r"\s*[,;]\s*").split("a , b;c;  d", 2), re.fullmatch(r"\w+", "abc!"), re.escape("a-b_c.d e"))
re.purge()
