//! The module `unicodedata`: the properties, normal forms and names of characters.

mod characters;
mod numeric_values;

use characters::{Properties, properties};
use numeric_values::NUMERIC_VALUES;
use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{Args, Entry, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_strings::methods::{decimal_value, is_digit};
use sift_values::flow::{Flow, Outcome};
use sift_values::value::{Type, Value};
use sift_values::windows::collect_looking;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization as _, is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick,
};

/// The native functions of the module `unicodedata`.
pub const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Module("unicodedata"),
        rows: FORMS,
    },
    Group {
        owner: Owner::Module("unicodedata"),
        rows: CHARACTERS,
    },
];

const FORMS: &[Entry] = &[
    entry(
        "normalize(form, unistr, /) -> str",
        "Returns a text in one of the forms NFC, NFD, NFKC and NFKD.",
        normalize,
    ),
    entry(
        "is_normalized(form, unistr, /) -> bool",
        "Tells whether a text is in one of the normal forms.",
        is_normalized,
    ),
];

const CHARACTERS: &[Entry] = &[
    entry(
        "bidirectional(chr, /) -> str",
        "Returns the class of a character in text of both directions.",
        |m, a| property(m, a, "bidirectional", |of| of.bidirectional),
    ),
    entry(
        "category(chr, /) -> str",
        "Returns the general category of a character: Lu, Nd, So and so on.",
        |m, a| property(m, a, "category", |of| of.category),
    ),
    entry(
        "combining(chr, /) -> int",
        "Returns the combining class of a mark, 0 for other characters.",
        combining,
    ),
    entry(
        "east_asian_width(chr, /) -> str",
        "Returns how wide a character is set: W, F, Na, H, N or A.",
        |m, a| property(m, a, "east_asian_width", |of| of.width),
    ),
    entry(
        "mirrored(chr, /) -> int",
        "Returns 1 for a character that is mirrored in text from right to left.",
        mirrored,
    ),
    entry(
        "decimal(chr, default=None, /)",
        "Returns the value of a decimal digit.",
        decimal,
    ),
    entry("digit(chr, default=None, /)", "Returns the value of a digit.", digit),
    entry(
        "numeric(chr, default=None, /)",
        "Returns the value of a character that stands for a number.",
        numeric,
    ),
    entry("name(chr, default=None, /)", "Returns the name of a character.", name),
    entry("lookup(name, /) -> str", "Returns the character of a name.", lookup),
];

/// A Unicode normalization form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Composed,
    Decomposed,
    CompatiblyComposed,
    CompatiblyDecomposed,
}

impl Form {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "NFC" => Self::Composed,
            "NFD" => Self::Decomposed,
            "NFKC" => Self::CompatiblyComposed,
            "NFKD" => Self::CompatiblyDecomposed,
            _ => return None,
        })
    }

    /// Returns the characters of a text, normalized to the form.
    fn apply(self, text: &str) -> Box<dyn Iterator<Item = char> + '_> {
        match self {
            Self::Composed => Box::new(text.nfc()),
            Self::Decomposed => Box::new(text.nfd()),
            Self::CompatiblyComposed => Box::new(text.nfkc()),
            Self::CompatiblyDecomposed => Box::new(text.nfkd()),
        }
    }

    /// Returns `true` if a text is normalized to the form. Stops reading when `stop` returns
    /// `true`.
    fn holds(self, text: &str, stop: impl Fn() -> bool) -> bool {
        let chars = text.chars().take_while(|_| !stop());
        let quick = match self {
            Self::Composed => is_nfc_quick(chars),
            Self::Decomposed => is_nfd_quick(chars),
            Self::CompatiblyComposed => is_nfkc_quick(chars),
            Self::CompatiblyDecomposed => is_nfkd_quick(chars),
        };
        match quick {
            IsNormalized::Yes => true,
            IsNormalized::No => false,
            IsNormalized::Maybe => self.apply(text).take_while(|_| !stop()).eq(text.chars()),
        }
    }
}

/// The factor by which normalizing a non-ASCII byte costs more fuel than reading it.
const WORK: usize = 64;
/// The nominal bytes, for each byte of text, that wait in a buffer while combining marks are
/// reordered.
const WAITING: usize = 4;

/// Returns the two arguments of a normalization function: the form and the text. Charges fuel for
/// normalizing the text.
fn form_and_text(m: &mut Runtime, args: &Args, function: &str) -> Result<(Form, sift_text::Text), Flow> {
    let texts = [0, 1].map(|index| args.get(index));
    for (value, place) in texts.into_iter().zip(1..) {
        if value.kind() != Type::Str {
            let message = format!(
                "{function}() argument {place} must be str, not {}",
                shown_type(m, value)
            );
            return Err(m.type_error(message));
        }
    }
    let form = m.text(texts[0])?;
    let text = m.text(texts[1])?;
    let Some(form) = Form::named(form.as_str().unwrap_or_default()) else {
        return Err(m.value_error("invalid normalization form"));
    };
    let flat = text.as_str().unwrap_or_default();
    m.meter.charge_bytes(flat.len())?;
    if !flat.is_ascii() {
        m.meter.charge_bytes(flat.len().saturating_mul(WORK))?;
        m.reserve(flat.len().saturating_mul(WAITING))?;
    }
    Ok((form, text))
}

/// Returns `true` if a text is in a Unicode normalization form. Stops if the run is cancelled.
fn holds(m: &Runtime, form: Form, text: &str) -> Result<bool, Flow> {
    let holds = form.holds(text, m.meter.stop());
    m.meter.look()?;
    Ok(holds)
}

fn normalize(m: &mut Runtime, args: &Args) -> Outcome {
    let (form, text) = form_and_text(m, args, "normalize")?;
    let flat = text.as_str().unwrap_or_default();
    if flat.is_ascii() || holds(m, form, flat)? {
        return Ok(args.get(1));
    }
    let (mut bytes, mut steps) = (0, 0);
    for char in form.apply(flat) {
        bytes += char.len_utf8();
        m.meter.look_now_and_then(&mut steps)?;
    }
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    let normalized: String = collect_looking(&m.meter, form.apply(flat))?;
    m.alloc_text(normalized)
}

fn is_normalized(m: &mut Runtime, args: &Args) -> Outcome {
    let (form, text) = form_and_text(m, args, "is_normalized")?;
    let flat = text.as_str().unwrap_or_default();
    Ok(Value::bool(flat.is_ascii() || holds(m, form, flat)?))
}

/// Returns the name of a value's type as shown by CPython's functions written in C, which show the
/// value None as `None`.
fn shown_type(m: &Runtime, value: Value) -> &str {
    if value.is_none() { "None" } else { m.type_name(value) }
}

/// Returns the single character of a str argument. `place` is CPython's name for the argument.
fn character(m: &mut Runtime, value: Value, place: &str) -> Result<char, Flow> {
    if value.kind() == Type::Str {
        let text = m.text(value)?;
        let mut chars = text.as_str().unwrap_or_default().chars();
        if let (Some(char), None) = (chars.next(), chars.next()) {
            return Ok(char);
        }
    }
    let message = format!("{place} must be a unicode character, not {}", shown_type(m, value));
    Err(m.type_error(message))
}

fn property(m: &mut Runtime, args: &Args, function: &str, of: fn(Properties) -> &'static str) -> Outcome {
    let char = character(m, args.get(0), &format!("{function}() argument"))?;
    m.alloc_text(of(properties(char)))
}

fn combining(m: &mut Runtime, args: &Args) -> Outcome {
    let char = character(m, args.get(0), "combining() argument")?;
    Ok(Value::int(i64::from(canonical_combining_class(char))))
}

fn mirrored(m: &mut Runtime, args: &Args) -> Outcome {
    let char = character(m, args.get(0), "mirrored() argument")?;
    Ok(Value::int(i64::from(properties(char).is_mirrored)))
}

/// Returns the numeric value of a character, if it has one.
fn numeric_value(char: char) -> Option<f64> {
    if let Some(value) = decimal_value(char) {
        return Some(f64::from(value));
    }
    let after = NUMERIC_VALUES.partition_point(|(first, ..)| *first <= char);
    let (first, last, value, step) = NUMERIC_VALUES.get(after.checked_sub(1)?)?;
    let place = u32::from(char).checked_sub(u32::from(*first))?;
    (char <= *last).then(|| value + step * f64::from(place))
}

/// Returns a value if there is one, otherwise the default argument. Raises a `ValueError` if both
/// are missing.
fn or_default(m: &mut Runtime, args: &Args, value: Option<Value>, error: &str) -> Outcome {
    match value.or_else(|| args.given(1)) {
        Some(value) => Ok(value),
        None => Err(m.value_error(error)),
    }
}

fn decimal(m: &mut Runtime, args: &Args) -> Outcome {
    let char = character(m, args.get(0), "decimal() argument 1")?;
    let value = decimal_value(char).map(|value| Value::int(i64::from(value)));
    or_default(m, args, value, "not a decimal")
}

fn digit(m: &mut Runtime, args: &Args) -> Outcome {
    let char = character(m, args.get(0), "digit() argument 1")?;
    let value = numeric_value(char).filter(|_| is_digit(char));
    let value = value.map(|value| Value::int(value as i64));
    or_default(m, args, value, "not a digit")
}

fn numeric(m: &mut Runtime, args: &Args) -> Outcome {
    let char = character(m, args.get(0), "numeric() argument 1")?;
    let value = numeric_value(char).map(Value::float);
    or_default(m, args, value, "not a numeric character")
}

fn name(m: &mut Runtime, args: &Args) -> Outcome {
    let char = character(m, args.get(0), "name() argument 1")?;
    let name = match unicode_names2::name(char) {
        Some(name) => Some(m.alloc_text(name.to_string())?),
        None => None,
    };
    or_default(m, args, name, "no such name")
}

/// The maximum length of a character name that `lookup` accepts, in bytes, as in CPython.
const LONGEST_NAME: usize = 256;

fn lookup(m: &mut Runtime, args: &Args) -> Outcome {
    if args.get(0).kind() != Type::Str {
        let message = format!("a bytes-like object is required, not '{}'", m.type_name(args.get(0)));
        return Err(m.type_error(message));
    }
    let name = m.text(args.get(0))?;
    let flat = name.as_str().unwrap_or_default();
    m.meter.charge_bytes(flat.len())?;
    if flat.len() > LONGEST_NAME {
        return Err(m.raise(ExceptionClass::KeyError, "name too long"));
    }
    match sift_strings::character_named(flat) {
        Some(char) => m.alloc_text(char),
        None => Err(m.raise(ExceptionClass::KeyError, format!("undefined character name '{flat}'"))),
    }
}
