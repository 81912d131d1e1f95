parts = []
for n in range(1, 6):
    parts.append("Fizz" * (n % 3 == 0) + "Buzz" * (n % 5 == 0) or str(n))
print(", ".join(parts), "".join(parts[::-1]))
text = ""
for index, part in enumerate(parts):
    text += f"{index}:{part}" if not text else f"|{index}:{part}"
print(text, len(text), text.split("|")[2].split(":"))
banner = "\n".join("*" * width + " " * (6 - width) + "|" for width in range(0, 7, 2))
print(banner)
print("=" * 10 + "\n" + f"{'mid':^10}" + "\n" + "=" * 10, "ab" * 0 == "", "ab" * -1, 2 * "xy", "a" "b" 'c', """multi
line""", r"raw\n", "tab\there")
words = "the rain in spain".split()
print(" ".join(word[::-1] for word in words), "".join(word[0] for word in words).upper(), {word: len(word) for word in words}, [*"abc"], "-".join("abc"), list(enumerate("ab", 1)), list(zip("ab", "xyz")))
pig = [word[1:] + word[0] + "ay" if word[0] not in "aeiou" else word + "way" for word in words]
print(pig, max(words, key=len), sorted(words, key=lambda w: (-len(w), w)), "z" in words, "ain" in "rain", words.index("in"))
