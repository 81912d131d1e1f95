//! Searching of a text with a regex pattern: bounds in code points, fuel, and matches as values.

use std::ops::Range;
use std::sync::Arc;

use sift_regex::{Budget, Captures, Haystack, Pattern, Scan, SearchMode, Searched, Stop};
use sift_runtime::runtime::{Args, Resources, Runtime};
use sift_text::Text;
use sift_values::cost;
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::heap::Heap;
use sift_values::object::{IteratorSource, MatchObject, Object};
use sift_values::value::{Label, Type, Value};

use crate::regex::cache::compiled_pattern;

/// The minimum size, in bytes, of a text in pieces that is searched without being copied.
const ROPE_BYTES: usize = 64 << 10;
/// The minimum average size, in bytes, of the pieces of a text that is searched without being
/// copied.
const PIECE_BYTES: usize = 32;

/// A compiled pattern, the text to search, and the range to search in it.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) compiled: Arc<Pattern>,
    pattern: Value,
    /// The text to search, as a value. It is contiguous unless it is a large text joined from
    /// documents of the context.
    pub(super) value: Value,
    /// The content of the text to search.
    pub(super) text: Text,
    /// The byte range of the text to search.
    pub(super) searched: Range<usize>,
}

impl Subject {
    /// Prepares the search of a whole text.
    pub(super) fn whole(m: &mut Runtime, pattern: Value, value: Value) -> Result<Self, Flow> {
        Self::new(m, pattern, value, [None; 2])
    }

    /// Prepares the search for a pattern method with the arguments `(string, pos, endpos)`.
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

    /// Returns the text that the pattern can see, which ends at the end of the searched range.
    fn seen(&self) -> Haystack<'_> {
        seen(&self.text, self.searched.end)
    }

    pub(super) fn scan(&self) -> Scan {
        Scan::new(self.searched.start)
    }

    /// Finds the next match of a scan, and records the text that was read.
    pub(super) fn next(&self, m: &mut Runtime, scan: &mut Scan) -> Result<Option<Captures>, Flow> {
        if self.searched.start > self.searched.end {
            return Ok(None);
        }
        let from = scan.start();
        let found = paid_search(m, |fuel| self.compiled.next_match(self.seen(), scan, fuel))?;
        note_searched(m, &self.text, from, found.as_ref(), self.searched.end);
        Ok(found)
    }

    /// Returns an iterator value over all matches, for `finditer`.
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

    /// Creates a match object for the captures of a match.
    pub(super) fn new_match(&self, m: &mut Runtime, captures: Captures) -> Outcome {
        new_match(m, self.pattern, self.value, captures, self.searched.clone())
    }

    /// Returns a slice of the searched text as a value, with its origins.
    pub(super) fn piece(&self, m: &mut Runtime, span: Range<usize>) -> Outcome {
        let piece = m.alloc_slice(self.cut(span))?;
        Ok(piece.labelled(self.value.label()))
    }

    pub(super) fn cut(&self, span: Range<usize>) -> Text {
        let settled = self.text.settled().ok();
        settled.and_then(|text| text.slice_bytes(span)).unwrap_or_default()
    }
}

/// Finds a match of a pattern in a text, between optional bounds in code points. Returns the match
/// object, or None if there is no match.
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

/// Creates a match object for the captures of a match.
fn new_match(m: &mut Runtime, pattern: Value, text: Value, captures: Captures, searched: Range<usize>) -> Outcome {
    let found = MatchObject {
        pattern,
        text,
        captures,
        searched,
    };
    m.alloc(Type::Match, Object::Match(Box::new(found)))
}

/// Returns the text that a pattern can see, which ends at byte `end`.
fn seen(text: &Text, end: usize) -> Haystack<'_> {
    let all = Haystack::of(text).unwrap_or_else(|| Haystack::from(""));
    all.up_to(end)
}

/// Converts optional bounds in code points to the byte range to search; the whole text without
/// bounds.
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

/// Converts an offset in code points to a byte offset. An offset outside of the text is clamped to
/// the nearer end.
fn byte_offset(m: &mut Runtime, text: &Text, offset: Value) -> Result<usize, Flow> {
    let offset = m.int_arg(offset)?;
    let chars = usize::try_from(offset.max(0)).unwrap_or(usize::MAX);
    Ok(text.settled().map_or(0, |text| text.byte_of_char(chars)))
}

/// A regex budget that charges the fuel and memory of a search to the runtime.
struct Payer<'m> {
    resources: Resources<'m>,
    refused: Option<Flow>,
}

impl Budget for Payer<'_> {
    fn pay(&mut self, units: u64) -> Result<(), Stop> {
        // One search may take as long as millions of ops.
        if self.resources.meter.is_cancelled() {
            self.refused = Some(Flow::End(End::Cancelled));
            return Err(Stop::OutOfFuel);
        }
        self.resources.meter.charge(units).map_err(|flow| {
            self.refused = Some(flow);
            Stop::OutOfFuel
        })
    }

    fn hold(&mut self, bytes: usize) -> Result<(), Stop> {
        self.resources.reserve(bytes).map_err(|flow| {
            self.refused = Some(flow);
            Stop::OutOfMemory
        })
    }
}

/// Returns the text of a str to search, usually made contiguous. The caller records the part that
/// is read.
///
/// A large text that is joined only from documents of the context isn't copied. A contiguous copy
/// would count as the program's own memory, and could exceed the limit.
pub(super) fn searched_text(m: &mut Runtime, value: Value) -> Result<Text, Flow> {
    if value.kind() != Type::Str {
        let message = format!("expected string or bytes-like object, got '{}'", m.type_name(value));
        return Err(m.type_error(message));
    }
    // Other joined texts are made contiguous once, for all values that share them.
    let others = [Label::REPLY, Label::TOOL, Label::HELD];
    let of_context = value.label().holds(Label::CONTEXT) && !others.iter().any(|label| value.label().holds(*label));
    if let Object::Str(text) = m.heap.get(value.handle())
        && of_context
        && text.as_str().is_none()
        && !text.has_pending()
        && text.known_bytes() >= ROPE_BYTES.max(text.piece_count().saturating_mul(PIECE_BYTES))
    {
        return Ok(text.clone());
    }
    m.flat_text(value)
}

/// Records the part of a text that a search from a byte offset has read: up to the end of the
/// match, or up to `end` without a match.
pub fn note_searched(m: &mut Runtime, text: &Text, from: usize, found: Option<&Captures>, end: usize) {
    let end = found.map_or(end, |captures| captures.whole().end);
    m.meter.note_read_part(text, from..end.max(from));
}

/// Runs a search and charges fuel for reading, matching and the groups found.
pub fn paid_search(
    m: &mut Runtime,
    search: impl FnOnce(&mut dyn Budget) -> Result<Searched, Stop>,
) -> Result<Option<Captures>, Flow> {
    paid_search_in(m, |_, fuel| search(fuel))
}

/// Runs a search over objects on the heap, and charges fuel for reading, matching and the groups
/// found.
fn paid_search_in(
    m: &mut Runtime,
    search: impl FnOnce(&Heap, &mut dyn Budget) -> Result<Searched, Stop>,
) -> Result<Option<Captures>, Flow> {
    let resources = m.resources();
    let heap = resources.heap;
    let mut payer = Payer {
        resources,
        refused: None,
    };
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

/// Returns the next match object of a `finditer` iterator, or `None` at its end.
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
