"""Prints the properties of every character in CPython's `unicodedata`, for characters.txt of sift-modules.

Each line starts a run of characters with equal properties: the first character, its category, its bidirectional
class (`-` for none), its East Asian width, and `m` if it is mirrored.

    python3.11 characters.py > ../../../sift-modules/src/unicodedata/characters.txt
"""

import sys
import unicodedata


def properties(code):
    char = chr(code)
    fields = [
        unicodedata.category(char),
        unicodedata.bidirectional(char) or "-",
        unicodedata.east_asian_width(char),
    ]
    if unicodedata.mirrored(char):
        fields.append("m")
    return " ".join(fields)


before = None
for code in range(sys.maxunicode + 1):
    now = properties(code)
    if now != before:
        print(f"{code:x} {now}")
    before = now
