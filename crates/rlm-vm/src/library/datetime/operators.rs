//! Operators between dates, times, spans and numbers; order, equality and hashes.

use std::cmp::Ordering;
use std::hash::Hasher;

use num_bigint::BigInt;
use num_integer::Integer as _;
use sift_syntax::ast::BinaryOp;

use super::Temporal;
use super::deltas::divide_nearest;
use crate::calendar::{DAY, Date, Delta, Moment};
use crate::flow::{Flow, Outcome};
use crate::library::numbers::exact_ratio;
use crate::operate::Number;
use crate::runtime::Runtime;
use crate::value::{Type, Value};

const ZERO_DIVISOR: &str = "integer division or modulo by zero";

impl Runtime {
    /// Applies an operator where one of the operands is a date, a time or a span; none where they do not fit.
    pub(crate) fn temporal_operator(&mut self, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        let operands = (self.temporal(left), self.temporal(right));
        let result = match (op, operands) {
            (_, (None, None)) => return Ok(None),
            (BinaryOp::Add, (Some(Temporal::Delta(a)), Some(Temporal::Delta(b)))) => {
                self.delta_of_big(&(BigInt::from(a.microseconds()) + b.microseconds()))
            }
            (BinaryOp::Subtract, (Some(Temporal::Delta(a)), Some(Temporal::Delta(b)))) => {
                self.delta_of_big(&(BigInt::from(a.microseconds()) - b.microseconds()))
            }
            (BinaryOp::Add, (Some(Temporal::Delta(delta)), Some(moment)))
            | (BinaryOp::Add, (Some(moment), Some(Temporal::Delta(delta)))) => {
                return self.later(moment, delta, 1);
            }
            (BinaryOp::Subtract, (Some(moment), Some(Temporal::Delta(delta)))) => {
                return self.later(moment, delta, -1);
            }
            (BinaryOp::Subtract, (Some(Temporal::Date(a)), Some(Temporal::Date(b)))) => {
                self.new_delta(Delta::of_small((a.ordinal() - b.ordinal()).saturating_mul(DAY)))
            }
            (BinaryOp::Subtract, (Some(Temporal::DateTime(a, x)), Some(Temporal::DateTime(b, y)))) => {
                self.between((a, x), (b, y))
            }
            (_, (Some(Temporal::Delta(a)), Some(Temporal::Delta(b)))) => return self.divide_deltas(op, a, b),
            (_, (Some(Temporal::Delta(delta)), None)) => return self.scale_delta(op, delta, right),
            (BinaryOp::Multiply, (None, Some(Temporal::Delta(delta)))) => return self.scale_delta(op, delta, left),
            _ => return Ok(None),
        };
        result.map(Some)
    }

    /// Moves a date by the days of a span, or a moment by all of it; `sign` is 1 or -1.
    fn later(&mut self, start: Temporal, delta: Delta, sign: i64) -> Result<Option<Value>, Flow> {
        match start {
            Temporal::Date(date) => match Date::of_ordinal(date.ordinal() + sign * delta.days_part()) {
                Ok(date) => self.new_date(date).map(Some),
                Err(_) => Err(self.out_of_calendar()),
            },
            Temporal::DateTime(moment, zone) => {
                let moved = i128::from(moment.microseconds()) + i128::from(sign) * delta.microseconds();
                let moved = i64::try_from(moved)
                    .ok()
                    .and_then(|moved| Moment::of_microseconds(moved).ok());
                match moved {
                    Some(moment) => self.new_datetime(moment, zone).map(Some),
                    None => Err(self.out_of_calendar()),
                }
            }
            _ => Ok(None),
        }
    }

    fn between(&mut self, (a, x): (Moment, Value), (b, y): (Moment, Value)) -> Outcome {
        let offsets = match (self.zone_offset(x), self.zone_offset(y)) {
            (Some(x), Some(y)) => y - x,
            (None, None) => 0,
            _ => return Err(self.type_error("can't subtract offset-naive and offset-aware datetimes")),
        };
        let between = i128::from(a.microseconds()) - i128::from(b.microseconds()) + i128::from(offsets);
        self.delta_of_big(&between.into())
    }

    fn divide_deltas(&mut self, op: BinaryOp, a: Delta, b: Delta) -> Result<Option<Value>, Flow> {
        let (x, y): (BigInt, BigInt) = (a.microseconds().into(), b.microseconds().into());
        let zero_divisor = match op {
            BinaryOp::Divide => "division by zero",
            BinaryOp::FloorDivide => ZERO_DIVISOR,
            BinaryOp::Modulo => "integer modulo by zero",
            _ => return Ok(None),
        };
        if b.is_zero() {
            return Err(self.zero_division(zero_divisor));
        }
        let result = match op {
            BinaryOp::Divide => self.big_quotient(&x, &y).map(Value::float),
            BinaryOp::FloorDivide => self.new_int(x.div_floor(&y)),
            _ => self.delta_of_big(&x.mod_floor(&y)),
        };
        result.map(Some)
    }

    /// Multiplies or divides a span by a number.
    fn scale_delta(&mut self, op: BinaryOp, delta: Delta, number: Value) -> Result<Option<Value>, Flow> {
        let microseconds = BigInt::from(delta.microseconds());
        let factor = match self.number(number) {
            Some(Number::Float(_)) if op == BinaryOp::FloorDivide => return Ok(None),
            Some(Number::Float(float)) if matches!(op, BinaryOp::Multiply | BinaryOp::Divide) => {
                if !float.is_finite() {
                    return Err(self.no_ratio(float));
                }
                exact_ratio(float)
            }
            Some(Number::Int(int)) => (int.into(), BigInt::from(1)),
            Some(Number::Big(int)) => {
                self.meter.charge(int.bits() / 64)?;
                (int, BigInt::from(1))
            }
            _ => return Ok(None),
        };
        let zero = factor.0.sign() == num_bigint::Sign::NoSign;
        let result = match op {
            BinaryOp::Multiply => divide_nearest(&(microseconds * factor.0), &factor.1),
            BinaryOp::Divide | BinaryOp::FloorDivide if zero => return Err(self.zero_division(ZERO_DIVISOR)),
            BinaryOp::Divide => divide_nearest(&(microseconds * factor.1), &factor.0),
            BinaryOp::FloorDivide => microseconds.div_floor(&factor.0),
            _ => return Ok(None),
        };
        self.delta_of_big(&result).map(Some)
    }

    fn no_ratio(&mut self, float: f64) -> Flow {
        if float.is_nan() {
            return self.value_error("cannot convert NaN to integer ratio");
        }
        self.overflow_error("cannot convert Infinity to integer ratio")
    }

    /// Does `divmod` of two spans; none where neither is one.
    pub(crate) fn divmod_deltas(&mut self, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        let (a, b) = match (self.delta_of(left), self.delta_of(right)) {
            (Some(a), Some(b)) => (a, b),
            (None, None) => return Ok(None),
            _ => {
                let (a, b) = (self.type_name(left), self.type_name(right));
                return Err(self.type_error(format!("unsupported operand type(s) for divmod(): '{a}' and '{b}'")));
            }
        };
        if b.is_zero() {
            return Err(self.zero_division(ZERO_DIVISOR));
        }
        let (quotient, rest) = BigInt::from(a.microseconds()).div_mod_floor(&b.microseconds().into());
        let pair = [self.new_int(quotient)?, self.delta_of_big(&rest)?];
        self.alloc_tuple(pair).map(Some)
    }

    /// Returns a span with the other sign.
    pub(crate) fn negate_delta(&mut self, delta: Value) -> Outcome {
        let delta = self.delta_of(delta).unwrap_or(Delta::ZERO);
        self.delta_of_big(&BigInt::from(-delta.microseconds()))
    }

    /// Returns a span without its sign.
    pub(crate) fn abs_delta(&mut self, delta: Value) -> Outcome {
        let delta = self.delta_of(delta).unwrap_or(Delta::ZERO);
        self.delta_of_big(&BigInt::from(delta.microseconds().abs()))
    }

    /// Tells whether two values are equal of which one is a date, a time, a span or a zone; none if neither is.
    pub(crate) fn equal_temporals(&self, left: Value, right: Value) -> Option<bool> {
        let (a, b) = match (self.temporal(left), self.temporal(right)) {
            (None, None) => return None,
            (Some(a), Some(b)) => (a, b),
            _ => return Some(false),
        };
        Some(match (a, b) {
            (Temporal::Date(a), Temporal::Date(b)) => a == b,
            (Temporal::Delta(a), Temporal::Delta(b)) => a == b,
            (Temporal::Zone(a), Temporal::Zone(b)) => a == b,
            (Temporal::Time(a, x), Temporal::Time(b, y)) => {
                self.in_utc(a.microseconds(), x) == self.in_utc(b.microseconds(), y)
            }
            (Temporal::DateTime(a, x), Temporal::DateTime(b, y)) => {
                self.in_utc(a.microseconds(), x) == self.in_utc(b.microseconds(), y)
            }
            _ => false,
        })
    }

    /// Returns microseconds less the offset of a zone, and whether there is one: what has none equals nothing that has.
    fn in_utc(&self, microseconds: i64, zone: Value) -> (i64, bool) {
        match self.zone_offset(zone) {
            Some(offset) => (microseconds - offset, true),
            None => (microseconds, false),
        }
    }

    /// Orders two values of the same of these classes; none for others.
    ///
    /// # Errors
    /// A `TypeError` for a time with a zone and one without, and for a date and a datetime.
    pub(crate) fn order_temporals(&mut self, left: Value, right: Value) -> Result<Option<Ordering>, Flow> {
        let (Some(a), Some(b)) = (self.temporal(left), self.temporal(right)) else {
            return Ok(None);
        };
        let (x, y, what) = match (a, b) {
            (Temporal::Date(a), Temporal::Date(b)) => return Ok(Some(a.cmp(&b))),
            (Temporal::Delta(a), Temporal::Delta(b)) => return Ok(Some(a.cmp(&b))),
            (Temporal::Date(_), Temporal::DateTime(..)) | (Temporal::DateTime(..), Temporal::Date(_)) => {
                return Err(self.type_error("can't compare datetime.datetime to datetime.date"));
            }
            (Temporal::Time(a, x), Temporal::Time(b, y)) => (
                self.in_utc(a.microseconds(), x),
                self.in_utc(b.microseconds(), y),
                "times",
            ),
            (Temporal::DateTime(a, x), Temporal::DateTime(b, y)) => (
                self.in_utc(a.microseconds(), x),
                self.in_utc(b.microseconds(), y),
                "datetimes",
            ),
            _ => return Ok(None),
        };
        if x.1 != y.1 {
            let message = format!("can't compare offset-naive and offset-aware {what}");
            return Err(self.type_error(message));
        }
        Ok(Some(x.0.cmp(&y.0)))
    }

    /// Hashes a value of these classes; false for others.
    pub(crate) fn hash_temporal(&self, value: Value, hasher: &mut impl Hasher) -> bool {
        let Some(temporal) = self.temporal(value) else {
            return false;
        };
        let (kind, number) = match temporal {
            Temporal::Date(date) => (Type::Date, date.ordinal()),
            Temporal::Time(time, zone) => (Type::Time, self.in_utc(time.microseconds(), zone).0),
            Temporal::DateTime(moment, zone) => (Type::DateTime, self.in_utc(moment.microseconds(), zone).0),
            // The lower half is enough: equal spans have equal halves.
            Temporal::Delta(delta) => (Type::TimeDelta, delta.microseconds() as i64),
            Temporal::Zone(offset) => (Type::TimeZone, offset),
        };
        hasher.write_u8(kind as u8);
        hasher.write_i64(number);
        true
    }
}
