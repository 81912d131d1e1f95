text = "Call +1 (555) 010-9999 or mail ann.lee@site.org; card 4111-1111-1111-1234, id AB-0042."
digits = "".join(ch if not ch.isdigit() else "#" for ch in text)
print(digits)
def mask(word, keep=2):
    return word if len(word) <= keep else "*" * (len(word) - keep) + word[-keep:]
words = text.replace(";", " ;").replace(",", " ,").split()
print(" ".join(mask(w) if "@" in w or w.count("-") > 2 else w for w in words).replace(" ;", ";").replace(" ,", ","))
user, _, host = next(w for w in words if "@" in w).partition("@")
print(f"{user[0]}{'.' * (len(user) - 1)}@{host}", user.title().replace(".", " "), host.rpartition(".")[2], mask("ab"), mask("abc", keep=0))
vowels = str.maketrans("aeiouAEIOU", "4310V4310V")
print(text.translate(vowels), text.lower().count("a"), sum(map(text.count, "0123456789")))
for bad in [lambda: mask(5), lambda: mask("abc", "x"), lambda: str.maketrans("ab", "c"), lambda: "a".translate(5)]:
    try:
        print(bad())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
