from collections import Counter
from itertools import islice, product

fasta = """>seq1 test one
ATGGCCATTGTAATG
GGCCGCTGA
>seq2
ATGTTTNNNTAA
>empty
"""
bases = "TCAG"
amino = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
table = {"".join(codon): letter for codon, letter in zip(product(bases, repeat=3), amino)}


def records(text):
    name, parts = None, []
    for line in text.splitlines():
        if line.startswith(">"):
            if name:
                yield name, "".join(parts)
            name, parts = line[1:].split()[0], []
        else:
            parts.append(line)
    if name:
        yield name, "".join(parts)


def translate(dna):
    for at in range(0, len(dna) - len(dna) % 3, 3):
        letter = table.get(dna[at:at + 3], "?")
        if letter == "*":
            return
        yield letter


complement = str.maketrans("ACGT", "TGCA")
for name, dna in records(fasta):
    counts = Counter(dna)
    gc = (counts["G"] + counts["C"]) / len(dna) if dna else float("nan")
    print(f"{name:<6}{len(dna):>4} GC {gc:.1%} {''.join(translate(dna)) or '-'} {dna[:9].translate(complement)[::-1]}")
    print("  ", dict(islice(Counter(dna[i:i + 2] for i in range(len(dna) - 1)).items(), 3)), counts.most_common(1))
print(len(table), len(set(table.values())), sorted(c for c, l in table.items() if l == "*"), table["ATG"])
