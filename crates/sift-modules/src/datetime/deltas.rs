//! The class `timedelta`: a duration.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::ToPrimitive as _;
use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_values::calendar::{DAY, Delta, DeltaError, SECOND};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::value::{Type, Value};

use crate::datetime::arguments::delta_error;
use crate::datetime::values::{delta_of, new_delta};

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("timedelta"),
        rows: &[entry(
            "timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0) -> timedelta",
            "Makes a span of time.",
            timedelta,
        )],
    },
    Group {
        owner: Owner::Method(&[Type::TimeDelta]),
        rows: &[entry(
            "total_seconds() -> float",
            "Returns the whole span in seconds.",
            |m, a| {
                let delta = delta_of(m, a.receiver).unwrap_or(Delta::ZERO);
                let seconds = big_quotient(m, &delta.microseconds().into(), &SECOND.into())?;
                Ok(Value::float(seconds))
            },
        )],
    },
];

/// The arguments of `timedelta` in the order of summation: the position, the name, and the unit in
/// microseconds.
const UNITS: [(usize, &str, i64); 7] = [
    (2, "microseconds", 1),
    (3, "milliseconds", SECOND / 1_000),
    (1, "seconds", SECOND),
    (4, "minutes", 60 * SECOND),
    (5, "hours", 3_600 * SECOND),
    (0, "days", DAY),
    (6, "weeks", 7 * DAY),
];

fn timedelta(m: &mut Runtime, args: &Args) -> Outcome {
    let mut total = BigInt::from(0);
    let mut fraction = 0.0_f64;
    for (index, name, unit) in UNITS {
        let Some(value) = args.given(index) else {
            continue;
        };
        match m.number(value) {
            Some(Number::Int(count)) => total += BigInt::from(count) * unit,
            Some(Number::Big(count)) => {
                m.meter.charge(count.bits() / 64)?;
                total += count * unit;
            }
            Some(Number::Float(count)) => {
                let whole = m.whole_part(count)?.to_big().unwrap_or_default();
                total += whole * unit;
                let rest = (count - count.trunc()) * unit as f64;
                total += BigInt::from(rest.trunc() as i64);
                fraction += rest - rest.trunc();
            }
            None => {
                let kind = m.type_name(value);
                let message = format!("unsupported type for timedelta {name} component: {kind}");
                return Err(m.type_error(message));
            }
        }
    }
    if fraction != 0.0 {
        total += rounded_half_even(fraction, &total);
    }
    delta_of_big(m, &total)
}

/// Rounds a fraction of microseconds that is added to `sum`. Ties are rounded so that the resulting
/// sum is even.
fn rounded_half_even(fraction: f64, sum: &BigInt) -> BigInt {
    let rounded = fraction.round();
    let whole = if (rounded - fraction).abs() == 0.5 {
        let odd = if sum.is_odd() { 1.0 } else { 0.0 };
        2.0 * ((fraction + odd) * 0.5).round() - odd
    } else {
        rounded
    };
    BigInt::from(whole as i64)
}

/// Divides two integers and rounds to the nearest integer. Ties round to even.
pub(super) fn divide_nearest(a: &BigInt, b: &BigInt) -> BigInt {
    let (quotient, rest) = a.div_mod_floor(b);
    let doubled = rest * 2;
    let up = if b.sign() == num_bigint::Sign::Minus {
        doubled < *b || (doubled == *b && quotient.is_odd())
    } else {
        doubled > *b || (doubled == *b && quotient.is_odd())
    };
    if up { quotient + 1 } else { quotient }
}

/// Returns the `str` of a duration, such as `-1 day, 23:00:00`.
pub(super) fn shown(delta: Delta) -> String {
    let (days, seconds) = (delta.days_part(), delta.seconds_part());
    let mut text = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day, "),
        _ => format!("{days} days, "),
    };
    text.push_str(&format!(
        "{}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    ));
    if delta.microseconds_part() != 0 {
        text.push_str(&format!(".{:06}", delta.microseconds_part()));
    }
    text
}

pub(super) fn repr(delta: Delta) -> String {
    let parts = [
        ("days", delta.days_part()),
        ("seconds", delta.seconds_part()),
        ("microseconds", delta.microseconds_part()),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, value)| *value != 0)
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if parts.is_empty() {
        return "datetime.timedelta(0)".to_owned();
    }
    format!("datetime.timedelta({})", parts.join(", "))
}

/// Creates a duration from a number of microseconds of any size. Rejects one out of range.
pub(super) fn delta_of_big(m: &mut Runtime, microseconds: &BigInt) -> Outcome {
    m.meter.charge(cost::TIME_WIDE)?;
    let delta = match microseconds.to_i128() {
        Some(microseconds) => Delta::of_microseconds(microseconds),
        None => Err(DeltaError::Large),
    };
    match delta {
        Ok(delta) => new_delta(m, delta),
        Err(error) => Err(delta_error(m, error)),
    }
}

/// Divides two integers of any size and returns the nearest float.
pub(super) fn big_quotient(m: &mut Runtime, a: &BigInt, b: &BigInt) -> Result<f64, Flow> {
    m.meter.charge(cost::TIME_WIDE)?;
    m.true_divide(&Number::Big(a.clone()), &Number::Big(b.clone()))
}
