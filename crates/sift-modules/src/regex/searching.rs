//! Searching a text with a pattern: bounds in code points, fuel, and matches as values.

use std::ops::Range;
use std::sync::Arc;

use sift_regex::{Budget, Captures, Haystack, Pattern, Scan, SearchMode, Searched, Stop};
use sift_runtime::runtime::{Args, Means, Runtime};
use sift_text::Text;
use sift_values::cost;
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::heap::Heap;
use sift_values::object::{IteratorSource, MatchObject, Object};
use sift_values::value::{Label, Type, Value};

use crate::regex::cache::compiled_pattern;

/// From how many bytes on a text is searched where it stands, and how long its pieces must be on average.
const ROPE_BYTES: usize = 64 << 10;
const PIECE_BYTES: usize = 32;

/// A pattern and the part of a text that it searches.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) compiled: Arc<Pattern>,
    pattern: Value,
    /// The text as a value, and its content: in one place, but for a large context of many documents.
    pub(super) value: Value,
    pub(super) text: Text,
    /// The bytes between which is searched.
    pub(super) searched: Range<usize>,
}

impl Subject {
    /// Searches all of a text.
    pub(super) fn whole(m: &mut Runtime, pattern: Value, value: Value) -> Result<Self, Flow> {
        Self::new(m, pattern, value, [None; 2])
    }

    /// Searches what a method of a pattern is asked to: `(string, pos, endpos)`.
    pub(super) fn of_method(m: &mut Runtime, args: &Args) -> Result<Self, Flow> {
        Self::new(m, args.receiver, args.get(0), [args.given(1), args.given(2)])
    }

    fn new(m: &mut Runtime, pattern: Value, value: Value, bounds: [Option<Value>; 2]) -> Result<Self, Flow> {
        let text = searched_text(m, value)?;
        let Some(compiled) = compiled_pattern(m, pattern) else {
            return Err(m.type_error("first argument must be string or compiled pattern"));
        };
        let searched = searched_bytes(m, &text, bounds)?;
        Ok(Self {
            compiled,
            pattern,
            value,
            text,
            searched,
        })
    }

    /// Returns what the pattern sees: the text up to where the search ends.
    fn seen(&self) -> Haystack<'_> {
        seen(&self.text, self.searched.end)
    }

    pub(super) fn scan(&self) -> Scan {
        Scan::new(self.searched.start)
    }

    /// Finds the next match of a scan.
    pub(super) fn next(&self, m: &mut Runtime, scan: &mut Scan) -> Result<Option<Captures>, Flow> {
        if self.searched.start > self.searched.end {
            return Ok(None);
        }
        let from = scan.start();
        let found = paid_search(m, |fuel| self.compiled.next_match(self.seen(), scan, fuel))?;
        note_searched(m, &self.text, from, found.as_ref(), self.searched.end);
        Ok(found)
    }

    /// Returns an iterator over all matches.
    pub(super) fn iterator(&self, m: &mut Runtime) -> Outcome {
        m.new_iterator(
            IteratorSource::Matches {
                pattern: self.pattern,
                text: self.value,
                scan: self.scan(),
                searched: self.searched.clone(),
            },
            "callable_iterator",
            self.value.label(),
            0,
        )
    }

    /// Makes a match a value.
    pub(super) fn new_match(&self, m: &mut Runtime, captures: Captures) -> Outcome {
        new_match(m, self.pattern, self.value, captures, self.searched.clone())
    }

    /// Cuts a piece out of the text; it remembers where it came from.
    pub(super) fn piece(&self, m: &mut Runtime, span: Range<usize>) -> Outcome {
        let piece = m.alloc_slice(self.cut(span))?;
        Ok(piece.labelled(self.value.label()))
    }

    pub(super) fn cut(&self, span: Range<usize>) -> Text {
        let settled = self.text.settled().ok();
        settled.and_then(|text| text.slice_bytes(span)).unwrap_or_default()
    }
}

/// Finds one match of a pattern between two bounds in code points, where they are given; None if there is none.
pub(super) fn find(
    m: &mut Runtime,
    pattern: Value,
    value: Value,
    bounds: [Option<Value>; 2],
    mode: SearchMode,
) -> Outcome {
    let searched = match m.heap.get(value.handle()) {
        Object::Str(text)
            if value.kind() == Type::Str && text.as_str().is_some() && bounds.iter().all(Option::is_none) =>
        {
            0..text.known_bytes()
        }
        _ => {
            let text = searched_text(m, value)?;
            searched_bytes(m, &text, bounds)?
        }
    };
    if searched.start > searched.end {
        return Ok(Value::NONE);
    }
    let found = paid_search_in(m, |heap, fuel| {
        match (heap.get(pattern.handle()), heap.get(value.handle())) {
            (Object::Pattern(compiled), Object::Str(text)) => {
                compiled.search(seen(text, searched.end), searched.start, mode, fuel)
            }
            _ => Ok(Searched::NOTHING),
        }
    })?;
    if let Object::Str(text) = m.heap.get(value.handle()) {
        let end = found.as_ref().map_or(searched.end, |captures| captures.whole().end);
        m.meter.note_read_part(text, searched.start..end);
    }
    match found {
        Some(captures) => new_match(m, pattern, value, captures, searched),
        None => Ok(Value::NONE),
    }
}

/// Makes a match a value.
fn new_match(m: &mut Runtime, pattern: Value, text: Value, captures: Captures, searched: Range<usize>) -> Outcome {
    let found = MatchObject {
        pattern,
        text,
        captures,
        searched,
    };
    m.alloc(Type::Match, Object::Match(Box::new(found)))
}

/// Returns what a pattern sees: a text up to where the search ends.
fn seen(text: &Text, end: usize) -> Haystack<'_> {
    let all = Haystack::of(text).unwrap_or_else(|| Haystack::from(""));
    all.up_to(end)
}

/// Returns the bytes between two bounds in code points: all of the text where they are not given.
fn searched_bytes(m: &mut Runtime, text: &Text, bounds: [Option<Value>; 2]) -> Result<Range<usize>, Flow> {
    let [pos, endpos] = bounds;
    let mut searched = 0..text.known_bytes();
    if let Some(pos) = pos {
        searched.start = byte_offset(m, text, pos)?;
    }
    if let Some(endpos) = endpos {
        searched.end = byte_offset(m, text, endpos)?;
    }
    Ok(searched)
}

/// Turns an offset in code points into one in bytes; what is outside the text means its nearer end.
fn byte_offset(m: &mut Runtime, text: &Text, offset: Value) -> Result<usize, Flow> {
    let offset = m.int_arg(offset)?;
    let chars = usize::try_from(offset.max(0)).unwrap_or(usize::MAX);
    Ok(text.settled().map_or(0, |text| text.byte_of_char(chars)))
}

/// Lets a search pay from what the machine has.
struct Payer<'m> {
    means: Means<'m>,
    refused: Option<Flow>,
}

impl Budget for Payer<'_> {
    fn pay(&mut self, units: u64) -> Result<(), Stop> {
        // One search may take as long as millions of ops.
        if self.means.meter.is_cancelled() {
            self.refused = Some(Flow::End(End::Cancelled));
            return Err(Stop::OutOfFuel);
        }
        self.means.meter.charge(units).map_err(|flow| {
            self.refused = Some(flow);
            Stop::OutOfFuel
        })
    }

    fn hold(&mut self, bytes: usize) -> Result<(), Stop> {
        self.means.reserve(bytes).map_err(|flow| {
            self.refused = Some(flow);
            Stop::OutOfMemory
        })
    }
}

/// Returns the text that is searched, which must be a str; what of it is read is the caller's to note.
///
/// What was put together from documents of the context alone, and is large, is searched where it stands: copied into one
/// place it would count as the program's own, and may be larger than all its memory.
pub(super) fn searched_text(m: &mut Runtime, value: Value) -> Result<Text, Flow> {
    if value.kind() != Type::Str {
        let message = format!("expected string or bytes-like object, got '{}'", m.type_name(value));
        return Err(m.type_error(message));
    }
    // What was put together from pieces is put into one place once, whoever else knows it.
    let others = [Label::REPLY, Label::TOOL, Label::HELD];
    let of_context = value.label().holds(Label::CONTEXT) && !others.iter().any(|label| value.label().holds(*label));
    if let Object::Str(text) = m.heap.get(value.handle())
        && of_context
        && text.as_str().is_none()
        && !text.has_holes()
        && text.known_bytes() >= ROPE_BYTES.max(text.piece_count().saturating_mul(PIECE_BYTES))
    {
        return Ok(text.clone());
    }
    m.flat_text(value)
}

/// Notes how far a text was read that was searched from a byte on: to the end of what was found, or to the end.
pub fn note_searched(m: &mut Runtime, text: &Text, from: usize, found: Option<&Captures>, end: usize) {
    let end = found.map_or(end, |captures| captures.whole().end);
    m.meter.note_read_part(text, from..end.max(from));
}

/// Runs a search that pays for what it reads and tries, and for what it found.
pub fn paid_search(
    m: &mut Runtime,
    search: impl FnOnce(&mut dyn Budget) -> Result<Searched, Stop>,
) -> Result<Option<Captures>, Flow> {
    paid_search_in(m, |_, fuel| search(fuel))
}

/// Runs a search over what is on the heap, which pays for what it reads and tries, and for what it found.
fn paid_search_in(
    m: &mut Runtime,
    search: impl FnOnce(&Heap, &mut dyn Budget) -> Result<Searched, Stop>,
) -> Result<Option<Captures>, Flow> {
    let means = m.means();
    let heap = means.heap;
    let mut payer = Payer { means, refused: None };
    let result = search(heap, &mut payer);
    if let Some(flow) = payer.refused {
        return Err(flow);
    }
    match result {
        Ok(searched) => {
            m.meter.give_back(searched.unused);
            if let Some(captures) = &searched.captures {
                m.meter.charge(cost::MATCH + captures.groups() as u64)?;
            }
            Ok(searched.captures)
        }
        Err(_) => Err(Flow::End(End::Limit(Limit::Fuel))),
    }
}

/// Returns the next match of `finditer`.
pub fn next_match(m: &mut Runtime, iterator: Value) -> Result<Option<Value>, Flow> {
    let Object::Iterator(state) = m.heap.get(iterator.handle()) else {
        return Ok(None);
    };
    let IteratorSource::Matches {
        pattern,
        text,
        scan,
        searched,
    } = &state.source
    else {
        return Ok(None);
    };
    let (pattern, text, mut scan, searched) = (*pattern, *text, scan.clone(), searched.clone());
    let mut subject = Subject::whole(m, pattern, text)?;
    subject.searched = searched;
    let found = match subject.next(m, &mut scan)? {
        Some(captures) => Some(subject.new_match(m, captures)?),
        None => None,
    };
    m.with_source(iterator, |source| {
        if let IteratorSource::Matches { scan: old, .. } = source {
            *old = scan;
        }
    });
    Ok(found)
}
