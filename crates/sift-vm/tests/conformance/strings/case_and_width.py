for word in ["hello world", "ÉCOLE straße", "ǅ ﬁ İ", "o'neil mc-donald", "ΑΣΣ", "ALL CAPS 123", ""]:
    print(word.upper(), word.lower(), word.title(), word.capitalize(), word.swapcase(), word.casefold(), word.isupper(), word.islower(), word.istitle())
print("abc".center(9, "*"), "abc".ljust(6) + "|", "abc".rjust(6, "0"), "42".zfill(5), "-42".zfill(5), "+1".zfill(2), "é".center(4) + "|", "x".center(0))
print("abc" < "abd", "Z" < "a", "a" * 3 + "b", sorted(["b", "A", "a", "B"]), sorted(["b", "A", "a", "B"], key=str.lower), max("hello"), min("hello"), ord("é"), chr(8364))
print("1".isdigit(), "½".isnumeric(), "²".isdigit(), "²".isdecimal(), "abc1".isalnum(), "a b".isalpha(), " \t".isspace(), "a_1".isidentifier(), "é".isascii(), "\n".isprintable())
for wrong in [lambda: "a".center("x"), lambda: "a".center(5, "ab"), lambda: "a".zfill("3"), lambda: "a" + 1, lambda: "a" * "b", lambda: "a" < 1, lambda: ord("ab"), lambda: chr(-1)]:
    try:
        print(wrong())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
