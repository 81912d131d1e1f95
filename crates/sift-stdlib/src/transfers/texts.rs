//! Transfer functions of the methods of `str`.

use sift_abstract::{
    ANYTHING, AbstractValue, Call, Derivation, Kinds, NOTHING, Raises, Refinement, Shape, Speculator, Transfer,
    type_error_unless,
};
use sift_compiler::exception::ExceptionClass as E;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

/// Transfer function of `str` methods that change case. They don't affect signs, digits and decimal
/// points.
pub(crate) fn change_case(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    derive(m, call, Derivation::Case)
}

pub(crate) fn strip(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    derive(m, call, Derivation::Strip)
}

fn derive(m: &mut dyn Speculator, call: &Call, derivation: Derivation) -> Option<Transfer> {
    if !call.is_bare() {
        return text_of_texts(m, call);
    }
    let receiver = m.receiver(call);
    let shape = if receiver.is(Kinds::STR) {
        receiver.shape
    } else {
        Shape::Any
    };
    let result = AbstractValue {
        shape,
        ..AbstractValue::text()
    };
    Some(Transfer::derived(result, derivation))
}

/// Transfer function of `lstrip` and `rstrip`.
pub(crate) fn strip_one_end(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    match call.is_bare() {
        true => Some(Transfer::derived(AbstractValue::text(), Derivation::StripOneEnd)),
        false => text_of_texts(m, call),
    }
}

/// Transfer function of `str` methods that take texts and return a text.
pub(crate) fn text_of_texts(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let raises = unless_args(m, call, Kinds::STR.or(Kinds::NONE));
    Some(Transfer::raising(AbstractValue::text(), raises))
}

/// Transfer function of `str` methods that take texts and counts and return a text.
pub(crate) fn text_of_counts(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let raises = unless_args(m, call, Kinds::STR.or(Kinds::COUNT).or(Kinds::BOOL));
    Some(Transfer::raising(AbstractValue::text(), raises))
}

/// Transfer function of `str` methods that pad a text to a width with a character.
pub(crate) fn pad(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let fill = call.args.get(1).map(|fill| m.known_text(*fill));
    let is_char = fill.is_none_or(|fill| fill.is_some_and(|fill| fill.chars().count() == 1));
    let is_width = m.argument(call, 0).is(Kinds::COUNT.or(Kinds::BOOL));
    let raises = type_error_unless(is_char && is_width && call.named.is_empty());
    Some(Transfer::raising(AbstractValue::text(), raises))
}

fn unless_args(m: &dyn Speculator, call: &Call, kinds: Kinds) -> Raises {
    type_error_unless(m.all_args_are(call, kinds) && call.named.is_empty())
}

pub(crate) fn translate(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let tables_known = call.args.iter().all(|table| is_known_table(m, *table));
    tables_known.then(|| Transfer::pure(AbstractValue::text()))
}

fn is_known_table(m: &dyn Speculator, table: Value) -> bool {
    let fits = |(key, value): (Value, Value)| {
        key.kind() == Type::Int && (value.is_none() || value.kind() == Type::Str && m.is_known(value))
    };
    matches!(m.heap().get(table.handle()), Object::Dict(dict) if table.kind() == Type::Dict && dict.items.iter().all(fits))
}

/// Transfer function of `find`, `rfind` and `count`.
pub(crate) fn find(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let raises = unless_args(m, call, Kinds::STR.or(Kinds::NONE).or(Kinds::INTS));
    Some(Transfer::raising(AbstractValue::new(Kinds::COUNT), raises))
}

/// Transfer function of `index` and `rindex`.
pub(crate) fn index(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::raising(AbstractValue::new(Kinds::COUNT), &[E::ValueError]))
}

/// Transfer function of `startswith` and `endswith`.
pub(crate) fn has_affix(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let affix = m.argument(call, 0);
    let of_texts = affix.is(Kinds::TUPLE) && affix.items.as_deref().is_some_and(|items| items.is(Kinds::STR));
    let known = match call.args.as_slice() {
        [affix] => m.known_text(*affix).filter(|text| !text.is_empty()),
        _ => None,
    };
    let least = known.map(|text| u16::try_from(text.chars().count()).unwrap_or(u16::MAX));
    let refinement = least.map(|least| Refinement::sizes(least, u16::MAX));
    let raises = type_error_unless(affix.is(Kinds::STR) || of_texts);
    Some(Transfer::raising(testing(call, refinement), raises))
}

/// Transfer function of `isdigit` and `isdecimal`. If they return `true`, the text is assumed to be
/// valid for `int`, although `int` rejects some digits, such as superscripts.
pub(crate) fn is_digits(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let digits = Refinement {
        shape: Shape::DigitsAlone,
        ..Refinement::sizes(1, u16::MAX)
    };
    Some(Transfer::pure(testing(call, Some(digits))))
}

/// Transfer function of `str` tests, such as `isalpha`, that are false for an empty text.
pub(crate) fn is_some_class(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    Some(Transfer::pure(testing(call, Some(Refinement::sizes(1, u16::MAX)))))
}

/// Transfer function of the `str` tests `isascii` and `isprintable`, which are true for an empty
/// text.
pub(crate) fn is_any_class(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::pure(AbstractValue::new(Kinds::BOOL)))
}

/// Returns an abstract bool. If it is true, the receiver's abstract value is refined.
fn testing(call: &Call, if_true: Option<Refinement>) -> AbstractValue {
    match (call.receiver.filter(|text| text.is_object()), if_true) {
        (Some(text), Some(if_true)) => AbstractValue::testing(text.handle(), if_true, Refinement::NOTHING),
        _ => AbstractValue::new(Kinds::BOOL),
    }
}

/// Transfer function of `split` and `rsplit`.
pub(crate) fn split(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let sizes = sizes_of_split(m, call);
    let parts = AbstractValue {
        sizes,
        ..AbstractValue::collection(Kinds::LIST, AbstractValue::text())
    };
    Some(Transfer::raising(parts, separator_errors(m, call)))
}

/// Returns the minimum and maximum number of parts that `split` returns.
fn sizes_of_split(m: &dyn Speculator, call: &Call) -> (u16, u16) {
    if call.args.is_empty()
        && let Some(text) = call.receiver
        && m.is_stripped(text)
        && m.describe(text).sizes.0 > 0
    {
        return (1, u16::MAX);
    }
    let separator = call.args.first().filter(|separator| separator.kind() == Type::Str);
    let (Some(separator), true) = (separator, call.named.is_empty()) else {
        return (0, u16::MAX);
    };
    let times = call.args.get(1).and_then(|times| times.as_int());
    let most = times
        .filter(|times| *times >= 0)
        .and_then(|times| u16::try_from(times).ok());
    let splits = call.receiver.is_some_and(|text| m.contains(text, *separator));
    let at_least_once = splits && (call.args.len() == 1 || most.is_some_and(|most| most > 0));
    (
        1 + u16::from(at_least_once),
        most.map_or(u16::MAX, |most| most.saturating_add(1)),
    )
}

/// Returns the exceptions of a `str` method with an optional separator argument.
fn separator_errors(m: &dyn Speculator, call: &Call) -> Raises {
    let separator = call.args.first().copied().or(call.named("sep"));
    let fits = match separator {
        None => true,
        Some(value) if value.kind() == Type::Str => m.known_text(value).is_some_and(|text| !text.is_empty()),
        Some(value) => value.is_none(),
    };
    if fits { NOTHING } else { &[E::ValueError, E::TypeError] }
}

pub(crate) fn splitlines(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::pure(AbstractValue::collection(
        Kinds::LIST,
        AbstractValue::text(),
    )))
}

/// Transfer function of `partition` and `rpartition`.
pub(crate) fn partition(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let parts = AbstractValue::tuple(vec![AbstractValue::text(); 3]);
    Some(Transfer::raising(parts, separator_errors(m, call)))
}

pub(crate) fn join(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let items = call.args.first().map(|items| m.describe(*items));
    let item = items
        .filter(|items| items.is(Kinds::ITERABLE))
        .map(|items| items.yielded());
    let item = item.filter(|item| item.is(Kinds::STR));
    let without_separator = call.receiver.and_then(|separator| m.known_text(separator)) == Some("");
    let shape = match &item {
        Some(item) if without_separator && item.shape == Shape::DigitsAlone => Shape::DigitsOrNothing,
        _ => Shape::Any,
    };
    let result = AbstractValue {
        shape,
        ..AbstractValue::text()
    };
    Some(Transfer::raising(result, type_error_unless(item.is_some())))
}

pub(crate) fn format(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let fits = call.receiver.is_some_and(|template| m.accepts_fields(template, call));
    Some(Transfer::raising(
        AbstractValue::text(),
        if fits { NOTHING } else { ANYTHING },
    ))
}
