//! `str`, `print`, and the concatenation of texts.

use sift_compiler::exception::ExceptionClass;
use sift_strings::format::escaped_non_ascii;
use sift_text::{Text, TextBuilder};
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::object::Object;
use sift_values::value::{Label, Type, Value};

use crate::runtime::Runtime;

/// The maximum bytes of a text that is built in the reusable scratch buffer.
const SCRATCH: usize = 1 << 10;

/// The maximum number of characters of a 64-bit integer in decimal, including the sign.
const MOST_DIGITS: usize = 20;

impl Runtime {
    /// Returns `str(value)`. A text is returned unchanged, with its pending values.
    pub fn str_of(&mut self, value: Value) -> Outcome {
        match value.kind() {
            Type::Str => Ok(value),
            Type::Exception => self.exception_text(value),
            _ => match self.by_module([value], |operators, m| operators.text(m, value))? {
                Some(text) => self.alloc_text(text),
                None => self.repr_value(value),
            },
        }
    }

    /// Returns `repr(value)` as a value.
    pub fn repr_value(&mut self, value: Value) -> Outcome {
        if value.kind() == Type::Int {
            let mut digits = Digits::default();
            let text = Text::new(digits.format(value.raw_int()));
            self.meter.charge(1)?;
            self.reserve(text.known_bytes())?;
            return Ok(self.new_text(text));
        }
        let text = self.repr(value)?;
        self.alloc_text(text)
    }

    /// Returns `ascii(value)` as a value.
    pub fn ascii_value(&mut self, value: Value) -> Outcome {
        let text = self.repr(value)?;
        self.meter.charge_characters(text.len())?;
        self.reserve(text.len().saturating_mul(sift_strings::format::REPR_GROWTH))?;
        self.alloc_text(escaped_non_ascii(&text))
    }

    /// Prints a value on a line of its own, to echo the last expression of a program.
    pub fn print_value(&mut self, value: Value) -> Result<(), Flow> {
        let text = self.str_of(value)?;
        let newline = Text::new("\n");
        let Object::Str(text) = self.heap.get(text.handle()) else {
            return Ok(());
        };
        let line = Text::concat(text, &newline).map_err(|_| Flow::End(End::Limit(Limit::Memory)))?;
        self.meter.pay_to_read(&line)?;
        self.output.print(line);
        Ok(())
    }

    /// Concatenates texts and small integers, for example the pieces of an f-string. Pending values
    /// in them stay pending.
    pub fn concat_texts(&mut self, parts: &[Value]) -> Outcome {
        let label = parts
            .iter()
            .fold(Label::PROGRAM, |label, part| label.join(part.label()));
        if let Some(text) = self.concat_plain(parts)? {
            return Ok(text.labelled(label));
        }
        let mut bytes = 0_usize;
        let mut added = 0_usize;
        for part in parts {
            if let Object::Str(text) = self.heap.get(part.handle())
                && part.kind() == Type::Str
            {
                bytes = bytes.saturating_add(copied_bytes(text));
                added = added.saturating_add(text.added_bytes());
            }
        }
        self.meter.charge_items(parts.len())?;
        self.meter.charge_bytes(bytes)?;
        self.reserve(added.saturating_add(size_of_val(parts)))?;
        let mut builder = TextBuilder::new();
        for part in parts {
            if part.kind() == Type::Int {
                builder.push_str(Digits::default().format(part.raw_int()));
            } else if let Object::Str(text) = self.heap.get(part.handle()) {
                builder.push_text(text);
            }
        }
        let added = builder.new_bytes();
        let text = builder.finish().map_err(|_| Flow::End(End::Limit(Limit::Memory)))?;
        self.heap.grow(added);
        Ok(self.shared_text(text).labelled(label))
    }

    /// Returns the content of a short text that derives from the program alone, or `None` for other
    /// values.
    #[inline]
    fn program_str(&self, text: Value) -> Option<&str> {
        match self.heap.get(text.handle()) {
            Object::Str(text) => text.as_program_str(),
            _ => None,
        }
    }

    /// Concatenates short texts and integers that derive from the program alone. Returns `None` if
    /// any part is something else.
    pub(crate) fn concat_plain(&mut self, parts: &[Value]) -> Result<Option<Value>, Flow> {
        let mut bytes = 0_usize;
        for part in parts {
            bytes += match part.kind() {
                Type::Int => MOST_DIGITS,
                Type::Str if let Some(text) = self.program_str(*part) => text.len(),
                _ => return Ok(None),
            };
        }
        self.meter.charge_items(parts.len())?;
        self.meter.charge_bytes(bytes)?;
        self.reserve(bytes.saturating_add(size_of_val(parts)))?;
        let mut joined = std::mem::take(&mut self.scratch);
        joined.clear();
        joined.reserve(bytes);
        for part in parts {
            match part.kind() {
                Type::Int => joined.push_str(Digits::default().format(part.raw_int())),
                _ => joined.push_str(self.program_str(*part).unwrap_or_default()),
            }
        }
        if joined.len() > SCRATCH {
            return Ok(Some(self.new_text(Text::from_string(joined))));
        }
        let text = self.new_text(Text::new(&joined));
        self.scratch = joined;
        Ok(Some(text))
    }

    /// Returns `str(exception)` as a value.
    pub fn exception_text(&mut self, mut exception: Value) -> Outcome {
        // An exception with one argument is shown as that argument, which may be another such
        // exception, to any depth.
        let (class, args) = loop {
            let Object::Exception(object) = self.heap.get(exception.handle()) else {
                return self.alloc_text("");
            };
            match object.args.as_slice() {
                [inner] if object.class != ExceptionClass::KeyError && inner.kind() == Type::Exception => {
                    exception = *inner;
                }
                args => break (object.class, args.to_vec()),
            }
            self.meter.charge(1)?;
        };
        match args.as_slice() {
            [] => self.alloc_text(""),
            [key] if class == ExceptionClass::KeyError => self.repr_value(*key),
            [one] => self.str_of(*one),
            [number, message] if class.is_a(ExceptionClass::OSError) => {
                let (number, message) = (self.repr(*number)?, self.repr_or_text(*message)?);
                self.alloc_text(format!("[Errno {number}] {message}"))
            }
            _ => {
                let tuple = self.alloc_tuple(args)?;
                self.repr_value(tuple)
            }
        }
    }

    fn repr_or_text(&mut self, value: Value) -> Result<String, Flow> {
        if value.kind() == Type::Str {
            return Ok(self.text(value)?.as_str().unwrap_or_default().to_owned());
        }
        self.repr(value)
    }
}

/// A buffer for the decimal digits of a 64-bit integer.
#[derive(Default)]
struct Digits([u8; MOST_DIGITS]);

impl Digits {
    /// Writes an integer in decimal into the buffer and returns it.
    fn format(&mut self, number: i64) -> &str {
        let mut rest = number.unsigned_abs();
        let mut place = self.0.len();
        for (index, digit) in self.0.iter_mut().enumerate().rev() {
            // A digit is below ten.
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
            place = index;
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            place = place.saturating_sub(1);
            if let Some(sign) = self.0.get_mut(place) {
                *sign = b'-';
            }
        }
        self.0
            .get(place..)
            .map_or("", |digits| str::from_utf8(digits).unwrap_or_default())
    }
}

/// Returns the maximum number of bytes that are copied when a text is concatenated with others.
fn copied_bytes(text: &Text) -> usize {
    const SHARED: usize = 512;
    text.known_bytes().min(SHARED)
}
