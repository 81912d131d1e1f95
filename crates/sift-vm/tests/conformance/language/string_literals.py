print('single', "double", '''triple 'with' "quotes"''', """and
a new line""")
print(r"raw \n \d", R'\\', rf"raw {1 + 1} \n", "adjacent " 'literals' " join")
print("\x41\u0042\U00000043\103 \a\b\f\v|".replace("\a", "<bell>").replace("\b", "<bs>").replace("\f", "<ff>").replace("\v", "<vt>"))
print("line one\
 continued", len("\\"), len("\
"))
print("unknown escapes stay", len("tab\t"), "nul" + "\0" + "end" == "nul\x00end")
long = ("first part, "
        "second part, "
        f"third {'part'!r}")
print(long)
print("'" + '"' + "\"" + '\'', """a "quoted" word""", '"""')
print("é" == "\u00e9", "e\u0301" == "é", len("e\u0301"), len("😀"), "😀"[0], "日本語"[1:])
print("%d%%" % 50, "{{}} {}".format(1), f"{{}} {2}")
