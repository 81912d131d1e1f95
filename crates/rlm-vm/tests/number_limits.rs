//! Numbers of adversarial sizes end in a limit, soon and without the memory that they ask for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test stops at once where something is not as it says"
)]

mod support;

use rlm_vm::{End, Settings};
use support::{Arrival, machine, run_in};

/// What every program begins with: numbers of many digits, and of far exponents.
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

/// Runs a line over and over, with 32 MiB and 700,000 units of fuel: it must end in a limit.
fn ends(line: &str) {
    let settings = Settings {
        fuel: 700_000,
        memory_bytes: 32 << 20,
        ..Settings::default()
    };
    let source = format!("{SETUP}while True:\n    {line}\n");
    let ran = run_in(machine(settings), &source, Arrival::AtOnce, 1_000_000);
    assert!(ran.error.is_none(), "{line}: {:?}", ran.error);
    assert!(matches!(ran.end, Some(End::Limit(_))), "{line}: {:?}", ran.end);
}

/// Makes a test of each line.
macro_rules! limits {
    ($($name:ident: $($line:literal),+;)+) => {
        $(
            #[test]
            fn $name() {
                $(ends($line);)+
            }
        )+
    };
}

limits! {
    limit_in_pow: "huge ** 2", "pow(7, 10 ** 9)", "pow(7, big, big + 1)", "big ** big", "2 ** 10 ** 12";
    limit_in_round: "round(huge, -1_000_000)", "round(big, -20_000)", "round(ratio, 1_000_000)", "round(Fraction(1, 3), -10 ** 9)";
    limit_in_int: "int('7' * 4_000)", "int(far)", "int('f' * 10_000_000, 16)";
    limit_in_float: "float(big // 7 ** 19_900)", "float(far)", "float(ratio)", "float('1' * 1_000_000)";
    limit_in_str: "str(long)", "str(7 ** 4_000)", "repr(ratio // 1)";
    limit_in_divmod: "divmod(huge, big)", "divmod(long, long)", "divmod(ratio, Fraction(1, 7))";
    limit_in_abs: "abs(-huge)", "abs(long)", "abs(-ratio)";
    limit_in_sum: "sum([ratio] * 1_000)", "sum([long] * 1_000)";
    limit_in_bin: "bin(huge)", "hex(huge)", "oct(huge)", "f'{huge:x}'";
    limit_in_bit_count: "huge.bit_count()", "huge.bit_length()", "huge.as_integer_ratio()", "huge.conjugate()";
    limit_in_float_hex: "(0.1).hex()", "float.fromhex('f' * 1_000_000)", "(0.1).as_integer_ratio()", "(0.5).is_integer()";
    limit_in_integer_operators: "huge * huge", "huge + huge", "big // 3", "big % 7", "huge << 10 ** 9", "huge >> 1", "huge & big", "huge | 1", "huge ^ 1", "-huge", "~huge";
    limit_in_math_factorial: "math.factorial(10 ** 6)", "math.factorial(10 ** 15)";
    limit_in_math_comb: "math.comb(10 ** 6, 5 * 10 ** 5)", "math.comb(big, 10 ** 6)";
    limit_in_math_perm: "math.perm(10 ** 6)", "math.perm(big, 10 ** 6)";
    limit_in_math_gcd: "math.gcd(big, big + 1)", "math.lcm(big, big + 1)", "math.gcd(huge, big)";
    limit_in_math_isqrt: "math.isqrt(huge)";
    limit_in_math_prod: "math.prod([big] * 100)", "math.prod(range(1, 10 ** 6))";
    limit_in_math_fsum: "math.fsum([1e300, 1.0, 1e-300] * 10_000)", "math.fsum([long * Decimal('1E-3000')] * 10)";
    limit_in_math_hypot: "math.hypot(*[1.5] * 10_000)", "math.dist([1.5] * 10_000, [2.5] * 10_000)";
    limit_in_math_floor: "math.floor(far)", "math.ceil(far)", "math.trunc(far)", "math.floor(ratio)";
    limit_in_math_logarithms: "math.log(huge)", "math.log2(huge)", "math.log10(big)", "math.log1p(1.5)", "math.log(7, 3)";
    limit_in_math_exponentials: "math.exp(1.5)", "math.expm1(1.5)", "math.pow(1.5, 2)", "math.sqrt(2)", "math.cbrt(2)", "math.exp2(3)";
    limit_in_math_angles: "math.sin(1e300)", "math.cos(1e300)", "math.tan(1e300)", "math.atan2(1, 2)", "math.sinh(1)", "math.asinh(1)", "math.degrees(1)", "math.radians(1)", "math.acos(0.5)", "math.asin(0.5)", "math.atan(2)", "math.cosh(1)", "math.tanh(1)", "math.acosh(2)", "math.atanh(0.5)";
    limit_in_math_parts: "math.modf(1.5)", "math.frexp(1.5)", "math.ldexp(1.5, 9)", "math.fmod(1e300, 7)", "math.remainder(1e300, 7)", "math.fabs(3)", "math.copysign(1, -2)", "math.nextafter(1, 2)", "math.ulp(1)";
    limit_in_math_tests: "math.isclose(1, 2)", "math.isfinite(1)", "math.isinf(1)", "math.isnan(1)";
    limit_in_math_gamma: "math.gamma(5.5)", "math.lgamma(5.5)", "math.erf(1)", "math.erfc(1)";
    limit_in_decimal: "Decimal('7' * 100_000)", "Decimal(huge)", "Decimal((0, (7,) * 100_000, 0))", "Decimal(5e-324)", "Decimal.from_float(5e-324)";
    limit_in_decimal_operators: "long * long", "long + near", "far - near", "long / 3", "long // long", "long % long", "-long", "+long", "long < long + 1", "long == far", "{long, far}";
    limit_in_decimal_power: "Decimal('1.0001') ** 10_000", "Decimal('1.0000001') ** Decimal('1E+12')", "Decimal(2) ** Decimal('0.1')", "pow(long, 10 ** 9, 10 ** 27)";
    limit_in_decimal_wide_division: "setcontext(wide); Decimal(1) / 3";
    limit_in_decimal_wide_addition: "setcontext(wide); far + near";
    limit_in_decimal_sqrt: "Decimal(2).sqrt(wide)", "Decimal(2).sqrt(many)", "Decimal(2).sqrt()";
    limit_in_decimal_exp: "Decimal(2).exp(wide)", "Decimal(2).exp(many)", "Decimal(2).exp()";
    limit_in_decimal_ln: "Decimal(2).ln(wide)", "Decimal(2).ln(many)", "Decimal(2).ln()";
    limit_in_decimal_log10: "Decimal(2).log10(wide)", "Decimal(2).log10(many)", "Decimal(2).log10()";
    limit_in_decimal_quantize: "Decimal(7).quantize(Decimal('1E-50000000'), context=wide)", "Decimal(7).quantize(Decimal('0.01'))";
    limit_in_decimal_to_integral: "long.to_integral_value()", "long.to_integral()", "long.to_integral_exact()", "round(Decimal('7.5'), 2)", "round(far)";
    limit_in_decimal_normalize: "long.normalize()", "long.normalize(many)";
    limit_in_decimal_comparisons: "long.compare(far)", "long.compare_signal(far)", "long.compare_total(far)", "long.compare_total_mag(far)", "long.max(far)", "long.min(far)", "long.max_mag(far)", "long.min_mag(far)", "long.same_quantum(far)";
    limit_in_decimal_neighbours: "long.next_plus()", "long.next_minus()", "long.next_toward(far)", "Decimal(1).next_plus(wide)", "Decimal(1).next_minus(wide)";
    limit_in_decimal_remainder_near: "long.remainder_near(7 * 10 ** 2990)", "Decimal(10).remainder_near(3)";
    limit_in_decimal_fma: "long.fma(long, long)";
    limit_in_decimal_scaleb: "long.scaleb(5)", "long.logb()", "long.adjusted()";
    limit_in_decimal_copies: "long.copy_abs()", "long.copy_negate()", "long.copy_sign(far)", "long.conjugate()", "long.canonical()", "long.radix()";
    limit_in_decimal_as_tuple: "long.as_tuple()";
    limit_in_decimal_as_integer_ratio: "far.as_integer_ratio()", "near.as_integer_ratio()";
    limit_in_decimal_texts: "long.to_eng_string()", "str(long)", "long.number_class()";
    limit_in_decimal_formats: "f'{far:f}'", "f'{near:.9999999f}'", "f'{Decimal(1):99999999}'", "format(Decimal(7), '.99999999f')", "'%.2f' % long", "'%d' % far";
    limit_in_decimal_tests: "long.is_finite()", "long.is_infinite()", "long.is_nan()", "long.is_qnan()", "long.is_snan()", "long.is_signed()", "long.is_zero()", "long.is_normal()", "long.is_subnormal()", "long.is_canonical()";
    limit_in_decimal_contexts: "getcontext().copy()", "getcontext().clear_flags()", "Context(prec=5)", "many.create_decimal('7' * 30_000)", "many.Etiny()", "many.Etop()", "repr(getcontext())", "setcontext(many)";
    limit_in_fraction: "Fraction('1E+9999999')", "Fraction('7' * 4_000)", "Fraction(far)", "Fraction(near)", "Fraction(huge, big)", "Fraction(0.1)", "Fraction.from_float(0.1)", "Fraction.from_decimal(far)";
    limit_in_fraction_operators: "ratio * ratio * ratio", "ratio + Fraction(1, big)", "ratio - 1", "ratio / 3", "ratio // 3", "ratio % 3", "-ratio", "ratio < 1", "ratio == far", "{ratio}", "ratio ** 10 ** 6", "Fraction(3, 2) ** 10 ** 12";
    limit_in_fraction_limit_denominator: "ratio.limit_denominator(10 ** 1_000)", "ratio.limit_denominator()";
    limit_in_fraction_as_integer_ratio: "ratio.as_integer_ratio()", "ratio.conjugate()", "ratio.numerator", "str(Fraction(7, 3) ** 1_000)";
    limit_in_statistics_mean: "statistics.mean([far, near])", "statistics.mean(range(10 ** 9))", "statistics.mean([5e-324, 1e308] * 1_000)";
    limit_in_statistics_fmean: "statistics.fmean(range(10 ** 9))", "statistics.geometric_mean(range(1, 10 ** 9))", "statistics.harmonic_mean(range(1, 10 ** 9))";
    limit_in_statistics_median: "statistics.median(range(10 ** 9))", "statistics.median_low(range(10 ** 9))", "statistics.median_high(range(10 ** 9))", "statistics.median_grouped(range(10 ** 9))", "statistics.quantiles(range(10 ** 9))", "statistics.quantiles([1, 2], n=10 ** 9)";
    limit_in_statistics_mode: "statistics.mode(range(10 ** 9))", "statistics.multimode(range(10 ** 9))";
    limit_in_statistics_spread: "statistics.stdev(range(10 ** 9))", "statistics.pstdev(range(10 ** 9))", "statistics.variance(range(10 ** 9))", "statistics.pvariance(range(10 ** 9))", "statistics.stdev([far, near])";
    limit_in_statistics_relations: "statistics.covariance(range(10 ** 9), range(10 ** 9))", "statistics.correlation(range(10 ** 9), range(10 ** 9))", "statistics.linear_regression(range(10 ** 9), range(10 ** 9))";
}
