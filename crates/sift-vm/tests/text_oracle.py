"""Answers for `text_oracle.rs`: one line of JSON in, one line out. Each input has expressions over `s`, `t` and `u`, or programs."""

import json
import re
import sys
import unicodedata

for line in sys.stdin:
    case = json.loads(line)
    # CPython can't judge characters that its Unicode version doesn't have.
    if any(unicodedata.category(char) == "Cn" for char in case["s"] + case["t"] + case["u"]):
        print("null", flush=True)
        continue
    shown = []
    for source in case["sources"]:
        names = {"re": re, "s": case["s"], "t": case["t"], "u": case["u"]}
        try:
            shown.append(repr(eval(source, names)))
        except Exception as error:
            shown.append(f"{type(error).__name__}: {error}")
    print(json.dumps(shown), flush=True)
