log = """2024-05-01 10:00:01 INFO  [api] user=ann took=12ms status=200
2024-05-01 10:00:02 ERROR [db] user=bob took=950ms status=500 msg="connection reset"
2024-05-01 10:00:03 WARN  [api] user=cy took=301ms status=404
bad line
2024-05-02 00:00:00 INFO  [cache] took=3ms"""
line = re.compile(r"^(?P<day>\S+) (?P<time>\S+) (?P<level>[A-Z]+)\s+\[(?P<part>\w+)\](?P<rest>.*)$", re.MULTILINE)
for m in line.finditer(log):
    fields = dict(re.findall(r'(\w+)=("[^"]*"|\S+)', m["rest"]))
    print(m["level"].ljust(5), m["part"], fields, m.start("level"), m.end())
print(line.groupindex["level"], line.groups, [m.lastgroup for m in line.finditer(log)][0])
slow = [int(ms) for ms in re.findall(r"took=(\d+)ms", log) if int(ms) > 100]
print(sum(slow), max(slow), re.search(r'msg="([^"]*)"', log).group(1))
print([text for text in log.split("\n") if not line.match(text)])
