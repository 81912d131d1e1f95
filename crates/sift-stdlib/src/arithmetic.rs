//! The builtin functions on numbers: `divmod`, `pow`, `round` and others.

use num_bigint::BigInt;
use num_traits::Signed as _;
use sift_compiler::exception::ExceptionClass;
use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Runtime};
use sift_strings::format::{IntRef, Radix, int_repr, round_half_even};
use sift_syntax::ast::BinaryOp;
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::long_integers::{floor_divide, modular_inverse, modular_power};
use sift_values::value::{Type, Value};

pub(super) fn abs(m: &mut Runtime, args: &Args) -> Outcome {
    let value = args.get(0);
    if let Some(absolute) = m.by_module([value], |operators, m| operators.absolute(m, value))? {
        return Ok(absolute);
    }
    match m.number(args.get(0)) {
        Some(Number::Float(value)) => Ok(Value::float(value.abs())),
        Some(number) => {
            let value = number.to_big().unwrap_or_default();
            m.new_int(value.abs())
        }
        None => {
            let message = format!("bad operand type for abs(): '{}'", m.type_name(args.get(0)));
            Err(m.type_error(message))
        }
    }
}

pub(super) fn bin(m: &mut Runtime, args: &Args) -> Outcome {
    in_base(m, args.get(0), Radix::Binary)
}

pub(super) fn oct(m: &mut Runtime, args: &Args) -> Outcome {
    in_base(m, args.get(0), Radix::Octal)
}

pub(super) fn hex(m: &mut Runtime, args: &Args) -> Outcome {
    in_base(m, args.get(0), Radix::Hexadecimal)
}

fn in_base(m: &mut Runtime, value: Value, radix: Radix) -> Outcome {
    let text = match m.number(value) {
        Some(Number::Int(int)) => int_repr(IntRef::Small(int), radix),
        Some(Number::Big(int)) => {
            m.meter.charge(int.bits())?;
            int_repr(IntRef::Big(&int), radix)
        }
        _ => {
            let message = format!("'{}' object cannot be interpreted as an integer", m.type_name(value));
            return Err(m.type_error(message));
        }
    };
    match text {
        Ok(text) => m.alloc_text(text),
        Err(error) => Err(m.value_error(error.to_string())),
    }
}

pub(super) fn divmod(m: &mut Runtime, args: &Args) -> Outcome {
    let (left, right) = (args.get(0), args.get(1));
    if let Some(pair) = m.by_module([left, right], |operators, m| operators.divmod(m, left, right))? {
        return Ok(pair);
    }
    let quotient = m.binary(BinaryOp::FloorDivide, left, right);
    let quotient = quotient.map_err(|flow| divmod_error(m, flow, left, right))?;
    let remainder = m.binary(BinaryOp::Modulo, left, right)?;
    m.alloc_tuple([quotient, remainder])
}

/// Converts an error of Python's `//` operator to the corresponding error of `divmod`.
fn divmod_error(m: &mut Runtime, flow: Flow, left: Value, right: Value) -> Flow {
    let Flow::Raise(exception) = flow else { return flow };
    let is_float = left.kind() == Type::Float || right.kind() == Type::Float;
    match m.exception_class(exception) {
        Some(ExceptionClass::TypeError) => {
            let (left, right) = (m.type_name(left), m.type_name(right));
            m.type_error(format!(
                "unsupported operand type(s) for divmod(): '{left}' and '{right}'"
            ))
        }
        Some(ExceptionClass::ZeroDivisionError) if is_float => {
            m.raise(ExceptionClass::ZeroDivisionError, "float divmod()")
        }
        _ => flow,
    }
}

pub(super) fn pow(m: &mut Runtime, args: &Args) -> Outcome {
    let Some(modulus) = args.some(2) else {
        return m.binary(BinaryOp::Power, args.get(0), args.get(1));
    };
    let operands = [args.get(0), args.get(1), modulus];
    if let Some(power) = m.by_module(operands, |operators, m| operators.modular_power(m, operands))? {
        return Ok(power);
    }
    let numbers = operands.map(|value| m.number(value).and_then(|number| number.to_big()));
    let [Some(base), Some(exponent), Some(modulus)] = numbers else {
        return Err(m.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    };
    if modulus == BigInt::ZERO {
        return Err(m.value_error("pow() 3rd argument cannot be 0"));
    }
    let words = cost::words(modulus.bits());
    let products = exponent.bits().saturating_mul(words).saturating_mul(words);
    m.meter.charge(products.saturating_add(cost::MODULAR_POWER))?;
    let base = if exponent.is_negative() {
        let bits = modulus.bits();
        let of_step = cost::INVERSE_STEP.saturating_add(words / 2);
        let of_base = cost::product(base.bits(), bits);
        m.meter.charge(bits.saturating_mul(of_step).saturating_add(of_base))?;
        match modular_inverse(&m.meter, &base, &modulus)? {
            Some(inverse) => inverse,
            None => return Err(m.value_error("base is not invertible for the given modulus")),
        }
    } else {
        base
    };
    let power = modular_power(&m.meter, &base, exponent.magnitude(), &modulus)?;
    m.new_int(power)
}

pub(super) fn round(m: &mut Runtime, args: &Args) -> Outcome {
    let value = args.get(0);
    if let Some(rounded) = m.by_module([value], |operators, m| operators.round(m, value, args.some(1)))? {
        return Ok(rounded);
    }
    let digits = match args.some(1) {
        Some(digits) => Some(m.int_arg(digits)?),
        None => None,
    };
    match (m.number(args.get(0)), digits) {
        (Some(Number::Float(value)), None) => {
            let even = libm::rint(value);
            let whole = m.whole_part(even)?;
            m.new_number(whole)
        }
        (Some(Number::Float(value)), Some(digits)) => {
            // Beyond this range, rounding has no effect.
            if (-308..=323).contains(&digits) {
                m.charge_float_digits(value, digits)?;
            }
            match round_half_even(value, digits) {
                Ok(value) => Ok(Value::float(value)),
                Err(error) => Err(m.overflow_error(&error.to_string())),
            }
        }
        (Some(number), None) => m.new_number(number),
        (Some(number), Some(digits)) if digits >= 0 => m.new_number(number),
        (Some(number), Some(digits)) => {
            let value = number.to_big().unwrap_or_default();
            round_int(m, &value, digits.unsigned_abs())
        }
        (None, _) => {
            let message = format!("type {} doesn't define __round__ method", m.type_name(args.get(0)));
            Err(m.type_error(message))
        }
    }
}

/// Rounds an integer to a multiple of a power of ten. Ties round to even.
fn round_int(m: &mut Runtime, value: &BigInt, zeros: u64) -> Outcome {
    if zeros > value.bits() {
        return Ok(Value::int(0));
    }
    // 10 ** zeros has less than four bits per zero.
    let unit_bits = zeros.saturating_mul(10) / 3;
    m.meter.charge(zeros)?;
    m.meter
        .charge(cost::product(unit_bits, unit_bits).saturating_add(cost::product(unit_bits, value.bits())))?;
    let unit = BigInt::from(10).pow(u32::try_from(zeros).unwrap_or(u32::MAX));
    let (quotient, rest) = floor_divide(&m.meter, value, &unit)?;
    let twice: BigInt = rest * 2;
    let up = twice > unit || (twice == unit && quotient.bit(0));
    m.new_int((quotient + i32::from(up)) * unit)
}
