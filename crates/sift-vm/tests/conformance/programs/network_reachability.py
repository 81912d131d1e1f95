from collections import defaultdict, deque
import heapq

links = """ams-lon 7
lon-par 6
par-mad 21
ams-fra 8
fra-mil 12
mil-rom 9
rom-mad 27
par-mil 14
osl-cph 10"""
graph = defaultdict(dict)
for link in links.splitlines():
    ends, delay = link.rsplit(maxsplit=1)
    a, b = ends.split("-")
    graph[a][b] = graph[b][a] = int(delay)


def shortest(start, goal):
    queue, seen = [(0, start, (start,))], set()
    while queue:
        cost, node, path = heapq.heappop(queue)
        if node == goal:
            return cost, path
        if node in seen:
            continue
        seen.add(node)
        for neighbour, delay in graph[node].items():
            if neighbour not in seen:
                heapq.heappush(queue, (cost + delay, neighbour, (*path, neighbour)))
    return float("inf"), ()


def component(start):
    seen, waiting = {start}, deque([start])
    while waiting:
        for neighbour in graph[waiting.popleft()]:
            if neighbour not in seen:
                seen.add(neighbour)
                waiting.append(neighbour)
    return frozenset(seen)


for goal in ("mad", "rom", "osl"):
    cost, path = shortest("ams", goal)
    print(f"ams -> {goal}: {cost:>4} {' > '.join(path) or 'no way'}")
components = {component(node) for node in graph}
print(sorted((sorted(c) for c in components), key=len))
degrees = {node: len(ends) for node, ends in graph.items()}
print(sorted(degrees.items(), key=lambda kv: (-kv[1], kv[0]))[:3], sum(degrees.values()) // 2)
nodes = sorted(component("ams"))
table = {(a, b): shortest(a, b)[0] for a in nodes for b in nodes if a < b}
print(max(table, key=table.get), max(table.values()), sum(table.values()), len(table))
print(" " * 4 + "".join(f"{n:>5}" for n in nodes))
for a in nodes:
    print(f"{a:<4}" + "".join(f"{'.' if a == b else table[min(a, b), max(a, b)]:>5}" for b in nodes))
