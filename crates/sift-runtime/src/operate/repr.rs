//! `str`, `repr` and `print` of values, with a stack of tasks instead of recursion.

use sift_strings::format::{IntRef, Radix, float_repr, int_digits, push_repr_part, quote_around};
use sift_values::classes::Registry;
use sift_values::cost;
use sift_values::flow::Flow;
use sift_values::object::{DictKind, Object};
use sift_values::value::{Type, Value};
use sift_values::windows::windows;
use smol_str::SmolStr;

use crate::operate::UNION;
use crate::runtime::Runtime;
use sift_values::pending_calls::UNKNOWN;

/// A pending step in writing a repr. Tasks are on a stack, and the last one is done first.
enum Task {
    /// Writes the repr of a value.
    Repr(Value),
    Text(&'static str),
    Owned(String),
    /// Writes the items of a list or tuple, starting at an index.
    Items(Value, usize),
    /// Marks the end of the innermost open container.
    Close,
}

impl Runtime {
    /// Returns `repr(value)` as a Rust string.
    ///
    /// # Errors
    /// [`Flow::Wait`] for a reply that the value contains; [`Flow::End`] if the result does not fit
    /// into memory.
    pub fn repr(&mut self, value: Value) -> Result<String, Flow> {
        let mut out = String::new();
        let mut open: Vec<Value> = Vec::new();
        let mut tasks: Vec<Task> = Vec::new();
        self.meter.charge(1)?;
        self.write_repr(value, &mut out, &mut open, &mut tasks)?;
        while let Some(task) = tasks.pop() {
            let before = out.len();
            match task {
                Task::Text(text) => out.push_str(text),
                Task::Owned(text) => out.push_str(&text),
                Task::Close => {
                    open.pop();
                }
                Task::Repr(value) => self.write_repr(value, &mut out, &mut open, &mut tasks)?,
                Task::Items(sequence, at) => {
                    // Items are pushed one at a time, which takes less memory.
                    if let Some(item) = self.sequence_item(sequence, at) {
                        tasks.push(Task::Items(sequence, at + 1));
                        tasks.push(Task::Repr(item));
                        if at > 0 {
                            tasks.push(Task::Text(", "));
                        }
                    }
                    continue;
                }
            }
            self.meter.charge_bytes((out.len() - before).saturating_add(16))?;
            // Tasks and text are memory too.
            if out.len() / 65_536 != before / 65_536 || tasks.len() > 65_536 {
                self.reserve(out.len().saturating_add(tasks.len().saturating_mul(32)))?;
            }
        }
        Ok(out)
    }

    fn write_repr(
        &mut self,
        value: Value,
        out: &mut String,
        open: &mut Vec<Value>,
        tasks: &mut Vec<Task>,
    ) -> Result<(), Flow> {
        match value.kind() {
            Type::Unbound => out.push_str("<unbound>"),
            Type::None => out.push_str("None"),
            Type::Ellipsis => out.push_str("Ellipsis"),
            Type::Bool => out.push_str(if value.raw_int() != 0 { "True" } else { "False" }),
            Type::Int => out.push_str(&value.raw_int().to_string()),
            Type::Float => out.push_str(&float_repr(value.raw_float())),
            Type::BigInt => self.write_big(value, out)?,
            Type::Str => {
                let text = self.text(value)?;
                let text = text.as_str().unwrap_or_default();
                self.meter.charge_characters(text.len())?;
                self.reserve(text.len().saturating_mul(sift_strings::format::REPR_GROWTH))?;
                let quote = quote_around(text);
                out.reserve(text.len() + 2);
                out.push(quote);
                for window in windows(text) {
                    self.meter.look()?;
                    push_repr_part(out, text.get(window).unwrap_or_default(), quote);
                }
                out.push(quote);
            }
            Type::Native => {
                let row = self.library.row(value.index());
                out.push_str(&match row.method_types() {
                    Some(_) => format!("<method '{}' of '{}' objects>", row.name, row.class_name()),
                    None => format!("<built-in function {}>", row.name),
                });
            }
            Type::Provided => {
                let name = Registry::get()
                    .definition(value)
                    .map_or("", |definition| definition.shown);
                out.push_str(&format!("<function {name}>"));
            }
            Type::Tool => {
                let name = self.tools.name(value);
                out.push_str(&format!("<function {name}>"));
            }
            Type::Class => out.push_str(&format!("<class '{}'>", self.library.class_repr(value))),
            Type::Module => out.push_str(&format!("<module '{}'>", self.library.module_name(value))),
            Type::Context => {
                let context = &self.context;
                out.push_str(&format!("<Context of {} documents>", context.documents.len()));
            }
            Type::RegexFlag
            | Type::Date
            | Type::Time
            | Type::DateTime
            | Type::TimeDelta
            | Type::TimeZone
            | Type::NamedZone => self.write_of_module(value, out)?,
            _ => self.write_object(value, out, open, tasks)?,
        }
        Ok(())
    }

    fn write_big(&mut self, value: Value, out: &mut String) -> Result<(), Flow> {
        let Object::BigInt(big) = self.heap.get(value.handle()) else {
            return Ok(());
        };
        self.meter.charge(cost::decimal_digits(big.bits()))?;
        match int_digits(IntRef::Big(big), Radix::Decimal) {
            Ok(digits) => {
                let negative = big.sign() == num_bigint::Sign::Minus;
                if negative {
                    out.push('-');
                }
                out.push_str(&digits);
                Ok(())
            }
            Err(error) => Err(self.value_error(error.to_string())),
        }
    }

    /// Writes the repr of a value whose type a library module defines, such as `date`.
    fn write_of_module(&mut self, value: Value, out: &mut String) -> Result<(), Flow> {
        if let Some(text) = self.by_module([value], |operators, m| operators.repr(m, value))? {
            out.push_str(&text);
        }
        Ok(())
    }

    fn write_object(
        &mut self,
        value: Value,
        out: &mut String,
        open: &mut Vec<Value>,
        tasks: &mut Vec<Task>,
    ) -> Result<(), Flow> {
        // The search among open containers is proportional to the depth.
        self.meter.charge_items(open.len() / 16)?;
        let is_open = open.iter().any(|container| container.same(value));
        match self.heap.get(value.handle()) {
            Object::List(_) | Object::Deque(_) if is_open => out.push_str("[...]"),
            Object::Dict(_) if is_open => out.push_str("{...}"),
            Object::Tuple(_) if is_open => out.push_str("(...)"),
            Object::Instance(_) if is_open => out.push_str("..."),
            Object::Set(_) if is_open => out.push_str("set(...)"),
            Object::List(items) => {
                self.meter.charge_items(items.len())?;
                open_items("[", "]", open, tasks, value);
            }
            Object::Deque(deque) => {
                let maxlen = deque.maxlen;
                self.meter.charge_items(deque.items.len())?;
                if let Some(maxlen) = maxlen {
                    tasks.push(Task::Owned(format!(", maxlen={maxlen})")));
                }
                let end = if maxlen.is_some() { "]" } else { "])" };
                open_items("deque([", end, open, tasks, value);
            }
            Object::Tuple(items) if items.class.is_some() => {
                let values = items.to_vec();
                let class = self.named_class(value).and_then(|class| self.tuple_class(class));
                let Some((name, fields)) = class.map(|class| (class.name.clone(), class.fields.clone())) else {
                    return Ok(());
                };
                self.meter.charge_items(values.len())?;
                open_fields(name, &fields, &values, open, tasks, value);
            }
            Object::Tuple(items) => {
                self.meter.charge_items(items.len())?;
                let end = if items.len() == 1 { ",)" } else { ")" };
                open_items("(", end, open, tasks, value);
            }
            Object::Set(items) => {
                let items: Vec<Value> = items.keys().collect();
                self.meter.charge_items(items.len())?;
                self.reserve(items.len().saturating_mul(2 * size_of::<Task>()))?;
                let (start, end) = set_brackets(value.kind(), items.is_empty());
                open_sequence(start, &items, end, open, tasks, value);
            }
            Object::Dict(_) => self.open_dict(value, open, tasks)?,
            Object::DictView { dict, part } => {
                let (dict, part) = (*dict, *part);
                let items = self.items(value)?;
                self.reserve(items.len().saturating_mul(2 * size_of::<Task>()))?;
                open_sequence("([", &items, "])", open, tasks, value);
                tasks.push(Task::Text(self.view_name(dict, part)));
            }
            Object::Slice(parts) => {
                let parts = **parts;
                open_sequence("slice(", &parts, ")", open, tasks, value);
            }
            Object::Exception(exception) => {
                let name = exception.class.name();
                let args = exception.args.clone();
                open_sequence("", &args, ")", open, tasks, value);
                tasks.push(Task::Text("("));
                tasks.push(Task::Owned(name.to_owned()));
            }
            Object::Instance(_) => self.open_instance(value, out, open, tasks)?,
            Object::Record(record) if record.type_name == UNION => self.open_union(&record.values.clone(), tasks),
            Object::Record(record) => {
                let (name, names, values) = (record.type_name.clone(), record.names.clone(), record.values.clone());
                open_fields(name, &names, &values, open, tasks, value);
            }
            _ => self.write_plain_object(value, out)?,
        }
        Ok(())
    }

    /// Writes the repr of an object that shows no nested values, such as a range or a function.
    fn write_plain_object(&mut self, value: Value, out: &mut String) -> Result<(), Flow> {
        match self.heap.get(value.handle()) {
            Object::Unknown(_) => return Err(Flow::Wait(UNKNOWN)),
            // Classes of the library are qualified by their module.
            Object::TupleClass(class) if class.name.contains('.') => out.push_str(&format!("<class '{}'>", class.name)),
            Object::TupleClass(class) => out.push_str(&format!("<class '__main__.{}'>", class.name)),
            Object::Range(range) => match range.step {
                1 => out.push_str(&format!("range({}, {})", range.start, range.stop)),
                step => out.push_str(&format!("range({}, {}, {step})", range.start, range.stop)),
            },
            Object::Iterator(iterator) => out.push_str(&format!("<{} object>", iterator.type_name)),
            Object::Generator(generator) => match generator.class {
                Some(class) => out.push_str(&format!("<{} object>", class.qualified_name())),
                None => out.push_str(&format!("<generator object {}>", generator.name)),
            },
            Object::Function(function) => out.push_str(&format!("<function {}>", function.name)),
            Object::BoundMethod { native, .. } => {
                let definition = Registry::get().definition(*native);
                let name = definition.map_or_else(|| self.library.row(native.index()).name, |known| known.shown);
                out.push_str(&format!("<built-in method {name}>"));
            }
            Object::Decimal(_)
            | Object::Fraction(_)
            | Object::DecimalContext(_)
            | Object::Pattern(_)
            | Object::Match(_) => self.write_of_module(value, out)?,
            _ => {}
        }
        Ok(())
    }

    /// Starts the repr of an instance of a library class, as its field `_repr` determines.
    fn open_instance(
        &mut self,
        value: Value,
        out: &mut String,
        open: &mut Vec<Value>,
        tasks: &mut Vec<Task>,
    ) -> Result<(), Flow> {
        let Object::Instance(instance) = self.heap.get(value.handle()) else {
            return Ok(());
        };
        let class = Registry::get().class(instance.class);
        let name = class.map_or("", |class| &class.qualified_name);
        match instance.field("_repr") {
            Some(parts) if parts.kind() == Type::Tuple => self.open_parts(parts, open, tasks, value)?,
            Some(shown) => {
                let shown = self.text(shown)?;
                self.meter.charge_bytes(shown.known_bytes())?;
                out.push_str(shown.as_str().unwrap_or_default());
            }
            None => out.push_str(&format!("<{name} object>")),
        }
        Ok(())
    }

    /// Starts the repr of a union of types, such as `int | None`.
    fn open_union(&self, members: &[Value], tasks: &mut Vec<Task>) {
        for (index, member) in members.iter().copied().enumerate().rev() {
            tasks.push(match member.kind() {
                Type::Class => Task::Owned(self.library.class_repr(member)),
                _ => Task::Repr(member),
            });
            if index > 0 {
                tasks.push(Task::Text(" | "));
            }
        }
    }

    /// Starts the repr of an instance whose `_repr` is a tuple: an opening text, items to show, and
    /// a closing text.
    fn open_parts(
        &mut self,
        parts: Value,
        open: &mut Vec<Value>,
        tasks: &mut Vec<Task>,
        container: Value,
    ) -> Result<(), Flow> {
        let [Some(start), Some(items), Some(end)] = [0, 1, 2].map(|part| self.sequence_item(parts, part)) else {
            return Ok(());
        };
        let (start, end) = (self.text(start)?, self.text(end)?);
        let items = self.items(items)?;
        tasks.push(Task::Close);
        tasks.push(Task::Owned(end.as_str().unwrap_or_default().to_owned()));
        for (index, item) in items.iter().enumerate().rev() {
            tasks.push(Task::Repr(*item));
            tasks.push(Task::Text(if index == 0 { "" } else { ", " }));
        }
        tasks.push(Task::Owned(start.as_str().unwrap_or_default().to_owned()));
        open.push(container);
        Ok(())
    }

    fn open_dict(&mut self, value: Value, open: &mut Vec<Value>, tasks: &mut Vec<Task>) -> Result<(), Flow> {
        let Object::Dict(dict) = self.heap.get(value.handle()) else {
            return Ok(());
        };
        let kind = dict.kind;
        let mut pairs: Vec<(Value, Value)> = dict.items.iter().collect();
        self.meter.charge_items(pairs.len())?;
        self.reserve(pairs.len().saturating_mul(6 * size_of::<Task>()))?;
        let empty = pairs.is_empty();
        let end = match kind {
            DictKind::Plain => "}",
            DictKind::Counter if empty => "Counter()",
            DictKind::Counter | DictKind::Default(_) => "})",
            DictKind::Ordered if empty => "OrderedDict()",
            DictKind::Ordered => "])",
        };
        tasks.push(Task::Close);
        open.push(value);
        tasks.push(Task::Text(end));
        if let DictKind::Counter = kind {
            // Counts that can't be ordered stay in their order.
            pairs = match self.most_common(pairs.clone()) {
                Ok(sorted) => sorted,
                Err(Flow::Raise(_)) => pairs,
                Err(flow) => return Err(flow),
            };
        }
        for (index, (key, value)) in pairs.into_iter().enumerate().rev() {
            if matches!(kind, DictKind::Ordered) {
                tasks.push(Task::Text(")"));
                tasks.push(Task::Repr(value));
                tasks.push(Task::Text(", "));
                tasks.push(Task::Repr(key));
                tasks.push(Task::Text(if index == 0 { "(" } else { ", (" }));
            } else {
                tasks.push(Task::Repr(value));
                tasks.push(Task::Text(": "));
                tasks.push(Task::Repr(key));
                tasks.push(Task::Text(if index == 0 { "" } else { ", " }));
            }
        }
        match kind {
            DictKind::Plain => tasks.push(Task::Text("{")),
            DictKind::Counter if !empty => tasks.push(Task::Text("Counter({")),
            DictKind::Ordered if !empty => tasks.push(Task::Text("OrderedDict([")),
            DictKind::Default(factory) => {
                tasks.push(Task::Text(", {"));
                tasks.push(Task::Repr(factory));
                tasks.push(Task::Text("defaultdict("));
            }
            DictKind::Counter | DictKind::Ordered => {}
        }
        Ok(())
    }

    /// Sorts key-count pairs by count, largest first. The sort is stable.
    pub fn most_common(&mut self, pairs: Vec<(Value, Value)>) -> Result<Vec<(Value, Value)>, Flow> {
        let keyed = pairs.into_iter().map(|(key, count)| (count, key)).collect();
        let sorted = self.sort_keyed(keyed, true)?;
        Ok(sorted.into_iter().map(|(count, key)| (key, count)).collect())
    }
}

/// Returns the opening and closing text in the repr of a set, such as `frozenset({` and `})`.
const fn set_brackets(kind: Type, is_empty: bool) -> (&'static str, &'static str) {
    match (kind, is_empty) {
        (Type::FrozenSet, true) => ("frozenset()", ""),
        (Type::FrozenSet, false) => ("frozenset({", "})"),
        (_, true) => ("set()", ""),
        (_, false) => ("{", "}"),
    }
}

/// Starts the repr of an object with named fields: `name(field=…, …)`.
fn open_fields(
    name: SmolStr,
    fields: &[SmolStr],
    values: &[Value],
    open: &mut Vec<Value>,
    tasks: &mut Vec<Task>,
    container: Value,
) {
    tasks.push(Task::Close);
    tasks.push(Task::Text(")"));
    for (index, (field, value)) in fields.iter().zip(values).enumerate().rev() {
        tasks.push(Task::Repr(*value));
        tasks.push(Task::Owned(format!("{}{field}=", if index == 0 { "" } else { ", " })));
    }
    tasks.push(Task::Owned(format!("{name}(")));
    open.push(container);
}

/// Starts the repr of a list, tuple or deque: pushes tasks for its opening text, items and closing
/// text.
fn open_items(start: &'static str, end: &'static str, open: &mut Vec<Value>, tasks: &mut Vec<Task>, value: Value) {
    tasks.push(Task::Close);
    open.push(value);
    tasks.push(Task::Text(end));
    tasks.push(Task::Items(value, 0));
    tasks.push(Task::Text(start));
}

/// Starts the repr of a container: pushes tasks for its opening text, the given items and its
/// closing text.
fn open_sequence(
    start: &'static str,
    items: &[Value],
    end: &'static str,
    open: &mut Vec<Value>,
    tasks: &mut Vec<Task>,
    value: Value,
) {
    tasks.push(Task::Close);
    open.push(value);
    tasks.push(Task::Text(end));
    for (index, item) in items.iter().enumerate().rev() {
        tasks.push(Task::Repr(*item));
        if index > 0 {
            tasks.push(Task::Text(", "));
        }
    }
    tasks.push(Task::Text(start));
}
