import unicodedata

for char in "aÉß☃🎉漢가 ":
    print(repr(char), unicodedata.name(char))
print(unicodedata.name("\n", "no name"), unicodedata.lookup("SNOWMAN"), unicodedata.lookup("greek small letter alpha"))
print(unicodedata.lookup(unicodedata.name("é")) == "é")
emoji = [c for c in "ok 👍 or 👎?" if "THUMBS" in unicodedata.name(c)]
print(emoji, [unicodedata.name(c).split()[-2] for c in emoji])
for bad in (lambda: unicodedata.name("\x00"), lambda: unicodedata.name("ab"), lambda: unicodedata.lookup("NO SUCH NAME")):
    try:
        bad()
    except (ValueError, TypeError, KeyError) as error:
        print(type(error).__name__, error)
