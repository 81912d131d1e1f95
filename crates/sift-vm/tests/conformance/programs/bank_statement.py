import re
from collections import defaultdict, deque

statement = """\
01.03. SALARY ACME INC               +2.500,00
02.03. CARD 4411 SUPERMARKET           -45,90
02.03. CARD 4411 SUPERMARKET           -45,90
05.03. RENT MARCH                     -900,00
11.03. REFUND CARD 4411 SUPERMARKET    +45,90
31.03. INTEREST                         +0,07
"""
row = re.compile(r"(\d\d)\.(\d\d)\. (.+?) +([+-])([\d.]*\d,\d\d)$", re.MULTILINE)


def cents(sign, text):
    return int(sign + re.sub(r"[.,]", "", text))


balance, history = 100_00, deque(maxlen=3)
by_kind = defaultdict(int)
for day, month, what, sign, amount in row.findall(statement):
    change = cents(sign, amount)
    balance += change
    by_kind[what.split()[0]] += change
    history.append((int(month), int(day), balance))
print(f"{balance / 100:.2f}", list(history), history.maxlen)
for kind, total in sorted(by_kind.items(), key=lambda pair: pair[1]):
    units, rest = divmod(abs(total), 100)
    print(f"{kind:<8}{'-' if total < 0 else '+'}{units:>6,}.{rest:02d}")
lines = statement.splitlines()
print([n for n, (a, b) in enumerate(zip(lines, lines[1:]), 1) if a == b])
print({m.group(3): m.span(5) for m in row.finditer(statement) if "CARD" not in m.group(3)})
history.extend(["x", "y"])
history.appendleft("z")
print(history, history.index("x"), history.count("q"))
try:
    history.remove("q")
except ValueError as e:
    print(e)
