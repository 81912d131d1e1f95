import re
from difflib import get_close_matches

page = """# Setup
See [install](#instal), [usage](#usage) and [faq](#frequent-question).
## Install
## Usage
## Frequent questions
"""
anchors = [re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") for title in re.findall(r"^#+ (.+)$", page, re.M)]
print(anchors)
for label, target in re.findall(r"\[([^\]]+)\]\(#([^)]+)\)", page):
    if target in anchors:
        continue
    near = get_close_matches(target, anchors, n=1, cutoff=0.5)
    print(f"{label}: #{target} is broken" + (f", perhaps #{near[0]}" if near else ""))
