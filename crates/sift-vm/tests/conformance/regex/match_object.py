m = re.search(r"(?P<user>\w+)@(?P<host>\w+)\.(com|org)(:\d+)?", "mail ann@site.org now")
print(m, m[0], m["user"], m[3], m[4], m.group(), m.group(1), m.group("host", 3), m.groups(), m.groups("-"), m.groupdict())
print(m.start(), m.end(), m.span("host"), m.start(4), m.end(4), m.span(4), m.lastindex, m.lastgroup, m.regs)
print(m.expand(r"\g<user> at \2 dot \3\4"), bool(m), type(m).__name__, m.re.groups, m.re.pattern[:8], m.pos, m.endpos)
print(re.match(r"(a)(?P<n>b)?", "a").groupdict(default=0), re.match(r"(a)(?P<n>b)", "ab").lastgroup, re.match(r"((a)(b))", "ab").lastindex, re.match("a", "a").lastindex)
user, host, *rest = m.groups()
print(user, host, rest, "{0[user]}/{0[host]}".format(m), f"{m['user']!r:>8}")
for name in ["nobody", 7, -1]:
    for ask in (m.group, m.start, m.span, m.end):
        try:
            print(ask(name))
        except IndexError as e:
            print(name, e)
try:
    m.expand(r"\g<none>")
except IndexError as e:
    print(e)
