# Shortest routes, the components of a network, and its bridges.
context = """Aldgate -> Bank: 3
Bank -> Castle: 4
Aldgate -> Castle: 9
Castle -> Quay: 2
Quay -> Pier: 1
# closed
Bank -x> Pier: 1
"""

import re, heapq
from collections import defaultdict
from typing import Dict, List, Tuple, Optional
Graph = Dict[str, Dict[str, int]]
graph: Graph = defaultdict(dict)
for a, b, w in re.findall(r"^(\w+) -> (\w+): (\d+)$", context, re.M):
    graph[a][b] = graph[b][a] = int(w)
def dijkstra(g: Graph, src: str, dst: str) -> Optional[Tuple[int, List[str]]]:
    heap = [(0, src, [src])]
    seen: set[str] = set()
    while heap:
        d, u, path = heapq.heappop(heap)
        if u == dst:
            return d, path
        if u in seen:
            continue
        seen.add(u)
        for v, w in g[u].items():
            if v not in seen:
                heapq.heappush(heap, (d + w, v, [*path, v]))
    return None
print(dict(graph)); print(dijkstra(graph, "Aldgate", "Quay"), dijkstra(graph, "Aldgate", "Nowhere"))

def components(nodes, skip=frozenset()):
    nodes, parts = set(nodes), []
    while nodes:
        stack, part = [min(nodes)], set()
        while stack:
            n = stack.pop()
            if n in part: continue
            part.add(n)
            stack += [m for m in graph[n] if frozenset((n, m)) not in skip]
        nodes -= part
        parts.append(sorted(part))
    return parts
edges = {frozenset((a, b)) for a in graph for b in graph[a]}
bridges = sorted(tuple(sorted(e)) for e in edges if len(components(graph, {e})) > len(components(graph)))
print(bridges, len(edges), components(graph))
INF = float("inf")
names = sorted(n for n in graph if graph[n])
D = {a: {b: 0 if a == b else graph[a].get(b, INF) for b in names} for a in names}
for k in names:
    for i in names:
        for j in names:
            D[i][j] = min(D[i][j], D[i][k] + D[k][j])
print("      " + " ".join(f"{n[:5]:>5}" for n in names))
for n in names: print(f"{n[:5]:<6}" + " ".join(f"{D[n][m]:>5}" for m in names))
print(-INF, INF > 10**400, INF - INF, max(D, key=lambda n: sum(D[n].values())))
for i in range(len(names)):
    if D[names[i]][names[-1]] > 1e3: print("far"); break
else:
    print("all close")
