//! The gamma function and its logarithm, with the Lanczos approximation as in CPython.

use std::f64::consts::PI;

use sift_numbers::elementary::{exp, log, pow};

const G: f64 = 6.024_680_040_776_73;
const G_MINUS_HALF: f64 = 5.524_680_040_776_73;
const LOG_PI: f64 = 1.144_729_885_849_400_2;

const NUMERATOR: [f64; 13] = [
    23_531_376_880.410_76,
    42_919_803_642.649_1,
    35_711_959_237.355_67,
    17_921_034_426.037_21,
    6_039_542_586.352_028,
    1_439_720_407.311_721_6,
    248_874_557.862_054_17,
    31_426_415.585_400_194,
    2_876_370.628_935_372_6,
    186_056.265_395_223_48,
    8_071.672_002_365_816,
    210.824_277_751_579_36,
    2.506_628_274_631_000_2,
];

/// The coefficients of the polynomial x (x + 1) … (x + 11), the denominator of the Lanczos sum.
const DENOMINATOR: [f64; 13] = [
    0.0,
    39_916_800.0,
    120_543_840.0,
    150_917_976.0,
    105_258_076.0,
    45_995_730.0,
    13_339_535.0,
    2_637_558.0,
    357_423.0,
    32_670.0,
    1_925.0,
    66.0,
    1.0,
];

/// The largest integer whose gamma function is exactly representable as a float.
const EXACT: f64 = 23.0;

/// Returns the gamma function of `x`, which must not be a pole.
pub(super) fn gamma(x: f64) -> f64 {
    if !x.is_finite() {
        return x;
    }
    if x.fract() == 0.0 && (1.0..=EXACT).contains(&x) {
        return (1..x as u32).fold(1.0, |product, factor| product * f64::from(factor));
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return 1.0 / x;
    }
    if magnitude > 200.0 {
        return if x < 0.0 { 0.0 / sin_pi(x) } else { f64::INFINITY };
    }
    let y = magnitude + G_MINUS_HALF;
    // The rounding error of the sum.
    let lost = if magnitude > G_MINUS_HALF {
        (y - magnitude) - G_MINUS_HALF
    } else {
        (y - G_MINUS_HALF) - magnitude
    };
    let lost = lost * G / y;
    // If the power would overflow, the result is multiplied by its square root twice.
    let (power, times) = if magnitude < 140.0 {
        (pow(y, magnitude - 0.5), 1)
    } else {
        (pow(y, magnitude / 2.0 - 0.25), 2)
    };
    if x < 0.0 {
        let result = -PI / sin_pi(magnitude) / magnitude * exp(y) / lanczos(magnitude);
        let result = result - lost * result;
        (0..times).fold(result, |result, _| result / power)
    } else {
        let result = lanczos(magnitude) / exp(y);
        let result = result + lost * result;
        (0..times).fold(result, |result, _| result * power)
    }
}

/// Returns the logarithm of the gamma function's absolute value; `x` must be finite and not a pole.
pub(super) fn log_gamma(x: f64) -> f64 {
    if x == 1.0 || x == 2.0 {
        return 0.0;
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return -log(magnitude);
    }
    let result = log(lanczos(magnitude)) - G + (magnitude - 0.5) * (log(magnitude + G - 0.5) - 1.0);
    if x < 0.0 {
        LOG_PI - log(sin_pi(magnitude).abs()) - log(magnitude) - result
    } else {
        result
    }
}

/// Returns the Lanczos sum at `x`, a positive number.
fn lanczos(x: f64) -> f64 {
    let terms = NUMERATOR.iter().zip(&DENOMINATOR);
    let (numerator, denominator) = if x < 5.0 {
        terms
            .rev()
            .fold((0.0, 0.0), |(above, below), (a, b)| (above * x + a, below * x + b))
    } else {
        terms.fold((0.0, 0.0), |(above, below), (a, b)| (above / x + a, below / x + b))
    };
    numerator / denominator
}

/// Returns sin(πx), which is exact at integers.
fn sin_pi(x: f64) -> f64 {
    let y = libm::fmod(x.abs(), 2.0);
    let sine = match libm::round(2.0 * y) as u8 {
        0 => libm::sin(PI * y),
        1 => libm::cos(PI * (y - 0.5)),
        2 => libm::sin(PI * (1.0 - y)),
        3 => -libm::cos(PI * (y - 1.5)),
        _ => libm::sin(PI * (y - 2.0)),
    };
    x.signum() * sine
}
