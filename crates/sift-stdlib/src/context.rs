//! The context object `ctx` and its documents.

use sift_modules::regex::cache::{compiled_pattern, pattern_of};
use sift_modules::regex::searching::{note_searched, paid_search};
use sift_regex::{Flags, MAX_PATTERN_BYTES, Scan, escape};
use sift_runtime::runtime::{Args, ContextKind, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_text::Text;
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::value::{Label, Type, Value};

use super::haystack::Haystack;

pub(super) const GROUPS: &[Group] = &[Group {
    owner: Owner::Method(&[Type::Context]),
    rows: &[
        entry(
            "len_chars() -> int",
            "Returns the length of all documents joined.",
            len_chars,
        ),
        entry(
            "num_documents() -> int",
            "Returns how many documents there are.",
            num_documents,
        ),
        entry(
            "get_document(index) -> Document",
            "Returns a document: a str that has a .name beside.",
            get_document,
        ),
        entry(
            "document_lengths() -> list",
            "Returns how many characters each document has.",
            document_lengths,
        ),
        entry(
            "slice(start, end) -> str",
            "Returns the characters between two places of the joined text; places outside mean its ends.",
            slice,
        ),
        entry(
            "find(pattern, regex=False, max_matches=20, case_sensitive=True, flags=None) -> list",
            "Finds a text, or a regular expression, in the joined text: tuples (start, end, text); max_matches=None gives \
             all. With flags, such as re.MULTILINE, the pattern is a regular expression. An empty pattern finds nothing.",
            find,
        ),
        entry(
            "chunk(size=None, overlap=0) -> list",
            "Cuts the joined text into pieces of size characters, or, without a size, of the run's as in chunks: tuples \
             (start, end, text).",
            chunk,
        ),
        entry(
            "chunk_documents(docs_per_chunk=10) -> list",
            "Groups documents: tuples (first, end, documents), the numbers of the first document and of the one behind the \
             last, and the list of them.",
            chunk_documents,
        ),
        entry(
            "page(number, size=None, *, marker_pattern=None)",
            "Returns a page of the joined text: what follows the marker of that number, such as <!-- Page 3 -->, up to the next \
             marker; None if it has no such page. The group of marker_pattern matches the number. Without markers, or with a \
             size, pages have size characters (10,000) and are counted from 0, and a negative number counts from the last.",
            page,
        ),
        entry(
            "metadata() -> dict",
            "Returns what the context is (context_type is 'string' or 'document_list'), its total_length, and the number, names \
             and lengths of its documents.",
            metadata,
        ),
    ],
}];

fn len_chars(m: &mut Runtime, _: &Args) -> Outcome {
    Ok(Value::length(joined_chars(m)).labelled(Label::CONTEXT))
}

fn joined_chars(m: &Runtime) -> usize {
    m.context.joined.settled().map_or(0, sift_text::Settled::len_chars)
}

fn num_documents(m: &mut Runtime, _: &Args) -> Outcome {
    Ok(Value::length(m.context.documents.len()).labelled(Label::CONTEXT))
}

fn get_document(m: &mut Runtime, args: &Args) -> Outcome {
    let count = i64::try_from(m.context.documents.len()).unwrap_or(i64::MAX);
    let index = m.int_arg(args.get(0))?;
    let at = if index < 0 { index.saturating_add(count) } else { index };
    match u32::try_from(at).ok().filter(|at| i64::from(*at) < count) {
        Some(at) => m.document(at),
        None => {
            let message = format!("document {index} is not there: the context has {count}");
            Err(m.raise(sift_compiler::exception::ExceptionClass::IndexError, message))
        }
    }
}

fn document_lengths(m: &mut Runtime, _: &Args) -> Outcome {
    m.meter
        .charge_items(m.context.documents.len().saturating_mul(cost::DOCUMENT))?;
    let chars = |text: &Text| text.settled().map_or(0, sift_text::Settled::len_chars);
    let lengths = m
        .context
        .documents
        .iter()
        .map(|document| Value::length(chars(&document.text)).labelled(Label::CONTEXT));
    let lengths = lengths.collect();
    m.alloc_list(lengths)
}

fn slice(m: &mut Runtime, args: &Args) -> Outcome {
    let (start, end) = (m.int_arg(args.get(0))?, m.int_arg(args.get(1))?);
    let place = |offset: i64| usize::try_from(offset.max(0)).unwrap_or(usize::MAX);
    let joined = m.context.joined.clone();
    let piece = joined
        .settled()
        .map(|joined| joined.slice_chars(place(start)..place(end)));
    let piece = m.alloc_slice(piece.unwrap_or_default())?;
    Ok(piece.labelled(Label::CONTEXT))
}

fn find(m: &mut Runtime, args: &Args) -> Outcome {
    let began = m.meter.used();
    let source = m.text_of(args.get(0), "the pattern")?;
    let source = source.as_str().unwrap_or_default();
    let is_regex = match args.given(1) {
        Some(regex) => m.truth(regex)?,
        None => false,
    };
    if source.is_empty() {
        return m.alloc_list(Vec::new());
    }
    let case = match args.given(3) {
        Some(sensitive) if !m.truth(sensitive)? => Flags::IGNORECASE,
        _ => Flags::NONE,
    };
    let pattern = match args.some(4) {
        Some(flags) => {
            let flags = m.int_arg(flags)?;
            pattern_of(m, source, flags, began)?
        }
        None if is_regex => pattern_of(m, source, i64::from(case.bits()), began)?,
        // A text that is too long for a pattern is rejected before it is copied.
        None if source.len() > MAX_PATTERN_BYTES => pattern_of(m, source, i64::from(case.bits()), began)?,
        None => {
            m.meter.charge_bytes(source.len())?;
            pattern_of(m, &escape(source), i64::from(case.bits()), began)?
        }
    };
    let most = match args.given(2) {
        None => 20,
        Some(most) if most.is_none() => usize::MAX,
        Some(most) => usize::try_from(m.int_arg(most)?).unwrap_or(0),
    };
    let haystack = Haystack::of(m, m.joined_context())?;
    let mut found = Vec::new();
    for (offset, part) in &haystack.parts {
        let subject = part.as_str().unwrap_or_default();
        let mut scan = Scan::new(0);
        while found.len() < most
            && let Some(compiled) = compiled_pattern(m, pattern)
        {
            let from = scan.start();
            let captures = paid_search(m, |fuel| compiled.next_match(subject, &mut scan, fuel))?;
            note_searched(m, part, from, captures.as_ref(), subject.len());
            let Some(captures) = captures else { break };
            let whole = captures.whole();
            let piece = haystack.piece(m, offset + whole.start..offset + whole.end)?;
            found.push(m.alloc_tuple(piece)?);
        }
    }
    m.alloc_list(found)
}

fn chunk(m: &mut Runtime, args: &Args) -> Outcome {
    let size = m.int_arg(args.some(0).unwrap_or_else(|| m.chunk_size()))?;
    let overlap = match args.given(1) {
        Some(overlap) => m.int_arg(overlap)?,
        None => 0,
    };
    if size < 1 {
        return Err(m.value_error(format!("size must be at least 1, not {size}")));
    }
    if overlap < 0 || overlap >= size {
        return Err(m.value_error("overlap must be at least 0 and less than size"));
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let step = size.saturating_sub(usize::try_from(overlap).unwrap_or(0));
    let length = joined_chars(m);
    let mut pieces = Vec::new();
    let mut start = 0;
    while start < length {
        let end = start.saturating_add(size).min(length);
        pieces.push(placed(m, start, end)?);
        if end == length {
            break;
        }
        start += step;
    }
    m.alloc_list(pieces)
}

fn chunk_documents(m: &mut Runtime, args: &Args) -> Outcome {
    let size = match args.given(0) {
        Some(size) => m.int_arg(size)?,
        None => 10,
    };
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return Err(m.value_error(format!("docs_per_chunk must be at least 1, not {size}")));
    };
    let count = m.context.documents.len();
    m.meter.charge_items(count.saturating_mul(cost::DOCUMENT))?;
    let mut groups = Vec::new();
    for first in (0..count).step_by(size) {
        let end = first.saturating_add(size).min(count);
        let documents = m.documents(first..end)?;
        let group = [Value::length(first), Value::length(end), documents];
        groups.push(m.alloc_tuple(group.map(|value| value.labelled(Label::CONTEXT)))?);
    }
    m.alloc_list(groups)
}

/// The regex of page markers that `ctx.page` uses by default. The tool pyrlm writes such markers.
const PAGE_MARKER: &str = r"<!-- Page (\d+) -->";

/// The number of bytes at the start of the first document that are searched for a page marker.
const FIRST_MARKER_WITHIN: usize = 100_000;

fn page(m: &mut Runtime, args: &Args) -> Outcome {
    let began = m.meter.used();
    let number = m.int_arg(args.get(0))?;
    let size = match (args.some(1), args.some(2)) {
        (Some(size), None) => m.int_arg(size)?,
        (None, Some(marker)) => {
            let marker = m.text_of(marker, "marker_pattern")?;
            let marker = pattern_of(m, marker.as_str().unwrap_or_default(), 0, began)?;
            return marked_page(m, marker, number);
        }
        (None, None) => {
            let marker = pattern_of(m, PAGE_MARKER, 0, began)?;
            if begins_with_marker(m, marker)? {
                return marked_page(m, marker, number);
            }
            10_000
        }
        (Some(_), Some(_)) => return Err(m.value_error("page takes a size or a marker_pattern, not both")),
    };
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return Err(m.value_error(format!("size must be at least 1, not {size}")));
    };
    let length = joined_chars(m);
    let count = i64::try_from(length.div_ceil(size)).unwrap_or(i64::MAX);
    let at = if number < 0 {
        number.saturating_add(count)
    } else {
        number
    };
    let Some(start) = usize::try_from(at)
        .ok()
        .filter(|_| at < count)
        .and_then(|at| at.checked_mul(size))
    else {
        let message = format!("page {number} is not there: the context has {count} of {size} characters");
        return Err(m.raise(sift_compiler::exception::ExceptionClass::IndexError, message));
    };
    let joined = m.context.joined.clone();
    let piece = joined
        .settled()
        .map(|joined| joined.slice_chars(start..start.saturating_add(size).min(length)));
    let piece = m.alloc_slice(piece.unwrap_or_default())?;
    Ok(piece.labelled(Label::CONTEXT))
}

/// Returns `true` if a page marker matches near the start of the context. Searching the whole
/// context would charge its full length to every call.
fn begins_with_marker(m: &mut Runtime, marker: Value) -> Result<bool, Flow> {
    let haystack = Haystack::of(m, m.joined_context())?;
    let (Some((_, part)), Some(compiled)) = (haystack.parts.first(), compiled_pattern(m, marker)) else {
        return Ok(false);
    };
    let subject = part.as_str().unwrap_or_default();
    let near = subject.floor_char_boundary(FIRST_MARKER_WITHIN);
    let subject = subject.get(..near).unwrap_or_default();
    let captures = paid_search(m, |fuel| compiled.next_match(subject, &mut Scan::new(0), fuel))?;
    note_searched(m, part, 0, captures.as_ref(), subject.len());
    Ok(captures.is_some())
}

/// Returns the text of a page of the context: from its page marker to the next one. Returns None if
/// no marker has the page's number.
fn marked_page(m: &mut Runtime, marker: Value, number: i64) -> Outcome {
    let haystack = Haystack::of(m, m.joined_context())?;
    let mut begins = None;
    for (offset, part) in &haystack.parts {
        let subject = part.as_str().unwrap_or_default();
        let mut scan = Scan::new(0);
        while let Some(compiled) = compiled_pattern(m, marker) {
            let from = scan.start();
            let captures = paid_search(m, |fuel| compiled.next_match(subject, &mut scan, fuel))?;
            note_searched(m, part, from, captures.as_ref(), subject.len());
            let Some(captures) = captures else { break };
            let whole = captures.whole();
            if let Some(start) = begins {
                return haystack.piece(m, start..offset + whole.start).map(|[_, _, text]| text);
            }
            let found = captures.span(1).and_then(|group| subject.get(group));
            let Some(found) = found.and_then(|number| number.trim().parse::<i64>().ok()) else {
                let flow = m.value_error("the first group of marker_pattern must match the page's number");
                return Err(m.with_help(flow, r#"write marker_pattern=r"<!-- Page (\d+) -->""#));
            };
            if found == number {
                begins = Some(offset + whole.end);
            }
        }
    }
    match begins {
        Some(start) => {
            let end = haystack.whole.known_bytes();
            haystack.piece(m, start..end).map(|[_, _, text]| text)
        }
        None => Ok(Value::NONE),
    }
}

/// Returns a tuple of a start position, an end position, and the slice of the context's joined text
/// between them.
fn placed(m: &mut Runtime, start: usize, end: usize) -> Outcome {
    m.meter.charge(4)?;
    let joined = m.context.joined.clone();
    let piece = joined.settled().map(|joined| joined.slice_chars(start..end));
    let piece = m.alloc_slice(piece.unwrap_or_default())?;
    m.alloc_tuple([Value::length(start), Value::length(end), piece].map(|value| value.labelled(Label::CONTEXT)))
}

fn metadata(m: &mut Runtime, args: &Args) -> Outcome {
    let context_type = m.alloc_text(match m.context.kind {
        ContextKind::Text | ContextKind::Json => "string",
        ContextKind::List | ContextKind::Dict => "document_list",
    })?;
    let lengths = document_lengths(m, args)?;
    let context = std::sync::Arc::clone(&m.context);
    let mut names = Vec::with_capacity(context.documents.len());
    for document in &context.documents {
        names.push(m.alloc_text(document.name.as_str())?.labelled(Label::CONTEXT));
    }
    let names = m.alloc_list(names)?;
    let entries = [
        ("context_type", context_type),
        ("total_length", len_chars(m, args)?),
        ("num_documents", num_documents(m, args)?),
        ("document_names", names),
        ("document_lengths", lengths),
    ];
    let mut pairs = Vec::with_capacity(entries.len());
    for (name, value) in entries {
        pairs.push((m.alloc_text(name)?, value));
    }
    m.new_dict(&pairs)
}
