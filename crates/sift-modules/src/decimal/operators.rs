//! Operators between decimal numbers, and their formatting.

use sift_numbers::decimal::{Context, Decimal, DecimalSpec, Trap};
use sift_runtime::runtime::Runtime;
use sift_syntax::ast::BinaryOp;
use sift_values::flow::{Flow, Outcome};
use sift_values::value::{Type, Value};

use crate::decimal::computing::{
    charge_digits, computed_in, decimal_context, decimal_errors, decimal_operand, decimal_settings, in_decimal_context,
    new_decimal,
};

/// Applies an operator to two decimal numbers. Returns `None` for unsupported operators.
pub(crate) fn binary_decimals(m: &mut Runtime, op: BinaryOp, a: &Decimal, b: &Decimal) -> Result<Option<Value>, Flow> {
    let settings = decimal_settings(m);
    let work: fn(&Decimal, &Decimal, &mut Context) -> Result<Decimal, Trap> = match op {
        BinaryOp::Add => Decimal::add,
        BinaryOp::Subtract => Decimal::subtract,
        BinaryOp::Multiply => Decimal::multiply,
        BinaryOp::Divide => Decimal::divide,
        BinaryOp::FloorDivide => Decimal::floor_divide,
        BinaryOp::Modulo => Decimal::remainder,
        BinaryOp::Power => {
            charge_power(m, a, b, &settings)?;
            Decimal::power
        }
        _ => return Ok(None),
    };
    let digits = digits_of_operation(op, a, b, settings.precision);
    in_decimal_context(m, digits, |context| work(a, b, context)).map(Some)
}

/// Charges fuel for a power of decimal numbers: multiplications for an integer exponent, otherwise
/// a logarithm and an exponential.
fn charge_power(m: &mut Runtime, base: &Decimal, exponent: &Decimal, context: &Context) -> Result<(), Flow> {
    charge_digits(m, exponent.digits())?;
    match exponent.to_i64() {
        Some(whole) => {
            let words = (context.precision + 40).min(base.digits().saturating_mul(whole.unsigned_abs()) + 40) / 19;
            let steps = u64::from(whole.unsigned_abs().checked_ilog2().unwrap_or(0)) * 2 + 2;
            m.meter
                .charge(words.saturating_mul(words).saturating_add(8).saturating_mul(steps))
        }
        None => {
            let digits = base.digits().max(context.precision).saturating_add(exponent.digits());
            charge_transcendental(m, digits.saturating_add(40).saturating_mul(2))
        }
    }
}

/// Charges fuel for a transcendental function on decimal numbers: a series with about as many terms
/// as digits.
pub(super) fn charge_transcendental(m: &mut Runtime, digits: u64) -> Result<(), Flow> {
    let words = digits / 19 + 1;
    m.meter.charge(
        words
            .saturating_mul(words)
            .saturating_add(16)
            .saturating_mul(digits.saturating_add(16)),
    )
}

/// Returns `divmod(a, b)` of decimal numbers, or `None` for other operands.
pub(crate) fn divmod_decimals(m: &mut Runtime, left: Value, right: Value) -> Result<Option<Value>, Flow> {
    if left.kind() != Type::Decimal && right.kind() != Type::Decimal {
        return Ok(None);
    }
    let (Some(a), Some(b)) = (decimal_operand(m, left), decimal_operand(m, right)) else {
        return Ok(None);
    };
    if b.is_zero() && !a.is_zero() && !a.is_nan() {
        return Err(decimal_errors(
            m,
            Trap::InvalidOperation,
            &[Trap::InvalidOperation, Trap::DivisionByZero],
        ));
    }
    let settings = decimal_settings(m);
    let digits = digits_of_operation(BinaryOp::Modulo, &a, &b, settings.precision);
    let context = decimal_context(m);
    let (quotient, rest) = computed_in(m, context, digits, |context| {
        let (quotient, rest) = a.divide_whole(&b, context)?;
        Ok((quotient, context.fit(rest)?))
    })?;
    let pair = [new_decimal(m, quotient)?, new_decimal(m, rest)?];
    m.alloc_tuple(pair).map(Some)
}

/// Returns `pow(a, b, c)` if an operand is a decimal number, or `None` otherwise.
pub(crate) fn modular_power_decimals(m: &mut Runtime, operands: [Value; 3]) -> Result<Option<Value>, Flow> {
    if operands.iter().all(|value| value.kind() != Type::Decimal) {
        return Ok(None);
    }
    let [Some(base), Some(exponent), Some(modulus)] = operands.map(|value| decimal_operand(m, value)) else {
        return Ok(None);
    };
    for number in [&base, &exponent, &modulus] {
        let zeros = number.parts().map_or(0, |(_, exponent)| exponent.max(0).unsigned_abs());
        charge_digits(m, number.digits().saturating_add(zeros))?;
    }
    let words = modulus.adjusted().max(0).unsigned_abs() / 19 + 1;
    let bits = exponent
        .adjusted()
        .max(0)
        .unsigned_abs()
        .saturating_mul(4)
        .saturating_add(4);
    m.meter.charge(bits.saturating_mul(words).saturating_mul(words))?;
    let digits = base.digits();
    in_decimal_context(m, digits, |context| base.modular_power(&exponent, &modulus, context)).map(Some)
}

/// Returns `round(x, digits)` for a decimal number.
pub(crate) fn round_decimal(m: &mut Runtime, value: Value, digits: i64) -> Outcome {
    let number = m.decimal_of(value).cloned().unwrap_or_else(Decimal::nan);
    let like = Decimal::finite(false, num_bigint::BigUint::from(1_u8), digits.saturating_neg());
    let settings = decimal_settings(m);
    let digits = digits_of_operation(BinaryOp::Modulo, &number, &like, settings.precision);
    in_decimal_context(m, digits, |context| number.quantize(&like, None, context))
}

/// Returns `format(number, spec)` for a decimal number.
pub(crate) fn formatted_decimal(m: &mut Runtime, value: Value, spec: &str) -> Result<String, Flow> {
    let settings = decimal_settings(m);
    let number = m.decimal_of(value).cloned().unwrap_or_else(Decimal::nan);
    let spec = match DecimalSpec::parse(spec, settings.capitals) {
        Ok(spec) => spec,
        Err(error) => {
            let flow = m.value_error(error.to_string());
            return Err(m.with_help(flow, "write [[fill]align][sign][0][width][,][.precision][e|f|g|%]"));
        }
    };
    let size = spec.size_hint(&number);
    charge_digits(m, number.digits())?;
    m.meter.charge_bytes(size)?;
    // The digits are written, and copied for padding.
    m.reserve(size.saturating_mul(2))?;
    Ok(spec.format(&number, &settings))
}

/// Returns an upper bound for the number of digits that an operation on two decimal numbers works
/// with.
pub(super) fn digits_of_operation(op: BinaryOp, a: &Decimal, b: &Decimal, precision: u64) -> u64 {
    let own = a.digits().saturating_add(b.digits());
    let exponent = |number: &Decimal| number.parts().map_or(0, |(_, exponent)| exponent);
    let apart = exponent(a).abs_diff(exponent(b));
    match op {
        BinaryOp::Multiply | BinaryOp::Power => own,
        BinaryOp::Divide => own.saturating_add(precision),
        // Operands whose exponents differ by more than the precision aren't aligned.
        _ => own.saturating_add(apart.min(precision.saturating_add(own).saturating_add(2))),
    }
}
