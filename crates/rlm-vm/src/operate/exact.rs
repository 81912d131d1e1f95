//! `Decimal` and `Fraction` among the other numbers: operators, order, equality, hashes.

use std::cmp::Ordering;
use std::hash::Hasher;

use num_bigint::{BigInt, Sign};
use num_integer::Integer as _;
use num_traits::ToPrimitive as _;
use sift_numbers::decimal::{Decimal, HASH_MODULUS, Rounding, Trap};
use sift_syntax::ast::{BinaryOp, UnaryOp};

use super::Number;
use crate::cost;
use crate::flow::{Flow, Outcome};
use crate::fraction::Fraction;
use crate::object::Object;
use crate::runtime::Runtime;
use crate::value::{Type, Value};

/// How a number becomes a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToWhole {
    /// `int(x)`
    Truncate,
    /// `math.floor(x)`
    Floor,
    /// `math.ceil(x)`
    Ceiling,
    /// `round(x)`
    HalfEven,
}

impl Runtime {
    /// Returns a value's decimal number, if it is one.
    pub(crate) fn decimal_of(&self, value: Value) -> Option<&Decimal> {
        match self.heap.get(value.handle()) {
            Object::Decimal(number) if value.kind() == Type::Decimal => Some(number),
            _ => None,
        }
    }

    /// Returns a value's fraction, if it is one.
    pub(crate) fn fraction_of(&self, value: Value) -> Option<&Fraction> {
        match self.heap.get(value.handle()) {
            Object::Fraction(number) if value.kind() == Type::Fraction => Some(number),
            _ => None,
        }
    }

    /// Applies an operator of which one operand is a decimal number or a fraction; none if the other does not go with it.
    pub(super) fn binary_exact(&mut self, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        if left.kind() == Type::Decimal || right.kind() == Type::Decimal {
            match (self.decimal_operand(left), self.decimal_operand(right)) {
                (Some(a), Some(b)) => self.binary_decimals(op, &a, &b),
                _ => self.power_of_mixed(op, left, right),
            }
        } else {
            self.binary_fractions(op, left, right)
        }
    }

    /// A power with a fraction on one side and a decimal number on the other: a whole exponent is taken as an integer,
    /// anything else as a float, which does not go with decimal numbers.
    fn power_of_mixed(&mut self, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        if op != BinaryOp::Power {
            return Ok(None);
        }
        if let Some(exponent) = self.fraction_of(right) {
            let whole = (*exponent.denominator() == BigInt::from(1)).then(|| exponent.numerator().clone());
            let exponent = match whole {
                Some(whole) => self.new_int(whole)?,
                None => Value::float(self.exact_to_float(right)?.unwrap_or(f64::NAN)),
            };
            return self.binary(op, left, exponent).map(Some);
        }
        if left.kind() == Type::Fraction {
            let base = Value::float(self.exact_to_float(left)?.unwrap_or(f64::NAN));
            return self.binary(op, base, right).map(Some);
        }
        Ok(None)
    }

    /// Applies `-` or `+`.
    pub(super) fn unary_exact(&mut self, op: UnaryOp, operand: Value) -> Outcome {
        if let Some(bits) = self.fraction_of(operand).map(Fraction::bits) {
            self.meter.charge(cost::product(bits, 0))?;
        }
        if let Some(number) = self.fraction_of(operand) {
            let result = if op == UnaryOp::Negate {
                number.negate()
            } else {
                number.clone()
            };
            return self.new_fraction(result);
        }
        let number = self.decimal_of(operand).cloned().unwrap_or_else(Decimal::nan);
        self.in_decimal_context(number.digits(), |context| match op {
            UnaryOp::Negate => number.negate(context),
            _ => number.plus(context),
        })
    }

    pub(super) fn is_zero_exact(&self, value: Value) -> bool {
        self.decimal_of(value).is_some_and(Decimal::is_zero) || self.fraction_of(value).is_some_and(Fraction::is_zero)
    }

    /// Orders two numbers one of which is a decimal number or a fraction. The outer none: they are not both numbers; the
    /// inner none: one is not a number.
    pub(super) fn order_exact(&mut self, left: Value, right: Value) -> Result<Option<Option<Ordering>>, Flow> {
        let nan_float = |value: Value| value.kind() == Type::Float && value.raw_float().is_nan();
        let decimals = left.kind() == Type::Decimal || right.kind() == Type::Decimal;
        if !decimals && (nan_float(left) || nan_float(right)) {
            return Ok(Some(None));
        }
        match self.compare_exact(left, right)? {
            Some(None) if decimals => Err(self.decimal_error(Trap::InvalidOperation)),
            ordering => Ok(ordering),
        }
    }

    pub(super) fn equal_exact(&mut self, left: Value, right: Value) -> Result<bool, Flow> {
        if [left, right]
            .iter()
            .any(|value| self.decimal_of(*value).is_some_and(Decimal::is_signaling))
            && self.is_any_number(left)
            && self.is_any_number(right)
        {
            return Err(self.decimal_error(Trap::InvalidOperation));
        }
        Ok(self.compare_exact(left, right)? == Some(Some(Ordering::Equal)))
    }

    fn is_any_number(&self, value: Value) -> bool {
        value.is_number() || value.is_exact()
    }

    fn compare_exact(&mut self, left: Value, right: Value) -> Result<Option<Option<Ordering>>, Flow> {
        if !self.is_any_number(left) || !self.is_any_number(right) {
            return Ok(None);
        }
        if let (Some(a), Some(b)) = (self.fraction_operand(left), self.fraction_operand(right)) {
            self.charge_fractions(&a, &b)?;
            return Ok(Some(Some(a.cmp(&b))));
        }
        // A fraction is compared by its parts: n / d < x where n < x d.
        let (a, b) = match (self.fraction_of(left).cloned(), self.fraction_of(right).cloned()) {
            (Some(fraction), _) => {
                let b = self.compared_decimal(right)?;
                (
                    Decimal::integer(fraction.numerator()),
                    self.exact_product(&b, fraction.denominator())?,
                )
            }
            (_, Some(fraction)) => {
                let a = self.compared_decimal(left)?;
                (
                    self.exact_product(&a, fraction.denominator())?,
                    Decimal::integer(fraction.numerator()),
                )
            }
            _ => (self.compared_decimal(left)?, self.compared_decimal(right)?),
        };
        self.charge_digits(a.digits().saturating_add(b.digits()))?;
        Ok(Some(a.compare(&b)))
    }

    /// Returns a decimal number, an int or a float as a decimal number, exactly.
    fn compared_decimal(&mut self, value: Value) -> Result<Decimal, Flow> {
        if let Some(number) = self.decimal_operand(value) {
            return Ok(number);
        }
        self.charge_digits(400)?;
        Ok(Decimal::of_float(value.raw_float()))
    }

    fn exact_product(&mut self, number: &Decimal, factor: &BigInt) -> Result<Decimal, Flow> {
        self.charge_digits(number.digits().saturating_add(factor.bits() / 3))?;
        Ok(match number.parts() {
            Some((coefficient, exponent)) => {
                Decimal::finite(number.negative, coefficient * factor.magnitude(), exponent)
            }
            None => number.clone(),
        })
    }

    /// Hashes a decimal number or a fraction as the number that it is equal to.
    pub(super) fn hash_exact(&mut self, value: Value, hasher: &mut impl Hasher) -> Result<(), Flow> {
        // A digit has less than four bits.
        let bits = match (self.decimal_of(value), self.fraction_of(value)) {
            (Some(number), _) => number.digits().saturating_mul(4),
            (None, fraction) => fraction.map_or(0, Fraction::bits),
        };
        self.meter
            .charge(64_u64.saturating_add(crate::cost::product(bits, 0)))?;
        let (small, residue) = if let Some(number) = self.decimal_of(value) {
            if number.is_signaling() {
                return Err(self.type_error("Cannot hash a signaling NaN value"));
            }
            match number.hash_residue() {
                Some(residue) => (number.to_i64(), residue),
                None => (None, number.to_float().unwrap_or(f64::NAN).to_bits()),
            }
        } else if let Some(number) = self.fraction_of(value) {
            let whole = *number.denominator() == BigInt::from(1);
            let small = number.numerator().to_i64().filter(|_| whole);
            (small, fraction_residue(number))
        } else {
            (None, 0)
        };
        match small {
            Some(small) => hasher.write_i64(small),
            None => hasher.write_u64(residue),
        }
        Ok(())
    }

    /// Returns any number as the nearest float; none for what is no number.
    ///
    /// # Errors
    /// An `OverflowError` beyond all floats.
    pub(crate) fn exact_to_float(&mut self, value: Value) -> Result<Option<f64>, Flow> {
        if let Some(number) = self.decimal_of(value).cloned() {
            self.charge_digits(number.digits().min(1_000).saturating_mul(4))?;
            self.meter.charge(number.digits() / 8)?;
            return match number.to_float() {
                Some(float) => Ok(Some(float)),
                None => Err(self.value_error("cannot convert signaling NaN to float")),
            };
        }
        if let Some(number) = self.fraction_of(value).cloned() {
            self.charge_fractions(&number, &number)?;
            let (numerator, denominator) = (number.numerator().clone(), number.denominator().clone());
            let float = self.true_divide(&Number::Big(numerator), &Number::Big(denominator))?;
            return Ok(Some(float));
        }
        match self.number(value) {
            Some(number) => self.float_of(&number).map(Some),
            None => Ok(None),
        }
    }

    /// Returns a decimal number or a fraction as a whole one; none for anything else.
    ///
    /// # Errors
    /// A `ValueError` or an `OverflowError` for what is not finite.
    pub(crate) fn exact_to_whole(&mut self, value: Value, how: ToWhole) -> Result<Option<BigInt>, Flow> {
        if let Some(number) = self.fraction_of(value).cloned() {
            self.charge_fractions(&number, &number)?;
            return Ok(Some(match how {
                ToWhole::Truncate => number.truncated(),
                ToWhole::Floor => number.floor(),
                ToWhole::Ceiling => number.ceiling(),
                ToWhole::HalfEven => number.rounded(),
            }));
        }
        let Some(number) = self.decimal_of(value).cloned() else {
            return Ok(None);
        };
        let Some((_, exponent)) = number.parts() else {
            return Err(if number.is_nan() {
                self.value_error("cannot convert NaN to integer")
            } else {
                self.overflow_error("cannot convert Infinity to integer")
            });
        };
        self.charge_digits(number.digits().saturating_add(exponent.max(0).unsigned_abs()))?;
        let rounding = match how {
            ToWhole::Truncate => Rounding::Down,
            ToWhole::Floor => Rounding::Floor,
            ToWhole::Ceiling => Rounding::Ceiling,
            ToWhole::HalfEven => Rounding::HalfEven,
        };
        Ok(number.to_whole(rounding))
    }

    /// Returns `int(x)` of a decimal number or a fraction.
    pub(super) fn exact_truncated(&mut self, value: Value) -> Result<Option<Number>, Flow> {
        let whole = self.exact_to_whole(value, ToWhole::Truncate)?;
        Ok(whole.map(|whole| match whole.to_i64() {
            Some(small) => Number::Int(small),
            None => Number::Big(whole),
        }))
    }

    /// Returns the text of a decimal number or a fraction.
    pub(super) fn exact_text(&mut self, value: Value) -> Result<String, Flow> {
        if let Some(number) = self.decimal_of(value).cloned() {
            self.charge_digits(number.digits())?;
            let capitals = self.decimal_settings().capitals;
            return Ok(number.to_text(capitals));
        }
        let parts = self.fraction_texts(value)?;
        Ok(match parts {
            (numerator, denominator) if denominator == "1" => numerator,
            (numerator, denominator) => format!("{numerator}/{denominator}"),
        })
    }

    /// Returns the repr of a decimal number or a fraction.
    pub(super) fn exact_repr(&mut self, value: Value) -> Result<String, Flow> {
        if value.kind() == Type::Decimal {
            return Ok(format!("Decimal('{}')", self.exact_text(value)?));
        }
        let (numerator, denominator) = self.fraction_texts(value)?;
        Ok(format!("Fraction({numerator}, {denominator})"))
    }
}

/// Returns the residue of an integer that Python's hashes of numbers are made of, negated for those below zero.
pub(super) fn big_residue(value: &BigInt) -> u64 {
    let residue = (value.magnitude() % HASH_MODULUS).to_u64().unwrap_or(0);
    signed_residue(residue, value.sign() == Sign::Minus)
}

/// As [`big_residue`], of a finite float.
pub(super) fn float_residue(value: f64) -> u64 {
    let (mut fraction, mut exponent) = libm::frexp(value.abs());
    // 53 bits before the point are all of them.
    fraction *= 9_007_199_254_740_992.0;
    exponent -= 53;
    // 2^61 is 1 more than the modulus: powers of two go round.
    let power = u32::try_from(exponent.rem_euclid(61)).unwrap_or(0);
    let residue = (u128::from(fraction as u64) << power) % u128::from(HASH_MODULUS);
    signed_residue(u64::try_from(residue).unwrap_or(0), value < 0.0)
}

/// Returns a float as an integer of 64 bits, if it is one.
pub(super) fn float_as_int(value: f64) -> Option<i64> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    (value.trunc() == value && (-BEYOND..BEYOND).contains(&value)).then_some(value as i64)
}

fn fraction_residue(number: &Fraction) -> u64 {
    let modulus = BigInt::from(HASH_MODULUS);
    let Some(inverse) = number.denominator().modinv(&modulus) else {
        return u64::MAX;
    };
    let magnitude = BigInt::from(number.numerator().magnitude().clone());
    let residue = (magnitude * inverse).mod_floor(&modulus).to_u64().unwrap_or(0);
    signed_residue(residue, number.numerator().sign() == Sign::Minus)
}

const fn signed_residue(residue: u64, negative: bool) -> u64 {
    if negative { residue.wrapping_neg() } else { residue }
}
