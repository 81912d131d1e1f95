//! Transfer functions of the module `re`: what speculative execution knows about a result if
//! arguments are unknown.

use sift_abstract::{
    ANYTHING, AbstractValue, Call, Kinds, KnownPattern, NOTHING, Raises, Refinement, Shape, Speculator, Transfer,
    type_error_unless,
};
use sift_compiler::exception::ExceptionClass as E;
use sift_regex::{Flags, GroupText, Pattern};
use sift_values::object::{DictKind, Object};
use sift_values::value::{Type, Value};

/// The known pattern and the other arguments of a call to a function of `re` or a method of a
/// pattern.
struct Search {
    pattern: KnownPattern,
    /// The arguments of the call after the pattern.
    rest: Vec<Value>,
}

impl Search {
    /// Parses the arguments of a call that searches. `flags_at` is the position of the flags among
    /// the arguments after the pattern, for a function of the module `re`.
    fn new(m: &mut dyn Speculator, call: &Call, flags_at: Option<usize>) -> Option<Self> {
        let (pattern, rest) = match call.receiver {
            Some(pattern) => (pattern, call.args.as_slice()),
            None => call.args.split_first().map(|(pattern, rest)| (*pattern, rest))?,
        };
        let by_place = flags_at.filter(|_| call.receiver.is_none()).and_then(|at| rest.get(at));
        let flags = call.named("flags").or(by_place.copied());
        Some(Self {
            pattern: m.pattern(pattern, flags)?.known,
            rest: rest.to_vec(),
        })
    }

    fn found(&self) -> AbstractValue {
        AbstractValue {
            pattern: Some(self.pattern.clone()),
            ..AbstractValue::new(Kinds::MATCH)
        }
    }

    /// Returns the transfer with a given result, which may raise a `TypeError` unless the argument
    /// at a position after the pattern is a text.
    fn in_text(&self, m: &dyn Speculator, place: usize, result: AbstractValue) -> Option<Transfer> {
        let is_text = m.describe(*self.rest.get(place)?).is(Kinds::STR);
        Some(Transfer::raising(result, type_error_unless(is_text)))
    }
}

/// The position of the flags, after the pattern, in the arguments of `search`, `match`,
/// `fullmatch`, `findall` and `finditer`.
const FLAGS_AT: Option<usize> = Some(1);

pub(super) fn search(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    find_one(m, call, |pattern| anchored_body(pattern, true))
}

pub(super) fn match_start(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    find_one(m, call, |pattern| anchored_body(pattern, false))
}

pub(super) fn fullmatch(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    find_one(m, call, |pattern| Some(pattern.group_text(0)))
}

/// Returns the transfer for finding one match. `whole` returns the shape of a text that matches, if
/// the pattern only matches whole texts.
fn find_one(m: &mut dyn Speculator, call: &Call, whole: fn(&Pattern) -> Option<GroupText>) -> Option<Transfer> {
    let search = Search::new(m, call, FLAGS_AT)?;
    let text = *search.rest.first()?;
    let shape = whole(&search.pattern.0)
        .map(shape_of)
        .filter(|shape| *shape != Shape::Any);
    // A method of a pattern may match a part of the text: from a position, to another.
    let is_whole = call.receiver.is_none() || search.rest.len() == 1 && call.named.is_empty();
    let is_text = is_whole && text.is_object() && m.describe(text).is(Kinds::STR);
    let test = shape.filter(|_| is_text).and_then(|shape| {
        let refinement = Refinement {
            shape,
            ..Refinement::sizes(1, u16::MAX)
        };
        AbstractValue::testing(text.handle(), refinement, Refinement::NOTHING).test
    });
    let found = AbstractValue {
        kinds: Kinds::MATCH.or(Kinds::NONE),
        test,
        ..search.found()
    };
    search.in_text(m, 0, found)
}

/// Returns the shape of a text that an anchored pattern matches, apart from surrounding whitespace.
/// Returns `None` if the pattern may match less than the whole text.
fn anchored_body(pattern: &Pattern, needs_start: bool) -> Option<GroupText> {
    let source = pattern.source();
    if pattern.flags().has(Flags::MULTILINE) || source.contains(['|', '(']) {
        return None;
    }
    let body = match source.strip_prefix('^').or_else(|| source.strip_prefix(r"\A")) {
        Some(body) => body,
        None if needs_start => return None,
        None => source,
    };
    let body = body.strip_suffix('$').or_else(|| body.strip_suffix(r"\Z"))?;
    let body = body.strip_prefix(r"\s*").unwrap_or(body);
    let body = body.strip_suffix(r"\s*").unwrap_or(body);
    if body.ends_with('\\') {
        return None;
    }
    Some(Pattern::compile(body, pattern.flags()).ok()?.group_text(0))
}

const fn shape_of(text: GroupText) -> Shape {
    match text {
        GroupText::Digits { .. } => Shape::Digits,
        GroupText::Number { .. } => Shape::Number,
        GroupText::Any { .. } => Shape::Any,
    }
}

pub(super) fn finditer(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let search = Search::new(m, call, FLAGS_AT)?;
    search.in_text(m, 0, AbstractValue::collection(Kinds::ITERATOR, search.found()))
}

pub(super) fn findall(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let search = Search::new(m, call, FLAGS_AT)?;
    let text = |group| {
        let text = search.pattern.0.group_text(group);
        // A group that didn't participate is an empty text here.
        let shape = if text.takes_part() { shape_of(text) } else { Shape::Any };
        AbstractValue {
            shape,
            ..AbstractValue::text()
        }
    };
    let item = match search.pattern.0.groups() {
        groups @ (0 | 1) => text(groups),
        groups => AbstractValue::tuple((1..=groups).map(text).collect()),
    };
    search.in_text(m, 0, AbstractValue::collection(Kinds::LIST, item))
}

pub(super) fn split(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let search = Search::new(m, call, None)?;
    let part = AbstractValue::new(Kinds::STR.or(Kinds::NONE));
    search.in_text(m, 0, AbstractValue::collection(Kinds::LIST, part))
}

/// Returns the transfer for `sub` with a template or a function.
pub(super) fn sub(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    if let Some(delegated) = sub_by_function(m, call) {
        return Some(delegated);
    }
    let search = Search::new(m, call, None)?;
    let template = *search.rest.first()?;
    if template.kind() != Type::Str || !m.is_known(template) {
        return None;
    }
    search.in_text(m, 1, AbstractValue::text())
}

fn sub_by_function(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let (pattern, function, text) = match (call.receiver, call.args.as_slice()) {
        (None, [pattern, function, text]) => (*pattern, *function, *text),
        (Some(pattern), [function, text]) => (pattern, *function, *text),
        _ => return None,
    };
    let is_function = matches!(function.kind(), Type::Function | Type::Native | Type::BoundMethod);
    if !call.named.is_empty() || !is_function || !m.describe(text).is(Kinds::STR) {
        return None;
    }
    let pattern = m.pattern(pattern, None)?.value;
    let args = vec![pattern, function, text, Value::int(0), Value::FALSE];
    Some(Transfer::Delegated("_sub_by", args))
}

pub(super) fn matches_of(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let Object::Pattern(pattern) = m.heap().get(call.args.first()?.handle()) else {
        return None;
    };
    let found = AbstractValue {
        pattern: Some(KnownPattern(std::sync::Arc::clone(pattern))),
        ..AbstractValue::new(Kinds::MATCH)
    };
    Some(Transfer::pure(AbstractValue::collection(Kinds::LIST, found)))
}

pub(super) fn replace_matches(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let replacements = m.describe(*call.args.get(2)?).yielded();
    let raises = type_error_unless(replacements.is(Kinds::STR));
    Some(Transfer::raising(AbstractValue::text(), raises))
}

pub(super) fn group(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let found = m.receiver(call);
    let (result, raises) = match call.args.as_slice() {
        [] => group_of(m, &found, Value::int(0)),
        [group] => group_of(m, &found, *group),
        groups => {
            let groups: Vec<_> = groups.iter().map(|group| group_of(m, &found, *group)).collect();
            let raises = groups
                .iter()
                .map(|(_, raises)| *raises)
                .find(|raises| !raises.is_empty());
            let texts = groups.into_iter().map(|(text, _)| text).collect();
            (AbstractValue::tuple(texts), raises.unwrap_or(NOTHING))
        }
    };
    Some(Transfer::raising(result, raises))
}

/// Returns what is known of the text of a group in a match, and the exceptions that reading it may
/// raise.
pub fn group_of(m: &dyn Speculator, found: &AbstractValue, group: Value) -> (AbstractValue, Raises) {
    let optional = AbstractValue::new(Kinds::STR.or(Kinds::NONE));
    let Some(KnownPattern(pattern)) = &found.pattern else {
        return (optional, &[E::IndexError]);
    };
    let place = match m.known_text(group) {
        Some(name) => pattern.group_index(name),
        None => group.as_int().and_then(|group| usize::try_from(group).ok()),
    };
    match place.filter(|place| *place <= pattern.groups()) {
        Some(place) => (text_of_group(pattern, place), NOTHING),
        None => (optional, &[E::IndexError]),
    }
}

fn text_of_group(pattern: &Pattern, place: usize) -> AbstractValue {
    let text = pattern.group_text(place);
    let kinds = if text.takes_part() {
        Kinds::STR
    } else {
        Kinds::STR.or(Kinds::NONE)
    };
    AbstractValue {
        shape: shape_of(text),
        ..AbstractValue::new(kinds)
    }
}

pub(super) fn groups(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    if !call.is_bare() {
        return Some(Transfer::raising(AbstractValue::any(), ANYTHING));
    }
    let KnownPattern(pattern) = m.receiver(call).pattern?;
    let texts = (1..=pattern.groups()).map(|group| text_of_group(&pattern, group));
    Some(Transfer::pure(AbstractValue::tuple(texts.collect())))
}

pub(super) fn groupdict(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let text = AbstractValue::new(Kinds::STR.or(Kinds::NONE));
    let groups = AbstractValue::dict(DictKind::Plain, AbstractValue::text(), text);
    Some(if_bare(call, groups))
}

/// Returns the transfer for the match methods `start` and `end`.
pub(super) fn bound(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    Some(if_bare(call, AbstractValue::new(Kinds::COUNT)))
}

pub(super) fn span(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let bounds = AbstractValue::tuple(vec![AbstractValue::new(Kinds::COUNT); 2]);
    Some(if_bare(call, bounds))
}

pub(super) fn expand(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::raising(AbstractValue::any(), ANYTHING))
}

fn if_bare(call: &Call, result: AbstractValue) -> Transfer {
    match call.is_bare() {
        true => Transfer::pure(result),
        false => Transfer::raising(AbstractValue::any(), ANYTHING),
    }
}
