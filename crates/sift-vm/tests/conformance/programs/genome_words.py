from collections import Counter
from itertools import islice, product
import re

fasta = """>seq1 Homo test
ACGTACGTTAG
CCATGGTAA
>seq2
ATGCCCTAAATG
>empty
>seq3 with N
NNACGNACGT
"""
records = {}
for block in fasta.split(">")[1:]:
    head, _, body = block.partition("\n")
    name, _, note = head.partition(" ")
    records[name] = (body.replace("\n", ""), note or None)
print({name: (len(seq), note) for name, (seq, note) in records.items()})
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


def kmers(seq, k):
    return Counter(seq[i:i + k] for i in range(len(seq) - k + 1))


for name, (seq, _) in records.items():
    gc = sum(map(seq.count, "GC"))
    known = len(seq) - seq.count("N")
    print(f"{name:<6}{gc / known if known else float('nan'):>7.2%} {seq.translate(COMPLEMENT)[::-1][:8]:<9}{kmers(seq, 3).most_common(2)}")
codons = dict(zip(map("".join, product("TCAG", repeat=3)), "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"))


def translate(seq):
    for i in range(0, len(seq) - 2, 3):
        letter = codons.get(seq[i:i + 3], "X")
        if letter == "*":
            return
        yield letter


def frames(seq):
    for strand, text in (("+", seq), ("-", seq.translate(COMPLEMENT)[::-1])):
        for m in re.finditer(r"(?=(ATG(?:[ACGT]{3})*?(?:TAA|TAG|TGA)))", text):
            yield strand, m.start(), m[1]


for name, (seq, _) in records.items():
    print(name, "".join(translate(seq)) or "-", list(frames(seq)))
a, b = records["seq1"][0], records["seq2"][0]
print(sum(x != y for x, y in zip(a, b)), len(codons), codons["ATG"], "".join(islice(translate("ATG" * 5), 3)))
shared = kmers(a, 4) & kmers(b, 4)
print(sorted(shared), sorted((kmers(a, 2) | kmers(b, 2)).items(), key=lambda kv: (-kv[1], kv[0]))[:4], max(re.findall(r"(?:ACG)+|A+|C+", a), key=len))
