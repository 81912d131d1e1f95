import re
import textwrap

contract = '''
1. DEFINITIONS
1.1 "Supplier" means the party named in Schedule A.
1.2 "Term" has the meaning given in clause 4.1 and, where extended, clause 4.3.
2. PAYMENT
2.1 Invoices are due within thirty (30) days of receipt (see clause 2.2).
2.2 Late sums bear interest at 4.5 % a year, subject to clause 7.2(b).
4. TERM
4.1 This agreement runs for twenty-four (24) months.
4.2 Either party may terminate on ninety (90) days' notice under Clause 4.1.
'''
clauses, titles, current = {}, {}, None
for line in contract.strip().splitlines():
    heading = re.match(r"(\d+)\. ([A-Z ]+)$", line)
    clause = re.match(r"(\d+\.\d+) (.*)$", line)
    if heading:
        titles[int(heading[1])] = heading[2].title()
    elif clause:
        current = clause[1]
        clauses[current] = clause[2]
    elif current:
        clauses[current] += " " + line.strip()
print(titles, sorted(set(range(1, max(titles) + 1)) - titles.keys()))
references = [(source, target) for source, text in clauses.items() for target in re.findall(r"[Cc]lause (\d+\.\d+)", text)]
broken = sorted((source, target) for source, target in references if target not in clauses)
print(references)
print("broken:", "; ".join(f"{s} -> {t}" for s, t in broken) or "none")
periods = {}
for number, text in clauses.items():
    for words, figure, unit in re.findall(r"([a-z-]+) \((\d+)\) (days|months)", text):
        periods.setdefault(unit, []).append((int(figure), words, number))
for unit, found in sorted(periods.items()):
    print(unit, max(found), sum(n for n, *_ in found))
defined = {term: number for number, text in clauses.items() for term in re.findall(r'^"(\w+)" ', text)}
print(defined, {term: len(re.findall(rf"\b{re.escape(term)}\b", contract)) for term in defined})
print(textwrap.fill("4.2 " + clauses["4.2"], 34, subsequent_indent="    "))
print([float(x) for x in re.findall(r"(\d+(?:\.\d+)?) %", contract)], contract.count("clause"), contract.lower().count("clause"))
