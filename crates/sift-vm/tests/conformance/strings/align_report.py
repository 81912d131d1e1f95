rows = [["Name", "Qty", "Note"], ["apple", "3", "fresh"], ["fig", "120", ""], ["watermelon", "7", "very big"]]
widths = [max(len(row[i]) for row in rows) for i in range(3)]
for row in rows:
    print(row[0].ljust(widths[0]) + " | " + row[1].rjust(widths[1], ".") + " | " + row[2].center(widths[2], "~") + " |")
print("=" * (sum(widths) + 8))
print("42".zfill(6), "-42".zfill(6), "+1.5".zfill(7), "abc".zfill(2), "".zfill(3), "--1".zfill(5))
print("tab\tstop\tx".expandtabs(4), "a\tb".expandtabs(), "\t|".expandtabs(0), "ab\tc\n\td".expandtabs(3))
print("[" + "x".center(4) + "]", "[" + "x".center(5, "-") + "]", "[" + "ab".center(5, "-") + "]", "[" + "abc".ljust(2) + "]", "é".rjust(3, "*"))
print("prefix-name".removeprefix("prefix-"), "name.txt".removesuffix(".txt"), "name".removesuffix(""), "aaa".removeprefix("aa"), "x".removeprefix("xyz"))
print("  both ".strip(), "|", "xxhixx".strip("x"), "abcba".strip("ab"), "  l".lstrip(), "r  ".rstrip() + "|", "www.a.com".lstrip("w."), "file.tar.gz".rstrip(".gz"), "\u2003wide\u3000".strip())
