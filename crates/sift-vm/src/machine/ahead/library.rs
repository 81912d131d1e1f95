//! Calls of library functions with values that are not known.

use sift_compiler::op::Op;
use sift_modules::regex::cache::pattern_arg;
use sift_text::HoleId;
use sift_values::flow::{Delegate, Flow};
use sift_values::object::{IteratorSource, Object};
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use super::super::Interpreter;
use super::Stop::{self, GiveUp};
use super::ops::NOTHING;
use super::unknown::{Kinds, Unknown};

/// A call of a library function.
pub(super) struct Called {
    /// With that of its owner: `str.find`, `json.loads`, `len`.
    pub(super) name: String,
    pub(super) receiver: Option<Value>,
    pub(super) args: Vec<Value>,
    pub(super) named: Vec<(SmolStr, Value)>,
    /// How many values on the stack it takes the place of.
    pub(super) operands: usize,
}

/// How a method looks at its arguments.
enum Looks {
    /// It puts them somewhere, or into an iterator.
    Passes,
    /// It goes through them, and passes on what they hold.
    AtItems,
    /// It passes all on but the first, by which it finds the place.
    ByFirst,
    /// It looks at what they hold.
    Inside,
}

/// Functions of the library, written in the language, that read a reply and never raise: running ahead passes over them.
const READERS: &[&str] = &["parse_number", "parse_labels"];

/// Functions in whose results the items of their arguments are found.
const GIVE_ITEMS: &[&str] = &[
    "_sort_by_keys",
    "dict",
    "dict.fromkeys",
    "enumerate",
    "iter",
    "list",
    "max",
    "min",
    "next",
    "reversed",
    "sorted",
    "sum",
    "tuple",
    "zip",
];

impl Interpreter {
    /// Tells whether a value is a generator that only some of the ways have read: what it does is not known.
    pub(super) fn is_left(&self, value: Value) -> bool {
        value.kind() == Type::Generator && self.is_unknown(value)
    }

    /// Tells whether a call of a library function would look at something that is not known.
    pub(super) fn call_looks_at_unknown(&mut self, op: Op) -> bool {
        let operands = match op {
            Op::Call(args) => args as usize + 1,
            Op::CallKeywords { args, names } => args as usize + self.constant_len(names) + 1,
            Op::CallMethod { args, .. } => args as usize + 1,
            Op::CallMethodKeywords { args, names } => args as usize + self.constant_len(names),
            _ => return false,
        };
        let under = self.peek(operands - 1);
        if self.is_blurred(under) {
            return true;
        }
        let is_method = matches!(op, Op::CallMethod { .. } | Op::CallMethodKeywords { .. });
        if !is_method && matches!(under.kind(), Type::Function | Type::Provided | Type::TupleClass) {
            return false;
        }
        let holds =
            |value: Value| value.is_object() && !matches!(value.kind(), Type::Str | Type::Pattern | Type::Function);
        let args: Vec<Value> = (0..operands - 1).rev().map(|depth| self.peek(depth)).collect();
        if !(args.iter().copied().any(holds) || is_method && holds(under)) {
            return false;
        }
        if args.iter().any(|arg| self.is_left(*arg)) {
            return true;
        }
        // A generator is made a list first.
        if args.iter().any(|arg| arg.kind() == Type::Generator) {
            return false;
        }
        let looks = self.called(op).map_or(Looks::Inside, |called| looks_of(&called.name));
        match looks {
            Looks::AtItems => args.iter().any(|arg| self.is_blurred(*arg)),
            Looks::Passes => args
                .iter()
                .any(|arg| arg.kind() != Type::Unknown && self.is_blurred(*arg)),
            Looks::ByFirst => args.first().is_some_and(|first| self.holds_unknown(*first)),
            Looks::Inside => args
                .iter()
                .copied()
                .chain(Some(under).filter(|_| is_method))
                .any(|value| self.holds_unknown(value)),
        }
    }

    /// Tells whether a value is not known, or iterates over something that is not.
    pub(super) fn is_blurred(&self, value: Value) -> bool {
        let mut value = value;
        loop {
            if self.is_unknown(value) {
                return true;
            }
            if !matches!(value.kind(), Type::Iterator | Type::DictView) {
                return false;
            }
            value = match self.heap.get(value.handle()) {
                Object::DictView { dict, .. } => *dict,
                Object::Iterator(iterator) => match &iterator.source {
                    IteratorSource::Sequence { items, .. } | IteratorSource::Reversed { items, .. } => *items,
                    IteratorSource::Deque { deque, .. } => *deque,
                    IteratorSource::Dict { dict, .. } => *dict,
                    IteratorSource::Enumerate { inner, .. } => *inner,
                    IteratorSource::Zip { inners } => return inners.iter().any(|inner| self.is_blurred(*inner)),
                    _ => return false,
                },
                _ => return false,
            };
        }
    }

    fn constant_len(&self, names: u32) -> usize {
        let names = self.code.consts.get(names as usize).copied().unwrap_or(Value::NONE);
        self.tuple_len(names)
    }

    fn constant_names(&self, names: u32) -> Vec<SmolStr> {
        let names = self.code.consts.get(names as usize).copied().unwrap_or(Value::NONE);
        let Object::Tuple(names) = self.heap.get(names.handle()) else {
            return Vec::new();
        };
        let text = |name: &Value| match self.heap.get(name.handle()) {
            Object::Str(text) => SmolStr::new(text.as_str().unwrap_or_default()),
            _ => SmolStr::default(),
        };
        names.iter().map(text).collect()
    }

    /// Returns which library function a call is of; none if it is of none.
    fn called(&self, op: Op) -> Option<Called> {
        let (args, names, method) = match op {
            Op::Call(args) => (args as usize, Vec::new(), None),
            Op::CallKeywords { args, names } => (args as usize, self.constant_names(names), None),
            Op::CallMethod { name, args } => (args as usize, Vec::new(), Some(self.code.name(name))),
            Op::CallMethodKeywords { args, names } => {
                let mut names = self.constant_names(names);
                let method = (!names.is_empty()).then(|| names.remove(0))?;
                (args as usize, names, Some(method))
            }
            _ => return None,
        };
        let operands = args + names.len() + 1;
        let at = |place: usize| self.peek(operands - 2 - place);
        let values: Vec<Value> = (0..args).map(at).collect();
        let named = names
            .into_iter()
            .enumerate()
            .map(|(place, name)| (name, at(args + place)));
        let under = self.peek(operands - 1);
        let (name, receiver) = match method {
            None => self.function_called(under)?,
            Some(method) => self.method_called(under, &method)?,
        };
        // `str.strip(text)` is `text.strip()`.
        let mut values = values;
        let mut receiver = receiver;
        if receiver.is_none() && name.starts_with("str.") && name != "str.maketrans" {
            let text = values
                .first()
                .copied()
                .filter(|text| self.described(*text).is(Kinds::STR))?;
            receiver = Some(text);
            values.remove(0);
        }
        Some(Called {
            name,
            receiver,
            args: values,
            named: named.collect(),
            operands,
        })
    }

    fn function_called(&self, callee: Value) -> Option<(String, Option<Value>)> {
        match (callee.kind(), self.heap.get(callee.handle())) {
            (Type::Native, _) => Some((self.library.row(callee.index()).qualified_name(), None)),
            (Type::Class, _) => self
                .library
                .constructor(callee)
                .map(|_| (self.library.class_name(callee).to_owned(), None)),
            (Type::BoundMethod, Object::BoundMethod { receiver, native }) if native.kind() == Type::Native => {
                Some((self.library.row(native.index()).qualified_name(), Some(*receiver)))
            }
            _ => None,
        }
    }

    fn method_called(&self, object: Value, name: &str) -> Option<(String, Option<Value>)> {
        let member = match object.kind() {
            Type::Module => self.library.module_member(object, name)?,
            Type::Class => self.library.class_member(object, name)?,
            _ if self.is_blurred(object) || self.unknown(object).is_some() => {
                let unknown = self.described(object);
                let owner = [
                    (Kinds::STR, "str"),
                    (Kinds::LIST, "list"),
                    (Kinds::DICT, "dict"),
                    (Kinds::SET, "set"),
                    (Kinds::DEQUE, "deque"),
                    (Kinds::MATCH, "Match"),
                    (Kinds::TUPLE, "tuple"),
                ];
                let owner = owner
                    .into_iter()
                    .find(|(kinds, _)| unknown.is(*kinds))
                    .map_or("?", |(_, owner)| owner);
                return Some((format!("{owner}.{name}"), Some(object)));
            }
            _ => {
                let native = self
                    .method_of(object, name)
                    .filter(|native| native.kind() == Type::Native)?;
                let owner = match object.kind() {
                    Type::Match => "Match",
                    Type::Pattern => "Pattern",
                    Type::Dict => "dict",
                    _ => return Some((self.library.row(native.index()).qualified_name(), Some(object))),
                };
                return Some((format!("{owner}.{name}"), Some(object)));
            }
        };
        self.function_called(member)
    }

    /// Returns what does a `re.sub` by a function.
    fn substitution(&mut self, called: &Called) -> Option<(&'static str, Vec<Value>)> {
        let (pattern, function, text) = match (called.name.as_str(), called.receiver, called.args.as_slice()) {
            ("re.sub", None, [pattern, function, text]) => (*pattern, *function, *text),
            ("Pattern.sub", Some(pattern), [function, text]) => (pattern, *function, *text),
            _ => return None,
        };
        let is_plain =
            called.named.is_empty() && self.unknown(pattern).is_none() && self.described(text).is(Kinds::STR);
        if !is_plain || !matches!(function.kind(), Type::Function | Type::Native | Type::BoundMethod) {
            return None;
        }
        let pattern = pattern_arg(self, pattern, None).ok()?;
        Some(("_sub_by", vec![pattern, function, text, Value::int(0), Value::FALSE]))
    }
}

impl Interpreter {
    /// Calls a library function with something that is not known.
    pub(super) fn call_ahead(&mut self, hole: HoleId, op: Op) -> Result<(), Stop> {
        let called = self.called(op).ok_or(GiveUp)?;
        if called.args.iter().any(|arg| self.is_left(*arg)) {
            return Err(GiveUp);
        }
        for arg in called.args.clone() {
            if GIVE_ITEMS.contains(&called.name.as_str()) || self.described(arg).kinds.meets(Kinds::ITERATOR) {
                self.share_items(arg)?;
            }
            // Whoever reads an iterator takes from it what it has.
            if arg.kind() == Type::Iterator {
                self.share(arg)?;
            }
        }
        if let Some(receiver) = called.receiver {
            let unknown = self.described(receiver);
            if unknown.is(Kinds::LIST.or(Kinds::SET).or(Kinds::DEQUE)) {
                return self.call_of_collection(hole, &called, receiver, &unknown);
            }
            if unknown.is(Kinds::DICT) {
                return self.call_of_dict(hole, &called, receiver, &unknown);
            }
        }
        if let Some(function) = self.substitution(&called).or_else(|| delegated(&called)) {
            return self.delegate_ahead(function, &called);
        }
        if let Some(before) = self.derived(&called) {
            return self.give_known(hole, called.operands, before);
        }
        let (result, raises) = self.result_of(&called).ok_or(GiveUp)?;
        if called.name.starts_with("str.") && raises.is_empty() && result.is(Kinds::STR) {
            return self.conclude(hole, raises, &|m| {
                let value = m.new_unknown(result.clone());
                m.note_unknowns();
                m.note_derived(&called, value);
                m.replace_top(called.operands, value);
                Ok(())
            });
        }
        self.give(hole, called.operands, result, raises)
    }

    /// Goes on in the function of the prelude to which a call is left.
    fn delegate_ahead(&mut self, (function, args): (&'static str, Vec<Value>), called: &Called) -> Result<(), Stop> {
        let here = self.frames.last().ok_or(GiveUp)?.ip + 1;
        self.set_ip(here);
        let delegate = Delegate { function, args };
        match self.follow_native(Flow::Delegate(Box::new(delegate)), called.operands) {
            Ok(_) => Ok(()),
            Err(_) => Err(GiveUp),
        }
    }

    /// Passes over a reader of replies that has come to something unknown: nobody sees how it reads.
    pub(super) fn pass_reader(&mut self, hole: HoleId) -> Result<bool, Stop> {
        let is_reader = |frame: &super::Frame| {
            let code = self.code.get(frame.code);
            code.filter(|code| code.is_library)
                .and_then(|code| READERS.iter().find(|name| code.name == **name))
        };
        let Some((place, name)) = self
            .frames
            .iter()
            .enumerate()
            .find_map(|(place, frame)| Some((place, *is_reader(frame)?)))
        else {
            return Ok(false);
        };
        let Some(frame) = self.frames.get(place).cloned() else {
            return Err(GiveUp);
        };
        let reply = self.stack_value(frame.base);
        if !self.described(reply).is(Kinds::STR) || frame.generator.is_some() {
            return Err(GiveUp);
        }
        let result = match name {
            "parse_number" => Unknown {
                hoped: true,
                ..Unknown::of(Kinds::NONE.or(Kinds::INT).or(Kinds::FLOAT))
            },
            _ => {
                let labels = self.described(self.stack_value(frame.base + 1));
                Unknown::collection(Kinds::LIST, labels.item())
            }
        };
        self.frames.truncate(place);
        self.note_running();
        self.guards.truncate(frame.guards);
        self.join_guards();
        self.stack.truncate(frame.floor);
        // The caller stands behind its call.
        let caller = self.frames.last().ok_or(GiveUp)?.ip;
        self.set_ip(caller.saturating_sub(1));
        self.give(hole, 0, result, NOTHING)?;
        Ok(true)
    }
}

/// Returns the function of the prelude that does what a call asks for, and its arguments.
fn delegated(called: &Called) -> Option<(&'static str, Vec<Value>)> {
    let by_name = |name: &str| {
        called
            .named
            .iter()
            .find(|(named, _)| named == name)
            .map(|(_, value)| *value)
    };
    let key = by_name("key").filter(|key| !key.is_none());
    let only = |names: &[&str]| called.named.iter().all(|(name, _)| names.contains(&name.as_str()));
    match (called.name.as_str(), called.args.as_slice()) {
        ("map", [function, values]) => Some(("_map_one", vec![*function, *values])),
        ("filter", [function, values]) if function.is_none() => Some(("_filter_true", vec![*values])),
        ("filter", [function, values]) => Some(("_filter_by", vec![*function, *values])),
        ("sorted", [values]) if only(&["key", "reverse"]) => {
            let reverse = by_name("reverse").unwrap_or(Value::FALSE);
            Some(("_sorted_by", vec![*values, key?, reverse]))
        }
        _ => None,
    }
}

fn looks_of(name: &str) -> Looks {
    let method = name.rsplit('.').next().unwrap_or_default();
    match name {
        "map" | "filter" => Looks::AtItems,
        "len" | "list" | "tuple" | "enumerate" | "zip" | "reversed" | "iter" | "next" | "range" => Looks::AtItems,
        _ if !name.contains('.') => Looks::Inside,
        _ => match method {
            "append" | "appendleft" | "extend" | "extendleft" | "pop" | "popleft" | "popitem" | "clear" | "reverse"
            | "copy" | "items" | "keys" | "values" => match method {
                "pop" => Looks::ByFirst,
                "extend" | "extendleft" => Looks::AtItems,
                _ => Looks::Passes,
            },
            "get" | "setdefault" | "add" | "discard" | "insert" => Looks::ByFirst,
            _ => Looks::Inside,
        },
    }
}
