//! Unary and binary operators of Python, applied to values.

use num_bigint::BigInt;
use num_traits::{ToPrimitive as _, Zero as _};
use sift_syntax::ast::{BinaryOp, UnaryOp};
use sift_text::Text;
use sift_values::cost;
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::long_integers::floor_divide;
use sift_values::object::{DictKind, Object, list_bytes};
use sift_values::value::{Type, Value};

use super::Number;
use super::number::{floor_divide_floats, modulo_floats, small_exponent};
use crate::runtime::Runtime;

/// The maximum total bytes of two texts that are concatenated by a copy. Longer texts become a rope
/// that shares their content.
const COPIED: usize = 1 << 10;

/// The maximum bytes copied by one concatenation while a text is repeated by doubling, including
/// nominal overhead.
const COPIED_IN_STEP: usize = 40 << 10;

/// Memory reserved for a product or quotient of large integers, in words per word of the operands.
const PRODUCT_PARTS: u64 = 4;

impl Runtime {
    /// Applies the unary operator `-`, `+` or `~` to a value. The interpreter loop handles `not`.
    pub fn unary(&mut self, op: UnaryOp, operand: Value) -> Outcome {
        if let Some(result) = self.by_module([operand], |operators, m| operators.unary(m, op, operand))? {
            return Ok(result);
        }
        self.charge_integer(operand)?;
        let number = self.number(operand);
        match (op, number) {
            (UnaryOp::Not, _) => {
                let truth = self.truth(operand)?;
                Ok(Value::bool(!truth))
            }
            (UnaryOp::Negate, Some(Number::Float(value))) => Ok(Value::float(-value)),
            (UnaryOp::Plus, Some(Number::Float(value))) => Ok(Value::float(value)),
            (UnaryOp::Plus, Some(Number::Int(value))) => Ok(Value::int(value)),
            (UnaryOp::Plus, Some(Number::Big(_))) => Ok(operand),
            (UnaryOp::Plus | UnaryOp::Negate, None) if self.is_counter(operand) => {
                let empty = self.new_counter()?;
                let result = if op == UnaryOp::Plus {
                    self.counter_operator(BinaryOp::Add, operand, empty)?
                } else {
                    self.counter_operator(BinaryOp::Subtract, empty, operand)?
                };
                Ok(result.unwrap_or(operand))
            }
            (UnaryOp::Negate, Some(number)) => {
                let value = number.to_big().unwrap_or_default();
                self.new_int(-value)
            }
            (UnaryOp::Invert, Some(number @ (Number::Int(_) | Number::Big(_)))) => {
                let value = number.to_big().unwrap_or_default();
                self.new_int(-value - 1)
            }
            _ => {
                let sign = match op {
                    UnaryOp::Negate => "-",
                    UnaryOp::Plus => "+",
                    UnaryOp::Invert | UnaryOp::Not => "~",
                };
                let message = format!("bad operand type for unary {sign}: '{}'", self.type_name(operand));
                Err(self.type_error(message))
            }
        }
    }

    /// Applies a binary operator, such as `+` or `*`, to two values.
    pub fn binary(&mut self, op: BinaryOp, left: Value, right: Value) -> Outcome {
        if let (BinaryOp::Add, Type::Str, Type::Str) = (op, left.kind(), right.kind()) {
            return self.concat_two(left, right);
        }
        self.charge_integer(left)?;
        self.charge_integer(right)?;
        if left.is_number()
            && right.is_number()
            && let (Some(a), Some(b)) = (self.number(left), self.number(right))
        {
            return self.binary_numbers(op, &a, &b, left, right);
        }
        if let Some(result) = self.by_module([left, right], |operators, m| operators.binary(m, op, left, right))? {
            return Ok(result);
        }
        let result = match (op, left.kind(), right.kind()) {
            (BinaryOp::Add, Type::List, Type::List) => Some(self.concat_lists(left, right)?),
            (BinaryOp::Add, Type::Tuple, Type::Tuple) => {
                let items = [self.items(left)?, self.items(right)?].concat();
                Some(self.alloc_tuple(items)?)
            }
            (BinaryOp::Multiply, Type::Str | Type::List | Type::Tuple, _) => self.repeat(left, right)?,
            (BinaryOp::Multiply, _, Type::Str | Type::List | Type::Tuple) => self.repeat(right, left)?,
            (BinaryOp::Modulo, Type::Str, _) => Some(self.percent_format(left, right)?),
            (BinaryOp::Add, Type::Deque, Type::Deque) => Some(self.concat_deques(left, right)?),
            (BinaryOp::Multiply, Type::Deque, _) => self.repeat_deque(left, right)?,
            (BinaryOp::Multiply, _, Type::Deque) => self.repeat_deque(right, left)?,
            (BinaryOp::BitOr, Type::Dict, Type::Dict) if !(self.is_counter(left) && self.is_counter(right)) => {
                Some(self.dict_union(left, right)?)
            }
            (BinaryOp::BitOr, Type::Class | Type::Record | Type::Instance | Type::None, _) => {
                self.type_union(left, right)?
            }
            _ => None,
        };
        if let Some(result) = result {
            return Ok(result);
        }
        if let Some(result) = self.counter_operator(op, left, right)? {
            return Ok(result);
        }
        if let Some(result) = self.set_operator(op, left, right)? {
            return Ok(result);
        }
        Err(self.unsupported(op, left, right, ""))
    }

    /// Applies an augmented assignment, such as `+=`. Lists, sets and dicts are changed in place.
    pub fn in_place(&mut self, op: BinaryOp, left: Value, right: Value) -> Outcome {
        match (op, left.kind()) {
            (BinaryOp::Add, Type::List) => {
                self.list_extend(left, right)?;
                Ok(left)
            }
            (BinaryOp::Add, Type::Deque) => {
                self.extend_deque(left, right)?;
                Ok(left)
            }
            (BinaryOp::Add | BinaryOp::Subtract | BinaryOp::BitOr | BinaryOp::BitAnd, Type::Dict)
                if self.is_counter(left) && self.is_counter(right) =>
            {
                let Some(result) = self.counter_operator(op, left, right)? else {
                    return Err(self.unsupported(op, left, right, "="));
                };
                self.replace_set(left, result);
                Ok(left)
            }
            (BinaryOp::Multiply, Type::List) => {
                let Some(repeated) = self.repeat(left, right)? else {
                    return Err(self.unsupported(op, left, right, "="));
                };
                let items = self.list_items(repeated).to_vec();
                self.replace_list(left, items);
                Ok(left)
            }
            (BinaryOp::BitOr, Type::Dict) if right.kind() == Type::Dict && !self.is_counter(left) => {
                self.dict_spread(left, right)?;
                Ok(left)
            }
            (BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::BitXor | BinaryOp::Subtract, Type::Set)
                if matches!(right.kind(), Type::Set | Type::FrozenSet | Type::DictView) =>
            {
                match op {
                    // The cost depends on the right operand, not on the left.
                    BinaryOp::BitOr => self.set_update(left, right)?,
                    BinaryOp::Subtract => self.set_remove_all(left, right)?,
                    _ => {
                        let Some(result) = self.set_operator(op, left, right)? else {
                            return Err(self.unsupported(op, left, right, "="));
                        };
                        self.replace_set(left, result);
                    }
                }
                Ok(left)
            }
            _ => match self.binary(op, left, right) {
                Err(Flow::Raise(error)) if self.is_unsupported(error) => Err(self.unsupported(op, left, right, "=")),
                other => other,
            },
        }
    }

    fn is_unsupported(&self, error: Value) -> bool {
        let Object::Exception(error) = self.heap.get(error.handle()) else {
            return false;
        };
        error
            .args
            .first()
            .is_some_and(|message| match self.heap.get(message.handle()) {
                Object::Str(text) => text
                    .as_str()
                    .is_some_and(|text| text.starts_with("unsupported operand type(s) for ")),
                _ => false,
            })
    }

    /// Returns CPython's `TypeError` for operands that a binary operator does not support.
    fn unsupported(&mut self, op: BinaryOp, left: Value, right: Value, in_place: &str) -> Flow {
        let (a, b) = (self.type_name(left), self.type_name(right));
        let message = match (op, left.kind(), in_place) {
            (BinaryOp::Add, Type::Str, _) => format!("can only concatenate str (not \"{b}\") to str"),
            (BinaryOp::Add, Type::List, "") => format!("can only concatenate list (not \"{b}\") to list"),
            (BinaryOp::Add, Type::Tuple, _) => format!("can only concatenate tuple (not \"{b}\") to tuple"),
            (BinaryOp::Add, Type::Deque, _) => format!("can only concatenate deque (not \"{b}\") to deque"),
            (BinaryOp::Multiply, Type::Str | Type::List | Type::Tuple | Type::Deque, _) => {
                format!("can't multiply sequence by non-int of type '{b}'")
            }
            (BinaryOp::Multiply, _, _) if matches!(right.kind(), Type::Str | Type::List | Type::Tuple) => {
                format!("can't multiply sequence by non-int of type '{a}'")
            }
            (BinaryOp::Power, _, "") => {
                format!("unsupported operand type(s) for ** or pow(): '{a}' and '{b}'")
            }
            _ => format!(
                "unsupported operand type(s) for {}{in_place}: '{a}' and '{b}'",
                op.as_str()
            ),
        };
        self.type_error(message)
    }

    fn binary_numbers(&mut self, op: BinaryOp, a: &Number, b: &Number, left: Value, right: Value) -> Outcome {
        use BinaryOp as Op;
        match op {
            Op::Add | Op::Subtract | Op::Multiply => self.ring(op, a, b),
            Op::Divide => {
                if b.is_zero() {
                    let floats = matches!((a, b), (Number::Float(_), _) | (_, Number::Float(_)));
                    return Err(self.zero_division(if floats {
                        "float division by zero"
                    } else {
                        "division by zero"
                    }));
                }
                match (a, b) {
                    (Number::Float(_), _) | (_, Number::Float(_)) => {
                        let (a, b) = (self.float_of(a)?, self.float_of(b)?);
                        Ok(Value::float(a / b))
                    }
                    _ => Ok(Value::float(self.true_divide(a, b)?)),
                }
            }
            Op::FloorDivide | Op::Modulo => self.floor_or_modulo(op, a, b),
            Op::Power => self.power(a, b),
            Op::ShiftLeft | Op::ShiftRight | Op::BitAnd | Op::BitOr | Op::BitXor => {
                let (Some(x), Some(y)) = (a.to_big(), b.to_big()) else {
                    return Err(self.unsupported(op, left, right, ""));
                };
                let both_bools = left.kind() == Type::Bool && right.kind() == Type::Bool;
                let result = self.bits(op, x, &y)?;
                if both_bools && matches!(op, Op::BitAnd | Op::BitOr | Op::BitXor) {
                    return Ok(Value::bool(!result.is_zero()));
                }
                let is_flag = left.kind() == Type::RegexFlag || right.kind() == Type::RegexFlag;
                match result.to_i64() {
                    Some(bits) if is_flag && matches!(op, Op::BitAnd | Op::BitOr | Op::BitXor) => {
                        Ok(Value::regex_flag(bits))
                    }
                    _ => self.new_int(result),
                }
            }
            Op::MatrixMultiply => Err(self.unsupported(op, left, right, "")),
        }
    }

    fn ring(&mut self, op: BinaryOp, a: &Number, b: &Number) -> Outcome {
        if let (Number::Int(a), Number::Int(b)) = (a, b) {
            let small = match op {
                BinaryOp::Add => a.checked_add(*b),
                BinaryOp::Subtract => a.checked_sub(*b),
                _ => a.checked_mul(*b),
            };
            if let Some(small) = small {
                return Ok(Value::int(small));
            }
        }
        if let (Some(x), Some(y)) = (a.as_big(), b.as_big()) {
            self.charge_big(op, a, b)?;
            return self.new_int(match op {
                BinaryOp::Add => x.as_ref() + y.as_ref(),
                BinaryOp::Subtract => x.as_ref() - y.as_ref(),
                _ => x.as_ref() * y.as_ref(),
            });
        }
        let (a, b) = (self.float_of(a)?, self.float_of(b)?);
        Ok(Value::float(match op {
            BinaryOp::Add => a + b,
            BinaryOp::Subtract => a - b,
            _ => a * b,
        }))
    }

    /// Charges fuel and memory for an operator on large integers: by the words of the operands, or
    /// by the product of their words.
    fn charge_big(&mut self, op: BinaryOp, a: &Number, b: &Number) -> Result<(), Flow> {
        let units = match op {
            BinaryOp::Add | BinaryOp::Subtract => cost::product(a.bits().max(b.bits()), 0),
            _ => cost::product(a.bits(), b.bits()),
        };
        let words = cost::words(a.bits()).saturating_add(cost::words(b.bits()));
        let held = match op {
            BinaryOp::Add | BinaryOp::Subtract => words.saturating_mul(2),
            _ => words.saturating_mul(PRODUCT_PARTS),
        };
        self.reserve(usize::try_from(held.saturating_mul(8)).unwrap_or(usize::MAX))?;
        self.meter.charge(units)
    }

    fn floor_or_modulo(&mut self, op: BinaryOp, a: &Number, b: &Number) -> Outcome {
        let floor = op == BinaryOp::FloorDivide;
        match (a, b) {
            (Number::Int(_) | Number::Big(_), Number::Int(_) | Number::Big(_)) => {
                if b.is_zero() {
                    return Err(self.zero_division(if floor {
                        "integer division or modulo by zero"
                    } else {
                        "integer modulo by zero"
                    }));
                }
                if let (Number::Int(a), Number::Int(b)) = (a, b)
                    && let (Some(quotient), Some(remainder)) = (a.checked_div_euclid(*b), a.checked_rem_euclid(*b))
                {
                    // Euclid's remainder is never negative; Python's has the sign of the divisor.
                    let adjust = *b < 0 && remainder != 0;
                    let (quotient, remainder) = if adjust {
                        (quotient - 1, remainder + b)
                    } else {
                        (quotient, remainder)
                    };
                    return Ok(Value::int(if floor { quotient } else { remainder }));
                }
                self.charge_big(BinaryOp::Multiply, a, b)?;
                let (a, b) = (a.as_big().unwrap_or_default(), b.as_big().unwrap_or_default());
                let (quotient, remainder) = floor_divide(&self.meter, &a, &b)?;
                self.new_int(if floor { quotient } else { remainder })
            }
            _ => {
                if b.is_zero() {
                    return Err(self.zero_division(if floor {
                        "float floor division by zero"
                    } else {
                        "float modulo"
                    }));
                }
                let (a, b) = (self.float_of(a)?, self.float_of(b)?);
                self.meter.charge(cost::float_remainder(a, b))?;
                Ok(Value::float(if floor {
                    floor_divide_floats(a, b)
                } else {
                    modulo_floats(a, b)
                }))
            }
        }
    }

    fn power(&mut self, a: &Number, b: &Number) -> Outcome {
        let (Some(base), Some(exponent)) = (a.to_big(), b.to_big()) else {
            let (a, b) = (self.float_of(a)?, self.float_of(b)?);
            return self.float_power(a, b);
        };
        match small_exponent(&exponent) {
            Some(exponent) => {
                let bits = base.bits().saturating_mul(exponent);
                if base.bits() > 1 {
                    let bytes = usize::try_from(bits / 8).unwrap_or(usize::MAX);
                    self.reserve(bytes)?;
                    let words = bits / 64;
                    self.meter.charge(words.saturating_mul(words) / 16)?;
                }
                let Some(exponent) = exponent.to_u32() else {
                    // Only 0, 1 and -1 have such a power within memory.
                    let odd = exponent % 2 == 1;
                    return self.new_int(if base.bits() == 0 || odd { base } else { BigInt::from(1) });
                };
                self.new_int(base.pow(exponent))
            }
            None if exponent.sign() == num_bigint::Sign::Minus => {
                let (a, b) = (self.float_of(a)?, self.float_of(b)?);
                self.float_power(a, b)
            }
            None if base.bits() > 1 => Err(Flow::End(End::Limit(Limit::Memory))),
            None => {
                let odd = exponent.bit(0);
                self.new_int(if base.bits() == 0 || odd { base } else { BigInt::from(1) })
            }
        }
    }

    fn float_power(&mut self, a: f64, b: f64) -> Outcome {
        if a == 0.0 && b < 0.0 {
            return Err(self.zero_division("0.0 cannot be raised to a negative power"));
        }
        if a < 0.0 && b.fract() != 0.0 && b.is_finite() && a.is_finite() {
            let flow = self
                .value_error("a negative number has no real fractional power; complex numbers are not part of Sift");
            return Err(self.with_help(flow, "take the power of abs(x), or test x >= 0 first"));
        }
        self.meter.charge(2 * sift_values::cost::ELEMENTARY)?;
        let result = sift_numbers::elementary::pow(a, b);
        if result.is_infinite() && a.is_finite() && b.is_finite() {
            let message = self.new_text(Text::new("Numerical result out of range"));
            return Err(self.raise_with(
                sift_compiler::exception::ExceptionClass::OverflowError,
                vec![Value::int(34), message],
            ));
        }
        Ok(Value::float(result))
    }

    fn bits(&mut self, op: BinaryOp, x: BigInt, y: &BigInt) -> Result<BigInt, Flow> {
        match op {
            BinaryOp::ShiftLeft | BinaryOp::ShiftRight => {
                if y.sign() == num_bigint::Sign::Minus {
                    return Err(self.value_error("negative shift count"));
                }
                let left = op == BinaryOp::ShiftLeft;
                let Some(count) = y.to_u64() else {
                    return Ok(if left || x.sign() != num_bigint::Sign::Minus {
                        BigInt::from(0)
                    } else {
                        BigInt::from(-1)
                    });
                };
                if !left {
                    return Ok(x >> count);
                }
                if !x.is_zero() {
                    let bytes = usize::try_from(count / 8).unwrap_or(usize::MAX);
                    // The number is copied twice, and shifted into a larger one.
                    let own = usize::try_from(x.bits() / 8).unwrap_or(usize::MAX);
                    self.reserve(bytes.saturating_add(own.saturating_mul(3)))?;
                    self.meter.charge_bytes(bytes)?;
                }
                Ok(if x.is_zero() { x } else { x << count })
            }
            BinaryOp::BitAnd => Ok(x & y),
            BinaryOp::BitOr => Ok(x | y),
            _ => Ok(x ^ y),
        }
    }

    /// Concatenates two texts. Pending values in them stay pending.
    fn concat_two(&mut self, left: Value, right: Value) -> Outcome {
        let (Object::Str(a), Object::Str(b)) = (self.heap.get(left.handle()), self.heap.get(right.handle())) else {
            return Ok(left);
        };
        // Long ones are shared, not copied.
        if a.known_bytes() + b.known_bytes() <= COPIED
            && let Some(text) = self.concat_plain(&[left, right])?
        {
            return Ok(text);
        }
        let (Object::Str(a), Object::Str(b)) = (self.heap.get(left.handle()), self.heap.get(right.handle())) else {
            return Ok(left);
        };
        let joined = Text::concat(a, b).map_err(|_| Flow::End(End::Limit(Limit::Memory)))?;
        self.meter.charge_bytes(joined.known_bytes().min(1024))?;
        let added = a.added_bytes().saturating_add(b.added_bytes());
        self.reserve(added.saturating_add(joined.header_bytes()))?;
        self.heap.grow(added);
        Ok(self.shared_text(joined))
    }

    fn concat_lists(&mut self, left: Value, right: Value) -> Outcome {
        let count = self.list_items(left).len() + self.list_items(right).len();
        self.meter.charge_items(count)?;
        self.reserve(list_bytes(count))?;
        let items = [self.list_items(left), self.list_items(right)].concat();
        self.alloc_list(items)
    }

    /// Returns `sequence * count`, or `None` if `count` is not an integer.
    fn repeat(&mut self, sequence: Value, count: Value) -> Result<Option<Value>, Flow> {
        let Some(count) = self.number(count).and_then(|count| count.to_big()) else {
            return Ok(None);
        };
        let count = if count.sign() == num_bigint::Sign::Minus {
            0
        } else {
            count.to_usize().unwrap_or(usize::MAX)
        };
        match self.heap.get(sequence.handle()) {
            Object::Str(text) => {
                // It is doubled repeatedly.
                let doublings = u64::from(usize::BITS - count.leading_zeros());
                let places = (text.known_bytes() as u64).saturating_mul(count as u64) / cost::ONE_PLACE;
                let of_trees = u64::from(u64::BITS - places.leading_zeros());
                self.meter
                    .charge(doublings * cost::DOUBLING + of_trees * cost::TREE_DOUBLING)?;
                let repeated = text.repeat(count).map_err(|_| Flow::End(End::Limit(Limit::Memory)))?;
                let bytes = repeated.header_bytes();
                self.meter.charge_bytes(bytes)?;
                // The text is doubled repeatedly, and the parts that are needed are concatenated.
                let steps = 2 * (usize::BITS - count.leading_zeros()) as usize;
                let fresh = match repeated.as_str() {
                    Some(_) => repeated.new_bytes(),
                    None => {
                        let copied = repeated.known_bytes().saturating_mul(2);
                        let path = repeated.added_bytes().max(text.added_bytes());
                        copied.min(steps * COPIED_IN_STEP).saturating_add(steps * path)
                    }
                };
                self.reserve(bytes.saturating_add(fresh))?;
                self.heap.grow(fresh);
                Ok(Some(self.shared_text(repeated)))
            }
            Object::List(_) | Object::Tuple(_) => {
                let items = match self.heap.get(sequence.handle()) {
                    Object::List(items) => items.as_slice(),
                    Object::Tuple(items) => items,
                    _ => &[],
                };
                let total = items.len().saturating_mul(count);
                self.meter.charge_items(total)?;
                self.reserve(list_bytes(total))?;
                let items = match self.heap.get(sequence.handle()) {
                    Object::List(items) => items.repeat(count),
                    Object::Tuple(items) => items.repeat(count),
                    _ => Vec::new(),
                };
                let value = if sequence.kind() == Type::List {
                    self.alloc_list(items)?
                } else {
                    self.alloc_tuple(items)?
                };
                Ok(Some(value))
            }
            _ => Ok(None),
        }
    }

    fn is_counter(&self, value: Value) -> bool {
        value.kind() == Type::Dict
            && matches!(self.heap.get(value.handle()), Object::Dict(dict) if matches!(dict.kind, DictKind::Counter))
    }

    /// Applies `+`, `-`, `|` or `&` to two `Counter` values and drops counts that are not positive.
    /// Returns `None` for other operators or operands.
    fn counter_operator(&mut self, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        let wanted = matches!(
            op,
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::BitOr | BinaryOp::BitAnd
        );
        if !wanted || !self.is_counter(left) || !self.is_counter(right) {
            return Ok(None);
        }
        let (a, b) = (self.dict_pairs(left)?, self.dict_pairs(right)?);
        self.meter.charge_items(a.len() + b.len())?;
        let result = self.new_counter()?;
        for (key, count) in a {
            let other = self.dict_get(right, key)?.unwrap_or(Value::int(0));
            let combined = self.combine_counts(op, count, other)?;
            self.keep_positive(result, key, combined)?;
        }
        if op != BinaryOp::BitAnd {
            for (key, count) in b {
                if self.dict_get(left, key)?.is_none() {
                    let combined = self.combine_counts(op, Value::int(0), count)?;
                    self.keep_positive(result, key, combined)?;
                }
            }
        }
        Ok(Some(result))
    }

    fn combine_counts(&mut self, op: BinaryOp, a: Value, b: Value) -> Outcome {
        match op {
            BinaryOp::Add | BinaryOp::Subtract if self.is_counter(a) && self.is_counter(b) => {
                // The result would be a counter, which can't be compared with zero. It is not
                // computed, since it may be deeply nested.
                self.less(Value::int(0), a)?;
                Ok(a)
            }
            BinaryOp::Add | BinaryOp::Subtract => self.binary(op, a, b),
            _ => {
                let less = self.less(a, b)?;
                Ok(if less == (op == BinaryOp::BitOr) { b } else { a })
            }
        }
    }

    fn keep_positive(&mut self, counter: Value, key: Value, count: Value) -> Result<(), Flow> {
        if self.less(Value::int(0), count)? {
            self.dict_set(counter, key, count)?;
        }
        Ok(())
    }
}
