//! The context as an object: `ctx` and its documents.

use rlm_text::Text;

use super::haystack::{Haystack, document_starts};
use super::table::{Group, Owner, entry};
use crate::cost;
use crate::flow::{Flow, Outcome};
use crate::machine::{Args, Interpreter};
use crate::object::Object;
use crate::regex::{Flags, Scan, escape};
use crate::value::{Label, Type, Value};

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
            "Returns a document with .name and .text.",
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
            "find(pattern, regex=False, max_matches=20, case_sensitive=True) -> list",
            "Finds a text, or a regular expression, in the joined text: tuples (start, end, text); max_matches=None gives \
             all.",
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
            "Groups documents: tuples (start, end, text), places in the joined text.",
            chunk_documents,
        ),
        entry(
            "page(number, size=10000) -> str",
            "Returns a page of the joined text: size characters, counted from page 0; a negative number counts from the last.",
            page,
        ),
        entry(
            "metadata() -> dict",
            "Returns the context's size, and the names and lengths of its documents.",
            metadata,
        ),
    ],
}];

fn len_chars(m: &mut Interpreter, _: &Args) -> Outcome {
    Ok(Value::length(joined_chars(m)).labelled(Label::CONTEXT))
}

fn joined_chars(m: &Interpreter) -> usize {
    m.context.joined.settled().map_or(0, rlm_text::Settled::len_chars)
}

fn num_documents(m: &mut Interpreter, _: &Args) -> Outcome {
    Ok(Value::length(m.context.documents.len()).labelled(Label::CONTEXT))
}

fn get_document(m: &mut Interpreter, args: &Args) -> Outcome {
    let count = i64::try_from(m.context.documents.len()).unwrap_or(i64::MAX);
    let index = m.int_arg(args.get(0))?;
    let at = if index < 0 { index.saturating_add(count) } else { index };
    match u32::try_from(at).ok().filter(|at| i64::from(*at) < count) {
        Some(at) => m.alloc(Type::Document, Object::Document(at)),
        None => {
            let message = format!("document {index} is not there: the context has {count}");
            Err(m.raise(crate::exception::ExceptionClass::IndexError, message))
        }
    }
}

fn document_lengths(m: &mut Interpreter, _: &Args) -> Outcome {
    m.meter
        .charge_items(m.context.documents.len().saturating_mul(cost::DOCUMENT))?;
    let chars = |text: &Text| text.settled().map_or(0, rlm_text::Settled::len_chars);
    let lengths = m
        .context
        .documents
        .iter()
        .map(|document| Value::length(chars(&document.text)).labelled(Label::CONTEXT));
    let lengths = lengths.collect();
    m.alloc_list(lengths)
}

fn slice(m: &mut Interpreter, args: &Args) -> Outcome {
    let (start, end) = (m.int_arg(args.get(0))?, m.int_arg(args.get(1))?);
    let place = |offset: i64| usize::try_from(offset.max(0)).unwrap_or(usize::MAX);
    let joined = m.context.joined.clone();
    let piece = joined
        .settled()
        .map(|joined| joined.slice_chars(place(start)..place(end)));
    let piece = m.alloc(Type::Str, Object::Str(piece.unwrap_or_default()))?;
    Ok(piece.labelled(Label::CONTEXT))
}

fn find(m: &mut Interpreter, args: &Args) -> Outcome {
    let began = m.meter.used();
    let source = m.text_of(args.get(0), "the pattern")?;
    let source = source.as_str().unwrap_or_default();
    let regex = match args.given(1) {
        Some(regex) => m.truth(regex)?,
        None => false,
    };
    let case = match args.given(3) {
        Some(sensitive) if !m.truth(sensitive)? => Flags::IGNORECASE,
        _ => Flags::NONE,
    };
    let pattern = if regex {
        m.pattern_of(source, i64::from(case.bits()), began)?
    } else {
        m.pattern_of(&escape(source), i64::from(case.bits()), began)?
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
            && let Some(compiled) = m.compiled(pattern)
        {
            let from = scan.start();
            let captures = m.paid_search(|fuel| compiled.next_match(subject, &mut scan, fuel))?;
            m.note_searched(part, from, captures.as_ref(), subject.len());
            let Some(captures) = captures else { break };
            let whole = captures.whole();
            let piece = haystack.piece(m, offset + whole.start..offset + whole.end)?;
            found.push(m.alloc_tuple(piece)?);
        }
    }
    m.alloc_list(found)
}

fn chunk(m: &mut Interpreter, args: &Args) -> Outcome {
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

fn chunk_documents(m: &mut Interpreter, args: &Args) -> Outcome {
    let size = match args.given(0) {
        Some(size) => m.int_arg(size)?,
        None => 10,
    };
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return Err(m.value_error(format!("docs_per_chunk must be at least 1, not {size}")));
    };
    let starts = document_starts(m).unwrap_or_default();
    m.meter.charge_items(starts.len().saturating_mul(cost::DOCUMENT))?;
    let lengths = m.context.documents.iter().map(|document| document.text.known_bytes());
    let spans: Vec<(usize, usize)> = match &m.context.files {
        Some(files) => files.documents.iter().map(|bytes| (bytes.start, bytes.end)).collect(),
        None => starts
            .into_iter()
            .zip(lengths)
            .map(|(start, len)| (start, start + len))
            .collect(),
    };
    let joined = m.context.joined.clone();
    let Ok(settled) = joined.settled() else {
        return m.alloc_list(Vec::new());
    };
    let mut groups = Vec::new();
    for group in spans.chunks(size) {
        if let (Some((start, _)), Some((_, end))) = (group.first(), group.last()) {
            groups.push(placed(m, settled.char_of_byte(*start), settled.char_of_byte(*end))?);
        }
    }
    m.alloc_list(groups)
}

fn page(m: &mut Interpreter, args: &Args) -> Outcome {
    let number = m.int_arg(args.get(0))?;
    let size = match args.given(1) {
        Some(size) => m.int_arg(size)?,
        None => 10_000,
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
        return Err(m.raise(crate::exception::ExceptionClass::IndexError, message));
    };
    let joined = m.context.joined.clone();
    let piece = joined
        .settled()
        .map(|joined| joined.slice_chars(start..start.saturating_add(size).min(length)));
    let piece = m.alloc(Type::Str, Object::Str(piece.unwrap_or_default()))?;
    Ok(piece.labelled(Label::CONTEXT))
}

/// Returns a tuple of two places of the joined text and what stands between them.
fn placed(m: &mut Interpreter, start: usize, end: usize) -> Outcome {
    m.meter.charge(4)?;
    let joined = m.context.joined.clone();
    let piece = joined.settled().map(|joined| joined.slice_chars(start..end));
    let piece = m.alloc(Type::Str, Object::Str(piece.unwrap_or_default()))?;
    m.alloc_tuple([Value::length(start), Value::length(end), piece].map(|value| value.labelled(Label::CONTEXT)))
}

fn metadata(m: &mut Interpreter, args: &Args) -> Outcome {
    let kind = m.alloc_text(match m.context.kind {
        super::ContextKind::Text => "text",
        super::ContextKind::List => "list",
        super::ContextKind::Dict => "dict",
        super::ContextKind::Json => "json",
    })?;
    let lengths = document_lengths(m, args)?;
    let context = std::sync::Arc::clone(&m.context);
    let mut names = Vec::with_capacity(context.documents.len());
    for document in &context.documents {
        names.push(m.alloc_text(document.name.as_str())?.labelled(Label::CONTEXT));
    }
    let names = m.alloc_list(names)?;
    let entries = [
        ("kind", kind),
        ("len_chars", len_chars(m, args)?),
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

impl Interpreter {
    /// Returns an attribute of the context.
    pub(crate) fn context_attribute(&mut self, name: &str) -> Result<Option<Value>, Flow> {
        match name {
            "documents" => {}
            "text" => return Ok(Some(self.joined_context())),
            _ => return Ok(None),
        }
        let count = u32::try_from(self.context.documents.len()).unwrap_or(u32::MAX);
        let mut documents = Vec::with_capacity(count as usize);
        for index in 0..count {
            documents.push(self.alloc(Type::Document, Object::Document(index))?);
        }
        self.alloc_list(documents).map(Some)
    }

    /// Returns an attribute of a document.
    pub(crate) fn document_attribute(&mut self, index: u32, name: &str) -> Result<Option<Value>, Flow> {
        let Some(document) = self.context.documents.get(index as usize) else {
            return Ok(None);
        };
        match name {
            "name" => {
                let name = document.name.clone();
                self.alloc_text(name).map(|name| Some(name.labelled(Label::CONTEXT)))
            }
            "text" => {
                let text = document.text.clone();
                let text = self.alloc(Type::Str, Object::Str(text))?;
                Ok(Some(text.labelled(Label::CONTEXT)))
            }
            _ => Ok(None),
        }
    }
}
