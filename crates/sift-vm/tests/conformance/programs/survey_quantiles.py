import statistics as st
from itertools import chain, islice

answers = """ward A: 12 15 11 x 19 22 15
ward B: 30 8 9
ward C:
ward D: 15 15 15 15"""
wards = {}
for line in answers.splitlines():
    name, _, values = line.partition(":")
    wards[name.removeprefix("ward ")] = [int(v) for v in values.split() if v.isdigit()]
for name, values in wards.items():
    try:
        spread = st.stdev(values)
        q1, q2, q3 = st.quantiles(values, n=4)
        print(f"{name}: n={len(values)} mean={st.mean(values):.2f} sd={spread:.3f} q=({q1:g}, {q2:g}, {q3:g}) modes={st.multimode(values)}")
    except st.StatisticsError as error:
        print(f"{name}: {error}")
everyone = sorted(chain.from_iterable(wards.values()))
print(everyone, st.median(everyone), st.median_low(everyone), st.median_high(everyone), st.mode(everyone))
print(st.pvariance(everyone), st.variance(everyone), round(st.pstdev(everyone), 6), st.fmean(everyone))
print([round(q, 2) for q in st.quantiles(everyone, n=10, method="inclusive")], st.quantiles(everyone, n=2))
low, high = (lambda q: (q[0] - 1.5 * (q[2] - q[0]), q[2] + 1.5 * (q[2] - q[0])))(st.quantiles(everyone))
print(low, high, [v for v in everyone if not low <= v <= high])
ranked = sorted(((st.fmean(v), k) for k, v in wards.items() if v), reverse=True)
print([f"{k}:{mean:.1f}" for mean, k in islice(ranked, 2)], st.harmonic_mean([40, 60]), st.geometric_mean([54, 24, 36]))
z = [(v - st.fmean(everyone)) / st.pstdev(everyone) for v in everyone]
print(f"{max(z):+.3f} {min(z):+.3f}", abs(sum(z)) < 1e-9, st.mean([True, False, 3]))
