text = "The quick brown fox jumps over the lazy dog. The end of the story is here."
needle = "the"
lowered = text.lower()
places, at = [], lowered.find(needle)
while at != -1:
    places.append(at)
    at = lowered.find(needle, at + 1)
print(places, lowered.count(needle), text.count("The"), text.index("fox"), text.rindex("e"), text.rfind("zzz"), text.find("", 5))
for at in places:
    print(repr(text[max(0, at - 5):at + 8]), text[:at].count(" "))
print(text.partition(". "), text.rpartition(" "), text.split(". "), text.rsplit(None, 2), text.split(" ", 3))
print(text[::-1][:10], text[-5:], text[4:9].upper(), text.replace("the", "a", 1), text.title()[:20], text.swapcase()[:10], "fox" in text, text.startswith(("A", "The")), text.endswith("here."))
try:
    text.index("cat")
except ValueError as e:
    print(e)
try:
    text[500]
except IndexError as e:
    print(e)
