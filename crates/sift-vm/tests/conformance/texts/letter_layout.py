import string
import textwrap

letter = """
    Dear reader,

      we write to tell you that the well-known museum-in-the-park at 12 Long Street, which has been closed since spring, opens again. It is free.
    \tTickets: https://museum.example/very/long/address/that/does/not/break

    Yours
"""
plain = textwrap.dedent(letter).strip()
print(plain.count("\n"), repr(plain[:24]))
for paragraph in plain.split("\n\n"):
    print(textwrap.fill(paragraph, width=38, initial_indent="  ", subsequent_indent="| "), end="\n--\n")
print(textwrap.wrap(plain.split("\n\n")[1], 30, break_long_words=False, break_on_hyphens=False)[-2:])
print(textwrap.shorten(plain, 50), textwrap.shorten(plain, 50, placeholder="..."), sep="\n")
print(textwrap.indent("one\n\n  two\n", "> "), textwrap.indent("a\nb", "- ", lambda line: line.startswith("b")), sep="")
wrapper = textwrap.TextWrapper(width=16, fix_sentence_endings=True, expand_tabs=False, drop_whitespace=False)
print(wrapper.wrap("It works. Does it? Yes!  a\tb"), wrapper.fill(""), wrapper.width)
wrapper.width = 40
print(wrapper.fill("It works. Does it? Yes!  a\tb"))
print(string.capwords("the o'neill family  of  new-york"), "the o'neill family".title(), string.capwords("x,y", ","))
print(string.ascii_lowercase[:5], string.digits, len(string.punctuation), string.hexdigits[-6:], repr(string.whitespace), string.octdigits, string.ascii_letters[24:28])
print(len(string.printable), "".join(c for c in "a-b_c d!" if c not in string.punctuation + string.whitespace), string.ascii_uppercase[::5])
