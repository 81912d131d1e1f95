//! The JSON writer: a loop with an explicit stack of open containers.

use std::collections::HashSet;

use sift_runtime::operate::Number;
use sift_runtime::runtime::Runtime;
use sift_strings::format::{IntRef, Radix, float_repr, int_digits};
use sift_values::cost;
use sift_values::flow::Flow;
use sift_values::object::{Object, list_bytes};
use sift_values::value::{Handle, Type, Value};

/// The number of bytes written between two checks of the memory limit.
const LOOK_EVERY: usize = 1 << 16;

/// The layout of JSON output.
#[derive(Debug)]
pub(super) struct Layout {
    keys: OtherKeys,
    order: KeyOrder,
    characters: Characters,
    numbers: NotFinite,
    indent: Option<String>,
    item_separator: String,
    key_separator: String,
}

/// The treatment of dict keys that aren't str, number, bool or None.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OtherKeys {
    Refused,
    Skipped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyOrder {
    AsInserted,
    Sorted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Characters {
    Ascii,
    Any,
}

/// The treatment of NaN and infinities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NotFinite {
    Written,
    Refused,
}

impl Layout {
    /// Creates a layout from the arguments `skipkeys, ensure_ascii, allow_nan, indent, separators,
    /// sort_keys`.
    pub(super) fn read(m: &mut Runtime, given: [Value; 6]) -> Result<Self, Flow> {
        let [skipkeys, ensure_ascii, allow_nan, indent, separators, sort_keys] = given;
        let indent = match indent.kind() {
            Type::None => None,
            Type::Str => Some(m.text(indent)?.as_str().unwrap_or_default().to_owned()),
            _ => {
                let width = usize::try_from(m.int_arg(indent)?).unwrap_or(0);
                m.reserve(width)?;
                Some(" ".repeat(width))
            }
        };
        let (item_separator, key_separator) = if separators.is_none() {
            let item = if indent.is_none() { ", " } else { "," };
            (item.to_owned(), ": ".to_owned())
        } else {
            let items = m.items(separators)?;
            let [item, key] = items.as_slice() else {
                let few = items.len() < 2;
                let message = if few {
                    format!("not enough values to unpack (expected 2, got {})", items.len())
                } else {
                    "too many values to unpack (expected 2)".to_owned()
                };
                return Err(m.value_error(message));
            };
            let item = m.text_of(*item, "the item separator")?;
            let key = m.text_of(*key, "the key separator")?;
            (
                item.as_str().unwrap_or_default().to_owned(),
                key.as_str().unwrap_or_default().to_owned(),
            )
        };
        Ok(Self {
            keys: choose(m, skipkeys, OtherKeys::Skipped, OtherKeys::Refused)?,
            order: choose(m, sort_keys, KeyOrder::Sorted, KeyOrder::AsInserted)?,
            characters: choose(m, ensure_ascii, Characters::Ascii, Characters::Any)?,
            numbers: choose(m, allow_nan, NotFinite::Written, NotFinite::Refused)?,
            indent,
            item_separator,
            key_separator,
        })
    }
}

/// Returns `yes` if a program value is true, otherwise `no`.
pub(crate) fn choose<T>(m: &mut Runtime, value: Value, yes: T, no: T) -> Result<T, Flow> {
    Ok(if m.truth(value)? { yes } else { no })
}

/// The treatment of values that can't be represented in JSON.
#[derive(Debug)]
pub(super) enum Unknown {
    /// Raises an exception for a value that can't be represented in JSON.
    Refuse,
    /// Collects the values that can't be represented in JSON, and writes null instead.
    Collect(Vec<Value>),
    /// Replaces each value that can't be represented in JSON by the next value of its level. The
    /// first level contains replacements for the value itself, the second for unsupported values in
    /// those replacements, and so on.
    Replace(Vec<std::vec::IntoIter<Value>>),
}

/// A list or dict whose end hasn't been written yet.
#[derive(Debug)]
struct Open {
    container: Value,
    level: usize,
    items: Items,
    next: usize,
}

#[derive(Debug)]
enum Items {
    List(Vec<Value>),
    Dict(Vec<(Value, Value)>),
}

/// A writer of JSON values.
#[derive(Debug)]
pub(super) struct Writer {
    layout: Layout,
    unknown: Unknown,
    out: String,
    open: Vec<Open>,
    /// The containers that are being written, for the detection of circular references.
    inside: HashSet<Handle>,
    paid: usize,
    reserved: usize,
}

impl Writer {
    pub(super) fn new(layout: Layout, unknown: Unknown) -> Self {
        Self {
            layout,
            unknown,
            out: String::new(),
            open: Vec::new(),
            inside: HashSet::new(),
            paid: 0,
            reserved: 0,
        }
    }

    /// Writes several values as JSON. Returns the text, and the collected values that can't be
    /// represented in JSON.
    pub(super) fn write(mut self, m: &mut Runtime, values: &[Value]) -> Result<(String, Vec<Value>), Flow> {
        for value in values {
            self.begin_value(m, *value, 0)?;
            while !self.open.is_empty() {
                self.go_on(m)?;
            }
        }
        self.pay(m)?;
        let collected = match self.unknown {
            Unknown::Collect(collected) => collected,
            Unknown::Refuse | Unknown::Replace(_) => Vec::new(),
        };
        Ok((self.out, collected))
    }

    /// Writes the next item of the innermost open container, or the container's end.
    fn go_on(&mut self, m: &mut Runtime) -> Result<(), Flow> {
        self.pay(m)?;
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        let (index, level) = (open.next, open.level);
        open.next += 1;
        let next = match &open.items {
            Items::List(items) => items.get(index).map(|item| (None, *item)),
            Items::Dict(pairs) => pairs.get(index).map(|(key, value)| (Some(*key), *value)),
        };
        let Some((key, value)) = next else {
            let end = if matches!(open.items, Items::List(_)) { ']' } else { '}' };
            self.inside.remove(&open.container.handle());
            self.open.pop();
            if index > 0 {
                self.new_line();
            }
            self.out.push(end);
            return Ok(());
        };
        if index > 0 {
            self.out.push_str(&self.layout.item_separator);
        }
        self.new_line();
        if let Some(key) = key {
            self.write_key(m, key)?;
            self.out.push_str(&self.layout.key_separator);
        }
        self.begin_value(m, value, level)
    }

    /// Writes a JSON scalar, or opens a container.
    fn begin_value(&mut self, m: &mut Runtime, value: Value, level: usize) -> Result<(), Flow> {
        let (mut value, mut level) = (value, level);
        loop {
            match value.kind() {
                Type::Str => return self.write_text(m, value),
                Type::None | Type::Bool | Type::Int | Type::RegexFlag | Type::BigInt | Type::Float => {
                    return self.write_scalar(m, value);
                }
                Type::List | Type::Tuple => {
                    let items = m.items(value)?;
                    return self.open(m, value, level, Items::List(items));
                }
                Type::Dict => {
                    let pairs = self.entries(m, value)?;
                    return self.open(m, value, level, Items::Dict(pairs));
                }
                Type::Record => {
                    let pairs = record_entries(m, value)?;
                    return self.open(m, value, level, Items::Dict(pairs));
                }
                _ => match self.replacement(m, value, level)? {
                    Some(replaced) => (value, level) = (replaced, level + 1),
                    None => return Ok(()),
                },
            }
        }
    }

    /// Returns the replacement for a value that can't be represented in JSON, or `None` if the
    /// value was collected.
    fn replacement(&mut self, m: &mut Runtime, value: Value, level: usize) -> Result<Option<Value>, Flow> {
        m.meter.charge(1)?;
        let replaced = match &mut self.unknown {
            Unknown::Collect(collected) => {
                collected.push(value);
                self.out.push_str("null");
                return Ok(None);
            }
            Unknown::Replace(levels) => levels.get_mut(level).and_then(Iterator::next),
            Unknown::Refuse => None,
        };
        match replaced {
            Some(replaced) => Ok(Some(replaced)),
            None => {
                let message = format!("Object of type {} is not JSON serializable", m.class_name(value));
                let flow = m.type_error(message);
                Err(m.with_help(flow, "convert it first, or pass default=str"))
            }
        }
    }

    fn open(&mut self, m: &mut Runtime, container: Value, level: usize, items: Items) -> Result<(), Flow> {
        if !self.inside.insert(container.handle()) {
            return Err(m.value_error("Circular reference detected"));
        }
        let (start, empty) = match &items {
            Items::List(items) => ('[', items.is_empty()),
            Items::Dict(pairs) => ('{', pairs.is_empty()),
        };
        self.out.push(start);
        if empty {
            self.inside.remove(&container.handle());
            self.out.push(if start == '[' { ']' } else { '}' });
            return Ok(());
        }
        self.open.push(Open {
            container,
            level,
            items,
            next: 0,
        });
        Ok(())
    }

    /// Returns the entries of a dict in the order in which they are written, without skipped keys.
    fn entries(&self, m: &mut Runtime, dict: Value) -> Result<Vec<(Value, Value)>, Flow> {
        let mut pairs = m.dict_pairs(dict)?;
        m.meter.charge_items(pairs.len())?;
        if self.layout.order == KeyOrder::Sorted {
            pairs = m.sort_keyed(pairs, false)?;
        }
        if self.layout.keys == OtherKeys::Skipped {
            pairs.retain(|(key, _)| is_json_key(*key));
        }
        Ok(pairs)
    }

    fn write_key(&mut self, m: &mut Runtime, key: Value) -> Result<(), Flow> {
        if key.kind() == Type::Str {
            return self.write_text(m, key);
        }
        if !is_json_key(key) {
            let message = format!("keys must be str, int, float, bool or None, not {}", m.type_name(key));
            return Err(m.type_error(message));
        }
        self.out.push('"');
        self.write_scalar(m, key)?;
        self.out.push('"');
        Ok(())
    }

    fn write_text(&mut self, m: &mut Runtime, value: Value) -> Result<(), Flow> {
        let text = m.text(value)?;
        let text = text.as_str().unwrap_or_default();
        m.meter.charge_bytes(text.len())?;
        m.reserve(self.out.len().saturating_add(text.len()))?;
        write_string(&mut self.out, text, self.layout.characters);
        Ok(())
    }

    fn write_scalar(&mut self, m: &mut Runtime, value: Value) -> Result<(), Flow> {
        match (value.kind(), m.number(value)) {
            (Type::Bool, _) => self.out.push_str(if value.raw_int() == 0 { "false" } else { "true" }),
            (_, Some(Number::Int(int))) => self.out.push_str(&int.to_string()),
            (_, Some(Number::Big(big))) => match int_digits(IntRef::Big(&big), Radix::Decimal) {
                Ok(digits) => {
                    if big.sign() == num_bigint::Sign::Minus {
                        self.out.push('-');
                    }
                    self.out.push_str(&digits);
                }
                Err(error) => return Err(m.value_error(error.to_string())),
            },
            (_, Some(Number::Float(float))) => {
                if !float.is_finite() && self.layout.numbers == NotFinite::Refused {
                    return Err(m.value_error("Out of range float values are not JSON compliant"));
                }
                match float {
                    _ if float.is_nan() => self.out.push_str("NaN"),
                    f64::INFINITY => self.out.push_str("Infinity"),
                    f64::NEG_INFINITY => self.out.push_str("-Infinity"),
                    _ => self.out.push_str(&float_repr(float)),
                }
            }
            (_, None) => self.out.push_str("null"),
        }
        Ok(())
    }

    /// Starts a new line with indentation, if the output is indented.
    fn new_line(&mut self) {
        if let Some(indent) = &self.layout.indent {
            self.out.push('\n');
            for _ in 0..self.open.len() {
                self.out.push_str(indent);
            }
        }
    }

    /// Charges fuel for the JSON text written so far, and checks the memory limit.
    fn pay(&mut self, m: &mut Runtime) -> Result<(), Flow> {
        if let Unknown::Collect(_) = self.unknown {
            // Only the collected values are needed.
            self.out.clear();
            self.paid = 0;
        }
        m.meter.charge(cost::JSON_VALUE)?;
        m.meter.charge_bytes(self.out.len().saturating_sub(self.paid))?;
        self.paid = self.out.len();
        let held = self
            .out
            .len()
            .saturating_add(list_bytes(self.open.len().saturating_mul(4)));
        if held > self.reserved.saturating_add(LOOK_EVERY) {
            self.reserved = held;
            m.reserve(held)?;
        }
        Ok(())
    }
}

const fn is_json_key(key: Value) -> bool {
    matches!(
        key.kind(),
        Type::Str | Type::Int | Type::BigInt | Type::Float | Type::Bool | Type::None
    )
}

fn record_entries(m: &mut Runtime, record: Value) -> Result<Vec<(Value, Value)>, Flow> {
    let Object::Record(object) = m.heap.get(record.handle()) else {
        return Ok(Vec::new());
    };
    let (names, values) = (object.names.clone(), object.values.clone());
    let mut pairs = Vec::with_capacity(values.len());
    for (name, value) in names.iter().zip(values) {
        pairs.push((m.alloc_text(name.as_str())?, value));
    }
    Ok(pairs)
}

/// Writes a JSON string in quotes, with escapes.
fn write_string(out: &mut String, text: &str, characters: Characters) {
    use std::fmt::Write as _;
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{c}' => out.push_str("\\f"),
            '\u{8}' => out.push_str("\\b"),
            ' '..='~' => out.push(char),
            _ if char >= ' ' && characters == Characters::Any => out.push(char),
            _ => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    // Writing to a String can't fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}
