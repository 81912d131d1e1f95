import string
import textwrap


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


text = "The quick brown fox jumps over the lazy dog"
for f in (textwrap.wrap, textwrap.fill):
    attempt(f)
    attempt(f, text, 0)
    attempt(f, text, -5)
    attempt(f, text, "9")
    attempt(f, text, size=3)
    attempt(f, None)
    attempt(f, text, 20, "x")
    attempt(f, text, 12, max_lines=1, placeholder=" and much more than that")
    attempt(f, text, 15, max_lines=2)
attempt(textwrap.shorten, text)
attempt(textwrap.shorten, text, 4)
attempt(textwrap.shorten, text, 5)
attempt(textwrap.shorten, text, 12, placeholder="…")
attempt(textwrap.shorten, 5, 10)
attempt(textwrap.dedent)
attempt(textwrap.dedent, 5)
attempt(textwrap.dedent, "  a\n\tb")
attempt(textwrap.indent, "a")
attempt(textwrap.indent, None, "> ")
attempt(textwrap.indent, "a\n\nb", 5)
attempt(textwrap.indent, "a\n\nb", "> ", lambda line: True)
attempt(textwrap.indent, "a\nb", "> ", 5)
wrapper = textwrap.TextWrapper(width=0)
attempt(wrapper.wrap, "a")
attempt(wrapper.fill, "a")
attempt(wrapper.fill)
attempt(wrapper.wrap, "a", 3)
attempt(textwrap.TextWrapper, 10, "> ", "| ", lines=3)
attempt(string.capwords)
attempt(string.capwords, 5)
attempt(string.capwords, "a b", 5)
attempt(string.capwords, "a-b-c d", "-")
attempt(string.capwords, "  héllo   wörld\tx ")
attempt(string.capwords, "a b", "")
