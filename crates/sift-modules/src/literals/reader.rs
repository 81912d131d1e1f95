//! The reader of Python literals: a loop over the text, with an explicit stack of open brackets.

use std::borrow::Cow;

use sift_runtime::operate::MAX_NUMBER_BYTES;
use sift_runtime::runtime::Runtime;
use sift_strings::format::{parse_float, parse_int};
use sift_text::Text;
use sift_values::cost;
use sift_values::flow::Flow;
use sift_values::meter::WINDOW_BYTES;
use sift_values::object::Object;
use sift_values::value::{Label, Type, Value};

use super::string::StringToken;

/// The nominal bytes that the reader counts for each open bracket.
const OPEN: usize = 128;
/// The nominal bytes that the reader counts for each pending item in an open bracket.
const WAITING: usize = 32;
/// The number of nominal bytes of pending items between two checks of the memory limit.
const LOOK_EVERY: usize = 1 << 16;
/// The maximum nesting depth of brackets, the same as in CPython's tokenizer.
const MAX_OPEN: usize = 200;

/// The reason why a text couldn't be read as a literal.
#[derive(Debug)]
pub(super) enum Fault {
    Flow(Flow),
    /// The text has a syntax error at this byte offset.
    Syntax {
        message: Cow<'static, str>,
        byte: usize,
    },
    /// The text contains an expression that isn't a literal, at this byte offset.
    NoLiteral {
        byte: usize,
    },
}

impl From<Flow> for Fault {
    fn from(flow: Flow) -> Self {
        Self::Flow(flow)
    }
}

pub(super) fn syntax(message: impl Into<Cow<'static, str>>, byte: usize) -> Fault {
    Fault::Syntax {
        message: message.into(),
        byte,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    /// No bracket: the level of the whole text, where commas also create a tuple.
    Whole,
    Round,
    Square,
    Curly,
}

/// A bracket whose end hasn't been read yet.
#[derive(Debug)]
struct Open {
    bracket: Bracket,
    items: Vec<Value>,
    pairs: Vec<(Value, Value)>,
    /// The dict key whose value is read next, if any.
    key: Option<Value>,
    commas: bool,
}

impl Open {
    const fn new(bracket: Bracket) -> Self {
        Self {
            bracket,
            items: Vec::new(),
            pairs: Vec::new(),
            key: None,
            commas: false,
        }
    }

    const fn is_empty(&self) -> bool {
        self.items.is_empty() && self.pairs.is_empty()
    }
}

/// A reader of a Python literal in a contiguous text.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    text: &'t Text,
    source: &'t str,
    label: Label,
    at: usize,
    open: Vec<Open>,
    waiting: usize,
    looked_at: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t Text, label: Label) -> Self {
        let source = text.as_str().unwrap_or_default();
        Self {
            text,
            source,
            label,
            at: 0,
            open: vec![Open::new(Bracket::Whole)],
            waiting: 0,
            looked_at: 0,
        }
    }

    /// Reads the whole text as one literal.
    pub(super) fn read(mut self, m: &mut Runtime) -> Result<Value, Fault> {
        loop {
            self.skip_space(m)?;
            let Some(value) = self.begin(m)? else { continue };
            if let Some(value) = self.end(m, value)? {
                return Ok(value);
            }
        }
    }

    const fn no_literal(&self) -> Fault {
        Fault::NoLiteral { byte: self.at }
    }

    /// Reads a scalar or an empty bracket, or opens a bracket. Returns `None` if it opened a
    /// bracket.
    fn begin(&mut self, m: &mut Runtime) -> Result<Option<Value>, Fault> {
        m.meter.charge(cost::LITERAL_VALUE)?;
        let bracket = match self.peek() {
            Some(b'(') => Bracket::Round,
            Some(b'[') => Bracket::Square,
            Some(b'{') => Bracket::Curly,
            _ => return self.scalar(m).map(Some),
        };
        if self.open.len() > MAX_OPEN {
            return Err(syntax("too many nested parentheses", self.at));
        }
        self.at += 1;
        self.open.push(Open::new(bracket));
        self.count_pending(m, OPEN)?;
        self.skip_space(m)?;
        if self.closes() {
            return self.close(m).map(Some);
        }
        Ok(None)
    }

    /// Adds a value to the innermost open bracket, and closes all brackets that end after the
    /// value. Returns the value of the whole text when it is complete.
    fn end(&mut self, m: &mut Runtime, mut value: Value) -> Result<Option<Value>, Fault> {
        loop {
            value = value.labelled(self.label);
            self.count_pending(m, WAITING)?;
            self.skip_space(m)?;
            if self.peek() == Some(b':') && self.takes_key() {
                self.at += 1;
                if let Some(open) = self.open.last_mut() {
                    open.key = Some(value);
                }
                return Ok(None);
            }
            self.put(value)?;
            if self.peek() == Some(b',') {
                self.at += 1;
                if let Some(open) = self.open.last_mut() {
                    open.commas = true;
                }
                self.skip_space(m)?;
                if !self.closes() {
                    return Ok(None);
                }
            } else if !self.closes() {
                return Err(self.no_literal());
            }
            let is_whole = self.open.len() == 1;
            value = self.close(m)?;
            if is_whole {
                return Ok(Some(value.labelled(self.label)));
            }
        }
    }

    fn takes_key(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| open.bracket == Bracket::Curly && open.items.is_empty() && open.key.is_none())
    }

    fn put(&mut self, value: Value) -> Result<(), Fault> {
        let fault = self.no_literal();
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        match open.key.take() {
            Some(key) => open.pairs.push((key, value)),
            None if open.pairs.is_empty() => open.items.push(value),
            None => return Err(fault),
        }
        Ok(())
    }

    /// Returns `true` if the innermost bracket, or the text, ends at the current position.
    fn closes(&self) -> bool {
        match self.open.last().map(|open| open.bracket) {
            Some(Bracket::Round) => self.peek() == Some(b')'),
            Some(Bracket::Square) => self.peek() == Some(b']'),
            Some(Bracket::Curly) => self.peek() == Some(b'}'),
            Some(Bracket::Whole) | None => self.rest().trim_start_matches(['\n', '\r']).is_empty(),
        }
    }

    /// Closes the innermost bracket, whose end is next, and returns its value.
    fn close(&mut self, m: &mut Runtime) -> Result<Value, Fault> {
        let Some(open) = self.open.pop() else {
            return Ok(Value::NONE);
        };
        self.at += usize::from(open.bracket != Bracket::Whole);
        let items = open.items.len() + 2 * open.pairs.len();
        self.waiting = self.waiting.saturating_sub(OPEN + items * WAITING);
        self.looked_at = self.looked_at.min(self.waiting);
        m.meter.charge_items(items)?;
        Ok(match (open.bracket, open.items.as_slice()) {
            (Bracket::Round | Bracket::Whole, [only]) if !open.commas => *only,
            (Bracket::Round | Bracket::Whole, _) => m.alloc_tuple(open.items)?,
            (Bracket::Square, _) => m.alloc_list(open.items)?,
            (Bracket::Curly, []) => m.new_dict(&open.pairs)?,
            (Bracket::Curly, items) => m.new_set(items)?,
        })
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

    fn rest(&self) -> &'t str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    /// Skips spaces and comments, and line ends within brackets.
    fn skip_space(&mut self, m: &Runtime) -> Result<(), Flow> {
        let inside = self.open.len() > 1 || self.open.last().is_some_and(Open::is_empty);
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\x0c') => self.at += 1,
                Some(b'\n' | b'\r') if inside => self.at += 1,
                Some(b'#') => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ => return Ok(()),
            }
            if self.at.is_multiple_of(WINDOW_BYTES) {
                m.meter.look()?;
            }
        }
    }

    fn scalar(&mut self, m: &mut Runtime) -> Result<Value, Fault> {
        const NAMES: [(&str, Value); 4] = [
            ("None", Value::NONE),
            ("True", Value::TRUE),
            ("False", Value::FALSE),
            ("...", Value::ELLIPSIS),
        ];
        // An indented line after an empty one is a specific error.
        if self.open.len() == 1 && self.source.get(..self.at).is_some_and(is_indented) {
            return Err(self.no_literal());
        }
        let rest = self.rest();
        for (name, value) in NAMES {
            if let Some(after) = rest.strip_prefix(name)
                && !after.starts_with(is_name_char)
            {
                self.at += name.len();
                return Ok(value);
            }
        }
        if let Some(after) = rest.strip_prefix("set()") {
            self.at = self.source.len() - after.len();
            return Ok(m.new_set(&[])?);
        }
        match rest.bytes().next() {
            Some(b'0'..=b'9' | b'.' | b'+' | b'-') => self.number(m),
            Some(_) => self.string(m),
            None => Err(self.no_literal()),
        }
    }

    fn number(&mut self, m: &mut Runtime) -> Result<Value, Fault> {
        let source = self.rest();
        let rest = source
            .get(..source.floor_char_boundary(MAX_NUMBER_BYTES))
            .unwrap_or_default();
        let unsigned = rest.strip_prefix(['-', '+']).unwrap_or(rest);
        let digits = number_token(unsigned.trim_start_matches([' ', '\t']));
        m.meter.charge_items(digits.len() / 16)?;
        let fault = self.no_literal();
        let end = digits.as_ptr().addr() - self.source.as_ptr().addr() + digits.len();
        if end - self.at == rest.len() && rest.len() < source.len() {
            return Err(Fault::Flow(m.number_too_long()));
        }
        let lower = digits.to_ascii_lowercase();
        let negative = rest.starts_with('-');
        let has_base = ["0x", "0o", "0b"].iter().any(|base| lower.starts_with(base));
        let value = if !has_base && lower.contains(['.', 'e']) {
            let value = parse_float(digits).map_err(|_| fault)?;
            Value::float(if negative { -value } else { value })
        } else {
            if !digits.starts_with(|first: char| first.is_ascii_digit()) {
                return Err(fault);
            }
            // Leading zeros are only valid in zero itself.
            if !has_base && digits.starts_with('0') && digits.contains(|c: char| matches!(c, '1'..='9')) {
                let message =
                    "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
                return Err(syntax(message, self.at));
            }
            let value = parse_int(digits, if has_base { 0 } else { 10 }).map_err(|error| match error {
                sift_strings::format::NumberError::TooManyDigitsToRead { .. } => syntax(
                    format!(
                        "{error} - Consider hexadecimal for huge integer literals to avoid decimal conversion limits."
                    ),
                    self.at,
                ),
                _ => fault,
            })?;
            m.new_int(if negative { -value } else { value })?
        };
        self.at = end;
        Ok(value)
    }

    /// Reads a string literal and joins it with the string literals that follow it.
    fn string(&mut self, m: &mut Runtime) -> Result<Value, Fault> {
        let first = self.string_token()?;
        let mut joined: Option<String> = None;
        loop {
            let before = self.at;
            self.skip_space(m)?;
            if !self.rest().starts_with(['\'', '"', 'r', 'R', 'u', 'U']) {
                self.at = before;
                break;
            }
            let next = self.string_token()?;
            let mut text = match joined.take() {
                Some(text) => text,
                None => first.decoded()?.into_owned(),
            };
            m.meter.charge(cost::LITERAL_VALUE)?;
            m.meter.charge_bytes(next.inside.len())?;
            text.push_str(&next.decoded()?);
            joined = Some(text);
        }
        m.meter.charge_bytes(first.inside.len())?;
        let text = match joined {
            Some(joined) => joined,
            None => match first.decoded()? {
                Cow::Borrowed(plain) => {
                    let start = plain.as_ptr().addr() - self.source.as_ptr().addr();
                    let range = start..start + plain.len();
                    let piece = self.text.settled().ok().and_then(|text| text.slice_bytes(range));
                    return Ok(m.alloc(Type::Str, Object::Str(piece.unwrap_or_default()))?);
                }
                Cow::Owned(text) => text,
            },
        };
        Ok(m.alloc_text(text)?)
    }

    fn string_token(&mut self) -> Result<StringToken<'t>, Fault> {
        let (token, end) = StringToken::read(self.source, self.at).ok_or_else(|| self.no_literal())?;
        self.at = end;
        Ok(token)
    }
}

/// Returns `true` if the last line of a text is blank and isn't the first one.
fn is_indented(before: &str) -> bool {
    before
        .rsplit_once('\n')
        .is_some_and(|(_, line)| !line.is_empty() && line.trim_matches([' ', '\t']).is_empty())
}

fn is_name_char(char: char) -> bool {
    char == '_' || char.is_alphanumeric()
}

/// Returns the prefix of a text that looks like a number: letters, digits, decimal points, and the
/// sign of an exponent.
fn number_token(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_hex = matches!(bytes, [b'0', b'x' | b'X', ..]);
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let exponent = end > 0 && !is_hex && matches!(bytes.get(end - 1), Some(b'e' | b'E'));
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'.' => end += 1,
            b'+' | b'-' if exponent => end += 1,
            _ => break,
        }
    }
    text.get(..end).unwrap_or_default()
}
