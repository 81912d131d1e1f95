//! The CSV row writer, which quotes fields where necessary.

use std::collections::BTreeSet;

use sift_runtime::runtime::{Args, Runtime};
use sift_values::flow::{Flow, Outcome};
use sift_values::value::{Type, Value};
use sift_values::windows::{all_windows, windows};

use super::{Dialect, Quoting, csv_error};

/// Implements `_csv_line`, which writes a row as CSV.
pub(super) fn line(m: &mut Runtime, args: &Args) -> Outcome {
    let dialect = Dialect::of(m, args.get(1));
    let terminator = m.text(args.get(2))?;
    let terminator = terminator.as_str().unwrap_or_default();
    let ends = characters(m, terminator)?;
    let values = m.items(args.get(0))?;
    let mut out = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(dialect.delimiter);
        }
        let text = field_text(m, *value)?;
        let text = text.as_str().unwrap_or_default();
        m.meter.charge_items(2 + text.len() / 4)?;
        m.reserve(out.len().saturating_add(text.len().saturating_mul(2)))?;
        let always = match dialect.quoting {
            Quoting::All => true,
            Quoting::NonNumeric => !value.is_number(),
            Quoting::Minimal | Quoting::None => false,
        };
        if text.is_empty() && values.len() == 1 {
            if dialect.quoting == Quoting::None {
                return Err(csv_error(m, "single empty field record must be quoted"));
            }
            push_field(m, &mut out, text, &dialect, &ends, true)?;
        } else {
            push_field(m, &mut out, text, &dialect, &ends, always)?;
        }
    }
    m.reserve(out.len().saturating_add(terminator.len()))?;
    m.meter.charge_bytes(terminator.len())?;
    out.reserve_exact(terminator.len());
    for window in windows(terminator) {
        m.meter.look()?;
        out.push_str(terminator.get(window).unwrap_or_default());
    }
    m.alloc_text(out)
}

/// Returns the set of characters in a text.
fn characters(m: &mut Runtime, text: &str) -> Result<BTreeSet<char>, Flow> {
    m.meter.charge_characters(text.len())?;
    let mut found = BTreeSet::new();
    all_windows(&m.meter, text, |window| {
        found.extend(window.chars());
        true
    })?;
    Ok(found)
}

/// Returns the text to write for a value in a CSV field; empty for None.
fn field_text(m: &mut Runtime, value: Value) -> Result<sift_text::Text, Flow> {
    match value.kind() {
        Type::None => Ok(sift_text::Text::default()),
        _ => {
            let text = m.str_of(value)?;
            m.text(text)
        }
    }
}

fn push_field(
    m: &mut Runtime,
    out: &mut String,
    text: &str,
    dialect: &Dialect,
    ends: &BTreeSet<char>,
    always: bool,
) -> Result<(), Flow> {
    let mut quoted = always;
    let mut field = String::with_capacity(text.len());
    let mut steps = 0;
    for char in text.chars() {
        m.meter.look_now_and_then(&mut steps)?;
        let is_quote = dialect.quote == Some(char);
        let is_escape = dialect.escape == Some(char);
        if char == dialect.delimiter || is_quote || is_escape || ends.contains(&char) {
            let mut escape = dialect.quoting == Quoting::None;
            if !escape {
                if is_quote && dialect.double_quote {
                    field.push(char);
                } else if is_quote || is_escape {
                    escape = true;
                }
                quoted |= !escape;
            }
            if escape {
                match dialect.escape {
                    Some(escape) => field.push(escape),
                    None => return Err(csv_error(m, "need to escape, but no escapechar set")),
                }
            }
        }
        field.push(char);
    }
    match dialect.quote.filter(|_| quoted) {
        Some(quote) => {
            out.push(quote);
            out.push_str(&field);
            out.push(quote);
        }
        None => out.push_str(&field),
    }
    Ok(())
}
