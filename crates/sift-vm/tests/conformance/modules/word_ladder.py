# A word ladder by breadth-first search, and anagrams.
from collections import deque, defaultdict
from itertools import combinations, groupby, takewhile
words = {"cold", "cord", "card", "ward", "warm", "worm", "word", "bold"}
def next_words(word):
    return sorted(other for other in words if sum(a != b for a, b in zip(word, other)) == 1)
def ladder(start, end):
    before, queue = {start: None}, deque([start])
    while queue:
        word = queue.popleft()
        if word == end:
            break
        for other in next_words(word):
            if before.setdefault(other, word) == word and other not in queue:
                queue.append(other)
    path = []
    while end:
        path.append(end)
        end = before.get(end)
    return path[::-1]
print(ladder("cold", "warm"), next_words("word"), ladder("bold", "bold"))
groups = defaultdict(list)
for word in ("listen", "silent", "enlist", "google", "elgoog"):
    groups["".join(sorted(word))].append(word)
print(list(groups.values()), [key for key, run in groupby("aabc") if len(list(run)) > 1])
shared = [(a, b, "".join(x for x, _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b)))) for a, b in combinations(["flower", "flow", "flight"], 2)]
print(shared)
try:
    ladder("cold", 5)[9]
except IndexError as error:
    print(error)
