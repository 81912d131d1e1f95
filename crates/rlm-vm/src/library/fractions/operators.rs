//! Operators between fractions, ints and floats.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{Signed as _, ToPrimitive as _};
use sift_syntax::ast::BinaryOp;

use crate::flow::{End, Flow, Limit, Outcome};
use crate::fraction::Fraction;
use crate::long_integers::gcd;
use crate::meter::Meter;
use crate::runtime::Runtime;
use crate::value::{Type, Value};

impl Runtime {
    /// Applies an operator of which one operand is a fraction and the other any value; none if they do not go together.
    pub(crate) fn binary_fractions(&mut self, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        if left.kind() == Type::Float || right.kind() == Type::Float {
            return self.binary_as_floats(op, left, right);
        }
        let (Some(a), Some(b)) = (self.fraction_operand(left), self.fraction_operand(right)) else {
            return Ok(None);
        };
        self.charge_fractions(&a, &b)?;
        match op {
            BinaryOp::Add => self.new_fraction(a.add(&self.meter, &b)?).map(Some),
            BinaryOp::Subtract => self.new_fraction(a.subtract(&self.meter, &b)?).map(Some),
            BinaryOp::Multiply => self.new_fraction(a.multiply(&self.meter, &b)?).map(Some),
            BinaryOp::Divide => match a.divide(&self.meter, &b)? {
                Some(quotient) => self.new_fraction(quotient).map(Some),
                None => Err(self.zero_fraction(&divided_numerator(&self.meter, &a, &b)?)),
            },
            BinaryOp::FloorDivide => match a.divide_floor(&self.meter, &b)? {
                Some((quotient, _)) => self.new_int(quotient).map(Some),
                None => Err(self.zero_division("integer division or modulo by zero")),
            },
            BinaryOp::Modulo => match a.divide_floor(&self.meter, &b)? {
                Some((_, rest)) => self.new_fraction(rest).map(Some),
                None => Err(self.zero_division("integer modulo by zero")),
            },
            BinaryOp::Power => self.fraction_power(left, right, &a, &b).map(Some),
            _ => Ok(None),
        }
    }

    /// Computes with floats, where one operand is one; none if the other is no number.
    fn binary_as_floats(&mut self, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        let bitwise = matches!(
            op,
            BinaryOp::BitAnd
                | BinaryOp::BitOr
                | BinaryOp::BitXor
                | BinaryOp::ShiftLeft
                | BinaryOp::ShiftRight
                | BinaryOp::MatrixMultiply
        );
        if bitwise {
            return Ok(None);
        }
        let (Some(a), Some(b)) = (self.exact_to_float(left)?, self.exact_to_float(right)?) else {
            return Ok(None);
        };
        self.binary(op, Value::float(a), Value::float(b)).map(Some)
    }

    fn fraction_power(&mut self, left: Value, right: Value, a: &Fraction, b: &Fraction) -> Outcome {
        let one = BigInt::from(1);
        if *b.denominator() != one {
            let floats = (self.exact_to_float(left)?, self.exact_to_float(right)?);
            let (a, b) = (floats.0.unwrap_or(f64::NAN), floats.1.unwrap_or(f64::NAN));
            return self.binary(BinaryOp::Power, Value::float(a), Value::float(b));
        }
        let negative = b.numerator().is_negative();
        if left.kind() != Type::Fraction && !negative {
            // An int stays one.
            let exponent = self.new_int(b.numerator().clone())?;
            return self.binary(BinaryOp::Power, left, exponent);
        }
        if negative && a.is_zero() {
            return Err(self.zero_fraction(&one));
        }
        let parts = [a.numerator(), a.denominator()];
        if parts.iter().all(|part| part.magnitude().bits() <= 1) {
            // 0, 1 and -1 to any power.
            let odd = b.numerator().is_odd();
            let result = if odd || a.is_zero() { a.clone() } else { a.absolute() };
            let zeroth = b.numerator().bits() == 0;
            return self.new_fraction(if zeroth { Fraction::whole(one) } else { result });
        }
        let Some(exponent) = b.numerator().abs().to_u32() else {
            return Err(Flow::End(End::Limit(Limit::Memory)));
        };
        let bits = a.bits().saturating_mul(u64::from(exponent));
        self.reserve(usize::try_from(bits / 8).unwrap_or(usize::MAX))?;
        let words = bits / 64;
        self.meter.charge(words.saturating_mul(words) / 4)?;
        match a.power(&self.meter, exponent, negative)? {
            Some(power) => self.new_fraction(power),
            None => Err(self.zero_fraction(&one)),
        }
    }

    /// `divmod(a, b)` of fractions; none for other operands.
    pub(crate) fn divmod_fractions(&mut self, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        if left.kind() != Type::Fraction && right.kind() != Type::Fraction {
            return Ok(None);
        }
        let (Some(a), Some(b)) = (self.fraction_operand(left), self.fraction_operand(right)) else {
            return Ok(None);
        };
        self.charge_fractions(&a, &b)?;
        let Some((quotient, rest)) = a.divide_floor(&self.meter, &b)? else {
            return Err(self.zero_division("integer division or modulo by zero"));
        };
        let pair = [self.new_int(quotient)?, self.new_fraction(rest)?];
        self.alloc_tuple(pair).map(Some)
    }

    /// `round(x, digits)`.
    pub(crate) fn round_fraction(&mut self, value: Value, digits: i64) -> Outcome {
        let Some(number) = self.fraction_of(value).cloned() else {
            return Ok(value);
        };
        self.charge_digits(digits.unsigned_abs().saturating_add(number.bits() / 3))?;
        let shift = BigInt::from(10).pow(u32::try_from(digits.unsigned_abs()).unwrap_or(u32::MAX));
        let shift = Fraction::whole(shift);
        let rounded = if digits > 0 {
            let units = number.multiply(&self.meter, &shift)?.rounded();
            Fraction::whole(units).divide(&self.meter, &shift)?
        } else {
            let units = number.divide(&self.meter, &shift)?.map(|units| units.rounded());
            units
                .map(|units| Fraction::whole(units).multiply(&self.meter, &shift))
                .transpose()?
        };
        self.new_fraction(rounded.unwrap_or(number))
    }

    /// `abs(x)`.
    pub(crate) fn absolute_exact(&mut self, value: Value) -> Result<Option<Value>, Flow> {
        if let Some(number) = self.fraction_of(value) {
            let absolute = number.absolute();
            return self.new_fraction(absolute).map(Some);
        }
        let Some(number) = self.decimal_of(value).cloned() else {
            return Ok(None);
        };
        self.in_decimal_context(number.digits(), |context| number.absolute(context))
            .map(Some)
    }
}

/// Returns the numerator that CPython shows where a fraction is divided by zero: reduced by what the parts share.
fn divided_numerator(meter: &Meter, a: &Fraction, b: &Fraction) -> Result<BigInt, Flow> {
    let shared = BigInt::from(gcd(meter, a.numerator().magnitude(), b.numerator().magnitude())?);
    let numerator = if shared.bits() > 1 {
        a.numerator() / shared
    } else {
        a.numerator().clone()
    };
    Ok(numerator * b.denominator())
}
