//! What methods of texts, matches and patterns make of values that are not known.

use sift_compiler::exception::ExceptionClass as E;
use sift_modules::regex::cache::pattern_arg;
use sift_regex::{GroupText, Pattern};
use sift_values::object::{DictKind, Object};
use sift_values::value::{Type, Value};

use super::super::Interpreter;
use super::library::Called;
use super::ops::{ANYTHING, NOTHING, Raises};
use super::unknown::{Kinds, Shape, Told, Unknown};

impl Interpreter {
    pub(super) fn text_method(&mut self, method: &str, called: &Called, args: &[Unknown]) -> Option<(Unknown, Raises)> {
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
            "lower" | "upper" | "strip" | "casefold" if called.args.is_empty() => {
                let receiver = called.receiver.map_or_else(Unknown::text, |text| self.described(text));
                // A sign, digits and a point have no cases.
                let result = Unknown {
                    shape: if receiver.is(Kinds::STR) {
                        receiver.shape
                    } else {
                        Shape::Any
                    },
                    ..Unknown::text()
                };
                (result, NOTHING)
            }
            "lower" | "upper" | "strip" | "lstrip" | "rstrip" | "title" | "capitalize" | "casefold" | "swapcase"
            | "removeprefix" | "removesuffix" => (Unknown::text(), all(Kinds::STR.or(Kinds::NONE))),
            "translate" if called.args.iter().all(|table| self.is_table(*table)) => (Unknown::text(), NOTHING),
            "replace" | "zfill" | "center" | "ljust" | "rjust" | "expandtabs" => {
                (Unknown::text(), all(Kinds::STR.or(Kinds::COUNT).or(Kinds::BOOL)))
            }
            "startswith" | "endswith" => {
                let texts = args.first().is_some_and(|first| {
                    first.is(Kinds::STR)
                        || first.is(Kinds::TUPLE) && first.items.as_deref().is_some_and(|items| items.is(Kinds::STR))
                });
                let test = self.told_by(method, called).unwrap_or(of(Kinds::BOOL));
                (test, if texts { NOTHING } else { &[E::TypeError] })
            }
            _ if method.starts_with("is") => (self.told_by(method, called).unwrap_or(of(Kinds::BOOL)), NOTHING),
            "find" | "rfind" | "count" => (of(Kinds::COUNT), all(texts_and_bounds)),
            "index" | "rindex" => (of(Kinds::COUNT), &[E::ValueError]),
            "split" | "rsplit" => {
                let sizes = self.sizes_of_split(called);
                (Unknown { sizes, ..texts() }, separator())
            }
            "splitlines" => (texts(), NOTHING),
            "partition" | "rpartition" => (Unknown::tuple(vec![Unknown::text(); 3]), separator()),
            "join" => {
                let fits = args
                    .first()
                    .is_some_and(|items| items.is(Kinds::ITERABLE) && items.given().is(Kinds::STR));
                let is_plain = called.receiver.and_then(|separator| self.known_text(separator)) == Some("");
                let shape = args
                    .first()
                    .filter(|_| is_plain && fits)
                    .map(|items| items.given().shape);
                let result = Unknown {
                    shape: match shape {
                        Some(Shape::DigitsAlone) => Shape::DigitsOrNothing,
                        _ => Shape::Any,
                    },
                    ..Unknown::text()
                };
                (result, if fits { NOTHING } else { &[E::TypeError] })
            }
            "format" => {
                let takes = called
                    .receiver
                    .is_some_and(|template| self.fields_take(template, called));
                (Unknown::text(), if takes { NOTHING } else { ANYTHING })
            }
            _ => return None,
        })
    }

    /// Returns how many parts a text is split into, at least and at most.
    fn sizes_of_split(&self, called: &Called) -> (u16, u16) {
        if called.args.is_empty()
            && let Some(text) = called.receiver
            && self.is_stripped(text)
            && self.described(text).sizes.0 > 0
        {
            return (1, u16::MAX);
        }
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

    /// Tells whether a value is a table for `str.translate` that is known.
    fn is_table(&self, table: Value) -> bool {
        let fits = |(key, value): (Value, Value)| {
            key.kind() == Type::Int && (value.is_none() || value.kind() == Type::Str && self.unknown(value).is_none())
        };
        matches!(self.heap.get(table.handle()), Object::Dict(dict) if table.kind() == Type::Dict && dict.items.iter().all(fits))
    }

    pub(super) fn match_method(&self, method: &str, called: &Called) -> Option<(Unknown, Raises)> {
        let receiver = called.receiver?;
        let of = self.described(receiver);
        if !of.is(Kinds::MATCH) {
            return None;
        }
        Some(match (method, called.args.as_slice()) {
            ("group", []) => self.group_of(receiver, Value::int(0)),
            ("group", [group]) => self.group_of(receiver, *group),
            ("group", groups) => {
                let mut texts = Vec::new();
                let mut raises = NOTHING;
                for group in groups {
                    let (text, may_raise) = self.group_of(receiver, *group);
                    texts.push(text);
                    raises = if may_raise.is_empty() { raises } else { may_raise };
                }
                (Unknown::tuple(texts), raises)
            }
            ("groups", []) => {
                let groups = of.pattern.as_ref()?.0.groups();
                let text = |group| self.group_of(receiver, Value::length(group)).0;
                (Unknown::tuple((1..=groups).map(text).collect()), NOTHING)
            }
            ("groupdict", []) => (
                Unknown::dict(
                    DictKind::Plain,
                    Unknown::text(),
                    Unknown::of(Kinds::STR.or(Kinds::NONE)),
                ),
                NOTHING,
            ),
            ("start" | "end", []) => (Unknown::of(Kinds::COUNT), NOTHING),
            ("span", []) => (Unknown::tuple(vec![Unknown::of(Kinds::COUNT); 2]), NOTHING),
            _ => (Unknown::any(), ANYTHING),
        })
    }

    /// Returns what a group of a match is.
    pub(super) fn group_of(&self, found: Value, group: Value) -> (Unknown, Raises) {
        match self.described(found).pattern {
            Some(pattern) => self.group_text_of(&pattern.0, group),
            None => (Unknown::of(Kinds::STR.or(Kinds::NONE)), &[E::IndexError]),
        }
    }

    /// Returns what a group of a pattern matches.
    fn group_text_of(&self, pattern: &Pattern, group: Value) -> (Unknown, Raises) {
        let optional = Unknown::of(Kinds::STR.or(Kinds::NONE));
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
    pub(super) fn search(&mut self, function: &str, called: &Called) -> Option<(Unknown, Raises)> {
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
        let pattern = pattern_arg(self, pattern, flags).ok()?;
        let pattern = self.pattern_held_by(pattern)?;
        let groups = pattern.0.groups();
        let found = Unknown {
            pattern: Some(pattern.clone()),
            ..Unknown::of(Kinds::MATCH)
        };
        let result = match function {
            "search" | "match" | "fullmatch" => {
                let told = self.told_by_match(function, *text, &found);
                let test = told.and_then(|told| Unknown::testing(text.handle(), told, Told::NOTHING).test);
                Unknown {
                    kinds: Kinds::MATCH.or(Kinds::NONE),
                    test,
                    ..found
                }
            }
            "finditer" => Unknown::collection(Kinds::ITERATOR, found),
            "findall" => {
                let text = |group| {
                    let (text, _) = self.group_text_of(&pattern.0, Value::length(group));
                    // A group that took no part is an empty text here.
                    let shape = if text.is(Kinds::STR) { text.shape } else { Shape::Any };
                    Unknown {
                        shape,
                        ..Unknown::text()
                    }
                };
                let item = match groups {
                    0 | 1 => text(groups),
                    _ => Unknown::tuple((1..=groups).map(text).collect()),
                };
                Unknown::collection(Kinds::LIST, item)
            }
            "split" => Unknown::collection(Kinds::LIST, Unknown::of(Kinds::STR.or(Kinds::NONE))),
            "sub" if rest.first()?.kind() == Type::Str && self.unknown(*rest.first()?).is_none() => Unknown::text(),
            _ => return None,
        };
        Some((result, raises))
    }
}
