//! String methods that build a new text: case changes, padding, `join`, `replace`. The size is
//! computed before the text is built.

use std::ops::Range;

use sift_runtime::runtime::{Args, Runtime};
use sift_strings::methods::{self as methods, CASE_GROWTH, CaseChange, Padding};
use sift_text::{Text, TextBuilder};
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};
use sift_values::windows::{all_windows, windows};

use super::slicing::limit;
use super::{method_error, read_receiver, receiver};

fn too_long<E>(_: E) -> Flow {
    Flow::End(End::Limit(Limit::Memory))
}

/// The number of passes over an ASCII text for which a case change charges fuel. Other texts are
/// charged for more passes.
const ASCII_PASSES: usize = 3;
const OTHER_PASSES: usize = 12;

/// Implements the `str` methods that change case, such as `lower` and `title`.
pub(super) fn changed(m: &mut Runtime, args: &Args, change: CaseChange) -> Outcome {
    let text = read_receiver(m, args)?;
    let flat = text.as_str().unwrap_or_default();
    let passes = if flat.is_ascii() { ASCII_PASSES } else { OTHER_PASSES };
    m.meter.charge_bytes(flat.len().saturating_mul(passes))?;
    let mut bytes = 0;
    all_windows(&m.meter, flat, |window| {
        bytes += changed_bytes(window);
        true
    })?;
    m.reserve(bytes)?;
    let mut after = String::with_capacity(flat.len());
    for window in windows(flat) {
        m.meter.look()?;
        change.push_part(flat, window, &mut after);
    }
    alloc_changed(m, args, flat, after)
}

/// Allocates the text that a method such as `lower` or `translate` has built. Returns the receiver,
/// which keeps its origins, if the text didn't change.
pub(super) fn alloc_changed(m: &mut Runtime, args: &Args, before: &str, after: String) -> Outcome {
    if after == before {
        return Ok(args.receiver);
    }
    m.alloc_text(after)
}

/// Returns an upper bound of a text's size after a case change, in bytes. Letters without case
/// don't change.
fn changed_bytes(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let bytes = |char: char| {
        if char.is_ascii() || !(char.is_uppercase() || char.is_lowercase() || methods::is_title_cased(char)) {
            // A few combining marks grow in case folding.
            char.len_utf8() + usize::from(char == '\u{345}')
        } else {
            char.len_utf8().saturating_mul(CASE_GROWTH)
        }
    };
    text.chars().map(bytes).sum()
}

/// Implements the `str` methods `center`, `ljust` and `rjust`, which pad a text.
pub(super) fn padded(m: &mut Runtime, args: &Args, padding: fn(usize, usize) -> Padding) -> Outcome {
    let width = usize::try_from(m.int_arg(args.get(0))?).unwrap_or(0);
    let fill = match args.given(1) {
        Some(fill) if fill.kind() != Type::Str => {
            let type_name = m.type_name(fill);
            let message = format!("The fill character must be a unicode character, not {type_name}");
            return Err(m.type_error(message));
        }
        Some(fill) => {
            let fill = m.text(fill)?;
            Padding::fill(fill.as_str().unwrap_or_default()).map_err(|error| method_error(m, error))?
        }
        None => ' ',
    };
    let text = receiver(m, args)?;
    let length = text.settled().map_or(0, sift_text::Settled::len_chars);
    let padding = padding(length, width);
    if padding.bytes(fill) == 0 {
        return Ok(args.receiver);
    }
    let bytes = padding.bytes(fill).saturating_add(text.known_bytes());
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    if let Some(flat) = text.as_program_str() {
        return m.alloc_text(padding.apply(flat, fill));
    }
    let filling = |count| fill.to_string().repeat(count);
    put_around(m, &filling(padding.left), &text, &filling(padding.right))
}

/// Adds a prefix and a suffix to a text. The text keeps its origins.
fn put_around(m: &mut Runtime, before: &str, text: &Text, after: &str) -> Outcome {
    let mut around = TextBuilder::new();
    around.push_str(before);
    around.push_text(text);
    around.push_str(after);
    let around = around.finish().map_err(too_long)?;
    m.reserve(around.new_bytes())?;
    Ok(m.new_text(around))
}

pub(super) fn zfill(m: &mut Runtime, args: &Args) -> Outcome {
    let width = usize::try_from(m.int_arg(args.get(0))?).unwrap_or(0);
    let flat = read_receiver(m, args)?;
    let text = flat.as_str().unwrap_or_default();
    let bytes = methods::zfill_len(text, width);
    if bytes == text.len() {
        return Ok(args.receiver);
    }
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    if flat.as_program_str().is_some() {
        return m.alloc_text(methods::zfill(text, width));
    }
    let sign = text.len() - text.trim_start_matches(['+', '-']).len();
    let sign = sign.min(1);
    let zeros = "0".repeat(bytes - text.len());
    let signed = text.get(..sign).unwrap_or_default().to_owned() + &zeros;
    let rest = flat.slice_flat(sign..text.len()).unwrap_or_default();
    put_around(m, &signed, &rest, "")
}

pub(super) fn expandtabs(m: &mut Runtime, args: &Args) -> Outcome {
    let size = match args.given(0) {
        Some(size) => usize::try_from(m.int_arg(size)?).unwrap_or(0),
        None => 8,
    };
    let text = read_receiver(m, args)?;
    let text = text.as_str().unwrap_or_default();
    let (mut bytes, mut column) = (0_usize, 0);
    all_windows(&m.meter, text, |window| {
        bytes = bytes.saturating_add(methods::expandtabs_len_from(window, size, &mut column));
        true
    })?;
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    let mut expanded = String::with_capacity(bytes);
    column = 0;
    all_windows(&m.meter, text, |window| {
        methods::push_expanded(window, size, &mut column, &mut expanded);
        true
    })?;
    alloc_changed(m, args, text, expanded)
}

/// Implements `str.join`. Pending values (replies that haven't arrived) are kept in the result.
pub(super) fn join(m: &mut Runtime, args: &Args) -> Outcome {
    let values = args.get(0);
    if !m.is_iterable(values) {
        return Err(m.type_error("can only join an iterable"));
    }
    let items = m.items(values)?;
    for (index, item) in items.iter().enumerate() {
        if item.kind() != Type::Str {
            let type_name = m.type_name(*item);
            let message = format!("sequence item {index}: expected str instance, {type_name} found");
            return Err(m.type_error(message));
        }
    }
    if let [only] = items.as_slice() {
        return Ok(*only);
    }
    let label = items.iter().fold(args.label(), |label, item| label.join(item.label()));
    let Object::Str(separator) = m.heap.get(args.receiver.handle()) else {
        return Ok(args.receiver);
    };
    if !separator.pending_ids().any(|_| true) && separator.known_bytes() == 0 {
        return Ok(m.concat_texts(&items)?.labelled(label));
    }
    m.reserve(items.len().saturating_mul(3 * size_of::<Value>()))?;
    let mut parts = Vec::with_capacity(items.len().saturating_mul(2));
    for item in items {
        if !parts.is_empty() {
            parts.push(args.receiver);
        }
        parts.push(item);
    }
    Ok(m.concat_texts(&parts)?.labelled(label))
}

/// Implements `str.replace`. The unchanged pieces of the text keep their origins.
pub(super) fn replace(m: &mut Runtime, args: &Args) -> Outcome {
    let old = text_argument(m, args.get(0), 1)?;
    let new = text_argument(m, args.get(1), 2)?;
    let most = limit(m, args.given(2))?;
    let text = read_receiver(m, args)?;
    let flat = text.as_str().unwrap_or_default();
    let old = old.as_str().unwrap_or_default();
    let mut hits = 0;
    for _ in methods::occurrences(flat, old, most) {
        m.meter.look_now_and_then(&mut hits)?;
    }
    if hits == 0 {
        return Ok(args.receiver);
    }
    let grown = hits.saturating_mul(new.known_bytes());
    let bytes = flat
        .len()
        .saturating_sub(hits.saturating_mul(old.len()))
        .saturating_add(grown);
    m.meter.charge_items(hits)?;
    m.meter.charge_bytes(bytes)?;
    // A text of the program itself has no origins to keep.
    if let (Some(flat), Some(new)) = (text.as_program_str(), new.as_program_str()) {
        m.reserve(bytes)?;
        return m.alloc_text(methods::replace(flat, old, new, most));
    }
    m.reserve(bytes.saturating_add(hits.saturating_mul(KEPT_PIECE + new.added_bytes())))?;
    let mut result = TextBuilder::new();
    let (mut at, mut replaced) = (0, 0);
    for found in methods::occurrences(flat, old, most) {
        m.meter.look_now_and_then(&mut replaced)?;
        push_range(&mut result, &text, at..found);
        result.push_text(&new);
        at = found + old.len();
    }
    push_range(&mut result, &text, at..flat.len());
    let result = result.finish().map_err(too_long)?;
    Ok(m.new_text(result))
}

/// The memory charged for each unchanged piece in the result of `replace`, in bytes without its
/// text: the origins of the piece and of the replacement after it.
const KEPT_PIECE: usize = 192;

fn push_range(builder: &mut TextBuilder, text: &Text, range: Range<usize>) {
    if range.is_empty() {
        return;
    }
    if let Some(piece) = text.settled().ok().and_then(|text| text.slice_bytes(range)) {
        builder.push_text(&piece);
    }
}

/// Returns an argument of `str.replace` or `maketrans`. Raises a `TypeError` if it is not a str.
fn text_argument(m: &mut Runtime, value: Value, number: u8) -> Result<Text, Flow> {
    if value.kind() == Type::Str {
        return m.text(value);
    }
    // The messages of these two methods contain `None` instead of `NoneType`.
    if value.is_none() {
        return Err(m.type_error(format!("replace() argument {number} must be str, not None")));
    }
    m.text_of(value, format_args!("replace() argument {number}"))
}
