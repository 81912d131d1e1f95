# Links and table cells found by patterns, with entities.
context = """<html><body><h1>Harbour &amp; Sea</h1>
<ul><li><a href="/a?x=1&amp;y=2" class='big'>First</a></li><li><a href='b.html'>Second <b>bold</b></a></li></ul>
<!-- <a href="no">x</a> -->
<table><tr><th>Ship<th>Tons</tr><tr><td>Ida</td><td>1,200</td></tr><tr><td>Kestrel&nbsp;II</td><td>&lt;90</td></tr></table>
</body></html>
"""

import re
ENT = {"amp": "&", "lt": "<", "gt": ">", "nbsp": "\u00a0", "quot": '"'}
unescape = lambda s: re.sub(r"&(?:#(\d+)|(\w+));", lambda m: chr(int(m[1])) if m[1] else ENT.get(m[2], m[0]), s)
clean = re.sub(r"<!--.*?-->", "", context, flags=re.S)
links = [(unescape(h1 or h2), unescape(re.sub("<[^>]+>", "", t))) for h1, h2, t in re.findall(r"""<a\s[^>]*?href=(?:"([^"]*)"|'([^']*)')[^>]*>(.*?)</a>""", clean, re.S)]
print(links)
rows = [[unescape(re.sub(r"<[^>]+>", "", c)).strip() for c in re.split(r"<t[hd]>", r)[1:]] for r in re.findall(r"<tr>(.*?)</tr>", clean, re.S)]
print(rows, unescape("&#233;&unknown;"))
stack, depth = [], 0
for m in re.finditer(r"<(/?)(\w+)[^>]*?(/?)>", clean):
    close, tag, selfclose = m.groups()
    if close:
        while stack and stack[-1] != tag: print("unclosed", stack.pop())
        if stack: stack.pop()
    elif not selfclose:
        stack.append(tag); depth = max(depth, len(stack))
print(stack, depth)
q = dict(p.split("=") for p in links[0][0].partition("?")[2].split("&"))
print(q, re.escape("a.b*c"), re.compile(r"x", re.I | re.M).flags, re.findall(r"(?<=<td>)[^<]+", context), re.search(r"(['\"])(.*?)\1", context).group(2), re.findall(r"(?i)<H1>(.*)</H1>", context), re.sub(r"(?m)^\s*<", "{", context)[:6])
for m in re.finditer(r"(?P<tag>h1|li)", context):
    print(m.group("tag"), m.start("tag"), m.groupdict(), m.pos, m.string is context, m)
    break
try: re.compile("(unclosed")
except re.error as e: print(e, e.pos, e.msg)
try: re.findall("[a-", "x")
except re.error as e: print(e)
try: re.sub("a", r"\2", "a")
except re.error as e: print(e)
try: re.search("(a)", "a").group(2)
except IndexError as e: print(e)
