//! The JSON reader: a loop over the text, with an explicit stack of open containers.

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::memchr2;
use sift_runtime::operate::MAX_NUMBER_BYTES;
use sift_runtime::runtime::Runtime;
use sift_strings::format::parse_int;
use sift_text::Text;
use sift_values::cost;
use sift_values::flow::Flow;
use sift_values::meter::WINDOW_BYTES;
use sift_values::object::Object;
use sift_values::value::{Label, Type, Value};

/// The nominal bytes that the reader counts for each open container.
const OPEN: usize = 64;
/// The nominal bytes that the reader counts for each pending item in an open container.
const WAITING: usize = 16;
/// The number of nominal bytes of pending items between two checks of the memory limit.
const LOOK_EVERY: usize = 1 << 16;
/// The maximum number of different dict keys that are each stored as a single value.
const SHARED_KEYS: usize = 1_024;

/// The reason why a JSON text couldn't be read.
#[derive(Debug)]
pub(super) enum Fault {
    Flow(Flow),
    /// The text is invalid JSON from this byte offset on.
    Syntax {
        message: Cow<'static, str>,
        byte: usize,
    },
}

impl From<Flow> for Fault {
    fn from(flow: Flow) -> Self {
        Self::Flow(flow)
    }
}

fn syntax(message: &'static str, byte: usize) -> Fault {
    Fault::Syntax {
        message: message.into(),
        byte,
    }
}

/// The options of the JSON reader.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reading {
    /// Whether strings may contain control characters.
    pub(super) lenient: bool,
    /// The conversions that functions of the program perform. The reader leaves them to the
    /// prelude.
    pub(super) by_program: ProgramHooks,
}

/// The kinds of JSON values that functions of the program convert.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ProgramHooks {
    pub(super) floats: bool,
    pub(super) ints: bool,
    pub(super) constants: bool,
}

/// An instruction on a tape, which tells the prelude what to do with the value after it. The
/// prelude uses the same numbers.
#[derive(Debug, Clone, Copy)]
enum Said {
    Value = 0,
    Float = 1,
    Int = 2,
    Constant = 3,
    /// Collects the last values in a list. The operand is the number of values.
    List = 4,
    /// Collects the last pairs of values in a dict. The operand is the number of pairs.
    Dict = 5,
}

/// A list or dict whose end hasn't been read yet.
#[derive(Debug)]
enum Open {
    List(Vec<Value>),
    Dict { pairs: Vec<(Value, Value)>, key: Value },
}

/// A reader of JSON values from a contiguous text.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    text: &'t Text,
    source: &'t str,
    label: Label,
    at: usize,
    open: Vec<Open>,
    reading: Reading,
    /// A recording of the values read, in the order in which they end. Used instead of lists and
    /// dicts if functions of the program convert values.
    tape: Option<Vec<Value>>,
    keys: HashMap<&'t str, Value>,
    /// The nominal bytes of pending items in open containers.
    waiting: usize,
    /// The value of `waiting` at the last check of the memory limit.
    looked_at: usize,
}

impl<'t> Reader<'t> {
    /// Creates a reader for a contiguous text, starting at a byte offset.
    pub(super) fn new(text: &'t Text, label: Label, at: usize) -> Self {
        Self {
            text,
            source: text.as_str().unwrap_or_default(),
            label,
            at,
            open: Vec::new(),
            reading: Reading::default(),
            tape: None,
            keys: HashMap::new(),
            waiting: 0,
            looked_at: 0,
        }
    }

    /// Sets the options of the reader.
    pub(super) const fn with(mut self, reading: Reading) -> Self {
        self.reading = reading;
        self
    }

    /// Switches the reader to recording values on a tape instead of creating lists and dicts.
    pub(super) fn on_tape(mut self) -> Self {
        self.tape = Some(Vec::new());
        self
    }

    /// Takes the tape that the reader has recorded.
    pub(super) fn take_tape(&mut self) -> Vec<Value> {
        self.tape.take().unwrap_or_default()
    }

    fn write_down(&mut self, m: &mut Runtime, said: Said, value: Value) -> Result<(), Fault> {
        if let Some(tape) = &mut self.tape {
            tape.extend([Value::int(said as i64), value]);
            self.count_pending(m, 2 * WAITING)?;
        }
        Ok(())
    }

    /// Returns the byte offset up to which the text has been read.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Reads a value that takes up the rest of the text, except for whitespace.
    pub(super) fn read_rest(&mut self, m: &mut Runtime) -> Result<Value, Fault> {
        self.skip_space(m)?;
        let value = self.read_one(m)?;
        self.skip_space(m)?;
        if self.at < self.source.len() {
            return Err(syntax("Extra data", self.at));
        }
        Ok(value)
    }

    /// Reads one JSON value at the current position. Text may follow it.
    pub(super) fn read_one(&mut self, m: &mut Runtime) -> Result<Value, Fault> {
        loop {
            if let Some(value) = self.begin_value(m)?
                && let Some(value) = self.end_values(m, value)?
            {
                return Ok(value);
            }
        }
    }

    /// Reads a JSON scalar or an empty container, or opens a container. Returns `None` if it opened
    /// a container.
    fn begin_value(&mut self, m: &mut Runtime) -> Result<Option<Value>, Fault> {
        m.meter.charge(cost::JSON_VALUE)?;
        let value = match self.peek() {
            Some(b'{') => {
                self.at += 1;
                self.skip_space(m)?;
                if self.peek() != Some(b'}') {
                    let key = self.key(m)?;
                    let pairs = Vec::new();
                    self.open(m, Open::Dict { pairs, key })?;
                    return Ok(None);
                }
                self.at += 1;
                m.new_dict(&[])?
            }
            Some(b'[') => {
                self.at += 1;
                self.skip_space(m)?;
                if self.peek() != Some(b']') {
                    self.open(m, Open::List(Vec::new()))?;
                    return Ok(None);
                }
                self.at += 1;
                m.alloc_list(Vec::new())?
            }
            Some(b'"') => self.string(m)?,
            _ => return self.scalar(m).map(Some),
        };
        let value = value.labelled(self.label);
        self.write_down_whole(m, value)?;
        Ok(Some(value))
    }

    /// Records a complete value, such as a scalar or an empty list, on the tape.
    fn write_down_whole(&mut self, m: &mut Runtime, value: Value) -> Result<(), Fault> {
        match value.kind() {
            Type::List => self.write_down(m, Said::List, Value::int(0)),
            Type::Dict => self.write_down(m, Said::Dict, Value::int(0)),
            _ => self.write_down(m, Said::Value, value),
        }
    }

    /// Adds a value to the innermost open container, and closes all containers that end after the
    /// value. Returns the outermost value when it is complete.
    fn end_values(&mut self, m: &mut Runtime, mut value: Value) -> Result<Option<Value>, Fault> {
        loop {
            let Some(open) = self.open.last_mut() else {
                return Ok(Some(value));
            };
            let end = match open {
                Open::List(items) => {
                    items.push(value);
                    b']'
                }
                Open::Dict { pairs, key } => {
                    pairs.push((*key, value));
                    b'}'
                }
            };
            self.count_pending(m, WAITING)?;
            self.skip_space(m)?;
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.skip_space(m)?;
                    if end == b'}' {
                        let next = self.key(m)?;
                        if let Some(Open::Dict { key, .. }) = self.open.last_mut() {
                            *key = next;
                        }
                    }
                    return Ok(None);
                }
                Some(byte) if byte == end => {
                    self.at += 1;
                    value = self.close(m)?.labelled(self.label);
                }
                _ => return Err(syntax("Expecting ',' delimiter", self.at)),
            }
        }
    }

    fn open(&mut self, m: &mut Runtime, open: Open) -> Result<(), Fault> {
        self.open.push(open);
        self.count_pending(m, OPEN)
    }

    fn close(&mut self, m: &mut Runtime) -> Result<Value, Fault> {
        let (value, items) = match self.open.pop() {
            Some(Open::Dict { pairs, .. }) if self.tape.is_some() => {
                self.write_down(m, Said::Dict, Value::length(pairs.len()))?;
                (Value::NONE, pairs.len())
            }
            Some(Open::List(items)) if self.tape.is_some() => {
                self.write_down(m, Said::List, Value::length(items.len()))?;
                (Value::NONE, items.len())
            }
            Some(Open::Dict { pairs, .. }) => {
                m.meter.charge_items(pairs.len().saturating_mul(cost::JSON_ENTRY))?;
                (m.new_dict(&pairs)?, pairs.len())
            }
            Some(Open::List(items)) => {
                let count = items.len();
                (m.alloc_list(items)?, count)
            }
            None => (Value::NONE, 0),
        };
        self.waiting = self.waiting.saturating_sub(OPEN + items.saturating_mul(WAITING));
        self.looked_at = self.looked_at.min(self.waiting);
        Ok(value)
    }

    /// Counts `bytes` more of pending items, and checks the memory limit from time to time.
    fn count_pending(&mut self, m: &mut Runtime, bytes: usize) -> Result<(), Fault> {
        self.waiting = self.waiting.saturating_add(bytes);
        if self.waiting > self.looked_at.saturating_add(LOOK_EVERY) {
            self.looked_at = self.waiting;
            m.reserve(self.waiting)?;
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self, m: &Runtime) -> Result<(), Flow> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
            if self.at.is_multiple_of(WINDOW_BYTES) {
                m.meter.look()?;
            }
        }
        Ok(())
    }

    /// Reads the key of a dict entry and the colon after it.
    fn key(&mut self, m: &mut Runtime) -> Result<Value, Fault> {
        if self.peek() != Some(b'"') {
            return Err(syntax("Expecting property name enclosed in double quotes", self.at));
        }
        let start = self.at + 1;
        let key = match self.plain_end(start) {
            Some(end) => {
                let source = self.source;
                let shown = source.get(start..end).unwrap_or_default();
                match self.keys.get(shown) {
                    Some(key) => {
                        self.at = end + 1;
                        *key
                    }
                    None => {
                        let key = self.string(m)?.labelled(self.label);
                        if self.keys.len() < SHARED_KEYS {
                            self.keys.insert(shown, key);
                        }
                        key
                    }
                }
            }
            None => self.string(m)?.labelled(self.label),
        };
        self.write_down(m, Said::Value, key)?;
        self.skip_space(m)?;
        if self.peek() != Some(b':') {
            return Err(syntax("Expecting ':' delimiter", self.at));
        }
        self.at += 1;
        self.skip_space(m)?;
        Ok(key)
    }

    /// Returns the end of a string, or `None` if the string contains an escape or an invalid
    /// control character.
    fn plain_end(&self, start: usize) -> Option<usize> {
        let rest = self.source.as_bytes().get(start..)?;
        let end = memchr2(b'"', b'\\', rest)?;
        let inside = rest.get(..end)?;
        let plain = self.reading.lenient || inside.iter().all(|byte| *byte >= b' ');
        (rest.get(end) == Some(&b'"') && plain).then_some(start + end)
    }

    /// Reads a JSON string. The result is a slice of the text if the string contains no escapes.
    fn string(&mut self, m: &mut Runtime) -> Result<Value, Fault> {
        let start = self.at + 1;
        if let Some(end) = self.plain_end(start) {
            self.at = end + 1;
            let piece = self.text.settled().ok().and_then(|text| text.slice_bytes(start..end));
            return Ok(m.alloc(Type::Str, Object::Str(piece.unwrap_or_default()))?);
        }
        let string = self.escaped_string()?;
        m.meter.charge_bytes(string.len())?;
        Ok(m.alloc_text(string)?)
    }

    fn escaped_string(&mut self) -> Result<String, Fault> {
        let begin = self.at;
        let bytes = self.source.as_bytes();
        let unterminated = || syntax("Unterminated string starting at", begin);
        let mut out = String::new();
        let mut at = begin + 1;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
            let end = at + plain.ok_or_else(unterminated)?;
            out.push_str(self.source.get(at..end).unwrap_or_default());
            match bytes.get(end) {
                Some(b'"') => {
                    self.at = end + 1;
                    return Ok(out);
                }
                Some(b'\\') => at = self.escape(end + 1, &mut out, begin)?,
                Some(byte) if self.reading.lenient => {
                    out.push(char::from(*byte));
                    at = end + 1;
                }
                _ => return Err(syntax("Invalid control character at", end)),
            }
        }
    }

    /// Reads an escape sequence of a string, after the backslash. Returns the byte offset after the
    /// escape.
    fn escape(&self, at: usize, out: &mut String, begin: usize) -> Result<usize, Fault> {
        let Some(byte) = self.source.as_bytes().get(at) else {
            return Err(syntax("Unterminated string starting at", begin));
        };
        out.push(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(at, out),
            _ => return Err(syntax("Invalid \\escape", at - 1)),
        });
        Ok(at + 1)
    }

    /// Reads the Unicode escape `uXXXX` and a second one if both form a surrogate pair. A lone
    /// surrogate, which texts can't contain, becomes U+FFFD.
    fn code_point(&self, at: usize, out: &mut String) -> Result<usize, Fault> {
        let digits = |at: usize| -> Option<u32> {
            let digits = self.source.get(at..at + 4)?;
            let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            u32::from_str_radix(digits, 16).ok().filter(|_| hex)
        };
        // CPython requires a character after the digits, because a string ends with a quote.
        let invalid = || syntax("Invalid \\uXXXX escape", at);
        let code = digits(at + 1)
            .filter(|_| at + 5 < self.source.len())
            .ok_or_else(invalid)?;
        let mut end = at + 5;
        let mut char = char::from_u32(code);
        if (0xD800..0xDC00).contains(&code)
            && self.source.get(end..end + 2) == Some("\\u")
            && end + 6 < self.source.len()
        {
            let low = digits(end + 2).ok_or_else(|| syntax("Invalid \\uXXXX escape", end + 1))?;
            if (0xDC00..0xE000).contains(&low) {
                char = char::from_u32(0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00));
                end += 6;
            }
        }
        out.push(char.unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(end)
    }

    /// Reads a JSON number or a constant such as `true`.
    fn scalar(&mut self, m: &mut Runtime) -> Result<Value, Fault> {
        const CONSTANTS: [(&str, Value); 6] = [
            ("null", Value::NONE),
            ("true", Value::TRUE),
            ("false", Value::FALSE),
            ("NaN", Value::float(f64::NAN)),
            ("Infinity", Value::float(f64::INFINITY)),
            ("-Infinity", Value::float(f64::NEG_INFINITY)),
        ];
        let rest = self.source.get(self.at..).unwrap_or_default();
        for (name, value) in CONSTANTS {
            if rest.starts_with(name) {
                self.at += name.len();
                let value = value.labelled(self.label);
                if self.reading.by_program.constants && value.kind() == Type::Float {
                    let name = m.alloc_text(name)?;
                    self.write_down(m, Said::Constant, name)?;
                } else {
                    self.write_down(m, Said::Value, value)?;
                }
                return Ok(value);
            }
        }
        let start = rest.as_bytes().get(..MAX_NUMBER_BYTES).unwrap_or(rest.as_bytes());
        let (len, is_float) = number_len(start).ok_or_else(|| syntax("Expecting value", self.at))?;
        if len == start.len() && len < rest.len() {
            return Err(Fault::Flow(m.number_too_long()));
        }
        let digits = rest.get(..len).unwrap_or_default();
        self.at += len;
        m.meter.charge_items(len / 16)?;
        let by_program = self.reading.by_program;
        if if is_float { by_program.floats } else { by_program.ints } {
            let digits = m.alloc_text(digits)?.labelled(self.label);
            self.write_down(m, if is_float { Said::Float } else { Said::Int }, digits)?;
            return Ok(digits);
        }
        let value = if is_float {
            Value::float(digits.parse().unwrap_or(f64::NAN))
        } else if let Ok(small) = digits.parse() {
            Value::int(small)
        } else {
            match parse_int(digits, 10) {
                Ok(big) => m.new_int(big)?,
                Err(error) => return Err(Fault::Flow(m.value_error(error.to_string()))),
            }
        };
        let value = value.labelled(self.label);
        self.write_down(m, Said::Value, value)?;
        Ok(value)
    }
}

/// Returns the length of the number at the start of a text, and whether it is a float. The number
/// is the longest prefix in JSON's syntax, as in CPython.
fn number_len(bytes: &[u8]) -> Option<(usize, bool)> {
    let digits_from = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let start = usize::from(bytes.first() == Some(&b'-'));
    let whole = match bytes.get(start) {
        Some(b'0') => 1,
        _ => digits_from(start),
    };
    if whole == 0 {
        return None;
    }
    let mut end = start + whole;
    let mut is_float = false;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits_from(end + 1);
        if fraction > 0 {
            end += 1 + fraction;
            is_float = true;
        }
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits_from(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
            is_float = true;
        }
    }
    Some((end, is_float))
}

#[cfg(test)]
mod tests {
    use super::number_len;

    #[test]
    fn number_length_follows_the_json_grammar() {
        let cases = [
            ("0", Some((1, false))),
            ("01", Some((1, false))),
            ("-12,", Some((3, false))),
            ("1.", Some((1, false))),
            ("1.5e", Some((3, true))),
            ("1e+3]", Some((4, true))),
            ("1e+", Some((1, false))),
            ("-", None),
            ("+1", None),
            (".5", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(number_len(text.as_bytes()), expected, "{text}");
        }
    }
}
