//! Numbers of adversarial sizes end in a limit: quickly and within memory.

use crate::support::limits::limits;
use crate::support::machine;

/// The prelude of every program: numbers with many digits and large exponents.
const SETUP: &str = "\
from decimal import Decimal, Context, getcontext, setcontext
from fractions import Fraction
import decimal, math, statistics
big = 7 ** 20_000
huge = 1 << 4_000_000
far = Decimal('1E+999999')
near = Decimal('1E-999999')
long = Decimal('7' * 3_000)
wide = Context(prec=100_000_000)
many = Context(prec=20_000)
ratio = Fraction(7 ** 3_000, 3 ** 3_000)
";

limits! { machine, SETUP;
    limit_in_pow: "huge ** 2", "pow(7, 10 ** 9)", "pow(7, big, big + 1)", "big ** big", "2 ** 10 ** 12";
    limit_in_round: "round(huge, -1_000_000)", "round(big, -20_000)", "round(ratio, 1_000_000)", "round(Fraction(1, 3), -10 ** 9)";
    limit_in_int: "int('7' * 4_000)", "int(far)", "int('f' * 10_000_000, 16)", "int(' ' * 50_000_000)", "int('-' * 50_000_000)";
    limit_in_float: "float(big // 7 ** 19_900)", "float(far)", "float(ratio)", "float('1' * 1_000_000)";
    limit_in_str: "str(long)", "str(7 ** 4_000)", "repr(ratio // 1)";
    limit_in_divmod: "divmod(huge, big)", "divmod(long, long)", "divmod(ratio, Fraction(1, 7))";
    limit_in_abs: "abs(-huge)", "abs(long)", "abs(-ratio)";
    limit_in_sum: "sum([ratio] * 1_000)", "sum([long] * 1_000)";
    limit_in_bin: "bin(huge)", "hex(huge)", "oct(huge)", "f'{huge:x}'";
    limit_in_bit_count: "huge.bit_count()", "huge.bit_length()", "huge.as_integer_ratio()", "huge.conjugate()";
    limit_in_float_hex: "(0.1).hex()", "float.fromhex('f' * 1_000_000)", "(0.1).as_integer_ratio()", "(0.5).is_integer()";
    limit_in_integer_operators: "huge * huge",
        "huge + huge",
        "big // 3",
        "big % 7",
        "huge << 10 ** 9",
        "huge >> 1",
        "huge & big",
        "huge | 1",
        "huge ^ 1",
        "-huge",
        "~huge";
    limit_in_decimal: "Decimal((0, (7,) * 100_000, 0))";
    limit_in_decimal_operators: "long * long",
        "long + near",
        "far - near",
        "long / 3",
        "long // long",
        "long % long",
        "-long",
        "+long",
        "long < long + 1",
        "long == far",
        "{long, far}";
    limit_in_decimal_power: "Decimal('1.0001') ** 10_000",
        "Decimal('1.0000001') ** Decimal('1E+12')",
        "Decimal(2) ** Decimal('0.1')",
        "pow(long, 10 ** 9, 10 ** 27)";
    limit_in_decimal_to_integral: "round(Decimal('7.5'), 2)", "round(far)";
    limit_in_decimal_texts: "str(long)";
    limit_in_decimal_formats: "f'{far:f}'",
        "f'{near:.9999999f}'",
        "f'{Decimal(1):99999999}'",
        "format(Decimal(7), '.99999999f')",
        "'%.2f' % long",
        "'%d' % far";
    limit_in_fraction_operators: "ratio * ratio * ratio",
        "ratio + Fraction(1, big)",
        "ratio - 1",
        "ratio / 3",
        "ratio // 3",
        "ratio % 3",
        "-ratio",
        "ratio < 1",
        "ratio == far",
        "{ratio}",
        "ratio ** 10 ** 6",
        "Fraction(3, 2) ** 10 ** 12";
    limit_in_fraction_as_integer_ratio: "ratio.numerator", "str(Fraction(7, 3) ** 1_000)";
    limit_in_math_factorial: "math.factorial(10 ** 6)", "math.factorial(10 ** 15)";
    limit_in_math_comb: "math.comb(10 ** 6, 5 * 10 ** 5)", "math.comb(big, 10 ** 6)";
    limit_in_math_perm: "math.perm(10 ** 6)", "math.perm(big, 10 ** 6)";
    limit_in_math_gcd: "math.gcd(big, big + 1)", "math.gcd(huge, big)";
    limit_in_math_lcm: "math.lcm(big, big + 1)";
    limit_in_math_isqrt: "math.isqrt(huge)";
    limit_in_math_prod: "math.prod([big] * 100)", "math.prod(range(1, 10 ** 6))";
    limit_in_math_fsum: "math.fsum([1e300, 1.0, 1e-300] * 10_000)", "math.fsum([long * Decimal('1E-3000')] * 10)";
    limit_in_math_hypot: "math.hypot(*[1.5] * 10_000)";
    limit_in_math_dist: "math.dist([1.5] * 10_000, [2.5] * 10_000)";
    limit_in_math_floor: "math.floor(far)", "math.floor(ratio)";
    limit_in_math_ceil: "math.ceil(far)";
    limit_in_math_trunc: "math.trunc(far)";
    limit_in_math_log: "math.log(huge)", "math.log(7, 3)";
    limit_in_math_log2: "math.log2(huge)";
    limit_in_math_log10: "math.log10(big)";
    limit_in_math_log1p: "math.log1p(1.5)";
    limit_in_math_exp: "math.exp(1.5)";
    limit_in_math_expm1: "math.expm1(1.5)";
    limit_in_math_pow: "math.pow(1.5, 2)";
    limit_in_math_sqrt: "math.sqrt(2)";
    limit_in_math_cbrt: "math.cbrt(2)";
    limit_in_math_exp2: "math.exp2(3)";
    limit_in_math_sin: "math.sin(1e300)";
    limit_in_math_cos: "math.cos(1e300)";
    limit_in_math_tan: "math.tan(1e300)";
    limit_in_math_atan2: "math.atan2(1, 2)";
    limit_in_math_sinh: "math.sinh(1)";
    limit_in_math_asinh: "math.asinh(1)";
    limit_in_math_degrees: "math.degrees(1)";
    limit_in_math_radians: "math.radians(1)";
    limit_in_math_acos: "math.acos(0.5)";
    limit_in_math_asin: "math.asin(0.5)";
    limit_in_math_atan: "math.atan(2)";
    limit_in_math_cosh: "math.cosh(1)";
    limit_in_math_tanh: "math.tanh(1)";
    limit_in_math_acosh: "math.acosh(2)";
    limit_in_math_atanh: "math.atanh(0.5)";
    limit_in_math_modf: "math.modf(1.5)";
    limit_in_math_frexp: "math.frexp(1.5)";
    limit_in_math_ldexp: "math.ldexp(1.5, 9)";
    limit_in_math_fmod: "math.fmod(1e300, 7)";
    limit_in_math_remainder: "math.remainder(1e300, 7)";
    limit_in_math_fabs: "math.fabs(3)";
    limit_in_math_copysign: "math.copysign(1, -2)";
    limit_in_math_nextafter: "math.nextafter(1, 2)";
    limit_in_math_ulp: "math.ulp(1)";
    limit_in_math_isclose: "math.isclose(1, 2)";
    limit_in_math_isfinite: "math.isfinite(1)";
    limit_in_math_isinf: "math.isinf(1)";
    limit_in_math_isnan: "math.isnan(1)";
    limit_in_math_gamma: "math.gamma(5.5)";
    limit_in_math_lgamma: "math.lgamma(5.5)";
    limit_in_math_erf: "math.erf(1)";
    limit_in_math_erfc: "math.erfc(1)";
    limit_in_decimal_decimal: "Decimal('7' * 100_000)", "Decimal(huge)", "Decimal(5e-324)";
    limit_in_decimal_decimal_from_float: "Decimal.from_float(5e-324)";
    limit_in_decimal_setcontext: "setcontext(wide); Decimal(1) / 3", "setcontext(wide); far + near", "setcontext(many)";
    limit_in_decimal_decimal_sqrt: "Decimal(2).sqrt(wide)", "Decimal(2).sqrt(many)", "Decimal(2).sqrt()";
    limit_in_decimal_decimal_exp: "Decimal(2).exp(wide)", "Decimal(2).exp(many)", "Decimal(2).exp()";
    limit_in_decimal_decimal_ln: "Decimal(2).ln(wide)", "Decimal(2).ln(many)", "Decimal(2).ln()";
    limit_in_decimal_decimal_log10: "Decimal(2).log10(wide)", "Decimal(2).log10(many)", "Decimal(2).log10()";
    limit_in_decimal_decimal_quantize: "Decimal(7).quantize(Decimal('1E-50000000'), context=wide)", "Decimal(7).quantize(Decimal('0.01'))";
    limit_in_decimal_decimal_to_integral_value: "long.to_integral_value()";
    limit_in_decimal_decimal_to_integral: "long.to_integral()";
    limit_in_decimal_decimal_to_integral_exact: "long.to_integral_exact()";
    limit_in_decimal_decimal_normalize: "long.normalize()", "long.normalize(many)";
    limit_in_decimal_decimal_compare: "long.compare(far)";
    limit_in_decimal_decimal_compare_signal: "long.compare_signal(far)";
    limit_in_decimal_decimal_compare_total: "long.compare_total(far)";
    limit_in_decimal_decimal_compare_total_mag: "long.compare_total_mag(far)";
    limit_in_decimal_decimal_max: "long.max(far)";
    limit_in_decimal_decimal_min: "long.min(far)";
    limit_in_decimal_decimal_max_mag: "long.max_mag(far)";
    limit_in_decimal_decimal_min_mag: "long.min_mag(far)";
    limit_in_decimal_decimal_same_quantum: "long.same_quantum(far)";
    limit_in_decimal_decimal_next_plus: "long.next_plus()", "Decimal(1).next_plus(wide)";
    limit_in_decimal_decimal_next_minus: "long.next_minus()", "Decimal(1).next_minus(wide)";
    limit_in_decimal_decimal_next_toward: "long.next_toward(far)";
    limit_in_decimal_decimal_remainder_near: "long.remainder_near(7 * 10 ** 2990)", "Decimal(10).remainder_near(3)";
    limit_in_decimal_decimal_fma: "long.fma(long, long)";
    limit_in_decimal_decimal_scaleb: "long.scaleb(5)";
    limit_in_decimal_decimal_logb: "long.logb()";
    limit_in_decimal_decimal_adjusted: "long.adjusted()";
    limit_in_decimal_decimal_copy_abs: "long.copy_abs()";
    limit_in_decimal_decimal_copy_negate: "long.copy_negate()";
    limit_in_decimal_decimal_copy_sign: "long.copy_sign(far)";
    limit_in_decimal_decimal_conjugate: "long.conjugate()";
    limit_in_decimal_decimal_canonical: "long.canonical()";
    limit_in_decimal_decimal_radix: "long.radix()";
    limit_in_decimal_decimal_as_tuple: "long.as_tuple()";
    limit_in_decimal_decimal_as_integer_ratio: "far.as_integer_ratio()", "near.as_integer_ratio()";
    limit_in_decimal_decimal_to_eng_string: "long.to_eng_string()";
    limit_in_decimal_decimal_number_class: "long.number_class()";
    limit_in_decimal_decimal_is_finite: "long.is_finite()";
    limit_in_decimal_decimal_is_infinite: "long.is_infinite()";
    limit_in_decimal_decimal_is_nan: "long.is_nan()";
    limit_in_decimal_decimal_is_qnan: "long.is_qnan()";
    limit_in_decimal_decimal_is_snan: "long.is_snan()";
    limit_in_decimal_decimal_is_signed: "long.is_signed()";
    limit_in_decimal_decimal_is_zero: "long.is_zero()";
    limit_in_decimal_decimal_is_normal: "long.is_normal()";
    limit_in_decimal_decimal_is_subnormal: "long.is_subnormal()";
    limit_in_decimal_decimal_is_canonical: "long.is_canonical()";
    limit_in_decimal_context_copy: "getcontext().copy()";
    limit_in_decimal_getcontext: "getcontext().copy()", "getcontext().clear_flags()", "repr(getcontext())";
    limit_in_decimal_context_clear_flags: "getcontext().clear_flags()";
    limit_in_decimal_context: "Context(prec=5)";
    limit_in_decimal_context_create_decimal: "many.create_decimal('7' * 30_000)";
    limit_in_decimal_context_etiny: "many.Etiny()";
    limit_in_decimal_context_etop: "many.Etop()";
    limit_in_fractions_fraction: "Fraction('1E+9999999')",
        "Fraction('7' * 4_000)",
        "Fraction(far)",
        "Fraction(near)",
        "Fraction(huge, big)",
        "Fraction(0.1)";
    limit_in_fractions_fraction_from_float: "Fraction.from_float(0.1)";
    limit_in_fractions_fraction_from_decimal: "Fraction.from_decimal(far)";
    limit_in_fractions_fraction_limit_denominator: "ratio.limit_denominator(10 ** 1_000)", "ratio.limit_denominator()";
    limit_in_fractions_fraction_as_integer_ratio: "ratio.as_integer_ratio()";
    limit_in_fractions_fraction_conjugate: "ratio.conjugate()";
    limit_in_statistics_mean: "statistics.mean([far, near])", "statistics.mean(range(10 ** 9))", "statistics.mean([5e-324, 1e308] * 1_000)";
    limit_in_statistics_fmean: "statistics.fmean(range(10 ** 9))";
    limit_in_statistics_geometric_mean: "statistics.geometric_mean(range(1, 10 ** 9))";
    limit_in_statistics_harmonic_mean: "statistics.harmonic_mean(range(1, 10 ** 9))";
    limit_in_statistics_median: "statistics.median(range(10 ** 9))";
    limit_in_statistics_median_low: "statistics.median_low(range(10 ** 9))";
    limit_in_statistics_median_high: "statistics.median_high(range(10 ** 9))";
    limit_in_statistics_median_grouped: "statistics.median_grouped(range(10 ** 9))";
    limit_in_statistics_quantiles: "statistics.quantiles(range(10 ** 9))", "statistics.quantiles([1, 2], n=10 ** 9)";
    limit_in_statistics_mode: "statistics.mode(range(10 ** 9))";
    limit_in_statistics_multimode: "statistics.multimode(range(10 ** 9))";
    limit_in_statistics_stdev: "statistics.stdev(range(10 ** 9))", "statistics.stdev([far, near])";
    limit_in_statistics_pstdev: "statistics.pstdev(range(10 ** 9))";
    limit_in_statistics_variance: "statistics.variance(range(10 ** 9))";
    limit_in_statistics_pvariance: "statistics.pvariance(range(10 ** 9))";
    limit_in_statistics_covariance: "statistics.covariance(range(10 ** 9), range(10 ** 9))";
    limit_in_statistics_correlation: "statistics.correlation(range(10 ** 9), range(10 ** 9))";
    limit_in_statistics_linear_regression: "statistics.linear_regression(range(10 ** 9), range(10 ** 9))";
}
