text = """It was the best of times, it was the worst of times, it was the age of wisdom,
it was the age of foolishness, it was the epoch of belief"""
words = re.findall(r"[a-z']+", text.lower())
counts = Counter(words)
print(len(words), len(counts))
for word, count in counts.most_common(5):
    print(f"{word:<12}{count:>3} {'#' * count}")
by_length = defaultdict(list)
for word in sorted(counts):
    by_length[len(word)].append(word)
for length in sorted(by_length, reverse=True):
    print(length, by_length[length])
bigrams = Counter(zip(words, words[1:]))
print([(" ".join(pair), n) for pair, n in bigrams.most_common(3)])
