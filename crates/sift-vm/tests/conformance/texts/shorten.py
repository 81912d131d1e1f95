import textwrap

reviews = [
    "The soup was cold   and the waiter\nforgot our drinks twice.",
    "Lovely!",
    "Would come again, but only on weekdays when the music is off.",
]
for review in reviews:
    print(textwrap.shorten(review, width=40))
    print(textwrap.shorten(review, 20, placeholder="..."))
print([len(textwrap.shorten(review, 25)) <= 25 for review in reviews])
print(repr(textwrap.shorten("word", 6)), repr(textwrap.shorten("a very longword", 9)), repr(textwrap.shorten("", 10)))
try:
    textwrap.shorten("some words", 3)
except ValueError as error:
    print(error)
