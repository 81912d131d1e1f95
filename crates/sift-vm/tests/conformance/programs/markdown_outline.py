import re
from collections import Counter

text = """# Guide
Intro with `code # not a heading`.
## Install
```sh
# comment in code
pip install thing
```
### On Linux
### On Windows
## Use
#### Too deep
| name | value |
|:-----|------:|
| a    | 1     |
| b\\|c | 22    |
# Guide
"""
outline, numbers, in_code, warnings = [], [], False, []
for line_number, line in enumerate(text.splitlines(), 1):
    if line.startswith("```"):
        in_code = not in_code
        continue
    heading = None if in_code else re.match(r"(#{1,6})\s+(.*?)\s*#*$", line)
    if heading is None:
        continue
    level, title = len(heading[1]), heading[2]
    if level > len(numbers) + 1:
        warnings.append(f"line {line_number}: level {level} under level {len(numbers)}")
    del numbers[level:]
    numbers.extend([0] * (level - len(numbers)))
    numbers[level - 1] += 1
    outline.append((".".join(map(str, numbers)), title, line_number))
for number, title, line_number in outline:
    print("  " * number.count(".") + f"{number} {title} (line {line_number})")
print(warnings)
seen, anchors = Counter(), []
for _, title, _ in outline:
    slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
    anchors.append(slug + (f"-{seen[slug]}" if seen[slug] else ""))
    seen[slug] += 1
print(anchors)
table = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in re.findall(r"^\|.*\|$", text, re.M)]
header, rule, *rows = table
align = ["<>^"[bool(re.match(r"-.*:$", cell)) + 2 * bool(re.match(r":-*:$", cell))] for cell in rule]
widths = [max(len(r[i]) for r in [header, *rows]) for i in range(len(header))]
for row in (header, *rows):
    print("[" + "] [".join(f"{cell:{a}{w}}" for cell, a, w in zip(row, align, widths)) + "]")
print([dict(zip(header, row)) for row in rows], sum(int(row[1]) for row in rows), in_code, re.findall(r"`([^`\n]+)`", text))
