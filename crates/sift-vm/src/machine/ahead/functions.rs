//! What functions without side effects make of values that are not known.

use sift_compiler::exception::ExceptionClass as E;
use sift_values::object::{DictKind, Object};
use sift_values::value::{Type, Value};

use super::super::Interpreter;
use super::iterators::Through;
use super::library::Called;
use super::ops::{ANYTHING, NOTHING, Raises};
use super::unknown::{Kinds, Told, Unknown};

impl Interpreter {
    /// Returns what a function without side effects makes of its arguments, and what it may raise.
    pub(super) fn result_of(&mut self, called: &Called) -> Option<(Unknown, Raises)> {
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
                let is_text = |arg: &Value| arg.kind() == Type::Str && self.unknown(*arg).is_some();
                let unknown = called.args.first().filter(|arg| self.is_unknown(**arg) || is_text(arg));
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
            "min" | "max" if called.named.is_empty() && first.is(Kinds::ITERABLE) && is_ordered(&first.given()) => {
                let raises: Raises = if first.sizes.0 > 0 { NOTHING } else { &[E::ValueError] };
                (first.given(), raises)
            }
            "min" | "max" if called.named.is_empty() => (first.given(), &[E::ValueError, E::TypeError]),
            "min" | "max" if matches!(called.named.as_slice(), [(name, _)] if name == "default") => {
                let default = called.named.first().map(|(_, default)| self.described(*default))?;
                let fits = first.is(Kinds::ITERABLE) && is_ordered(&first.given());
                let raises: Raises = if fits { NOTHING } else { &[E::TypeError] };
                (first.given().join(&default), raises)
            }
            "sum" if args.len() == 1 && first.given().is(Kinds::NUMBERS) && first.is(Kinds::ITERABLE) => {
                let item = first.given().kinds;
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
                let raises: Raises = match first.is(Kinds::ITERABLE) && is_ordered(&first.given()) {
                    true => NOTHING,
                    false => &[E::TypeError],
                };
                (Unknown::collection(Kinds::LIST, first.given()), raises)
            }
            "list" => (Unknown::collection(Kinds::LIST, first.given()), iterable()),
            "tuple" => (Unknown::collection(Kinds::TUPLE, first.given()), iterable()),
            "set" | "frozenset" => {
                let raises: Raises = match first.is(Kinds::ITERABLE) && first.given().is(Kinds::HASHABLE) {
                    true => NOTHING,
                    false => &[E::TypeError],
                };
                (Unknown::collection(Kinds::SET, first.given()), raises)
            }
            "Counter" if args.len() == 1 && !first.is(Kinds::DICT) => {
                let raises: Raises = match first.is(Kinds::ITERABLE) && first.given().is(Kinds::HASHABLE) {
                    true => NOTHING,
                    false => &[E::TypeError],
                };
                (
                    Unknown::dict(DictKind::Counter, first.given(), of(Kinds::COUNT)),
                    raises,
                )
            }
            "enumerate" => {
                let through = self.begin_iterating(*called.args.first()?);
                (self.iterating(Through::Numbered(Box::new(through))), iterable())
            }
            "zip" => {
                let inners = called.args.iter().map(|arg| self.begin_iterating(*arg)).collect();
                let all = args.iter().all(|arg| arg.is(Kinds::ITERABLE));
                let raises: Raises = if all { NOTHING } else { &[E::TypeError] };
                (self.iterating(Through::SideBySide(inners)), raises)
            }
            "reversed" | "iter" if args.len() == 1 => {
                let through = self.begin_iterating(*called.args.first()?);
                (self.iterating(through), iterable())
            }
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
            "divmod" if args.iter().all(|arg| arg.is(Kinds::COUNT)) && is_divisor(called.args.get(1)) => {
                (Unknown::tuple(vec![of(Kinds::COUNT); 2]), NOTHING)
            }
            "dict.fromkeys" => {
                let raises: Raises = match first.is(Kinds::ITERABLE) && first.given().is(Kinds::HASHABLE) {
                    true => NOTHING,
                    false => &[E::TypeError],
                };
                let value = args.get(1).cloned().unwrap_or_else(|| of(Kinds::NONE));
                (Unknown::dict(DictKind::Plain, first.given(), value), raises)
            }
            "dict" if args.len() == 1 && called.named.is_empty() => {
                let pair = first.given();
                let fields = match pair.fields.as_deref() {
                    _ if first.is(Kinds::DICT) => Some((first.key(), first.item())),
                    Some([key, value]) if pair.is(Kinds::TUPLE) => Some((key.clone(), value.clone())),
                    _ if pair.is(Kinds::LIST) && pair.sizes == (2, 2) => Some((pair.item(), pair.item())),
                    _ => None,
                };
                let fits = fields.as_ref().is_some_and(|(key, _)| key.is(Kinds::HASHABLE)) && first.is(Kinds::ITERABLE);
                let raises: Raises = if fits { NOTHING } else { &[E::TypeError, E::ValueError] };
                let (key, value) = fields.unwrap_or((Unknown::any(), Unknown::any()));
                (Unknown::dict(DictKind::Plain, key, value.held_twice()), raises)
            }
            "_matches_of" => {
                let found = Unknown {
                    pattern: self.pattern_held_by(*called.args.first()?),
                    ..of(Kinds::MATCH)
                };
                (Unknown::collection(Kinds::LIST, found), NOTHING)
            }
            "_replace_matches" => {
                let replacements = args.get(2)?.given();
                let raises: Raises = if replacements.is(Kinds::STR) {
                    NOTHING
                } else {
                    &[E::TypeError]
                };
                (Unknown::text(), raises)
            }
            "_sort_by_keys" => {
                let keys = args.get(1)?.given();
                let raises: Raises = if is_ordered(&keys) { NOTHING } else { &[E::TypeError] };
                (Unknown::collection(Kinds::LIST, first.given()), raises)
            }
            "ord" | "chr" | "divmod" | "pow" | "hex" | "bin" | "oct" | "min" | "max" => (Unknown::any(), ANYTHING),
            _ => return None,
        })
    }

    fn is_view(&self, value: Option<&Value>) -> bool {
        value.is_some_and(|value| value.kind() == Type::DictView)
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
pub(super) fn is_ordered(item: &Unknown) -> bool {
    let is_tuple = item.is(Kinds::TUPLE)
        && item
            .fields
            .as_deref()
            .is_some_and(|fields| fields.iter().all(is_ordered));
    item.is(Kinds::NUMBERS) || item.is(Kinds::STR) || is_tuple
}

fn is_divisor(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.kind() == Type::Int && value.as_int().is_some_and(|int| int != 0))
}

fn int_of(args: &[Unknown]) -> (Unknown, Raises) {
    let of = Unknown::of;
    match args {
        [value] if value.is(Kinds::BOOL.or(Kinds::COUNT)) => (of(Kinds::COUNT), NOTHING),
        [value] if value.is(Kinds::INTS) => (of(Kinds::INT), NOTHING),
        // That a text of digits can be too long to read is one of the machine's limits.
        [value] if value.is(Kinds::STR) && value.shape.is_int() => (of(Kinds::INT), NOTHING),
        [value] if value.is(Kinds::STR) => (of(Kinds::INT), &[E::ValueError]),
        [value] if value.is(Kinds::FLOAT) => (of(Kinds::INT), &[E::ValueError, E::OverflowError]),
        _ => (of(Kinds::INT), &[E::ValueError, E::TypeError]),
    }
}

fn float_of(args: &[Unknown]) -> (Unknown, Raises) {
    let float = Unknown::of(Kinds::FLOAT);
    match args {
        [value] if value.is(Kinds::BOOL.or(Kinds::COUNT).or(Kinds::FLOAT)) => (float, NOTHING),
        [value] if value.is(Kinds::STR) && value.shape.is_number() => (float, NOTHING),
        [value] if value.is(Kinds::STR) => (float, &[E::ValueError]),
        [value] if value.is(Kinds::INTS) => (float, &[E::OverflowError]),
        _ => (float, &[E::ValueError, E::TypeError]),
    }
}
