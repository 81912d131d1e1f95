html = "<b>one</b> and <b>two</b><br/>"
print(re.findall("<.*>", html), re.findall("<.*?>", html), re.findall(r"<b>(.*?)</b>", html), re.findall(r"<(\w+)>(.+?)</\1>", html))
print(re.match("a*", "aaa").end(), re.match("a*?", "aaa").end(), re.match("a{2}", "aaa").end(), re.match("a{2,}?", "aaa").end(), re.match("a??b", "ab")[0])
print(re.search(r"(a+)(a*)", "aaa").groups(), re.search(r"(a+?)(a*)", "aaa").groups(), re.search(r"(a+?)(a*?)$", "aaa").groups())
print(re.findall("a{,2}", "aaaa"), re.findall("a{}", "a{}a"), re.findall("a{1,2}?", "aaa"), re.search("(?:ab)+", "xababab").span())
print(re.findall(r"(a|ab)(c|bcd)(d*)", "abcd"), re.match(r"(?:x|xy)y?z", "xyz")[0], re.findall("[ab]+?c", "aabcbc"))
print(re.search(r"\((?:[^()]|\([^()]*\))*\)", "f(a(b)c) d)")[0])
