//! The native part of the toolkit: `grep`, which must be fast on texts of any size.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use memchr::{memchr, memchr_iter, memrchr_iter};
use sift_modules::regex::cache::{compiled_pattern, pattern_arg};
use sift_modules::regex::searching::{note_searched, paid_search};
use sift_regex::{Flags, Scan};
use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_text::Text;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::{Object, RecordObject};
use sift_values::value::{Label, Type, Value};
use smol_str::SmolStr;

use super::haystack::{Haystack, document_starts};

pub(super) const GROUPS: &[Group] = &[Group {
    owner: Owner::Builtin,
    rows: &[
        entry(
            "grep(text, pattern, before=0, after=0, unit='line', max=20, ignore_case=True) -> list",
            "Finds a pattern (as in re; ^ and $ mean lines) in a text or in ctx: records with .text, .line (from 1), .start \
             and .end, where text[start:end] is .text. unit='line' gives each matching line, unit='char' each match, with \
             this many lines or characters before and after; max=None gives all.",
            grep,
        ),
        entry(
            "_as_text(value) -> str",
            "Returns a text itself, or that of the context or of a document.",
            as_text,
        ),
        entry(
            "_in_one_place(text) -> str",
            "Returns a text as _as_text does, after storing it so that pieces are cut out of it fast.",
            make_contiguous,
        ),
        entry(
            "_context_starts() -> list",
            "Returns where each document begins in the joined text.",
            context_starts,
        ),
    ],
}];

fn as_text(m: &mut Runtime, args: &Args) -> Outcome {
    m.as_text(args.get(0))
}

/// Returns a text, stored contiguously so that slicing is fast. The context is excepted, because
/// its copy may exceed the memory limit.
fn make_contiguous(m: &mut Runtime, args: &Args) -> Outcome {
    let text = m.as_text(args.get(0))?;
    if !text.same(m.joined_context()) {
        m.flat_text(text)?;
    }
    Ok(text)
}

/// Returns the positions, in code points, at which the documents of the context start.
fn context_starts(m: &mut Runtime, _: &Args) -> Outcome {
    let starts = document_starts(m).unwrap_or_default();
    m.meter.charge_items(starts.len().saturating_mul(4))?;
    let joined = m.context.joined.clone();
    let place = |start: usize| joined.settled().map_or(0, |joined| joined.char_of_byte(start));
    let places = starts
        .into_iter()
        .map(|start| Value::length(place(start)).labelled(Label::CONTEXT))
        .collect();
    Ok(m.alloc_list(places)?.labelled(Label::CONTEXT))
}

/// The unit in which `grep` shows the text around a match: lines or characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Line,
    Char,
}

/// The amount of text that `grep` shows before and after a match.
#[derive(Debug, Clone, Copy)]
struct Window {
    unit: Unit,
    before: usize,
    after: usize,
}

fn grep(m: &mut Runtime, args: &Args) -> Outcome {
    let case = match args.given(6) {
        Some(ignore) if !m.truth(ignore)? => Flags::NONE,
        _ => Flags::IGNORECASE,
    };
    let pattern = match args.get(1) {
        compiled if compiled.kind() == Type::Pattern => compiled,
        source => pattern_arg(m, source, Some(Value::int(i64::from((case | Flags::MULTILINE).bits()))))?,
    };
    let window = Window {
        unit: unit(m, args.given(4))?,
        before: count(m, args.given(2), "before")?,
        after: count(m, args.given(3), "after")?,
    };
    let most = match args.given(5) {
        None => 20,
        Some(most) if most.is_none() => usize::MAX,
        Some(most) => count(m, Some(most), "max")?,
    };
    let haystack = Haystack::of(m, args.get(0))?;
    let mut found = Vec::new();
    let mut lines = LineCounter::default();
    for (offset, part) in &haystack.parts {
        let subject = part.as_str().unwrap_or_default();
        lines.enter(m, &haystack.whole, *offset)?;
        let mut hits = Hits::new(pattern, window.unit);
        while found.len() < most
            && let Some(hit) = hits.next(m, part, subject)?
        {
            let line = lines.line_at(m, subject, hit.start)?;
            let shown = window.around(part, subject, &hit);
            m.meter.charge_bytes(shown.len())?;
            let [start, end, text] = haystack.piece(m, offset + shown.start..offset + shown.end)?;
            found.push(record(m, [text, line.labelled(haystack.label), start, end])?);
        }
        if found.len() >= most {
            break;
        }
        lines.leave(m, subject, *offset)?;
    }
    m.alloc_list(found)
}

fn unit(m: &mut Runtime, unit: Option<Value>) -> Result<Unit, Flow> {
    let Some(unit) = unit else { return Ok(Unit::Line) };
    let name = m.text_of(unit, "unit")?;
    match name.as_str().unwrap_or_default() {
        "line" => Ok(Unit::Line),
        "char" => Ok(Unit::Char),
        other => {
            let message = format!(
                "unit must be 'line' or 'char', not {}",
                sift_strings::format::str_repr(other)
            );
            Err(m.value_error(message))
        }
    }
}

/// Converts a count argument, which must not be negative. Returns 0 if it is omitted.
fn count(m: &mut Runtime, count: Option<Value>, name: &str) -> Result<usize, Flow> {
    let Some(count) = count else { return Ok(0) };
    match usize::try_from(m.int_arg(count)?) {
        Ok(count) => Ok(count),
        Err(_) => Err(m.value_error(format!("{name} must not be negative"))),
    }
}

fn record(m: &mut Runtime, values: [Value; 4]) -> Outcome {
    static NAMES: OnceLock<Arc<[SmolStr]>> = OnceLock::new();
    let names = NAMES.get_or_init(|| ["text", "line", "start", "end"].map(SmolStr::new_static).into());
    m.alloc(
        Type::Record,
        Object::Record(Box::new(RecordObject {
            type_name: SmolStr::new_static("Hit"),
            names: Arc::clone(names),
            values: values.to_vec(),
        })),
    )
}

/// An iterator over the matches of `grep` in a contiguous part of the text: all matches, or the
/// first one on each line.
struct Hits {
    pattern: Value,
    unit: Unit,
    scan: Scan,
    ended: bool,
}

impl Hits {
    const fn new(pattern: Value, unit: Unit) -> Self {
        Self {
            pattern,
            unit,
            scan: Scan::new(0),
            ended: false,
        }
    }

    fn next(&mut self, m: &mut Runtime, part: &Text, subject: &str) -> Result<Option<Range<usize>>, Flow> {
        let Some(compiled) = compiled_pattern(m, self.pattern).filter(|_| !self.ended) else {
            return Ok(None);
        };
        let from = self.scan.start();
        let found = paid_search(m, |fuel| compiled.next_match(subject, &mut self.scan, fuel))?;
        note_searched(m, part, from, found.as_ref(), subject.len());
        let Some(hit) = found.map(|captures| captures.whole()) else {
            return Ok(None);
        };
        if self.unit == Unit::Line {
            // There is no line after the last line end.
            if hit.start == subject.len() && (subject.is_empty() || subject.ends_with('\n')) {
                return Ok(None);
            }
            let end = line_end(subject, last_byte(subject, &hit));
            m.meter.charge_bytes(end.saturating_sub(hit.start))?;
            // The line end is read as well.
            m.meter.note_read_part(part, hit.start..(end + 1).min(subject.len()));
            self.ended = end == subject.len();
            self.scan.skip_to(end + 1);
        }
        Ok(Some(hit))
    }
}

/// Returns the byte offset of the last character of a match, for finding its last line. A line feed
/// at the end of the match belongs to the line that it ends.
fn last_byte(subject: &str, hit: &Range<usize>) -> usize {
    let ends_line = hit.end > hit.start && subject.as_bytes().get(hit.end - 1) == Some(&b'\n');
    if ends_line { hit.end - 1 } else { hit.end }
}

/// Returns the byte offset of the end of the line that contains `byte`.
fn line_end(subject: &str, byte: usize) -> usize {
    let rest = subject.as_bytes().get(byte..).unwrap_or_default();
    memchr(b'\n', rest).map_or(subject.len(), |offset| byte + offset)
}

impl Window {
    /// Returns the byte range that `grep` shows for a match: the match and the text around it.
    fn around(self, part: &Text, subject: &str, hit: &Range<usize>) -> Range<usize> {
        match self.unit {
            Unit::Line => self.lines_around(subject, hit),
            Unit::Char => {
                let Ok(settled) = part.settled() else {
                    return hit.clone();
                };
                let first = settled.char_of_byte(hit.start).saturating_sub(self.before);
                let last = settled.char_of_byte(hit.end).saturating_add(self.after);
                settled.byte_of_char(first)..settled.byte_of_char(last)
            }
        }
    }

    fn lines_around(self, subject: &str, hit: &Range<usize>) -> Range<usize> {
        let bytes = subject.as_bytes();
        let behind = bytes.get(..hit.start).unwrap_or_default();
        let start = memrchr_iter(b'\n', behind).nth(self.before).map_or(0, |end| end + 1);
        let last = last_byte(subject, hit);
        let ahead = bytes.get(last..).unwrap_or_default();
        let end = memchr_iter(b'\n', ahead)
            .nth(self.after)
            .map_or(subject.len(), |offset| last + offset);
        // The last line of a text ends before its final line end. `\r\n` is one line end.
        let end = if end == subject.len() && end > start && bytes.get(end - 1) == Some(&b'\n') && end > last {
            end - 1
        } else {
            end
        };
        let carriage = end > start && end > last && bytes.get(end - 1) == Some(&b'\r');
        start..if carriage { end - 1 } else { end }
    }
}

/// A counter of line numbers that reads each byte of the text only once.
#[derive(Debug, Default)]
struct LineCounter {
    /// The number of line feeds before the position `counted_to`.
    before: usize,
    counted_to: usize,
    /// The byte offset of the end of the last counted part in the whole text.
    left_at: usize,
}

impl LineCounter {
    /// Starts to count in the part at a byte offset of the whole text, after counting the text
    /// between the previous part and this one.
    fn enter(&mut self, m: &mut Runtime, whole: &Text, offset: usize) -> Result<(), Flow> {
        let between = whole
            .settled()
            .ok()
            .and_then(|whole| whole.slice_bytes(self.left_at..offset))
            .unwrap_or_default();
        m.meter.charge(1)?;
        for chunk in between.settled().into_iter().flat_map(sift_text::Settled::chunks) {
            self.before += memchr_iter(b'\n', chunk.as_bytes()).count();
        }
        self.counted_to = 0;
        Ok(())
    }

    /// Returns the line number, from 1, of a byte offset in the current part of the text.
    fn line_at(&mut self, m: &mut Runtime, subject: &str, byte: usize) -> Result<Value, Flow> {
        let skipped = subject.as_bytes().get(self.counted_to..byte).unwrap_or_default();
        m.meter.charge_bytes(skipped.len())?;
        self.before += memchr_iter(b'\n', skipped).count();
        self.counted_to = self.counted_to.max(byte);
        Ok(Value::length(self.before + 1))
    }

    fn leave(&mut self, m: &mut Runtime, subject: &str, offset: usize) -> Result<(), Flow> {
        self.line_at(m, subject, subject.len())?;
        self.left_at = offset + subject.len();
        Ok(())
    }
}
