//! Speculative formatting of unknown values. A format is assumed to accept all values of a type if
//! it accepts samples of the type.

use sift_abstract::{AbstractValue, Call, Kinds, NOTHING, Raises};
use sift_compiler::exception::ExceptionClass as E;
use sift_strings::format::{AutoNumber, FieldRoot, FieldSpec, FormatPiece, FormatTemplate};
use sift_syntax::ast::BinaryOp;
use sift_text::{PendingId, Text};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::super::Interpreter;
use super::state::Stop::{self, GiveUp};

const WRONG: Raises = &[E::TypeError, E::ValueError, E::OverflowError, E::KeyError];
/// The maximum number of sample values of one type with which a format is tried.
const MOST_SAMPLES: usize = 4;

impl Interpreter {
    fn accepts_format(&mut self, value: &AbstractValue, spec: Value) -> bool {
        let samples = self.samples(value);
        let takes = |sample: &Value| self.format_value(*sample, spec).is_ok();
        samples.is_some_and(|samples| samples.iter().all(takes))
    }

    /// Returns sample values of all types that an unknown value may have. Returns `None` if the
    /// value may be other than a text or a number.
    fn samples(&mut self, value: &AbstractValue) -> Option<Vec<Value>> {
        if value.kinds.is_empty() || !value.is(Kinds::NUMBERS.or(Kinds::STR)) {
            return None;
        }
        let mut samples = Vec::new();
        let mut of = |kinds: Kinds, values: &[Value]| {
            if value.kinds.overlaps(kinds) {
                samples.extend(values);
            }
        };
        of(Kinds::COUNT, &[Value::int(7), Value::int(-(1 << 39))]);
        of(Kinds::INT, &[Value::int(7), Value::int(i64::MIN)]);
        of(Kinds::BOOL, &[Value::TRUE]);
        of(
            Kinds::FLOAT,
            &[Value::float(1.5), Value::float(f64::INFINITY), Value::float(f64::NAN)],
        );
        if value.kinds.overlaps(Kinds::STR) {
            samples.extend(["", "x", "xy"].map(|text| self.new_text(Text::new(text))));
        }
        Some(samples)
    }

    /// Returns the exceptions that the `%` operator of a template may raise, as in
    /// `template % values`.
    pub(super) fn percent_errors(&mut self, template: Value, values: Value) -> Raises {
        if self.unknown(template).is_some() {
            return WRONG;
        }
        for round in 0..MOST_SAMPLES {
            let Some(sample) = self.sample(values, round) else {
                return WRONG;
            };
            if self.binary(BinaryOp::Modulo, template, sample).is_err() {
                return WRONG;
            }
        }
        NOTHING
    }

    /// Returns the value with samples instead of unknown values: of the value itself, of the
    /// items of a tuple or of the values of a dict. Each round uses another sample.
    fn sample(&mut self, value: Value, round: usize) -> Option<Value> {
        let sample_of_one = |m: &mut Self, value: Value| match m.holds_unknown(value) || m.unknown(value).is_some() {
            false => Some(value),
            true => {
                let described = m.describe_value(value);
                m.samples(&described)?.iter().cycle().nth(round).copied()
            }
        };
        let described = self.describe_value(value);
        match self.heap.get(value.handle()) {
            Object::Tuple(items) if value.kind() == Type::Tuple => {
                let items = items.to_vec();
                let samples: Option<Vec<Value>> = items.iter().map(|item| sample_of_one(self, *item)).collect();
                self.alloc_tuple(samples?).ok()
            }
            Object::Dict(dict) if value.kind() == Type::Dict => {
                let entries: Vec<(Value, Value)> = dict.items.iter().collect();
                let sample = |(key, value): &(Value, Value)| Some((*key, sample_of_one(self, *value)?));
                let samples: Option<Vec<(Value, Value)>> = entries.iter().map(sample).collect();
                self.new_dict(&samples?).ok()
            }
            _ if described.is(Kinds::TUPLE) => {
                let fields = described.fields?;
                let mut samples = Vec::with_capacity(fields.len());
                for field in &fields {
                    samples.push(self.samples(field)?.iter().cycle().nth(round).copied()?);
                }
                self.alloc_tuple(samples).ok()
            }
            _ => sample_of_one(self, value),
        }
    }

    /// Returns `true` if the fields of a `str.format` template accept the arguments of a call.
    pub(super) fn accepts_template(&mut self, template: Value, call: &Call) -> bool {
        let Object::Str(text) = self.heap.get(template.handle()) else {
            return false;
        };
        let text = text.clone();
        let Some(text) = text.as_str() else { return false };
        let mut pieces = FormatTemplate::new(text);
        let mut numbers = AutoNumber::default();
        while let Some(piece) = pieces.next_piece(&mut numbers) {
            let field = match piece {
                Ok(FormatPiece::Literal(_)) => continue,
                Ok(FormatPiece::Field(field)) => field,
                Err(_) => return false,
            };
            let value = match field.root {
                FieldRoot::Index(place) => call.args.get(place).copied(),
                FieldRoot::Name(name) => {
                    let named = call.named.iter().find(|(named, _)| named == name);
                    named.map(|(_, value)| *value)
                }
            };
            let (Some(value), None) = (value, field.accessors().next()) else {
                return false;
            };
            let described = match field.conversion {
                None => self.describe_value(value),
                Some('r' | 's' | 'a') => AbstractValue::text(),
                Some(_) => return false,
            };
            let takes = match field.spec {
                FieldSpec::Text("") => true,
                FieldSpec::Text(spec) => {
                    let spec = self.new_text(Text::new(spec));
                    self.accepts_format(&described, spec)
                }
                FieldSpec::Template(_) => false,
            };
            if !takes {
                return false;
            }
        }
        true
    }
}

impl Interpreter {
    /// Executes an f-string field that has a format specification and an unknown value.
    pub(super) fn speculate_format(&mut self, pending: PendingId) -> Result<(), Stop> {
        let (value, spec) = (self.describe_value(self.peek(1)), self.peek(0));
        if self.holds_unknown(spec) || self.unknown(spec).is_some() {
            return Err(GiveUp);
        }
        let raises = if self.accepts_format(&value, spec) {
            NOTHING
        } else {
            WRONG
        };
        self.finish_with(pending, 2, AbstractValue::text(), raises)
    }
}
