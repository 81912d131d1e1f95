import textwrap

block = """
    def area(w, h):
        return w * h

      # done
"""
print(textwrap.dedent(block))
print(repr(textwrap.dedent("\ta\n\t  b\n\t\n")), repr(textwrap.dedent("  a\n\tb")), repr(textwrap.dedent("a\n  b")))
print(textwrap.indent("one\n\ntwo\n", "> "), end="")
print(textwrap.indent("one\n\ntwo", "+ ", lambda line: True))
print(textwrap.indent("keep\nskip this\nkeep", "- ", predicate=lambda line: line.startswith("keep")))
print(textwrap.dedent(textwrap.indent("x\n  y\n", "    ")) == "x\n  y\n")
for bad in (lambda: textwrap.dedent(3), lambda: textwrap.indent(None, "x")):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
