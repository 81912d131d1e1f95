from collections import Counter

text = "The rain in Spain stays mainly in the plain. Ça va? Öl, ÖL, öl!"
letters = Counter(c for c in text.lower() if c.isalpha())
for letter, count in sorted(letters.items(), key=lambda pair: (-pair[1], pair[0]))[:6]:
    print(f"{letter} {count:>2} {'#' * count}")
vowels = Counter({v: letters[v] for v in "aeiouö"})
print(vowels, sum(vowels.values()), letters.total(), f"{vowels.total() / letters.total():.1%}")
words = Counter(text.lower().replace(".", "").replace(",", "").replace("!", "").replace("?", "").split())
print([w for w, n in words.most_common() if n > 1], words.most_common(2), words["never"])
start, rest = Counter("mississippi"), Counter("misses")
print(start - rest, rest - start, start & rest, start | rest, start + rest)
print(start >= rest, Counter("ab") <= Counter("aab"), Counter(a=1) == Counter(a=1, b=0))
try:
    Counter.fromkeys(words, 0)
except NotImplementedError as e:
    print(type(e).__name__, e)
del words["nothing at all"]
print("".join(sorted(Counter(a=2, b=0, c=-1, d=1).elements())), Counter(a=2, b=-1).most_common(1))
