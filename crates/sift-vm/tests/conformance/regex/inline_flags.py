print(re.findall("(?i)abc", "ABC abc"), re.findall("(?im)^b", "a\nB"), re.findall("(?s)a.b", "a\nb"), re.findall("(?x) a  b # no\n", "ab"))
print(re.findall("(?i:a)b", "Ab AB ab"), re.findall("(?-i:a)b", "aB AB", re.I), re.findall("(?s:.)x.", "\nxy \nx\n"))
print(re.compile("(?i)a").flags, re.compile("a").flags, re.compile("a", re.A).flags, re.compile("(?smx)a").flags, re.compile("(?a)a", re.I).flags)
print(re.findall("(?a:\\w+)|é", "né"), re.findall("\\w+", "né"), re.compile("a", re.I | re.M), re.compile("(?u)a", re.S))
verbose = re.compile(r"""
    (?P<sign>[-+])?      # sign
    (?P<whole>\d+)       # before the point
    (?:\.(?P<part>\d*))? # and behind it
    [ ]\#\ end           # a real space and hash
""", re.VERBOSE)
print(verbose.match("-12.50 # end").groupdict(), verbose.search("7 # end").groups())
for bad in ["a(?i)b", "(?z)", "(?i", "(?-i)", "(?i-)", "(?-)", "(?au)", "(?L)a", "(?ii-i:a)"]:
    try:
        re.compile(bad)
        print(bad, "fine")
    except (re.error, ValueError) as e:
        print(bad, type(e).__name__, e)
