//! String methods that return slices of the receiver: `split`, `splitlines`, `partition`, `strip`
//! and others.

use std::ops::Range;

use sift_runtime::runtime::{Args, Runtime};
use sift_strings::methods::{self as methods, LineEnds, Side, TextMethodError, TitleCase};
use sift_text::Text;
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::meter::Meter;
use sift_values::object::list_bytes;
use sift_values::value::{Type, Value};
use sift_values::windows::all_windows;
use smallvec::SmallVec;

use super::search::text_arg;
use super::{Edge, method_error, read_receiver, receiver};

/// The number of slices that are created between two checks of the memory limit.
const PIECES: usize = 4_096;

#[inline]
fn slice(m: &mut Runtime, args: &Args, text: &Text, range: Range<usize>) -> Outcome {
    if range == (0..text.known_bytes()) {
        return Ok(args.receiver);
    }
    let piece = text.slice_flat(range).unwrap_or_default();
    Ok(m.alloc_shared_text(piece)?.labelled(args.receiver.label()))
}

/// Returns a list of slices of a text. Each slice is charged for the bytes read to find its end.
fn slices(
    m: &mut Runtime,
    args: &Args,
    text: &Text,
    ranges: impl Iterator<Item = Range<usize>>,
    (edge, most): (Edge, Option<usize>),
) -> Outcome {
    let mut pieces: SmallVec<[Value; 16]> = SmallVec::new();
    let mut paid = 0;
    let mut read = 0_usize;
    let mut last = 0..0;
    for range in ranges {
        last = range.clone();
        read = read.saturating_add(range.len());
        m.meter.charge(1 + Meter::units_for_bytes(read - paid))?;
        paid = read & !15;
        pieces.push(slice(m, args, text, range)?);
        if pieces.len().is_multiple_of(PIECES) {
            m.reserve(list_bytes(pieces.len()))?;
        }
    }
    // The cancel flag ends the search.
    m.meter.look()?;
    // The rest after the maximum number of splits wasn't read.
    let read = match edge {
        _ if most.is_none_or(|most| pieces.len() <= most) => 0..text.known_bytes(),
        Edge::First => 0..last.start,
        Edge::Last => last.end..text.known_bytes(),
    };
    m.meter.note_read_part(text, read);
    if edge == Edge::Last {
        pieces.reverse();
    }
    m.alloc_list(pieces.into_vec())
}

/// Converts the `maxsplit` argument of `split` or the `count` argument of `replace`. Returns `None`,
/// for no limit, if it is negative or omitted.
pub(super) fn limit(m: &mut Runtime, value: Option<Value>) -> Result<Option<usize>, Flow> {
    Ok(match value {
        Some(value) => usize::try_from(m.int_arg(value)?).ok(),
        None => None,
    })
}

/// Implements `str.split`, which starts at the beginning, and `str.rsplit`, which starts at the
/// end.
pub(super) fn split(m: &mut Runtime, args: &Args, edge: Edge) -> Outcome {
    let most = limit(m, args.given(1))?;
    let separator = match args.some(0) {
        Some(separator) if separator.kind() != Type::Str => {
            let message = format!("must be str or None, not {}", m.type_name(separator));
            return Err(m.type_error(message));
        }
        Some(separator) => Some(m.text(separator)?),
        None => None,
    };
    let text = receiver(m, args)?;
    let flat = text.as_str().unwrap_or_default();
    let stop = m.meter.stop();
    match (separator.as_ref().and_then(Text::as_str), edge) {
        (None, Edge::First) => slices(
            m,
            args,
            &text,
            methods::split_whitespace_until(flat, most, stop),
            (edge, most),
        ),
        (None, Edge::Last) => slices(
            m,
            args,
            &text,
            methods::rsplit_whitespace_until(flat, most, stop),
            (edge, most),
        ),
        (Some(separator), Edge::First) => match methods::split(flat, separator, most) {
            Ok(ranges) => slices(m, args, &text, ranges, (edge, most)),
            Err(error) => Err(method_error(m, error)),
        },
        (Some(separator), Edge::Last) => match methods::rsplit(flat, separator, most) {
            Ok(ranges) => slices(m, args, &text, ranges, (edge, most)),
            Err(error) => Err(method_error(m, error)),
        },
    }
}

pub(super) fn splitlines(m: &mut Runtime, args: &Args) -> Outcome {
    let ends = match args.given(0) {
        Some(keep) if m.int_arg(keep)? != 0 => LineEnds::Keep,
        _ => LineEnds::Drop,
    };
    let text = receiver(m, args)?;
    let ranges = methods::split_lines_until(text.as_str().unwrap_or_default(), ends, m.meter.stop());
    slices(m, args, &text, ranges, (Edge::First, None))
}

/// Implements `str.partition`, which splits at the first separator, and `rpartition`, which splits
/// at the last.
pub(super) fn partition(m: &mut Runtime, args: &Args, edge: Edge) -> Outcome {
    let separator = text_arg(m, args.get(0))?;
    if separator.known_bytes() == 0 {
        return Err(method_error(m, TextMethodError::EmptySeparator));
    }
    let text = receiver(m, args)?;
    let end = text.known_bytes();
    let needle = separator.as_str().unwrap_or_default();
    let found = match edge {
        Edge::First => m.find_in_text(&text, needle, 0..end)?,
        Edge::Last => m.rfind_in_text(&text, needle, 0..end)?,
    };
    let ranges = match (found, edge) {
        (Some(at), _) => [0..at, at..at + needle.len(), at + needle.len()..end],
        (None, Edge::First) => [0..end, end..end, end..end],
        (None, Edge::Last) => [0..0, 0..0, 0..end],
    };
    let mut parts = Vec::with_capacity(3);
    for range in ranges {
        parts.push(slice(m, args, &text, range)?);
    }
    m.alloc_tuple(parts)
}

/// Implements `str.strip`, `lstrip` and `rstrip`.
pub(super) fn stripped(m: &mut Runtime, args: &Args, side: Side) -> Outcome {
    let chars = match args.some(0) {
        Some(chars) if chars.kind() != Type::Str => {
            return Err(m.type_error(format!("{} arg must be None or str", name_of(side))));
        }
        Some(chars) => Some(m.text(chars)?),
        None => None,
    };
    let text = receiver(m, args)?;
    // The characters to strip are collected in a set.
    let set_bytes = chars.as_ref().map_or(0, Text::known_bytes) as u64;
    m.meter.charge(set_bytes / cost::CHARACTER_BYTES_PER_UNIT)?;
    let range = methods::strip_until(
        text.as_str().unwrap_or_default(),
        side,
        chars.as_ref().and_then(Text::as_str),
        m.meter.stop(),
    );
    m.meter.look()?;
    // Only the removed parts were read.
    m.meter.charge_bytes(text.known_bytes() - range.len())?;
    note_cut_off(m, &text, &range);
    slice(m, args, &text, range)
}

/// Records that the text before and after the kept range was read.
fn note_cut_off(m: &mut Runtime, text: &Text, kept: &Range<usize>) {
    m.meter.note_read_part(text, 0..kept.start);
    m.meter.note_read_part(text, kept.end..text.known_bytes());
}

const fn name_of(side: Side) -> &'static str {
    match side {
        Side::Both => "strip",
        Side::Left => "lstrip",
        Side::Right => "rstrip",
    }
}

/// Implements `str.removeprefix` and `removesuffix`.
pub(super) fn without(m: &mut Runtime, args: &Args, name: &str, cut_off: fn(&str, &str) -> Range<usize>) -> Outcome {
    let affix = m.text_of(args.get(0), format_args!("{name}() argument"))?;
    m.meter.charge_bytes(affix.known_bytes())?;
    let text = receiver(m, args)?;
    let range = cut_off(text.as_str().unwrap_or_default(), affix.as_str().unwrap_or_default());
    note_cut_off(m, &text, &range);
    slice(m, args, &text, range)
}

/// Returns `true` if all characters of the receiver satisfy a test. The test is called for one
/// window of the text at a time.
pub(super) fn are_all(m: &mut Runtime, args: &Args, test: fn(&str) -> bool) -> Outcome {
    let text = read_receiver(m, args)?;
    let flat = text.as_str().unwrap_or_default();
    let all = match flat {
        "" => test(flat),
        _ => all_windows(&m.meter, flat, test)?,
    };
    Ok(Value::bool(all))
}

/// Implements `str.isupper` and `islower`: returns `true` if the text has a character of the case,
/// and no character of the other case.
pub(super) fn is_in_case(m: &mut Runtime, args: &Args, of_case: fn(char) -> bool, denies: fn(char) -> bool) -> Outcome {
    let text = read_receiver(m, args)?;
    let mut any = false;
    let none_denies = all_windows(&m.meter, text.as_str().unwrap_or_default(), |window| {
        any = any || window.chars().any(of_case);
        !window.chars().any(denies)
    })?;
    Ok(Value::bool(any && none_denies))
}

pub(super) fn istitle(m: &mut Runtime, args: &Args) -> Outcome {
    let text = read_receiver(m, args)?;
    let mut title = TitleCase::default();
    let continues = all_windows(&m.meter, text.as_str().unwrap_or_default(), |window| {
        title.continues_with(window)
    })?;
    Ok(Value::bool(continues && title.has_words()))
}

pub(super) fn isidentifier(m: &mut Runtime, args: &Args) -> Outcome {
    let text = read_receiver(m, args)?;
    let mut is_first = true;
    let all = all_windows(&m.meter, text.as_str().unwrap_or_default(), |window| {
        if std::mem::take(&mut is_first) {
            methods::isidentifier(window)
        } else {
            window.chars().all(methods::is_identifier_continue)
        }
    })?;
    Ok(Value::bool(all && !is_first))
}
