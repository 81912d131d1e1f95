import textwrap

text = "Findings: the pump failed twice in March. It was replaced in April, at a cost of 1,200 dollars."
print(textwrap.fill(text, 30))
print(textwrap.fill(text, width=34, initial_indent="* ", subsequent_indent="  "))
print(textwrap.fill(text, 30, max_lines=2))
print(textwrap.fill(text, 30, max_lines=1, placeholder="..."))
print(textwrap.fill("One. Two! Three?  Four", 40, fix_sentence_endings=True))
for paragraph in ["first one here", "second one there"]:
    print(textwrap.fill(paragraph, 8))
    print()
try:
    textwrap.fill(text, 8, max_lines=1, placeholder=" [cut off]")
except ValueError as error:
    print(error)
try:
    textwrap.fill(None)
except AttributeError as error:
    print(error)
