import unicodedata

for char in "7½²Ⅻ٣四a":
    print(char, unicodedata.decimal(char, None), unicodedata.digit(char, -1), unicodedata.numeric(char, None))
print(sum(unicodedata.digit(c) for c in "1²③"), unicodedata.decimal("९"), unicodedata.numeric("⅓") * 3)
for function in (unicodedata.decimal, unicodedata.digit, unicodedata.numeric):
    try:
        function("x")
    except ValueError as error:
        print(error)
    try:
        function("12")
    except TypeError as error:
        print(error)
