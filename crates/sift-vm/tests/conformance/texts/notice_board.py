import string
import textwrap

notices = {"bike for sale": "Blue bike, hardly used, three gears. Ask at the desk between nine and five.", "choir": "New voices wanted!", "lost: cat": "Grey, answers to 'Mo'. " * 3}
WIDTH = 32
for title, body in sorted(notices.items()):
    lines = textwrap.wrap(body, WIDTH - 4)
    print("+" + "-" * (WIDTH - 2) + "+")
    print("| " + string.capwords(title).center(WIDTH - 4) + " |")
    for line in lines:
        print("| " + line.ljust(WIDTH - 4) + " |")
print("+" + "-" * (WIDTH - 2) + "+")
menu = textwrap.dedent("""\
    soup
        tomato
        leek
    bread
""")
print(menu + textwrap.indent(menu, "\t", predicate=str.isspace) + textwrap.indent(menu, "* "), end="")
print([textwrap.shorten(body, width=w) for body in notices.values() for w in (12, 25)])
print(textwrap.fill("aaaa bbbb cccc dddd", 9, max_lines=1), textwrap.wrap("", 5), textwrap.wrap("   "), textwrap.wrap("abcdefghij", 4), textwrap.wrap("a b", 1))
print(textwrap.TextWrapper(width=12, placeholder="~", max_lines=2).fill("one two three four five six"), string.capwords(""), textwrap.dedent("\n   \n  x\n   y"), sep="|")
for width in (1, 5, 8):
    try:
        print(textwrap.shorten("hello world foo", width))
    except ValueError as error:
        print(error)
