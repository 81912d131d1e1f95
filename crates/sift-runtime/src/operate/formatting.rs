//! Formatting of values: format specifications, `str.format` and the `%` operator.

use num_bigint::BigInt;
use sift_strings::format::{
    Accessor, AutoNumber, Conversion, Count, FieldRoot, FieldSpec, FormatError, FormatField, FormatPiece, FormatSpec,
    FormatTemplate, FormatValue, IntRef, MAX_EXACT_DIGITS, PercentCode, PercentField, PercentPiece, PercentTemplate,
    PercentValue,
};
use sift_text::{Text, TextBuilder};
use sift_values::cost;
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::meter::WINDOW_BYTES;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::Number;
use crate::runtime::Runtime;

/// Where `str.format` and `format_map` look up the named fields of a template.
#[derive(Debug)]
pub enum NamedArguments<'a> {
    /// The keyword arguments of `str.format`, for its named fields.
    Keywords(&'a [(smol_str::SmolStr, Value)]),
    /// The mapping passed to `format_map`, indexed by field name.
    Mapping(Value),
}

impl Runtime {
    /// Returns `format(value, spec)` as a value.
    pub fn format_value(&mut self, value: Value, spec: Value) -> Outcome {
        let spec = self.text(spec)?;
        let shown = self.formatted(value, spec.as_str().unwrap_or_default())?;
        match self.kept_within(&shown, value) {
            Some(text) => {
                self.reserve(text.new_bytes())?;
                Ok(self.new_text(text))
            }
            None => self.alloc_text(shown),
        }
    }

    /// Restores the origin of a text after formatting. If `shown` is a start of the text, or all of
    /// it with padding, returns it as a slice of the text; otherwise `None`.
    fn kept_within(&self, shown: &str, value: Value) -> Option<Text> {
        let Object::Str(text) = self.heap.get(value.handle()) else {
            return None;
        };
        if value.kind() != Type::Str || text.as_program_str().is_some() {
            return None;
        }
        let flat = text.as_str().filter(|flat| !flat.is_empty())?;
        if flat.starts_with(shown) {
            return text.slice_flat(0..shown.len());
        }
        let (before, after) = shown.split_once(flat)?;
        let mut kept = TextBuilder::new();
        kept.push_str(before);
        kept.push_text(text);
        kept.push_str(after);
        kept.finish().ok()
    }

    /// Allocates the text that a `TextBuilder` has collected.
    fn alloc_built(&mut self, out: TextBuilder) -> Outcome {
        self.reserve(out.new_bytes())?;
        let text = out.finish().map_err(|_| Flow::End(End::Limit(Limit::Memory)))?;
        Ok(self.new_text(text))
    }

    fn formatted(&mut self, value: Value, spec: &str) -> Result<String, Flow> {
        if spec.is_empty() {
            return self.shown(value);
        }
        self.check_format(spec)?;
        // An error shows the complete specifier.
        self.meter.charge_bytes(spec.len())?;
        self.reserve(spec.len())?;
        if let Some(text) = self.by_module([value], |operators, m| operators.format(m, value, spec))? {
            return Ok(text);
        }
        let type_name = self.type_name(value).to_owned();
        match self.number(value) {
            // A bool is formatted as an int, but by its name with `s` or an empty specifier.
            Some(Number::Float(float)) => self.apply_spec(spec, &FormatValue::Float(float), &type_name),
            Some(Number::Int(int)) => self.apply_spec(spec, &FormatValue::Int(IntRef::Small(int)), &type_name),
            Some(Number::Big(int)) => self.apply_spec(spec, &FormatValue::Int(IntRef::Big(&int)), &type_name),
            None if value.kind() == Type::Str => {
                let text = self.flat_text(value)?;
                self.apply_spec(spec, &FormatValue::Str(text.as_str().unwrap_or_default()), &type_name)
            }
            None => Err(self.type_error(format!("unsupported format string passed to {type_name}.__format__"))),
        }
    }

    /// Rejects a format that is too long, because parsing it can't be cancelled.
    ///
    /// # Errors
    /// A `ValueError` if the format is too long.
    pub(crate) fn check_format(&mut self, format: &str) -> Result<(), Flow> {
        if format.len() <= WINDOW_BYTES {
            return Ok(());
        }
        let flow = self.value_error(format!(
            "the format is {} bytes long; at most {WINDOW_BYTES} are read",
            format.len()
        ));
        Err(self.with_help(flow, "join long texts to what is formatted with `+`"))
    }

    fn apply_spec(&mut self, spec: &str, value: &FormatValue<'_>, type_name: &str) -> Result<String, Flow> {
        let spec = FormatSpec::parse(spec, value, type_name).map_err(|error| self.format_error(&error))?;
        let size = spec.size_hint(value);
        self.meter.charge_bytes(size)?;
        if let FormatValue::Float(float) = value {
            self.charge_float_format(*float, spec.code, spec.precision)?;
        }
        self.reserve(size)?;
        spec.format(value).map_err(|error| self.format_error(&error))
    }

    /// Charges fuel for the digits of a float formatted with this code and precision.
    fn charge_float_format(&mut self, float: f64, code: Option<char>, precision: Option<usize>) -> Result<(), Flow> {
        // Without a precision, these codes write six decimals; others write the shortest form that
        // reads back as the same float.
        let decimals = precision.unwrap_or(6).min(MAX_EXACT_DIGITS) as i64;
        match code {
            Some('f' | 'F' | '%') => self.charge_float_digits(float, decimals),
            _ => self.charge_float_digits(float.clamp(-1.0, 1.0), decimals),
        }
    }

    /// Charges fuel for formatting or rounding a float to this number of decimals.
    pub fn charge_float_digits(&mut self, float: f64, decimals: i64) -> Result<(), Flow> {
        let before = if float.is_finite() && float.abs() >= 1.0 {
            libm::log10(float.abs()) as usize + 1
        } else {
            0
        };
        let behind = usize::try_from(decimals.clamp(0, MAX_EXACT_DIGITS as i64)).unwrap_or(0);
        let digits = before.saturating_add(behind);
        let long = digits.saturating_sub(cost::SHORT_DIGITS) as u64;
        self.meter.charge(long.saturating_mul(cost::LONG_DIGIT))
    }

    pub(crate) fn format_error(&mut self, error: &FormatError) -> Flow {
        let class = sift_compiler::exception::ExceptionClass::from_name(error.exception());
        let flow = self.raise(
            class.unwrap_or(sift_compiler::exception::ExceptionClass::ValueError),
            error.to_string(),
        );
        self.with_help(flow, error.hint())
    }

    /// Returns `str(value)` as a Rust string.
    pub fn shown(&mut self, value: Value) -> Result<String, Flow> {
        let text = self.str_of(value)?;
        let text = self.flat_text(text)?;
        self.meter.charge_bytes(text.known_bytes())?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Formats a template for `template.format(*args, **named)`, or for `format_map`, which has no
    /// `args`.
    pub fn format_template(&mut self, template: &str, args: Option<&[Value]>, named: &NamedArguments<'_>) -> Outcome {
        let mut out = TextBuilder::new();
        let mut numbers = AutoNumber::default();
        let mut pieces = FormatTemplate::new(template);
        while let Some(piece) = pieces.next_piece(&mut numbers) {
            let piece = match piece {
                Ok(piece) => piece,
                Err(error) => {
                    // The scan for the end of a field may have read all of it.
                    self.meter.charge_bytes(template.len())?;
                    return Err(self.format_error(&error));
                }
            };
            match piece {
                FormatPiece::Literal(text) => self.push_piece(text, None, &mut out)?,
                FormatPiece::Field(field) => {
                    self.meter.charge(cost::FORMAT_FIELD)?;
                    let (shown, value) = self.template_field(&field, &mut numbers, args, named)?;
                    self.push_piece(&shown, Some(value), &mut out)?;
                }
            }
        }
        self.alloc_built(out)
    }

    /// Charges for a piece of a formatted text and appends it. The piece is the formatted `value`,
    /// or literal text.
    fn push_piece(&mut self, piece: &str, value: Option<Value>, out: &mut TextBuilder) -> Result<(), Flow> {
        self.meter.look()?;
        self.meter.charge(1)?;
        // It is copied into the text, and again when the text grows or is finished.
        self.meter.charge_bytes(piece.len().saturating_mul(2))?;
        self.reserve(out.new_bytes().saturating_add(piece.len().saturating_mul(2)))?;
        match value.and_then(|value| self.kept_within(piece, value)) {
            Some(text) => out.push_text(&text),
            None => out.push_str(piece),
        }
        Ok(())
    }

    fn template_field(
        &mut self,
        field: &FormatField<'_>,
        numbers: &mut AutoNumber,
        args: Option<&[Value]>,
        named: &NamedArguments<'_>,
    ) -> Result<(String, Value), Flow> {
        let value = self.field_value(field, args, named)?;
        let conversion = field
            .conversion
            .map(Conversion::of)
            .transpose()
            .map_err(|error| self.format_error(&error))?;
        let value = match conversion {
            None => value,
            Some(Conversion::Str) => self.str_of(value)?,
            Some(Conversion::Repr) => self.repr_value(value)?,
            Some(Conversion::Ascii) => self.ascii_value(value)?,
        };
        let spec = match &field.spec {
            FieldSpec::Text(spec) => (*spec).to_owned(),
            FieldSpec::Template(template) => {
                let mut spec = TextBuilder::new();
                let mut pieces = FormatTemplate::nested(template);
                while let Some(piece) = pieces.next_piece(numbers) {
                    match piece.map_err(|error| self.format_error(&error))? {
                        FormatPiece::Literal(text) => self.push_piece(text, None, &mut spec)?,
                        FormatPiece::Field(inner) => {
                            let value = self.field_value(&inner, args, named)?;
                            let shown = self.shown(value)?;
                            self.push_piece(&shown, None, &mut spec)?;
                        }
                    }
                }
                let spec = spec.finish().unwrap_or_default();
                spec.to_flat().unwrap_or_default().into_owned()
            }
        };
        Ok((self.formatted(value, &spec)?, value))
    }

    fn field_value(&mut self, field: &FormatField<'_>, args: Option<&[Value]>, named: &NamedArguments<'_>) -> Outcome {
        let mut value = match field.root {
            FieldRoot::Index(index) => match args.map(|args| args.get(index)) {
                Some(Some(value)) => *value,
                None => return Err(self.value_error("Format string contains positional fields")),
                Some(None) => {
                    let message = format!("Replacement index {index} out of range for positional args tuple");
                    return Err(self.raise(sift_compiler::exception::ExceptionClass::IndexError, message));
                }
            },
            FieldRoot::Name(name) => self.named_value(name, named)?,
        };
        for accessor in field.accessors() {
            value = match accessor.map_err(|error| self.format_error(&error))? {
                Accessor::Attribute(name) => self.attribute(value, name)?,
                Accessor::Index(index) => self.index(value, Value::length(index))?,
                Accessor::Key(key) => {
                    let key = self.alloc_text(key)?;
                    self.index(value, key)?
                }
            };
        }
        Ok(value)
    }

    fn named_value(&mut self, name: &str, named: &NamedArguments<'_>) -> Outcome {
        match named {
            NamedArguments::Keywords(keywords) => match keywords.iter().find(|(keyword, _)| keyword == name) {
                Some((_, value)) => Ok(*value),
                None => {
                    let key = self.alloc_text(name)?;
                    Err(self.key_error(key))
                }
            },
            NamedArguments::Mapping(mapping) => {
                let key = self.alloc_text(name)?;
                self.index(*mapping, key)
            }
        }
    }

    /// Formats a text with the `%` operator: `template % values`.
    pub(crate) fn percent_format(&mut self, template: Value, values: Value) -> Outcome {
        let template = self.text(template)?;
        let by_position = if values.kind() == Type::Tuple {
            self.items(values)?
        } else {
            vec![values]
        };
        let mut next = by_position.iter().copied();
        let mut used_mapping = false;
        let mut out = TextBuilder::new();
        let mut pieces = PercentTemplate::new(template.as_str().unwrap_or_default());
        while let Some(piece) = pieces.next_piece() {
            match piece.map_err(|error| self.format_error(&error))? {
                PercentPiece::Literal(text) => self.push_piece(text, None, &mut out)?,
                PercentPiece::Field(field) => {
                    used_mapping |= field.key.is_some();
                    self.meter.charge(cost::FORMAT_FIELD)?;
                    let (shown, value) = self.percent_field(&field, values, &mut next)?;
                    self.push_piece(&shown, value, &mut out)?;
                }
            }
        }
        // A value that can be indexed by name may have unused entries, as a dict may.
        let mapping = matches!(values.kind(), Type::Dict | Type::List | Type::Range | Type::Match);
        if next.next().is_some() && !used_mapping && !mapping {
            return Err(self.type_error("not all arguments converted during string formatting"));
        }
        self.alloc_built(out)
    }

    fn percent_field(
        &mut self,
        field: &PercentField<'_>,
        values: Value,
        next: &mut impl Iterator<Item = Value>,
    ) -> Result<(String, Option<Value>), Flow> {
        let code = match &field.code {
            Ok(PercentCode::Percent) => return Ok(("%".to_owned(), None)),
            Ok(code) => Ok(*code),
            Err(error) => Err(error.clone()),
        };
        let width = self.percent_count(field.width, next)?;
        let precision = self.percent_count(field.precision, next)?;
        let value = match field.key {
            Some(_) if values.kind() != Type::Dict => return Err(self.type_error("format requires a mapping")),
            Some(key) => {
                let key = self.alloc_text(key)?;
                self.index(values, key)?
            }
            None => self.percent_argument(next)?,
        };
        let code = code.map_err(|error| self.format_error(&error))?;
        let mut field = field.clone();
        field.flags.left |= width.is_some_and(|width| width < 0);
        let width = usize::try_from(width.unwrap_or(0).unsigned_abs()).unwrap_or(usize::MAX);
        let precision = precision.map(|precision| usize::try_from(precision).unwrap_or(0));
        let shown = self.percent_value(&field, code, value, width, precision)?;
        Ok((shown, Some(value)))
    }

    fn percent_argument(&mut self, next: &mut impl Iterator<Item = Value>) -> Outcome {
        next.next()
            .ok_or_else(|| self.type_error("not enough arguments for format string"))
    }

    fn percent_count(
        &mut self,
        count: Option<Count>,
        next: &mut impl Iterator<Item = Value>,
    ) -> Result<Option<i64>, Flow> {
        match count {
            None => Ok(None),
            Some(Count::Fixed(count)) => Ok(Some(i64::try_from(count).unwrap_or(i64::MAX))),
            Some(Count::Argument) => {
                let value = self.percent_argument(next)?;
                self.star_count(value).map(Some)
            }
        }
    }

    fn star_count(&mut self, value: Value) -> Result<i64, Flow> {
        match value.as_int() {
            Some(count) => Ok(count),
            None => Err(self.type_error("* wants int")),
        }
    }

    fn percent_value(
        &mut self,
        field: &PercentField<'_>,
        code: PercentCode,
        value: Value,
        width: usize,
        precision: Option<usize>,
    ) -> Result<String, Flow> {
        let number = match code {
            PercentCode::Decimal if value.is_exact() => self.truncated(value)?,
            PercentCode::Float(_) if value.is_exact() => self.to_float(value)?.map(Number::Float),
            _ => self.number(value),
        };
        let (text, big): (String, BigInt);
        let converted = match (code, number) {
            (PercentCode::Decimal, Some(Number::Float(float))) => match self.whole_part(float)? {
                Number::Int(int) => PercentValue::Int(IntRef::Small(int)),
                number => {
                    big = number.to_big().unwrap_or_default();
                    PercentValue::Int(IntRef::Big(&big))
                }
            },
            (code @ (PercentCode::Decimal | PercentCode::Octal | PercentCode::Hex | PercentCode::HexUpper), number) => {
                match number {
                    Some(Number::Int(int)) => PercentValue::Int(IntRef::Small(int)),
                    Some(Number::Big(int)) => {
                        big = int;
                        PercentValue::Int(IntRef::Big(&big))
                    }
                    _ => return Err(self.percent_type_error(code, value)),
                }
            }
            (PercentCode::Float(_), Some(number)) => PercentValue::Float(self.float_of(&number)?),
            (PercentCode::Float(_), None) => {
                let message = format!("must be real number, not {}", self.type_name(value));
                return Err(self.type_error(message));
            }
            (PercentCode::Char, number) => {
                text = self.percent_char(value, number)?;
                PercentValue::Text(&text)
            }
            (PercentCode::Repr, _) => {
                text = self.repr(value)?;
                PercentValue::Text(&text)
            }
            (PercentCode::Ascii, _) => {
                let ascii = self.ascii_value(value)?;
                text = self.shown(ascii)?;
                PercentValue::Text(&text)
            }
            (PercentCode::Str | PercentCode::Percent, _) => {
                text = self.shown(value)?;
                PercentValue::Text(&text)
            }
        };
        let size = field.size_hint(&converted, width, precision);
        self.meter.charge_bytes(size)?;
        if let (PercentValue::Float(float), PercentCode::Float(letter)) = (&converted, code) {
            self.charge_float_format(*float, Some(letter), precision)?;
        }
        self.reserve(size)?;
        field
            .format(&converted, width, precision)
            .map_err(|error| self.format_error(&error))
    }

    fn percent_type_error(&mut self, code: PercentCode, value: Value) -> Flow {
        let (letter, wanted) = match code {
            PercentCode::Octal => ("o", "an integer"),
            PercentCode::Hex => ("x", "an integer"),
            PercentCode::HexUpper => ("X", "an integer"),
            _ => ("d", "a real number"),
        };
        let message = format!("%{letter} format: {wanted} is required, not {}", self.type_name(value));
        self.type_error(message)
    }

    fn percent_char(&mut self, value: Value, number: Option<Number>) -> Result<String, Flow> {
        let char = match number {
            Some(Number::Int(code)) => match u32::try_from(code).ok().and_then(char::from_u32) {
                Some(char) => Some(char),
                None => return Err(self.overflow_error("%c arg not in range(0x110000)")),
            },
            None if value.kind() == Type::Str => {
                let text = self.shown(value)?;
                let mut chars = text.chars();
                chars.next().filter(|_| chars.next().is_none())
            }
            _ => None,
        };
        char.map(String::from)
            .ok_or_else(|| self.type_error("%c requires int or char"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::runtime::ContextData;
    use crate::table::{Library, Parts};
    use sift_values::meter::WINDOW_BYTES;

    #[test]
    fn long_templates_are_cancelled_between_windows() {
        let template = "日x".repeat(WINDOW_BYTES);
        let mut numbers = AutoNumber::default();
        let mut pieces = FormatTemplate::new(&template);
        let lengths: Vec<usize> = std::iter::from_fn(|| pieces.next_piece(&mut numbers))
            .map(|piece| match piece {
                Ok(FormatPiece::Literal(text)) => text.len(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(lengths.iter().sum::<usize>(), template.len());
        assert!(lengths.len() >= 4 && lengths.iter().all(|length| *length <= WINDOW_BYTES));

        let mut m = Runtime::new(
            Box::leak(Box::new(Library::new(Parts::default()))),
            Arc::new(ContextData::default()),
        );
        m.meter.renew(u64::MAX);
        let text = m.new_text(Text::new(&template));
        m.meter.cancel_flag().store(true, Ordering::Relaxed);
        let cancelled = |outcome: Outcome| matches!(outcome, Err(Flow::End(End::Cancelled)));
        assert!(cancelled(m.format_template(
            &template,
            Some(&[]),
            &NamedArguments::Keywords(&[])
        )));
        assert!(cancelled(m.percent_format(text, Value::int(1))));
    }
}
