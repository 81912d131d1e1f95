import re
import textwrap

glossary = {
    "fuel": "What an operation costs; see machine.",
    "machine": "Runs a program with fuel and memory.",
    "memory": "What values take.",
    "orphan": "Nobody mentions it.",
}
links = {name: [other for other in glossary if other != name and re.search(rf"\b{re.escape(other)}\b", text, re.I)] for name, text in glossary.items()}
print(links)
incoming = {name: sorted(source for source, targets in links.items() if name in targets) for name in glossary}
print({name: sources for name, sources in incoming.items() if not sources})


def reach(name, seen=None):
    seen = set() if seen is None else seen
    if name not in seen:
        seen.add(name)
        for other in links[name]:
            reach(other, seen)
    return seen


print({name: sorted(reach(name) - {name}) for name in links})
for name, text in sorted(glossary.items()):
    linked = re.sub("|".join(links[name]) or r"(?!)", lambda m: f"[{m.group()}](#{m.group().lower()})", text, flags=re.I)
    print(textwrap.fill(f"{name.title()}: {linked}", width=38, subsequent_indent=" " * 4))
order = sorted(glossary, key=lambda n: (-len(incoming[n]), n))
print(order, [*enumerate(order, start=1)][-1], dict(zip(order, "abcd")), "; ".join(f"{k}={len(v)}" for k, v in incoming.items()))
