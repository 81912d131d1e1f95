import ast, unicodedata

print("\N{BULLET} one", '\N{em dash}', "\N{Greek Small Letter Alpha}\N{GREEK SMALL LETTER BETA}", len("\N{GRINNING FACE}"))
print("""a\N{NO-BREAK SPACE}b
\N{RIGHTWARDS ARROW} c""", ascii("\N{NBSP}\N{LINE FEED}\N{ZWJ}\N{CJK UNIFIED IDEOGRAPH-4E00}\N{HANGUL SYLLABLE GA}"))
x = 5
print(f"\N{BULLET} {x}", f"{x:\N{MIDDLE DOT}>4}", f"{{\N{EM DASH}}}{x!r}\N{EM DASH}", f'{"a"}\N{QUOTATION MARK}')
print(r"\N{BULLET}", rf"\N{x}", "\\N{BULLET}", f"\\N{x}", "a\N{APOSTROPHE}b" 'c\N{QUOTATION MARK}d')
print("\N{EURO SIGN}{}".format(3), "%s\N{PER MILLE SIGN}" % 5, "x".join(["\N{COMMA}", "\N{SPACE}"]))
print({"\N{CHECK MARK}": True, "\N{BALLOT X}": False}, "naïve" == "nai\N{COMBINING DIAERESIS}ve")
print(unicodedata.name("\N{SNOWMAN}"), unicodedata.lookup("SNOWMAN") == "\N{SNOWMAN}", re.findall("[\N{EN DASH}\N{EM DASH}]", "a–b—c"))
for name in ("em dash", "EM_DASH", "EMDASH", "-", "-A", " BULLET", "BULLET ", "BULET", "", "no-break space", "NO BREAK SPACE", "LF", "A" * 300):
    try:
        print(ascii(unicodedata.lookup(name)), end=" ")
    except KeyError as error:
        print(error, end=" ")
    try:
        print(ascii(ast.literal_eval("'\\N{" + name + "}'")))
    except SyntaxError as error:
        print(str(error).rpartition(": ")[2].split(" (")[0])
