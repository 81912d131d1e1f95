rules = """
allow admin * *
allow editor article read,write
deny  editor article delete
allow guest article read
deny  * settings *
allow admin settings read
nonsense
"""
parsed, bad = [], []
for number, line in enumerate(rules.split("\n")):
    parts = line.split()
    if not parts:
        continue
    if len(parts) != 4 or parts[0] not in {"allow", "deny"}:
        bad.append((number, line))
        continue
    effect, who, what, how = parts
    parsed.append((effect == "allow", who, what, frozenset(how.split(","))))


def decide(who, what, how):
    verdict, weight = False, -1
    for allowed, w, x, hows in parsed:
        if w in ("*", who) and x in ("*", what) and (how in hows or "*" in hows):
            specific = (w != "*") + (x != "*") + ("*" not in hows)
            if specific > weight or specific == weight and not allowed:
                verdict, weight = allowed, specific
    return verdict


things, actions = ("article", "settings"), ("read", "write", "delete")
print(" " * 8 + "".join(f"{t:<10}" for t in things), bad)
for who in ("admin", "editor", "guest", "bot"):
    cells = ["".join(a[0] if decide(who, t, a) else "." for a in actions) for t in things]
    print(f"{who:<8}" + "".join(f"{c:<10}" for c in cells).rstrip())
print(sum(decide(w, t, a) for w in ("admin", "guest") for t in things for a in actions), parsed[1][3] & {"read"}, parsed[0])
