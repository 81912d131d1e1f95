import csv, io, textwrap
from collections import defaultdict

answers = '''respondent,question,answer
r1,comfort,"Very good, thanks"
r2,comfort,good
r1,price,too high
r3,price,"""fair"" I guess"
r3,comfort,GOOD
'''
by_question = defaultdict(list)
for row in csv.DictReader(io.StringIO(answers)):
    by_question[row["question"]].append((row["respondent"], row["answer"].strip()))
out = io.StringIO()
for question, given in sorted(by_question.items()):
    out.write(f"{question} ({len(given)})\n")
    for respondent, answer in given:
        out.write(textwrap.indent(textwrap.fill(f"{respondent}: {answer}", 20), "  ") + "\n")
print(out.getvalue(), end="")
positive = sum("good" in answer.lower() for _, answer in by_question["comfort"])
print(f"{positive}/{len(by_question['comfort'])} positive")
