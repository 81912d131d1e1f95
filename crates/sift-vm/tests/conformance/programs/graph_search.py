edges = [("a", "b"), ("b", "c"), ("a", "d"), ("d", "c"), ("c", "e"), ("f", "f")]
graph = defaultdict(set)
for start, end in edges:
    graph[start].add(end)
    graph[end].add(start)
def distances(start):
    seen, queue = {start: 0}, deque([start])
    while queue:
        node = queue.popleft()
        for other in sorted(graph[node] - seen.keys()):
            seen[other] = seen[node] + 1
            queue.append(other)
    return seen
print(distances("a"), distances("f"))
components, left = [], set(graph)
while left:
    found = set(distances(min(left)))
    components.append(sorted(found))
    left -= found
print(components, sorted(graph, key=lambda n: (-len(graph[n]), n))[:2], frozenset(graph["a"]) & graph["c"] == {"b", "d"})
