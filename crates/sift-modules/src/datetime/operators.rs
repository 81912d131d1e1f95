//! Operators between dates, times, durations and numbers: arithmetic, order, equality and hashes.

use std::cmp::Ordering;
use std::hash::Hasher;

use num_bigint::BigInt;
use num_integer::Integer as _;
use sift_runtime::operate::{Number, exact_ratio};
use sift_runtime::runtime::Runtime;
use sift_runtime::table::Operators;
use sift_syntax::ast::{BinaryOp, UnaryOp};
use sift_values::calendar::{DAY, Date, Delta, Moment, TimeOfDay};
use sift_values::classes::ClassId;
use sift_values::flow::{Flow, Outcome};
use sift_values::value::{Type, Value};

use super::deltas::divide_nearest;
use super::zones::LARGEST_NAMED;
use crate::datetime::arguments::out_of_calendar;
use crate::datetime::deltas::{big_quotient, delta_of_big};
use crate::datetime::texts::{temporal_repr, temporal_str, written_moment};
use crate::datetime::values::{
    Temporal, delta_of, new_date, new_datetime, new_delta, new_time, temporal_of, zone_offset,
};

/// The implementation of the operators for dates, times, durations and time zones.
#[derive(Debug)]
pub struct Temporals;

impl Operators<Runtime> for Temporals {
    fn attribute(&self, m: &mut Runtime, object: Value, name: &str) -> Result<Option<Value>, Flow> {
        temporal_attribute(m, object, name)
    }

    fn class_attribute(&self, m: &mut Runtime, class: ClassId, name: &str) -> Result<Option<Value>, Flow> {
        class_constant(m, class, name)
    }

    fn unary(&self, m: &mut Runtime, op: UnaryOp, operand: Value) -> Result<Option<Value>, Flow> {
        match (op, operand.kind()) {
            (UnaryOp::Plus, Type::TimeDelta) => Ok(Some(operand)),
            (UnaryOp::Negate, Type::TimeDelta) => negate_delta(m, operand).map(Some),
            _ => Ok(None),
        }
    }

    fn binary(&self, m: &mut Runtime, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        temporal_operator(m, op, left, right)
    }

    fn absolute(&self, m: &mut Runtime, value: Value) -> Result<Option<Value>, Flow> {
        match value.kind() {
            Type::TimeDelta => abs_delta(m, value).map(Some),
            _ => Ok(None),
        }
    }

    fn divmod(&self, m: &mut Runtime, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        divmod_deltas(m, left, right)
    }

    fn truth(&self, m: &Runtime, value: Value) -> bool {
        delta_of(m, value).is_none_or(|delta| !delta.is_zero())
    }

    fn equal_at_once(&self, m: &Runtime, left: Value, right: Value) -> Option<bool> {
        equal_temporals(m, left, right)
    }

    fn order(&self, m: &mut Runtime, left: Value, right: Value) -> Result<Option<Option<Ordering>>, Flow> {
        Ok(order_temporals(m, left, right)?.map(Some))
    }

    fn hash(&self, m: &mut Runtime, value: Value, hasher: &mut dyn Hasher) -> Result<bool, Flow> {
        Ok(hash_temporal(m, value, hasher))
    }

    fn text(&self, m: &mut Runtime, value: Value) -> Result<Option<String>, Flow> {
        temporal_str(m, value)
    }

    fn repr(&self, m: &mut Runtime, value: Value) -> Result<Option<String>, Flow> {
        temporal_repr(m, value)
    }

    fn format(&self, m: &mut Runtime, value: Value, spec: &str) -> Result<Option<String>, Flow> {
        match value.kind() {
            Type::Date | Type::Time | Type::DateTime => written_moment(m, value, spec).map(Some),
            _ => Ok(None),
        }
    }
}

const ZERO_DIVISOR: &str = "integer division or modulo by zero";

/// Applies an operator to operands of which at least one is a date, a time or a duration. Returns
/// `None` for unsupported operands.
fn temporal_operator(m: &mut Runtime, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
    let operands = (temporal_of(m, left), temporal_of(m, right));
    let result = match (op, operands) {
        (_, (None, None)) => return Ok(None),
        (BinaryOp::Add, (Some(Temporal::Delta(a)), Some(Temporal::Delta(b)))) => {
            delta_of_big(m, &(BigInt::from(a.microseconds()) + b.microseconds()))
        }
        (BinaryOp::Subtract, (Some(Temporal::Delta(a)), Some(Temporal::Delta(b)))) => {
            delta_of_big(m, &(BigInt::from(a.microseconds()) - b.microseconds()))
        }
        (BinaryOp::Add, (Some(Temporal::Delta(delta)), Some(moment)))
        | (BinaryOp::Add, (Some(moment), Some(Temporal::Delta(delta)))) => {
            return later(m, moment, delta, 1);
        }
        (BinaryOp::Subtract, (Some(moment), Some(Temporal::Delta(delta)))) => {
            return later(m, moment, delta, -1);
        }
        (BinaryOp::Subtract, (Some(Temporal::Date(a)), Some(Temporal::Date(b)))) => {
            new_delta(m, Delta::of_small((a.ordinal() - b.ordinal()).saturating_mul(DAY)))
        }
        (BinaryOp::Subtract, (Some(Temporal::DateTime(a, x)), Some(Temporal::DateTime(b, y)))) => {
            between_moments(m, (a, x), (b, y))
        }
        (_, (Some(Temporal::Delta(a)), Some(Temporal::Delta(b)))) => return divide_deltas(m, op, a, b),
        (_, (Some(Temporal::Delta(delta)), None)) => return scale_delta(m, op, delta, right),
        (BinaryOp::Multiply, (None, Some(Temporal::Delta(delta)))) => return scale_delta(m, op, delta, left),
        _ => return Ok(None),
    };
    result.map(Some)
}

/// Adds a duration to a date or a datetime; `sign` is 1, or -1 to subtract. Of a duration that is
/// added to a date, only the days count.
fn later(m: &mut Runtime, start: Temporal, delta: Delta, sign: i64) -> Result<Option<Value>, Flow> {
    match start {
        Temporal::Date(date) => match Date::of_ordinal(date.ordinal() + sign * delta.days_part()) {
            Ok(date) => new_date(m, date).map(Some),
            Err(_) => Err(out_of_calendar(m)),
        },
        Temporal::DateTime(moment, zone) => {
            let moved = i128::from(moment.microseconds()) + i128::from(sign) * delta.microseconds();
            let moved = i64::try_from(moved)
                .ok()
                .and_then(|moved| Moment::of_microseconds(moved).ok());
            match moved {
                Some(moment) => new_datetime(m, moment, zone).map(Some),
                None => Err(out_of_calendar(m)),
            }
        }
        _ => Ok(None),
    }
}

fn between_moments(m: &mut Runtime, (a, x): (Moment, Value), (b, y): (Moment, Value)) -> Outcome {
    let offsets = match (zone_offset(m, x), zone_offset(m, y)) {
        (Some(x), Some(y)) => y - x,
        (None, None) => 0,
        _ => return Err(m.type_error("can't subtract offset-naive and offset-aware datetimes")),
    };
    let between = i128::from(a.microseconds()) - i128::from(b.microseconds()) + i128::from(offsets);
    delta_of_big(m, &between.into())
}

fn divide_deltas(m: &mut Runtime, op: BinaryOp, a: Delta, b: Delta) -> Result<Option<Value>, Flow> {
    let (x, y): (BigInt, BigInt) = (a.microseconds().into(), b.microseconds().into());
    let zero_divisor = match op {
        BinaryOp::Divide => "division by zero",
        BinaryOp::FloorDivide => ZERO_DIVISOR,
        BinaryOp::Modulo => "integer modulo by zero",
        _ => return Ok(None),
    };
    if b.is_zero() {
        return Err(m.zero_division(zero_divisor));
    }
    let result = match op {
        BinaryOp::Divide => big_quotient(m, &x, &y).map(Value::float),
        BinaryOp::FloorDivide => m.new_int(x.div_floor(&y)),
        _ => delta_of_big(m, &x.mod_floor(&y)),
    };
    result.map(Some)
}

/// Multiplies or divides a duration by a number. Returns `None` for unsupported operands.
fn scale_delta(m: &mut Runtime, op: BinaryOp, delta: Delta, number: Value) -> Result<Option<Value>, Flow> {
    let microseconds = BigInt::from(delta.microseconds());
    let factor = match m.number(number) {
        Some(Number::Float(_)) if op == BinaryOp::FloorDivide => return Ok(None),
        Some(Number::Float(float)) if matches!(op, BinaryOp::Multiply | BinaryOp::Divide) => {
            if !float.is_finite() {
                return Err(no_ratio(m, float));
            }
            exact_ratio(float)
        }
        Some(Number::Int(int)) => (int.into(), BigInt::from(1)),
        Some(Number::Big(int)) => {
            m.meter.charge(int.bits() / 64)?;
            (int, BigInt::from(1))
        }
        _ => return Ok(None),
    };
    let zero = factor.0.sign() == num_bigint::Sign::NoSign;
    let result = match op {
        BinaryOp::Multiply => divide_nearest(&(microseconds * factor.0), &factor.1),
        BinaryOp::Divide | BinaryOp::FloorDivide if zero => return Err(m.zero_division(ZERO_DIVISOR)),
        BinaryOp::Divide => divide_nearest(&(microseconds * factor.1), &factor.0),
        BinaryOp::FloorDivide => microseconds.div_floor(&factor.0),
        _ => return Ok(None),
    };
    delta_of_big(m, &result).map(Some)
}

fn no_ratio(m: &mut Runtime, float: f64) -> Flow {
    if float.is_nan() {
        return m.value_error("cannot convert NaN to integer ratio");
    }
    m.overflow_error("cannot convert Infinity to integer ratio")
}

/// Returns `divmod` of two durations, or `None` if neither operand is one.
fn divmod_deltas(m: &mut Runtime, left: Value, right: Value) -> Result<Option<Value>, Flow> {
    let (a, b) = match (delta_of(m, left), delta_of(m, right)) {
        (Some(a), Some(b)) => (a, b),
        (None, None) => return Ok(None),
        _ => {
            let (a, b) = (m.type_name(left), m.type_name(right));
            return Err(m.type_error(format!("unsupported operand type(s) for divmod(): '{a}' and '{b}'")));
        }
    };
    if b.is_zero() {
        return Err(m.zero_division(ZERO_DIVISOR));
    }
    let (quotient, rest) = BigInt::from(a.microseconds()).div_mod_floor(&b.microseconds().into());
    let pair = [m.new_int(quotient)?, delta_of_big(m, &rest)?];
    m.alloc_tuple(pair).map(Some)
}

/// Returns the negated duration.
fn negate_delta(m: &mut Runtime, delta: Value) -> Outcome {
    let delta = delta_of(m, delta).unwrap_or(Delta::ZERO);
    delta_of_big(m, &BigInt::from(-delta.microseconds()))
}

/// Returns the absolute value of a duration.
fn abs_delta(m: &mut Runtime, delta: Value) -> Outcome {
    let delta = delta_of(m, delta).unwrap_or(Delta::ZERO);
    delta_of_big(m, &BigInt::from(delta.microseconds().abs()))
}

/// Compares two values for equality; `None` if neither is a date, a time, a duration or a time
/// zone.
fn equal_temporals(m: &Runtime, left: Value, right: Value) -> Option<bool> {
    let (a, b) = match (temporal_of(m, left), temporal_of(m, right)) {
        (None, None) => return None,
        (Some(a), Some(b)) => (a, b),
        _ => return Some(false),
    };
    Some(match (a, b) {
        (Temporal::Date(a), Temporal::Date(b)) => a == b,
        (Temporal::Delta(a), Temporal::Delta(b)) => a == b,
        (Temporal::Zone(a), Temporal::Zone(b)) => a == b,
        (Temporal::Time(a, x), Temporal::Time(b, y)) => {
            in_utc(m, a.microseconds(), x) == in_utc(m, b.microseconds(), y)
        }
        (Temporal::DateTime(a, x), Temporal::DateTime(b, y)) => {
            in_utc(m, a.microseconds(), x) == in_utc(m, b.microseconds(), y)
        }
        _ => false,
    })
}

/// Converts microseconds in a time zone to UTC. The flag tells whether there is a zone, so that
/// values with and without a zone are never equal.
fn in_utc(m: &Runtime, microseconds: i64, zone: Value) -> (i64, bool) {
    match zone_offset(m, zone) {
        Some(offset) => (microseconds - offset, true),
        None => (microseconds, false),
    }
}

/// Compares two dates, times, datetimes or durations of the same class, or returns `None` for other
/// values.
///
/// # Errors
/// A `TypeError` for a time with a zone and one without, and for a date and a datetime.
fn order_temporals(m: &mut Runtime, left: Value, right: Value) -> Result<Option<Ordering>, Flow> {
    let (Some(a), Some(b)) = (temporal_of(m, left), temporal_of(m, right)) else {
        return Ok(None);
    };
    let (x, y, what) = match (a, b) {
        (Temporal::Date(a), Temporal::Date(b)) => return Ok(Some(a.cmp(&b))),
        (Temporal::Delta(a), Temporal::Delta(b)) => return Ok(Some(a.cmp(&b))),
        (Temporal::Date(_), Temporal::DateTime(..)) | (Temporal::DateTime(..), Temporal::Date(_)) => {
            return Err(m.type_error("can't compare datetime.datetime to datetime.date"));
        }
        (Temporal::Time(a, x), Temporal::Time(b, y)) => {
            (in_utc(m, a.microseconds(), x), in_utc(m, b.microseconds(), y), "times")
        }
        (Temporal::DateTime(a, x), Temporal::DateTime(b, y)) => (
            in_utc(m, a.microseconds(), x),
            in_utc(m, b.microseconds(), y),
            "datetimes",
        ),
        _ => return Ok(None),
    };
    if x.1 != y.1 {
        let message = format!("can't compare offset-naive and offset-aware {what}");
        return Err(m.type_error(message));
    }
    Ok(Some(x.0.cmp(&y.0)))
}

/// Hashes a date, a time, a duration or a time zone. Returns `false` for other values.
fn hash_temporal(m: &Runtime, value: Value, hasher: &mut dyn Hasher) -> bool {
    let Some(temporal) = temporal_of(m, value) else {
        return false;
    };
    let (kind, number) = match temporal {
        Temporal::Date(date) => (Type::Date, date.ordinal()),
        Temporal::Time(time, zone) => (Type::Time, in_utc(m, time.microseconds(), zone).0),
        Temporal::DateTime(moment, zone) => (Type::DateTime, in_utc(m, moment.microseconds(), zone).0),
        // The lower half is sufficient, because equal durations have equal halves.
        Temporal::Delta(delta) => (Type::TimeDelta, delta.microseconds() as i64),
        Temporal::Zone(offset) => (Type::TimeZone, offset),
    };
    hasher.write_u8(kind as u8);
    hasher.write_i64(number);
    true
}

/// Returns the attribute of a date, time, duration or zone that isn't an instance method: a field,
/// a class constant, or a class method.
fn temporal_attribute(m: &mut Runtime, value: Value, name: &str) -> Result<Option<Value>, Flow> {
    if let Some(field) = temporal_of(m, value).and_then(|temporal| field(temporal, name)) {
        return Ok(Some(field));
    }
    let class = m.class_of(value);
    if let Some(constant) = class_constant(m, class, name)? {
        return Ok(Some(constant));
    }
    Ok(m.library.function_of_class(class, name))
}

/// Creates the value of a class constant, such as `date.min`; `None` if the class has no such
/// constant.
fn class_constant(m: &mut Runtime, class: ClassId, name: &str) -> Result<Option<Value>, Flow> {
    let constant = match (class.name(), name) {
        ("date", "min") => new_date(m, Date::MIN),
        ("date", "max") => new_date(m, Date::MAX),
        ("date", "resolution") => new_delta(m, Delta::ONE_DAY),
        ("time", "min") => new_time(m, TimeOfDay::MIDNIGHT, Value::NONE),
        ("time", "max") => new_time(m, TimeOfDay::MAX, Value::NONE),
        ("datetime", "min") => new_datetime(m, Moment::MIN, Value::NONE),
        ("datetime", "max") => new_datetime(m, Moment::MAX, Value::NONE),
        ("time" | "datetime" | "timedelta", "resolution") => new_delta(m, Delta::TICK),
        ("timedelta", "min") => new_delta(m, Delta::MIN),
        ("timedelta", "max") => new_delta(m, Delta::MAX),
        ("timezone", "min") => Ok(Value::zone(-LARGEST_NAMED)),
        ("timezone", "max") => Ok(Value::zone(LARGEST_NAMED)),
        ("timezone", "utc") => Ok(Value::zone(0)),
        _ => return Ok(None),
    };
    constant.map(Some)
}

/// Returns a field of a date, time or duration by name, or `None` if there is no such field.
fn field(temporal: Temporal, name: &str) -> Option<Value> {
    let of_date = |date: Date| match name {
        "year" => Some(date.year()),
        "month" => Some(date.month()),
        "day" => Some(date.day()),
        _ => None,
    };
    let of_time = |time: TimeOfDay| match name {
        "hour" => Some(time.hour()),
        "minute" => Some(time.minute()),
        "second" => Some(time.second()),
        "microsecond" => Some(time.microsecond()),
        "fold" => Some(i64::from(time.fold)),
        _ => None,
    };
    let number = match temporal {
        Temporal::DateTime(_, zone) | Temporal::Time(_, zone) if name == "tzinfo" => return Some(zone),
        Temporal::Date(date) => of_date(date),
        Temporal::Time(time, _) => of_time(time),
        Temporal::DateTime(moment, _) => of_date(moment.date).or_else(|| of_time(moment.time)),
        Temporal::Delta(delta) => match name {
            "days" => Some(delta.days_part()),
            "seconds" => Some(delta.seconds_part()),
            "microseconds" => Some(delta.microseconds_part()),
            _ => None,
        },
        Temporal::Zone(_) => None,
    };
    number.map(Value::int)
}
