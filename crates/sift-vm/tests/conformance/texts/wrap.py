import textwrap

text = "The committee met on Tuesday; a well-known member -- the chair's brother-in-law -- asked for a postponement."
for width in (12, 24, 40, 200):
    print(textwrap.wrap(text, width))
print(textwrap.wrap(text, width=30, break_on_hyphens=False))
print(textwrap.wrap("a supercalifragilistic word", 10), textwrap.wrap("a supercalifragilistic word", 10, break_long_words=False))
print(textwrap.wrap(""), textwrap.wrap("   "), textwrap.wrap("  x  ", drop_whitespace=False))
print(textwrap.wrap("one\ttwo\nthree", 20, expand_tabs=False), textwrap.wrap("one\ttwo", 20, tabsize=4))
print(textwrap.wrap("one\n\ntwo three", 9, replace_whitespace=False))
try:
    textwrap.wrap(text, 0)
except ValueError as error:
    print(error)
