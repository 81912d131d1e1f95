import statistics as st
from decimal import Decimal
from fractions import Fraction


def attempt(f, *args, **kwargs):
    try:
        print(f.__name__, repr(f(*args, **kwargs)))
    except Exception as error:
        print(f.__name__, type(error).__name__, error)


ONE = [st.mean, st.fmean, st.geometric_mean, st.harmonic_mean, st.median, st.median_low, st.median_high, st.median_grouped, st.mode, st.multimode, st.pstdev, st.pvariance, st.stdev, st.variance, st.quantiles]
for f in ONE:
    attempt(f, [])
    attempt(f)
    attempt(f, 5)
    attempt(f, ["a", "b"])
    attempt(f, [1, 2], extra=3)
attempt(st.mean, [1, None])
attempt(st.stdev, [1])
attempt(st.variance, iter([4]))
attempt(st.geometric_mean, [1, 0])
attempt(st.harmonic_mean, [1, -1])
attempt(st.harmonic_mean, [1, 2], weights=[1])
attempt(st.fmean, [1, 2], weights=[0, 0])
attempt(st.fmean, [1, 2], weights=[1, 2, 3])
attempt(st.quantiles, [1, 2], n=0)
attempt(st.quantiles, [1, 2], method="other")
attempt(st.quantiles, [1], n=4)
for f in (st.correlation, st.covariance, st.linear_regression):
    attempt(f, [1], [1])
    attempt(f, [1, 2], [1])
    attempt(f, [1, 1], [1, 2])
    attempt(f, [1, 2])
attempt(st.mean, [Decimal("1.1"), Fraction(1, 2)])
attempt(st.mean, [Decimal("1.1"), 2])
attempt(st.mean, [Fraction(1, 3), 1, 0.5])
attempt(st.pvariance, [1, 2, 3, 4], mu=2)
attempt(st.LinearRegression, 1)
attempt(st.median_grouped, [1, 2, 2, 3], interval=2)
