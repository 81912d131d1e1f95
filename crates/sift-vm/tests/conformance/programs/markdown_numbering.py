import re

page = """# Guide
Intro *text*.
## Install
Run `make`.
### Linux
### Mac
## Use
```
# not a heading
```
# Appendix #
####### too deep
"""
numbers, out, fenced = [], [], False
for line in page.splitlines():
    if line.startswith("```"):
        fenced = not fenced
        continue
    m = not fenced and re.match(r"(#{1,6})\s+(.*?)\s*#*$", line)
    if not m:
        continue
    level, title = len(m[1]), m[2]
    del numbers[level:]
    numbers += [0] * (level - len(numbers))
    numbers[-1] += 1
    slug = re.sub(r"[^\w]+", "-", title.lower()).strip("-")
    out.append((".".join(map(str, numbers)), level, title, slug))
for number, level, title, slug in out:
    print(f"{'  ' * (level - 1)}{number:<6} [{title}](#{slug})")
children = {}
stack = []
for number, level, title, _ in out:
    while stack and stack[-1][0] >= level:
        stack.pop()
    children.setdefault(stack[-1][1] if stack else None, []).append(title)
    stack.append((level, title))
print(children)


def tree(title=None, depth=0):
    yield from ("- " * bool(depth) + " " * depth + t if not depth else "  " * depth + t for t in [title] if t)
    for child in children.get(title, ()):
        yield from tree(child, depth + (title is not None))


print("\n".join(tree()))
print(re.findall(r"(?m)^(#+) (\w+)", page), re.sub(r"[*`](\w+)[*`]", r"<\1>", page.split("\n")[1] + page.split("\n")[3]))
