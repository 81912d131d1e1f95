//! Methods of `str`. Results that are parts of the receiver are slices, which keep its origins.

mod building;
mod formatting;
mod search;
mod slicing;

use sift_abstract::Speculation;
use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{Args, Entry, Group, Runtime};
use sift_runtime::table::{Owner, entry, iterating};
use sift_strings::methods::{self as methods, CaseChange, Padding, Side, TextMethodError};
use sift_text::Text;
use sift_values::flow::Flow;
use sift_values::value::Type;

use crate::transfers::texts;

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Method(&[Type::Str]),
        rows: METHODS,
    },
    Group {
        owner: Owner::Class("str"),
        rows: &[entry(
            "maketrans(x, y=None, z=None, /) -> dict",
            "Makes a table for translate: of two texts of equal length and one of characters to delete, or of a dict.",
            formatting::maketrans,
        )],
    },
];

const METHODS: &[Entry] = &[
    entry(
        "capitalize() -> str",
        "Returns the text with its first character in upper case, the rest in lower.",
        |m, a| building::changed(m, a, CaseChange::Capitalize),
    )
    .speculated(Speculation::new(texts::text_of_texts)),
    entry(
        "casefold() -> str",
        "Returns the text for comparing without regard to case.",
        |m, a| building::changed(m, a, CaseChange::Fold),
    )
    .speculated(Speculation::new(texts::change_case)),
    entry(
        "center(width, fillchar=' ', /) -> str",
        "Pads the text on both sides.",
        |m, a| building::padded(m, a, Padding::center),
    )
    .speculated(Speculation::new(texts::pad)),
    entry(
        "count(sub, start=None, end=None, /) -> int",
        "Counts the places of a text.",
        search::count,
    )
    .speculated(Speculation::new(texts::find)),
    entry(
        "endswith(suffix, start=None, end=None, /) -> bool",
        "Tells whether the text ends so.",
        search::endswith,
    )
    .speculated(Speculation::new(texts::has_affix)),
    entry(
        "expandtabs(tabsize=8) -> str",
        "Replaces tabs by spaces.",
        building::expandtabs,
    )
    .speculated(Speculation::new(texts::text_of_counts)),
    entry(
        "find(sub, start=None, end=None, /) -> int",
        "Returns the first place of a text, or -1.",
        |m, a| search::place(m, a, Edge::First),
    )
    .speculated(Speculation::new(texts::find)),
    entry(
        "format(*args, **kwargs) -> str",
        "Fills in the fields of a template.",
        formatting::format,
    )
    .speculated(Speculation::new(texts::format)),
    entry(
        "format_map(mapping, /) -> str",
        "Fills in the fields of a template from a mapping.",
        formatting::format_map,
    ),
    entry(
        "index(sub, start=None, end=None, /) -> int",
        "Returns the first place of a text.",
        |m, a| search::index_of(m, a, Edge::First),
    )
    .speculated(Speculation::new(texts::index)),
    entry(
        "isalnum() -> bool",
        "Tells whether all characters are letters or digits.",
        |m, a| slicing::are_all(m, a, methods::isalnum),
    )
    .speculated(Speculation::new(texts::is_some_class)),
    entry(
        "isalpha() -> bool",
        "Tells whether all characters are letters.",
        |m, a| slicing::are_all(m, a, methods::isalpha),
    )
    .speculated(Speculation::new(texts::is_some_class)),
    entry(
        "isascii() -> bool",
        "Tells whether all characters are ASCII.",
        |m, a| slicing::are_all(m, a, methods::isascii),
    )
    .speculated(Speculation::new(texts::is_any_class)),
    entry(
        "isdecimal() -> bool",
        "Tells whether all characters are decimal digits.",
        |m, a| slicing::are_all(m, a, methods::isdecimal),
    )
    .speculated(Speculation::new(texts::is_digits)),
    entry(
        "isdigit() -> bool",
        "Tells whether all characters are digits.",
        |m, a| slicing::are_all(m, a, methods::isdigit),
    )
    .speculated(Speculation::new(texts::is_digits)),
    entry(
        "isidentifier() -> bool",
        "Tells whether the text could be a name.",
        slicing::isidentifier,
    )
    .speculated(Speculation::new(texts::is_some_class)),
    entry(
        "islower() -> bool",
        "Tells whether the text is in lower case.",
        |m, a| slicing::is_in_case(m, a, char::is_lowercase, methods::denies_lower),
    )
    .speculated(Speculation::new(texts::is_some_class)),
    entry(
        "isnumeric() -> bool",
        "Tells whether all characters stand for numbers.",
        |m, a| slicing::are_all(m, a, methods::isnumeric),
    )
    .speculated(Speculation::new(texts::is_some_class)),
    entry(
        "isprintable() -> bool",
        "Tells whether repr shows all characters as they are.",
        |m, a| slicing::are_all(m, a, methods::isprintable),
    )
    .speculated(Speculation::new(texts::is_any_class)),
    entry(
        "isspace() -> bool",
        "Tells whether all characters are white space.",
        |m, a| slicing::are_all(m, a, methods::isspace),
    )
    .speculated(Speculation::new(texts::is_some_class)),
    entry(
        "istitle() -> bool",
        "Tells whether every word begins in upper case.",
        slicing::istitle,
    )
    .speculated(Speculation::new(texts::is_some_class)),
    entry(
        "isupper() -> bool",
        "Tells whether the text is in upper case.",
        |m, a| slicing::is_in_case(m, a, char::is_uppercase, methods::denies_upper),
    )
    .speculated(Speculation::new(texts::is_some_class)),
    iterating(
        "join(iterable, /) -> str",
        "Puts texts together with this one between them.",
        building::join,
    )
    .speculated(Speculation::new(texts::join)),
    entry(
        "ljust(width, fillchar=' ', /) -> str",
        "Pads the text on the right.",
        |m, a| building::padded(m, a, Padding::after),
    )
    .speculated(Speculation::new(texts::pad)),
    entry("lower() -> str", "Returns the text in lower case.", |m, a| {
        building::changed(m, a, CaseChange::Lower)
    })
    .speculated(Speculation::new(texts::change_case)),
    entry(
        "lstrip(chars=None, /) -> str",
        "Cuts white space, or these characters, from the start.",
        |m, a| slicing::stripped(m, a, Side::Left),
    )
    .speculated(Speculation::new(texts::strip_one_end)),
    entry(
        "partition(sep, /) -> tuple",
        "Returns what is before the first separator, it, and what is after.",
        |m, a| slicing::partition(m, a, Edge::First),
    )
    .speculated(Speculation::new(texts::partition)),
    entry(
        "removeprefix(prefix, /) -> str",
        "Cuts a prefix if it is there.",
        |m, a| slicing::without(m, a, "removeprefix", methods::remove_prefix),
    )
    .speculated(Speculation::new(texts::text_of_texts)),
    entry(
        "removesuffix(suffix, /) -> str",
        "Cuts a suffix if it is there.",
        |m, a| slicing::without(m, a, "removesuffix", methods::remove_suffix),
    )
    .speculated(Speculation::new(texts::text_of_texts)),
    entry(
        "replace(old, new, count=-1, /) -> str",
        "Replaces a text by another, everywhere or at the first places.",
        building::replace,
    )
    .speculated(Speculation::new(texts::text_of_counts)),
    entry(
        "rfind(sub, start=None, end=None, /) -> int",
        "Returns the last place of a text, or -1.",
        |m, a| search::place(m, a, Edge::Last),
    )
    .speculated(Speculation::new(texts::find)),
    entry(
        "rindex(sub, start=None, end=None, /) -> int",
        "Returns the last place of a text.",
        |m, a| search::index_of(m, a, Edge::Last),
    )
    .speculated(Speculation::new(texts::index)),
    entry(
        "rjust(width, fillchar=' ', /) -> str",
        "Pads the text on the left.",
        |m, a| building::padded(m, a, Padding::before),
    )
    .speculated(Speculation::new(texts::pad)),
    entry(
        "rpartition(sep, /) -> tuple",
        "Returns what is before the last separator, it, and what is after.",
        |m, a| slicing::partition(m, a, Edge::Last),
    )
    .speculated(Speculation::new(texts::partition)),
    entry(
        "rsplit(sep=None, maxsplit=-1) -> list",
        "Splits at a separator or at white space, from the end.",
        |m, a| slicing::split(m, a, Edge::Last),
    )
    .speculated(Speculation::new(texts::split)),
    entry(
        "rstrip(chars=None, /) -> str",
        "Cuts white space, or these characters, from the end.",
        |m, a| slicing::stripped(m, a, Side::Right),
    )
    .speculated(Speculation::new(texts::strip_one_end)),
    entry(
        "split(sep=None, maxsplit=-1) -> list",
        "Splits at a separator or at white space.",
        |m, a| slicing::split(m, a, Edge::First),
    )
    .speculated(Speculation::new(texts::split)),
    entry(
        "splitlines(keepends=False) -> list",
        "Splits into lines.",
        slicing::splitlines,
    )
    .speculated(Speculation::new(texts::splitlines)),
    entry(
        "startswith(prefix, start=None, end=None, /) -> bool",
        "Tells whether the text begins so.",
        search::startswith,
    )
    .speculated(Speculation::new(texts::has_affix)),
    entry(
        "strip(chars=None, /) -> str",
        "Cuts white space, or these characters, from both ends.",
        |m, a| slicing::stripped(m, a, Side::Both),
    )
    .speculated(Speculation::new(texts::strip)),
    entry(
        "swapcase() -> str",
        "Returns the text with upper and lower case exchanged.",
        |m, a| building::changed(m, a, CaseChange::Swap),
    )
    .speculated(Speculation::new(texts::text_of_texts)),
    entry(
        "title() -> str",
        "Returns the text with every word beginning in upper case.",
        |m, a| building::changed(m, a, CaseChange::Title),
    )
    .speculated(Speculation::new(texts::text_of_texts)),
    entry(
        "translate(table, /) -> str",
        "Replaces characters by a table.",
        formatting::translate,
    )
    .speculated(Speculation::new(texts::translate)),
    entry("upper() -> str", "Returns the text in upper case.", |m, a| {
        building::changed(m, a, CaseChange::Upper)
    })
    .speculated(Speculation::new(texts::change_case)),
    entry(
        "zfill(width, /) -> str",
        "Pads a number with zeros on the left.",
        building::zfill,
    )
    .speculated(Speculation::new(texts::text_of_counts)),
];

/// The end of a text at which a method starts: `First` as in `find`, `Last` as in `rfind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    First,
    Last,
}

/// Returns the receiver of a method call as a contiguous text, without charging for reading it. The
/// caller records the part that it reads.
fn receiver(m: &mut Runtime, args: &Args) -> Result<Text, Flow> {
    m.flat_text(args.receiver)
}

/// Returns the receiver of a method call as a contiguous text, and charges fuel for reading it all.
fn read_receiver(m: &mut Runtime, args: &Args) -> Result<Text, Flow> {
    let text = m.flat_text(args.receiver)?;
    m.meter.pay_to_read(&text)?;
    Ok(text)
}

fn method_error(m: &mut Runtime, error: TextMethodError) -> Flow {
    let class = ExceptionClass::from_name(error.exception()).unwrap_or(ExceptionClass::ValueError);
    let flow = m.raise(class, error.to_string());
    m.with_help(flow, error.hint())
}
