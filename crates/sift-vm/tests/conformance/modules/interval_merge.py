# Intervals merged, gaps found, and the busiest moment.
from itertools import pairwise, accumulate, chain
from operator import attrgetter, itemgetter
Span = namedtuple("Span", "start end")
spans = sorted([Span(5, 8), Span(1, 3), Span(2, 4), Span(7, 9), Span(12, 13)])
merged = []
for span in spans:
    if merged and span.start <= merged[-1].end:
        merged[-1] = merged[-1]._replace(end=max(merged[-1].end, span.end))
    else:
        merged.append(span)
print(merged, [(a.end, b.start) for a, b in pairwise(merged)], sum(span.end - span.start for span in merged))
events = sorted(chain.from_iterable(((span.start, 1), (span.end, -1)) for span in spans))
load = list(accumulate(events, lambda total, event: total + event[1], initial=0))
print(events, load, max(load), max(spans, key=attrgetter("end")), min(spans, key=lambda s: s.end - s.start))
starts = [span.start for span in merged]
def covering(point):
    at = bisect.bisect_right(starts, point) - 1
    return merged[at] if at >= 0 and point < merged[at].end else None
print([covering(point) for point in (0, 1, 4, 8, 12)], Span._make(map(int, "3-4".split("-"))), Span(*(1, 2)) < Span(1, 3))
try:
    Span._make("3-4")
except TypeError as error:
    print(error)
