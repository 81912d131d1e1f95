//! The string methods `format`, `format_map`, `translate` and `maketrans`.

use std::collections::HashMap;

use sift_compiler::exception::ExceptionClass;
use sift_runtime::operate::{NamedArguments, Number};
use sift_runtime::runtime::{Args, Runtime};
use sift_strings::methods::{self as methods, Translation};
use sift_values::flow::{Flow, Outcome, delegate};
use sift_values::object::DictKind;
use sift_values::value::{Type, Value};

use super::building::alloc_changed;
use super::{method_error, read_receiver};

pub(super) fn format(m: &mut Runtime, args: &Args) -> Outcome {
    let template = read_receiver(m, args)?;
    let named = NamedArguments::Keywords(&args.keywords);
    m.format_template(template.as_str().unwrap_or_default(), Some(&args.rest), &named)
}

pub(super) fn format_map(m: &mut Runtime, args: &Args) -> Outcome {
    let template = read_receiver(m, args)?;
    let named = NamedArguments::Mapping(args.get(0));
    m.format_template(template.as_str().unwrap_or_default(), None, &named)
}

/// The result of looking up a character in the table of `str.translate`.
#[derive(Debug, Clone)]
enum Mapped {
    Keep,
    Delete,
    Replace(String),
}

pub(super) fn translate(m: &mut Runtime, args: &Args) -> Outcome {
    let text = read_receiver(m, args)?;
    let flat = text.as_str().unwrap_or_default();
    m.meter.charge_items(flat.len() / 4)?;
    let table = args.get(0);
    let mut known: HashMap<char, Mapped> = HashMap::new();
    let (mut bytes, mut steps) = (0_usize, 0);
    for char in flat.chars() {
        m.meter.look_now_and_then(&mut steps)?;
        let mapped = match known.get(&char) {
            Some(mapped) => mapped,
            None => {
                let mapped = mapped(m, args, table, char)?;
                known.entry(char).or_insert(mapped)
            }
        };
        bytes = bytes.saturating_add(match mapped {
            Mapped::Keep => char.len_utf8(),
            Mapped::Delete => 0,
            Mapped::Replace(text) => text.len(),
        });
    }
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    let translated = methods::translate(flat, |char| {
        m.meter.look_now_and_then(&mut steps)?;
        Ok::<_, Flow>(match known.get(&char) {
            None | Some(Mapped::Keep) => Translation::Keep,
            Some(Mapped::Delete) => Translation::Delete,
            Some(Mapped::Replace(text)) => Translation::Replace(text),
        })
    })?;
    alloc_changed(m, args, flat, translated)
}

/// Looks up a character in the table of `str.translate`. For a `defaultdict`, the prelude adds
/// missing characters first.
fn mapped(m: &mut Runtime, args: &Args, table: Value, char: char) -> Result<Mapped, Flow> {
    m.meter.charge(1)?;
    let code = Value::int(i64::from(u32::from(char)));
    let value = if table.kind() == Type::Dict {
        match (m.dict_get(table, code)?, m.dict_kind(table)) {
            (None, DictKind::Default(factory)) if !factory.is_none() => {
                return Err(delegate("_translate_by", vec![args.receiver, table]));
            }
            (None, DictKind::Counter) => Some(Value::int(0)),
            (value, _) => value,
        }
    } else {
        match m.index(table, code) {
            Err(Flow::Raise(error))
                if m.exception_class(error)
                    .is_some_and(|class| class.is_a(ExceptionClass::LookupError)) =>
            {
                None
            }
            value => Some(value?),
        }
    };
    let Some(value) = value else {
        return Ok(Mapped::Keep);
    };
    match (value.kind(), m.number(value)) {
        (Type::None, _) => Ok(Mapped::Delete),
        (Type::Str, _) => {
            let text = m.text(value)?;
            m.meter.charge_bytes(text.known_bytes())?;
            m.reserve(text.known_bytes())?;
            Ok(Mapped::Replace(text.as_str().unwrap_or_default().to_owned()))
        }
        (_, Some(Number::Int(code))) => match u32::try_from(code).ok().and_then(char::from_u32) {
            Some(char) => Ok(Mapped::Replace(char.to_string())),
            None => Err(m.value_error("character mapping must be in range(0x110000)")),
        },
        (_, Some(Number::Big(_))) => Err(m.value_error("character mapping must be in range(0x110000)")),
        _ => Err(m.type_error("character mapping must return integer, None or str")),
    }
}

pub(super) fn maketrans(m: &mut Runtime, args: &Args) -> Outcome {
    let Some(to) = args.given(1) else {
        return table_of_dict(m, args.get(0));
    };
    if args.get(0).kind() != Type::Str {
        return Err(m.type_error("first maketrans argument must be a string if there is a second argument"));
    }
    let from = m.text(args.get(0))?;
    let to = m.text_of(to, "maketrans() argument 2")?;
    let deleted = match args.given(2) {
        Some(deleted) => m.text_of(deleted, "maketrans() argument 3")?,
        None => sift_text::Text::default(),
    };
    let [from, to, deleted] = [&from, &to, &deleted].map(|text| text.as_str().unwrap_or_default());
    m.meter.charge_items(from.len() + deleted.len())?;
    // The characters are charged before the lengths are compared.
    m.meter.charge_bytes(to.len())?;
    let rows = methods::maketrans(from, to, deleted).map_err(|error| method_error(m, error))?;
    let table = m.new_dict(&[])?;
    for (char, mapped) in rows {
        let code = |char: char| Value::int(i64::from(u32::from(char)));
        m.dict_set(table, code(char), mapped.map_or(Value::NONE, code))?;
    }
    Ok(table)
}

fn table_of_dict(m: &mut Runtime, rows: Value) -> Outcome {
    if rows.kind() != Type::Dict {
        return Err(m.type_error("if you give only one argument to maketrans it must be a dict"));
    }
    let table = m.new_dict(&[])?;
    for (key, value) in m.dict_pairs(rows)? {
        m.meter.charge(1)?;
        let code = match key.kind() {
            Type::Int | Type::Bool | Type::BigInt => key,
            Type::Str => {
                let text = m.text(key)?;
                let mut chars = text.as_str().unwrap_or_default().chars();
                match (chars.next(), chars.next()) {
                    (Some(char), None) => Value::int(i64::from(u32::from(char))),
                    _ => return Err(m.value_error("string keys in translate table must be of length 1")),
                }
            }
            _ => return Err(m.type_error("keys in translate table must be strings or integers")),
        };
        m.dict_set(table, code, value)?;
    }
    Ok(table)
}
