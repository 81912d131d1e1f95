# Sequences from FASTA, their codons, and open reading frames.
context = """>seq1 Homo test
ATGGCCATTGTAATGGGCCGCTGAAAGGGTGCCCGATAG
>seq2
ATGAAATTTGGGTAACCCATGTGA
CCGGNNTTAA
>seq3 short
GGGCCC
"""

def parse_fasta(text):
    name, parts = None, []
    for line in text.splitlines():
        line = line.rstrip()
        if line.startswith(">"):
            if name is not None:
                yield name, "".join(parts)
            name, parts = line[1:].split(maxsplit=1)[0], []
        else:
            parts.append(line.upper())
    if name: yield name, "".join(parts)
seqs = dict(parse_fasta(context))
for k, v in seqs.items():
    print(f"{k!r:8} {len(v):3d} {v[:12]}{'...' if len(v) > 12 else ''}")
comp = str.maketrans("ACGTN", "TGCAN")
print({k: v.translate(comp)[::-1][:10] for k, v in seqs.items()})

from collections import Counter
from itertools import product, islice
bases = "TCAG"
aas = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
codon = {"".join(c): a for c, a in zip(product(bases, repeat=3), aas, strict=True)}
print(len(codon), list(islice(codon.items(), 5)), codon["ATG"])
def orfs(s):
    for start in range(len(s) - 2):
        if s[start:start+3] != "ATG": continue
        protein = ""
        for i in range(start, len(s) - 2, 3):
            a = codon.get(s[i:i+3], "X")
            if a == "*":
                yield start, i + 3, protein
                break
            protein += a
        else:
            yield start, None, protein + "?"
found = [(name, *o) for name, s in seqs.items() for o in orfs(s)]
for row in found: print(*row, sep="\t")
gc = {k: (v.count("G") + v.count("C")) / len(v) for k, v in seqs.items()}
print({k: round(x, 4) for k, x in gc.items()}, f"{gc['seq1']:.2%}")
kmers = Counter(s[i:i+2] for s in seqs.values() for i in range(len(s) - 1))
print(kmers.most_common(6), len(kmers), kmers["ZZ"])
