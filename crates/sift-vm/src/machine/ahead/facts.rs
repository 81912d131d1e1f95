//! What was found out about texts that are not known. A text stays what it is, so what is true of it is true for good.

use sift_regex::{Flags, GroupText, Pattern};
use sift_values::object::Object;
use sift_values::value::{Handle, Type, Value};

use super::super::Interpreter;
use super::library::Called;
use super::unknown::{Kinds, Shape, Told, Unknown};

/// What is known of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact {
    of: Handle,
    shape: Shape,
    /// How many characters it has at least.
    least: u16,
}

/// That one text was made of another, by a method without arguments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Derived {
    from: Handle,
    method: &'static str,
    to: Value,
}

/// Methods without arguments whose result is one and the same for the same text.
const DERIVING: &[&str] = &["strip", "lower", "upper", "casefold", "lstrip", "rstrip"];

impl Interpreter {
    /// Returns the text that a method made of this one before.
    pub(super) fn derived(&self, called: &Called) -> Option<Value> {
        let from = called
            .receiver
            .filter(|_| called.args.is_empty() && called.named.is_empty())?;
        let method = called.name.strip_prefix("str.")?;
        let derived = self.ahead.as_ref()?.derived.iter();
        let mut found = derived.filter(|derived| derived.from == from.handle() && derived.method == method);
        found.next().map(|derived| derived.to)
    }

    /// Notes what a method has made of a text.
    pub(super) fn note_derived(&mut self, called: &Called, to: Value) {
        let receiver = called
            .receiver
            .filter(|_| called.args.is_empty() && called.named.is_empty());
        let method = called.name.strip_prefix("str.");
        let method = DERIVING.iter().find(|name| method == Some(**name)).copied();
        if let (Some(from), Some(method), Some(ahead)) = (receiver, method, &mut self.ahead)
            && from.is_object()
        {
            ahead.derived.push(Derived {
                from: from.handle(),
                method,
                to,
            });
        }
    }

    /// Notes what a test has told of a text.
    pub(super) fn note_fact(&mut self, of: Handle, told: Told) {
        let (mut shape, least) = (told.shape, told.sizes.0);
        if told.shape == Shape::Any && least == 0 {
            return;
        }
        // What is digits when it is stripped is digits to `int`; what is left of a text is no longer than it was.
        let mut texts = vec![of];
        while let Some(of) = texts.pop() {
            let Some(ahead) = &mut self.ahead else { return };
            ahead.facts.push(Fact { of, shape, least });
            if shape == Shape::DigitsAlone {
                shape = Shape::Digits;
            }
            let strips = |derived: &&Derived| derived.to.handle() == of && derived.method.ends_with("strip");
            texts.extend(ahead.derived.iter().filter(strips).map(|derived| derived.from));
            if texts.len() > ahead.derived.len() {
                return;
            }
        }
    }

    /// Returns what is known of a text that is not known itself.
    pub(super) fn known_of_text(&self, of: Handle) -> Unknown {
        let facts = self.ahead.as_ref().map(|ahead| ahead.facts.as_slice());
        let mut text = Unknown::text();
        for fact in facts.unwrap_or_default().iter().filter(|fact| fact.of == of) {
            text.shape = text.shape.max(fact.shape);
            text.sizes.0 = text.sizes.0.max(fact.least);
        }
        text
    }

    /// Tells whether a text has no white space at its ends.
    pub(super) fn is_stripped(&self, text: Value) -> bool {
        let derived = self.ahead.as_ref().map(|ahead| ahead.derived.as_slice());
        let mut derived = derived.unwrap_or_default().iter();
        text.is_object() && derived.any(|derived| derived.method == "strip" && derived.to.handle() == text.handle())
    }

    /// Returns what a method that tests a text tells of it.
    pub(super) fn told_by(&self, method: &str, called: &Called) -> Option<Unknown> {
        let of = called.receiver.filter(|text| text.is_object())?;
        let told = match method {
            // Of the characters that `isdigit` takes for digits, `int` takes not all: a superscript is a slip that no reply is
            // looked at for.
            "isdigit" | "isdecimal" => Told {
                shape: Shape::DigitsAlone,
                ..Told::sizes(1, u16::MAX)
            },
            "startswith" | "endswith" => {
                let part = called.args.first().filter(|_| called.args.len() == 1)?;
                let text = self.known_text(*part).filter(|text| !text.is_empty())?;
                Told::sizes(u16::try_from(text.chars().count()).unwrap_or(u16::MAX), u16::MAX)
            }
            _ if method.starts_with("is") && method != "isascii" && method != "isprintable" => Told::sizes(1, u16::MAX),
            _ => return None,
        };
        Some(Unknown::testing(of.handle(), told, Told::NOTHING))
    }

    /// Returns a text that is known, and in one piece.
    pub(super) fn known_text(&self, value: Value) -> Option<&str> {
        match self.heap.get(value.handle()) {
            Object::Str(text) if value.kind() == Type::Str => text.as_str(),
            _ => None,
        }
    }

    /// Returns what a match of a pattern from a text's start to its end, if it is that, tells of the text.
    pub(super) fn told_by_match(&self, function: &str, text: Value, found: &Unknown) -> Option<Told> {
        if !text.is_object() || !self.described(text).is(Kinds::STR) {
            return None;
        }
        let known = found.pattern.as_ref()?;
        let shape = match function {
            "fullmatch" => known.0.group_text(0),
            _ if known.0.flags().has(Flags::MULTILINE) => return None,
            _ => {
                let body = whole(function, known.0.source())?;
                Pattern::compile(body, known.0.flags()).ok()?.group_text(0)
            }
        };
        let shape = match shape {
            GroupText::Digits { .. } => Shape::Digits,
            GroupText::Number { .. } => Shape::Number,
            GroupText::Any { .. } => return None,
        };
        Some(Told {
            shape,
            ..Told::sizes(1, u16::MAX)
        })
    }
}

/// Returns what stands between `^` and `$`, and the white space beside them, in a pattern that has no alternatives.
fn whole<'p>(function: &str, pattern: &'p str) -> Option<&'p str> {
    if pattern.contains(['|', '(']) {
        return None;
    }
    let body = match pattern.strip_prefix('^').or_else(|| pattern.strip_prefix(r"\A")) {
        Some(body) => body,
        None if function == "match" => pattern,
        None => return None,
    };
    let body = body.strip_suffix('$').or_else(|| body.strip_suffix(r"\Z"))?;
    let body = body.strip_prefix(r"\s*").unwrap_or(body);
    let body = body.strip_suffix(r"\s*").unwrap_or(body);
    (!body.ends_with('\\')).then_some(body)
}
