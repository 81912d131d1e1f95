# Poker hands compared by rank.
context = """AS KS QS JS TS | 9C 9D 9H 9S 2D
2C 2D 2H 3C 3D | AS KD 5C 5D 5H
7H 8H 9H TH 2H | 4C 5D 6H 7S 8C
KC KD 2S 2H 9C | QC QD JS JH AC
"""

from collections import Counter
RANKS = "23456789TJQKA"
def rank(hand):
    "Returns a comparable (category, tiebreak) pair."
    values = sorted((RANKS.index(c[0]) for c in hand), reverse=True)
    suits = {c[1] for c in hand}
    counts = sorted(Counter(values).items(), key=lambda kv: (kv[1], kv[0]), reverse=True)
    shape = tuple(n for _, n in counts)
    straight = values == list(range(values[0], values[0] - 5, -1))
    flush = len(suits) == 1
    cat = (8 if straight and flush else 7 if shape == (4, 1) else 6 if shape == (3, 2) else 5 if flush
           else 4 if straight else 3 if shape[0] == 3 else 2 if shape == (2, 2, 1) else 1 if shape[0] == 2 else 0)
    return cat, tuple(v for v, _ in counts)
NAMES = ["high", "pair", "two pair", "three", "straight", "flush", "full house", "four", "straight flush"]
wins = Counter()
for line in context.splitlines():
    left, right = (h.split() for h in line.split("|"))
    a, b = rank(left), rank(right)
    winner = "left" if a > b else "right" if b > a else "tie"
    wins[winner] += 1
    print(f"{NAMES[a[0]]:>15} vs {NAMES[b[0]]:<15} -> {winner} {a} {b}")
print(wins, rank.__name__)
