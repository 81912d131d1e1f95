import statistics as st
from collections import namedtuple

Pupil = namedtuple("Pupil", ["name", "maths", "music"])
text = "Ann 12 15|Bo 9 11|Cy 18 17|Di 12 8|Ed 15 14|Flo 3 20"
pupils = [Pupil(name, int(a), int(b)) for name, a, b in (entry.split() for entry in text.split("|"))]
maths, music = ([getattr_ for getattr_ in column] for column in zip(*(p[1:] for p in pupils)))
for label, marks in (("maths", maths), ("music", music)):
    print(f"{label:<6} {st.mean(marks):>6.2f} {st.fmean(marks):>6.2f} {st.median(marks):>5} {st.median_low(marks):>3} {st.median_high(marks):>3} {st.median_grouped(marks):>6.3f} {st.mode(marks):>3} {st.multimode(marks)}")
    print(f"       {st.pvariance(marks):.4f} {st.variance(marks):.4f} {st.pstdev(marks):.4f} {st.stdev(marks):.4f} {st.geometric_mean(marks):.4f} {st.harmonic_mean(marks):.4f}")
    print("      ", st.quantiles(marks), [round(q, 3) for q in st.quantiles(marks, n=5, method="inclusive")])
print(round(st.correlation(maths, music), 6), round(st.covariance(maths, music), 6))
slope, intercept = st.linear_regression(maths, music)
print(f"{slope:.6f} {intercept:.6f}", st.linear_regression([1, 2, 3], [2, 4, 6], proportional=True), st.LinearRegression(slope=2.0, intercept=1))
print([p.name for p in pupils if p.maths > st.mean(maths) + st.pstdev(maths)], st.fmean([1, 2, 3], weights=[3, 1, 1]), st.harmonic_mean([40, 60], weights=[5, 30]))
print(st.mode(["red", "blue", "red"]), st.multimode("aabbc"), st.multimode([]), st.mean([1, 2, 3, 4]), st.mean([0.1] * 3), st.median(["a", "c", "b"]))
