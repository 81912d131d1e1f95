# Passwords, letter counts and normalized texts.
import string
def problems(word):
    checks = {"digit": string.digits, "upper": string.ascii_uppercase, "lower": string.ascii_lowercase, "mark": string.punctuation}
    return [name for name, chars in checks.items() if not any(char in chars for char in word)]
print([problems(word) for word in ("abc", "Abc1", "Ab1!", "")])
text = "The Quick brown fox, the lazy dog."
missing = set(string.ascii_lowercase) - set(text.lower())
print(sorted(missing), sum(char in string.whitespace for char in text), string.capwords(text), string.capwords("mary-ann o'neil", sep="-"))
plain = text.translate(str.maketrans("", "", string.punctuation))
print(plain, Counter(plain.lower().split()).most_common(2), "".join(char for char in "a\tb\x0bc" if char in string.printable and char not in string.whitespace))
caesar = {ord(a): b for a, b in zip(string.ascii_lowercase, string.ascii_lowercase[3:] + string.ascii_lowercase[:3])}
print("attack".translate(caesar), string.hexdigits.index("F"), string.octdigits[-1], string.ascii_letters.find("A"), int("zz", 36) == 35 * 36 + 35)
try:
    string.capwords(["a"])
except AttributeError as error:
    print(error)
