//! What library functions make of values that are not known.

use rlm_text::HoleId;
use smol_str::SmolStr;

use super::super::Interpreter;
use super::GiveUp;
use super::ops::{ANYTHING, NOTHING, Raises};
use super::unknown::{Kinds, Shape, Told, Unknown};
use crate::exception::ExceptionClass as E;
use crate::object::{DictKind, IteratorSource, Object};
use crate::op::Op;
use crate::regex::GroupText;
use crate::value::{Handle, Type, Value};

/// A call of a library function.
struct Called {
    /// With that of its owner: `str.find`, `json.loads`, `len`.
    name: String,
    receiver: Option<Value>,
    args: Vec<Value>,
    named: Vec<(SmolStr, Value)>,
    /// How many values on the stack it takes the place of.
    operands: usize,
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

impl Interpreter {
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

    /// Calls a library function with something that is not known.
    pub(super) fn call_ahead(&mut self, hole: HoleId, op: Op) -> Result<(), GiveUp> {
        let called = self.called(op).ok_or(GiveUp)?;
        // Whoever reads an iterator takes from it what it has.
        for arg in called.args.clone() {
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
        let (result, raises) = self.result_of(&called).ok_or(GiveUp)?;
        self.give(hole, called.operands, result, raises)
    }

    /// Passes over a reader of replies that has come to something unknown: nobody sees how it reads.
    pub(super) fn pass_reader(&mut self, hole: HoleId) -> Result<bool, GiveUp> {
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
        self.guards.truncate(frame.guards);
        self.stack.truncate(frame.floor);
        // The caller stands behind its call.
        let caller = self.frames.last().ok_or(GiveUp)?.ip;
        self.set_ip(caller.saturating_sub(1));
        self.give(hole, 0, result, NOTHING)?;
        Ok(true)
    }

    fn call_of_collection(
        &mut self,
        hole: HoleId,
        called: &Called,
        receiver: Value,
        unknown: &Unknown,
    ) -> Result<(), GiveUp> {
        let method = called.name.rsplit('.').next().unwrap_or_default();
        let (args, operands) = (called.args.clone(), called.operands);
        let gives = |m: &mut Self, result: Unknown| {
            let value = m.new_unknown(result);
            m.note_unknowns();
            m.replace_top(operands, value);
        };
        let none = || Unknown::of(Kinds::NONE);
        let item = unknown.item();
        let is_set = unknown.is(Kinds::SET);
        let first = args.first().copied();
        let iterable = first.is_none_or(|first| self.described(first).is(Kinds::ITERABLE));
        let hashable: Raises = first.map_or(NOTHING, |first| if is_set { self.hashing(first) } else { NOTHING });
        match method {
            "append" | "appendleft" | "add" | "insert" => {
                let put = args.last().copied().ok_or(GiveUp)?;
                self.conclude(hole, hashable, &|m| {
                    m.put_in(receiver, &[put])?;
                    gives(m, none());
                    Ok(())
                })
            }
            "extend" | "extendleft" | "update" => {
                let raises: Raises = if iterable { NOTHING } else { &[E::TypeError] };
                self.conclude(hole, raises, &|m| {
                    for more in &args {
                        m.put_items_in(receiver, *more)?;
                    }
                    gives(m, none());
                    Ok(())
                })
            }
            "pop" | "popleft" | "remove" | "discard" | "clear" | "reverse" | "sort" | "rotate" => {
                let raises: Raises = match method {
                    "pop" | "popleft" if is_set => &[E::KeyError],
                    "pop" | "popleft" => &[E::IndexError],
                    "remove" if is_set => &[E::KeyError],
                    "remove" => &[E::ValueError],
                    "discard" => hashable,
                    "sort" if !called.named.is_empty() => return Err(GiveUp),
                    "sort" if !is_ordered(&item) => &[E::TypeError],
                    _ => NOTHING,
                };
                let result = if method.starts_with("pop") { item } else { none() };
                self.conclude(hole, raises, &|m| {
                    m.mix_in(receiver, &Unknown::of(Kinds::NOTHING))?;
                    gives(m, result.clone());
                    Ok(())
                })
            }
            "count" => self.give(hole, operands, Unknown::of(Kinds::COUNT), NOTHING),
            "index" => self.give(hole, operands, Unknown::of(Kinds::COUNT), &[E::ValueError]),
            "copy" | "union" | "intersection" | "difference" | "symmetric_difference" => {
                let mut result = unknown.clone();
                for arg in &args {
                    result.items = Some(Box::new(result.item().join(&self.described(*arg).item())));
                }
                let raises: Raises = if iterable { NOTHING } else { &[E::TypeError] };
                self.give(hole, operands, result, raises)
            }
            "issubset" | "issuperset" | "isdisjoint" if iterable => {
                self.give(hole, operands, Unknown::of(Kinds::BOOL), NOTHING)
            }
            _ => Err(GiveUp),
        }
    }

    fn call_of_dict(
        &mut self,
        hole: HoleId,
        called: &Called,
        receiver: Value,
        unknown: &Unknown,
    ) -> Result<(), GiveUp> {
        let method = called.name.rsplit('.').next().unwrap_or_default();
        let (args, operands) = (called.args.clone(), called.operands);
        let of_key: Raises = args.first().map_or(NOTHING, |key| self.hashing(*key));
        let gives = |m: &mut Self, result: &Unknown| {
            let value = m.new_unknown(result.clone());
            m.note_unknowns();
            m.replace_top(operands, value);
        };
        let default = match args.get(1) {
            Some(default) => self.described(*default),
            None => Unknown::of(Kinds::NONE),
        };
        let item = unknown.item();
        match method {
            "get" => {
                let result = item.join(&default);
                self.conclude(hole, of_key, &|m| {
                    // What is found is known by two names now.
                    m.share_items(receiver)?;
                    if let Some(default) = args.get(1) {
                        m.share(*default)?;
                    }
                    gives(m, &result);
                    Ok(())
                })
            }
            "setdefault" => {
                let result = item.join(&default);
                self.conclude(hole, of_key, &|m| {
                    if let Some(default) = args.get(1) {
                        m.share(*default)?;
                    }
                    m.mix_in(receiver, &default)?;
                    gives(m, &result);
                    Ok(())
                })
            }
            "pop" => {
                let raises: Raises = match (args.len(), of_key.is_empty()) {
                    (1, true) => &[E::KeyError],
                    (1, false) => &[E::KeyError, E::TypeError],
                    _ => of_key,
                };
                let result = if args.len() == 1 { item } else { item.join(&default) };
                self.conclude(hole, raises, &|m| {
                    m.mix_in(receiver, &Unknown::of(Kinds::NOTHING))?;
                    gives(m, &result);
                    Ok(())
                })
            }
            "update" => {
                let all_dicts = args.iter().all(|more| self.described(*more).is(Kinds::DICT));
                let counts = matches!(unknown.dict, Some(DictKind::Counter));
                let raises: Raises = if all_dicts {
                    NOTHING
                } else {
                    &[E::TypeError, E::ValueError]
                };
                self.conclude(hole, raises, &|m| {
                    for more in &args {
                        match counts {
                            true => m.mix_in(receiver, &Unknown::of(Kinds::COUNT))?,
                            false => m.put_items_in(receiver, *more)?,
                        }
                    }
                    for (_, value) in &called.named {
                        m.put_in(receiver, &[*value])?;
                    }
                    gives(m, &Unknown::of(Kinds::NONE));
                    Ok(())
                })
            }
            "clear" => self.conclude(hole, NOTHING, &|m| {
                m.mix_in(receiver, &Unknown::of(Kinds::NOTHING))?;
                gives(m, &Unknown::of(Kinds::NONE));
                Ok(())
            }),
            "keys" | "values" | "items" | "most_common" | "copy" | "total" | "elements" => {
                let any = Unknown::any;
                let result = match method {
                    "keys" | "elements" => Unknown::collection(Kinds::ITERATOR, any()),
                    "values" => Unknown::collection(Kinds::ITERATOR, item),
                    "items" => Unknown::collection(Kinds::ITERATOR, Unknown::tuple(2, any())),
                    "most_common" => Unknown::collection(Kinds::LIST, Unknown::tuple(2, any())),
                    "total" => Unknown::of(Kinds::NUMBERS),
                    _ => unknown.clone(),
                };
                self.conclude(hole, NOTHING, &|m| {
                    m.share_items(receiver)?;
                    gives(m, &result);
                    Ok(())
                })
            }
            _ => Err(GiveUp),
        }
    }

    /// Returns what a function without side effects makes of its arguments, and what it may raise.
    fn result_of(&mut self, called: &Called) -> Option<(Unknown, Raises)> {
        let args: Vec<Unknown> = called.args.iter().map(|arg| self.described(*arg)).collect();
        let first = args.first().cloned().unwrap_or_else(Unknown::any);
        let name = called.name.as_str();
        if let Some(method) = name.strip_prefix("str.") {
            return self.text_method(method, called, &args);
        }
        if let Some(method) = name.strip_prefix("Match.") {
            return self.match_method(method, called);
        }
        if let Some(function) = name.strip_prefix("re.").or_else(|| name.strip_prefix("Pattern.")) {
            return self.search(function, called);
        }
        let of = |kinds| Unknown::of(kinds);
        let iterable = || -> Raises {
            match first.is(Kinds::ITERABLE) {
                true => NOTHING,
                false => &[E::TypeError],
            }
        };
        Some(match name {
            "print" => (of(Kinds::NONE), NOTHING),
            "str" if args.len() == 1 => (Unknown::text(), NOTHING),
            "repr" | "ascii" => (Unknown::text(), NOTHING),
            "bool" => {
                let of = called.args.first().filter(|arg| arg.kind() == Type::Unknown);
                let test = of.map(|of| Unknown::testing(of.handle(), first.told_where(true), first.told_where(false)));
                (test.unwrap_or(Unknown::of(Kinds::BOOL)), NOTHING)
            }
            "len" if first.is(Kinds::SIZED) || self.is_view(called.args.first()) => {
                let unknown = called.args.first().filter(|arg| self.is_unknown(**arg));
                let count = Unknown {
                    length_of: unknown.map(|arg| arg.handle()),
                    ..of(Kinds::COUNT)
                };
                (count, NOTHING)
            }
            "len" => (of(Kinds::COUNT), &[E::TypeError]),
            "int" => int_of(&args),
            "float" => float_of(&args),
            "abs" if first.is(Kinds::NUMBERS) => (of(first.kinds.without(Kinds::BOOL).or(Kinds::COUNT)), NOTHING),
            "round" if first.is(Kinds::INTS) => (of(Kinds::INT), NOTHING),
            "round" if first.is(Kinds::FLOAT) && args.len() == 2 => {
                (of(Kinds::FLOAT), &[E::TypeError, E::OverflowError])
            }
            "round" if first.is(Kinds::NUMBERS) => (of(Kinds::NUMBERS), &[E::ValueError, E::OverflowError]),
            "min" | "max" if called.named.is_empty() && args.len() > 1 => {
                let joined = args.iter().fold(of(Kinds::NOTHING), |joined, arg| joined.join(arg));
                let raises: Raises = if is_ordered(&joined) { NOTHING } else { &[E::TypeError] };
                (joined, raises)
            }
            "min" | "max" if called.named.is_empty() => (first.item(), &[E::ValueError, E::TypeError]),
            "sum" if args.len() == 1 && first.item().is(Kinds::NUMBERS) && first.is(Kinds::ITERABLE) => {
                let item = first.item().kinds;
                let may_overflow = item.meets(Kinds::FLOAT) && item.meets(Kinds::INT);
                let result = if item.within(Kinds::INTS) {
                    Kinds::INT
                } else {
                    Kinds::NUMBERS
                };
                (of(result), if may_overflow { &[E::OverflowError] } else { NOTHING })
            }
            "sum" => (Unknown::any(), &[E::TypeError]),
            "any" | "all" => (of(Kinds::BOOL), iterable()),
            "sorted" if called.named.is_empty() => {
                let raises: Raises = match first.is(Kinds::ITERABLE) && is_ordered(&first.item()) {
                    true => NOTHING,
                    false => &[E::TypeError],
                };
                (Unknown::collection(Kinds::LIST, first.item()), raises)
            }
            "list" => (Unknown::collection(Kinds::LIST, first.item()), iterable()),
            "tuple" => (Unknown::collection(Kinds::TUPLE, first.item()), iterable()),
            "set" | "frozenset" => {
                let raises: Raises = match first.is(Kinds::ITERABLE) && first.item().is(Kinds::HASHABLE) {
                    true => NOTHING,
                    false => &[E::TypeError],
                };
                (Unknown::collection(Kinds::SET, first.item()), raises)
            }
            "Counter" if args.len() == 1 && !first.is(Kinds::DICT) => {
                let raises: Raises = match first.is(Kinds::ITERABLE) && first.item().is(Kinds::HASHABLE) {
                    true => NOTHING,
                    false => &[E::TypeError],
                };
                let counter = Unknown {
                    dict: Some(DictKind::Counter),
                    ..Unknown::collection(Kinds::DICT, of(Kinds::COUNT))
                };
                (counter, raises)
            }
            "enumerate" => (
                Unknown::collection(Kinds::ITERATOR, Unknown::tuple(2, first.item().join(&of(Kinds::COUNT)))),
                iterable(),
            ),
            "zip" => {
                let items = args
                    .iter()
                    .fold(of(Kinds::NOTHING), |items, arg| items.join(&arg.item()));
                let arity = u16::try_from(args.len()).ok()?;
                let all = args.iter().all(|arg| arg.is(Kinds::ITERABLE));
                let raises: Raises = if all { NOTHING } else { &[E::TypeError] };
                (
                    Unknown::collection(Kinds::ITERATOR, Unknown::tuple(arity, items)),
                    raises,
                )
            }
            "reversed" | "iter" if args.len() == 1 => (Unknown::collection(Kinds::ITERATOR, first.item()), iterable()),
            "range" if args.iter().all(|arg| arg.is(Kinds::BOOL.or(Kinds::COUNT))) && args.len() < 3 => {
                (Unknown::collection(Kinds::ITERATOR, of(Kinds::COUNT)), NOTHING)
            }
            "isinstance" => self.instance_test(called, &first)?,
            "failed" => (of(Kinds::BOOL), NOTHING),
            "json.loads" if first.is(Kinds::STR) => (of(Kinds::JSON), &[E::JsonDecodeError]),
            "json.dumps" if first.is(Kinds::NONE.or(Kinds::NUMBERS).or(Kinds::STR)) && called.named.is_empty() => {
                (Unknown::text(), NOTHING)
            }
            "json.dumps" => (Unknown::text(), &[E::TypeError, E::ValueError]),
            "_find_json" if first.is(Kinds::STR) => {
                let default = args.get(1).cloned().unwrap_or_else(|| of(Kinds::NONE));
                (of(Kinds::JSON).join(&default), NOTHING)
            }
            _ if name.starts_with("math.") || name.starts_with("statistics.") => (Unknown::any(), ANYTHING),
            "ord" | "chr" | "divmod" | "pow" | "hex" | "bin" | "oct" | "min" | "max" => (Unknown::any(), ANYTHING),
            _ => return None,
        })
    }

    fn is_view(&self, value: Option<&Value>) -> bool {
        value.is_some_and(|value| value.kind() == Type::DictView)
    }

    fn text_method(&self, method: &str, called: &Called, args: &[Unknown]) -> Option<(Unknown, Raises)> {
        let all = |kinds: Kinds| -> Raises {
            match args.iter().all(|arg| arg.is(kinds)) && called.named.is_empty() {
                true => NOTHING,
                false => &[E::TypeError],
            }
        };
        let texts_and_bounds = Kinds::STR.or(Kinds::NONE).or(Kinds::INTS);
        let separator = || -> Raises {
            let value = called.args.first().copied();
            let known = match value.map(|value| (value, self.heap.get(value.handle()))) {
                None => true,
                Some((value, Object::Str(text))) if value.kind() == Type::Str => {
                    text.as_str().is_some_and(|text| !text.is_empty())
                }
                Some((value, _)) => value.is_none(),
            };
            if known { NOTHING } else { &[E::ValueError, E::TypeError] }
        };
        let of = Unknown::of;
        let texts = || Unknown::collection(Kinds::LIST, Unknown::text());
        Some(match method {
            "lower" | "upper" | "strip" | "lstrip" | "rstrip" | "title" | "capitalize" | "casefold" | "swapcase"
            | "removeprefix" | "removesuffix" => (Unknown::text(), all(Kinds::STR.or(Kinds::NONE))),
            "replace" | "zfill" | "center" | "ljust" | "rjust" | "expandtabs" => {
                (Unknown::text(), all(Kinds::STR.or(Kinds::COUNT).or(Kinds::BOOL)))
            }
            "startswith" | "endswith" => {
                let texts = args.first().is_some_and(|first| {
                    first.is(Kinds::STR)
                        || first.is(Kinds::TUPLE) && first.items.as_deref().is_some_and(|items| items.is(Kinds::STR))
                });
                (of(Kinds::BOOL), if texts { NOTHING } else { &[E::TypeError] })
            }
            _ if method.starts_with("is") => (of(Kinds::BOOL), NOTHING),
            "find" | "rfind" | "count" => (of(Kinds::COUNT), all(texts_and_bounds)),
            "index" | "rindex" => (of(Kinds::COUNT), &[E::ValueError]),
            "split" | "rsplit" => {
                let sizes = self.sizes_of_split(called);
                (Unknown { sizes, ..texts() }, separator())
            }
            "splitlines" => (texts(), NOTHING),
            "partition" | "rpartition" => (Unknown::tuple(3, Unknown::text()), separator()),
            "join" => {
                let fits = args
                    .first()
                    .is_some_and(|items| items.is(Kinds::ITERABLE) && items.item().is(Kinds::STR));
                (Unknown::text(), if fits { NOTHING } else { &[E::TypeError] })
            }
            "format" => {
                let plain = called
                    .receiver
                    .is_some_and(|template| self.has_plain_fields(template, called));
                (Unknown::text(), if plain { NOTHING } else { ANYTHING })
            }
            _ => return None,
        })
    }

    /// Returns how many parts a text is split into, at least and at most.
    fn sizes_of_split(&self, called: &Called) -> (u16, u16) {
        let separator = called.args.first().filter(|separator| separator.kind() == Type::Str);
        let (Some(separator), true) = (separator, called.named.is_empty()) else {
            return (0, u16::MAX);
        };
        let times = called.args.get(1).and_then(|times| times.as_int());
        let most = times
            .filter(|times| *times >= 0)
            .and_then(|times| u16::try_from(times).ok());
        let splits = called.receiver.is_some_and(|text| self.has_part(text, *separator));
        let at_least_once = splits && (called.args.len() == 1 || most.is_some_and(|most| most > 0));
        (
            1 + u16::from(at_least_once),
            most.map_or(u16::MAX, |most| most.saturating_add(1)),
        )
    }

    /// Tells whether a template's fields are all `{}` or `{name}` for arguments that are given.
    fn has_plain_fields(&self, template: Value, called: &Called) -> bool {
        let Object::Str(text) = self.heap.get(template.handle()) else {
            return false;
        };
        let Some(text) = text.as_str() else { return false };
        let mut fields = 0;
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let after = rest.get(open + 1..).unwrap_or_default();
            let Some(close) = after.find('}').filter(|_| rest.get(open..=open) == Some("{")) else {
                return false;
            };
            let field = after.get(..close).unwrap_or_default();
            match field {
                "" => fields += 1,
                _ if called.named.iter().any(|(name, _)| name == field) => {}
                _ => return false,
            }
            rest = after.get(close + 1..).unwrap_or_default();
        }
        fields <= called.args.len()
    }

    fn match_method(&self, method: &str, called: &Called) -> Option<(Unknown, Raises)> {
        let receiver = called.receiver?;
        let of = self.described(receiver);
        if !of.is(Kinds::MATCH) {
            return None;
        }
        Some(match (method, called.args.as_slice()) {
            ("group", []) => self.group_of(receiver, Value::int(0)),
            ("group", [group]) => self.group_of(receiver, *group),
            ("group", groups) => {
                let mut items = Unknown::of(Kinds::NOTHING);
                let mut raises = NOTHING;
                for group in groups {
                    let (text, may_raise) = self.group_of(receiver, *group);
                    items = items.join(&text);
                    raises = if may_raise.is_empty() { raises } else { may_raise };
                }
                (Unknown::tuple(u16::try_from(groups.len()).ok()?, items), raises)
            }
            ("groups", []) => {
                let groups = of.pattern.and_then(|pattern| self.groups_of(pattern))?;
                let items = (1..=groups).fold(Unknown::of(Kinds::NOTHING), |items, group| {
                    let group = Value::length(group);
                    items.join(&self.group_of(receiver, group).0)
                });
                (Unknown::tuple(u16::try_from(groups).ok()?, items), NOTHING)
            }
            ("groupdict", []) => (
                Unknown {
                    dict: Some(DictKind::Plain),
                    ..Unknown::collection(Kinds::DICT, Unknown::of(Kinds::STR.or(Kinds::NONE)))
                },
                NOTHING,
            ),
            ("start" | "end", []) => (Unknown::of(Kinds::COUNT), NOTHING),
            ("span", []) => (Unknown::tuple(2, Unknown::of(Kinds::COUNT)), NOTHING),
            _ => (Unknown::any(), ANYTHING),
        })
    }

    fn groups_of(&self, pattern: Handle) -> Option<usize> {
        match self.heap.get(pattern) {
            Object::Pattern(pattern) => Some(pattern.groups()),
            _ => None,
        }
    }

    /// Returns what a group of a match is.
    pub(super) fn group_of(&self, found: Value, group: Value) -> (Unknown, Raises) {
        match self.described(found).pattern {
            Some(pattern) => self.group_text_of(pattern, group),
            None => (Unknown::of(Kinds::STR.or(Kinds::NONE)), &[E::IndexError]),
        }
    }

    /// Returns what a group of a pattern matches.
    fn group_text_of(&self, pattern: Handle, group: Value) -> (Unknown, Raises) {
        let optional = Unknown::of(Kinds::STR.or(Kinds::NONE));
        let Object::Pattern(pattern) = self.heap.get(pattern) else {
            return (optional, &[E::IndexError]);
        };
        let place = match self.heap.get(group.handle()) {
            Object::Str(name) if group.kind() == Type::Str => name.as_str().and_then(|name| pattern.group_index(name)),
            _ => group.as_int().and_then(|group| usize::try_from(group).ok()),
        };
        let Some(place) = place.filter(|place| *place <= pattern.groups()) else {
            return (optional, &[E::IndexError]);
        };
        let text = pattern.group_text(place);
        let shape = match text {
            GroupText::Digits { .. } => Shape::Digits,
            GroupText::Number { .. } => Shape::Number,
            GroupText::Any { .. } => Shape::Any,
        };
        let kinds = if text.takes_part() { Kinds::STR } else { optional.kinds };
        (
            Unknown {
                shape,
                ..Unknown::of(kinds)
            },
            NOTHING,
        )
    }

    /// Returns what a function of `re` finds in a text that is not known.
    fn search(&mut self, function: &str, called: &Called) -> Option<(Unknown, Raises)> {
        let (pattern, rest) = match called.receiver {
            Some(pattern) => (pattern, called.args.as_slice()),
            None => (*called.args.first()?, called.args.get(1..)?),
        };
        if self.unknown(pattern).is_some() {
            return None;
        }
        let flags = called
            .named
            .iter()
            .find(|(name, _)| name == "flags")
            .map(|(_, flags)| *flags);
        let flags = flags.or_else(|| match function {
            "search" | "match" | "fullmatch" | "findall" | "finditer" if called.receiver.is_none() => {
                rest.get(1).copied()
            }
            _ => None,
        });
        let text = match function {
            "sub" | "subn" => rest.get(1)?,
            _ => rest.first()?,
        };
        let raises: Raises = match self.described(*text).is(Kinds::STR) {
            true => NOTHING,
            false => &[E::TypeError],
        };
        let pattern = self.pattern(pattern, flags).ok()?;
        let groups = self.groups_of(pattern.handle())?;
        let found = Unknown {
            pattern: Some(pattern.handle()),
            ..Unknown::of(Kinds::MATCH)
        };
        let result = match function {
            "search" | "match" | "fullmatch" => Unknown {
                kinds: Kinds::MATCH.or(Kinds::NONE),
                ..found
            },
            "finditer" => Unknown::collection(Kinds::ITERATOR, found),
            "findall" if groups > 1 => {
                let tuple = Unknown::tuple(u16::try_from(groups).ok()?, Unknown::text());
                Unknown::collection(Kinds::LIST, tuple)
            }
            "findall" => {
                let group = Value::length(groups);
                let (text, _) = self.group_text_of(pattern.handle(), group);
                // A group that took no part is an empty text here.
                let shape = if text.is(Kinds::STR) { text.shape } else { Shape::Any };
                let text = Unknown {
                    shape,
                    ..Unknown::text()
                };
                Unknown::collection(Kinds::LIST, text)
            }
            "split" => Unknown::collection(Kinds::LIST, Unknown::of(Kinds::STR.or(Kinds::NONE))),
            "sub" if rest.first()?.kind() == Type::Str && self.unknown(*rest.first()?).is_none() => Unknown::text(),
            _ => return None,
        };
        Some((result, raises))
    }

    fn instance_test(&self, called: &Called, value: &Unknown) -> Option<(Unknown, Raises)> {
        let classes = *called.args.get(1)?;
        let mut kinds = Kinds::NOTHING;
        let mut open = vec![classes];
        while let Some(class) = open.pop() {
            if let Object::Tuple(classes) = self.heap.get(class.handle())
                && class.kind() == Type::Tuple
            {
                open.extend(classes.iter());
                continue;
            }
            kinds = kinds.or(match self.library.class_name(class) {
                _ if class.kind() != Type::Class => return None,
                "str" => Kinds::STR,
                "int" => Kinds::INTS,
                "float" => Kinds::FLOAT,
                "bool" => Kinds::BOOL,
                "list" => Kinds::LIST,
                "tuple" => Kinds::TUPLE,
                "dict" => Kinds::DICT,
                "set" => Kinds::SET,
                _ => return None,
            });
        }
        let of = called.args.first().filter(|value| value.kind() == Type::Unknown);
        let is = value.kinds.and(kinds.or(Kinds::OTHER));
        let is_not = value.kinds.without(kinds);
        Some(match of {
            Some(of) if !is.is_empty() && !is_not.is_empty() => {
                let test = Unknown::testing(of.handle(), Told::kinds(is), Told::kinds(is_not));
                (test, NOTHING)
            }
            _ => (Unknown::of(Kinds::BOOL), NOTHING),
        })
    }
}

/// Tells whether any two such values can be compared by `<`.
fn is_ordered(item: &Unknown) -> bool {
    item.is(Kinds::NUMBERS) || item.is(Kinds::STR)
}

fn int_of(args: &[Unknown]) -> (Unknown, Raises) {
    let of = Unknown::of;
    match args {
        [value] if value.is(Kinds::BOOL.or(Kinds::COUNT)) => (of(Kinds::COUNT), NOTHING),
        [value] if value.is(Kinds::INTS) => (of(Kinds::INT), NOTHING),
        // That a text of digits can be too long to read is one of the machine's limits.
        [value] if value.is(Kinds::STR) && value.shape == Shape::Digits => (of(Kinds::INT), NOTHING),
        [value] if value.is(Kinds::STR) => (of(Kinds::INT), &[E::ValueError]),
        [value] if value.is(Kinds::FLOAT) => (of(Kinds::INT), &[E::ValueError, E::OverflowError]),
        _ => (of(Kinds::INT), &[E::ValueError, E::TypeError]),
    }
}

fn float_of(args: &[Unknown]) -> (Unknown, Raises) {
    let float = Unknown::of(Kinds::FLOAT);
    match args {
        [value] if value.is(Kinds::BOOL.or(Kinds::COUNT).or(Kinds::FLOAT)) => (float, NOTHING),
        [value] if value.is(Kinds::STR) && value.shape >= Shape::Number => (float, NOTHING),
        [value] if value.is(Kinds::STR) => (float, &[E::ValueError]),
        [value] if value.is(Kinds::INTS) => (float, &[E::OverflowError]),
        _ => (float, &[E::ValueError, E::TypeError]),
    }
}

fn looks_of(name: &str) -> Looks {
    let method = name.rsplit('.').next().unwrap_or_default();
    match name {
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
