# Character sets and capwords.
import string
from string import ascii_lowercase, digits
print(string.ascii_letters, digits, string.hexdigits, string.octdigits, string.punctuation)
print(repr(string.whitespace), repr(string.printable), string.ascii_uppercase[:3], len(string.printable))
print("".join(char for char in "It's 9 o'clock, said-so!" if char not in string.punctuation))
print({letter: index for index, letter in enumerate(ascii_lowercase[:4])}, all(char in string.hexdigits for char in "beef09"))
shift = str.maketrans(ascii_lowercase, ascii_lowercase[13:] + ascii_lowercase[:13])
print("hello".translate(shift), "uryyb".translate(shift), "a.b!".translate(str.maketrans("", "", string.punctuation)))
print(string.capwords("hello  big wORLD "), string.capwords("a-b-c", "-"), repr(string.capwords("")))
for wrong in (lambda: string.capwords(5), lambda: string.capwords(None)):
    try:
        print(wrong())
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
