//! The origins of texts: which bytes were written by the program, the host, a source or a model.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::AtomicU64;

/// The number of a source of the context, such as a document, in the order of the run's manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// The number that the host assigned to a model's reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyId(pub u32);

/// The identifier of a pending value: a reply that was requested and has not arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PendingId(pub u32);

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "source {}", self.0)
    }
}

impl fmt::Display for ReplyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reply {}", self.0)
    }
}

impl fmt::Display for PendingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pending {}", self.0)
    }
}

/// The origin of a part of a text: who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Text written by the program, as a literal or by computing it.
    Program,
    /// Text written by the host: document names, error texts and other texts that the host passes
    /// in.
    Host,
    /// Text copied from a source of the context, such as a document.
    Source(SourceId),
    /// Text copied from a reply of a model.
    Reply(ReplyId),
}

impl Origin {
    /// Returns the kind of the origin, without the number of the source or reply.
    #[must_use]
    pub const fn kind(self) -> OriginKind {
        match self {
            Self::Program => OriginKind::Program,
            Self::Host => OriginKind::Host,
            Self::Source(_) => OriginKind::Source,
            Self::Reply(_) => OriginKind::Reply,
        }
    }

    /// Returns `true` if bytes of the origin have addresses: sources and replies can be cited by
    /// byte. For the program and the host, every offset is 0.
    #[must_use]
    pub const fn is_addressable(self) -> bool {
        match self {
            Self::Program | Self::Host => false,
            Self::Source(_) | Self::Reply(_) => true,
        }
    }
}

/// The kind of an origin, without the number of the source or reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OriginKind {
    /// Text written by the program.
    Program,
    /// Text written by the host.
    Host,
    /// Text copied from a source of the context, such as a document.
    Source,
    /// Text copied from a reply of a model.
    Reply,
}

/// A set of origin kinds.
///
/// ```
/// use sift_text::{Origin, OriginKind, OriginKinds, ReplyId, SourceId, Text};
///
/// let page = Text::with_origin("It rained. ".to_owned(), Origin::Source(SourceId(0)));
/// let reply = Text::with_origin("So it did.".to_owned(), Origin::Reply(ReplyId(3)));
/// let both = Text::concat(&page, &reply)?.origin_kinds();
/// assert!(both.contains(OriginKind::Source) && both.contains(OriginKind::Reply));
/// assert!(!both.contains(OriginKind::Program));
/// assert_eq!(both, OriginKinds::from_kind(OriginKind::Source).union(OriginKinds::from_kind(OriginKind::Reply)));
/// # Ok::<(), sift_text::TextTooLong>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OriginKinds(u8);

impl OriginKinds {
    /// The empty set of origin kinds.
    pub const NONE: Self = Self(0);

    /// Returns the set that contains a single origin kind.
    #[must_use]
    pub const fn from_kind(kind: OriginKind) -> Self {
        Self(match kind {
            OriginKind::Program => 1,
            OriginKind::Host => 2,
            OriginKind::Source => 4,
            OriginKind::Reply => 8,
        })
    }

    /// Returns the union of two sets of origin kinds.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns `true` if the set contains the origin kind.
    #[must_use]
    pub const fn contains(self, kind: OriginKind) -> bool {
        self.0 & Self::from_kind(kind).0 != 0
    }
}

/// A range of a text whose bytes have a single origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginSpan {
    /// The range of the text, in bytes.
    pub range: Range<usize>,
    /// The origin of the bytes in the range.
    pub origin: Origin,
    /// The byte offset in the origin at which the range starts; 0 if the origin is not addressable.
    pub start: usize,
}

/// A number of consecutive bytes of a text that come from one origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) len: usize,
    pub(crate) origin: Origin,
    pub(crate) start: usize,
}

impl Run {
    pub(crate) const fn new(len: usize, origin: Origin, start: usize) -> Self {
        let start = if origin.is_addressable() { start } else { 0 };
        Self { len, origin, start }
    }

    /// Returns `true` if `next`, which follows this run in the text, also follows it in its origin.
    fn is_continued_by(&self, next: &Self) -> bool {
        self.origin == next.origin && (!self.origin.is_addressable() || self.start + self.len == next.start)
    }
}

/// Merges adjacent runs that are also adjacent in their origin.
pub(crate) fn merged(mut runs: impl Iterator<Item = Run>) -> impl Iterator<Item = Run> {
    let mut held = runs.next();
    std::iter::from_fn(move || {
        let mut current = held.take()?;
        for next in runs.by_ref() {
            if current.is_continued_by(&next) {
                current.len += next.len;
            } else {
                held = Some(next);
                break;
            }
        }
        Some(current)
    })
}

/// The origins of all bytes of an owned text: one entry if all bytes have one origin, otherwise a
/// sorted table.
#[derive(Debug)]
pub(crate) enum Provenance {
    Uniform {
        origin: Origin,
        start: usize,
    },
    Spans {
        spans: Box<[Span]>,
        kinds: OriginKinds,
        /// The last reader that all source bytes of the text were reported to: see
        /// [`Text::for_each_source`](crate::Text::for_each_source).
        shown_to: AtomicU64,
    },
}

/// An entry of the table of origins: the bytes from `at` up to the next entry come from `origin`,
/// starting at its byte `start`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    at: usize,
    origin: Origin,
    start: usize,
}

impl Provenance {
    /// Iterates over the runs of one origin in `range`, which must be within the text.
    pub(crate) fn runs(&self, range: Range<usize>) -> Runs<'_> {
        match self {
            Self::Uniform { origin, start } => Runs {
                first: Some(Run::new(range.len(), *origin, start + range.start)),
                rest: &[],
                range: range.end..range.end,
            },
            Self::Spans { spans, .. } => {
                let index = spans.partition_point(|span| span.at <= range.start).saturating_sub(1);
                Runs {
                    first: None,
                    rest: spans.get(index..).unwrap_or_default(),
                    range,
                }
            }
        }
    }

    /// Returns the origin kinds of the whole text.
    pub(crate) const fn kinds(&self) -> OriginKinds {
        match self {
            Self::Uniform { origin, .. } => OriginKinds::from_kind(origin.kind()),
            Self::Spans { kinds, .. } => *kinds,
        }
    }

    /// Returns the number of entries of the table of origins; 0 if the text has a single origin and
    /// no table.
    pub(crate) fn span_count(&self) -> usize {
        match self {
            Self::Uniform { .. } => 0,
            Self::Spans { spans, .. } => spans.len(),
        }
    }
}

/// An iterator over the runs of one origin in a range of an owned text, in order.
#[derive(Debug, Clone)]
pub(crate) struct Runs<'a> {
    first: Option<Run>,
    rest: &'a [Span],
    range: Range<usize>,
}

impl Runs<'_> {
    pub(crate) const fn single(run: Option<Run>) -> Self {
        Self {
            first: run,
            rest: &[],
            range: 0..0,
        }
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        if let Some(run) = self.first.take() {
            return (run.len > 0).then_some(run);
        }
        if self.range.is_empty() {
            return None;
        }
        let (span, rest) = self.rest.split_first()?;
        let end = rest.first().map_or(self.range.end, |next| next.at.min(self.range.end));
        let from = self.range.start;
        self.rest = rest;
        self.range.start = end;
        Some(Run::new(end - from, span.origin, span.start + (from - span.at)))
    }
}

/// A builder that records the origin of each appended run while a text is written.
#[derive(Debug, Default)]
pub(crate) struct ProvenanceBuilder {
    len: usize,
    spans: Vec<Span>,
}

impl ProvenanceBuilder {
    pub(crate) fn push(&mut self, run: Run) {
        if run.len == 0 {
            return;
        }
        let continued = self
            .spans
            .last()
            .is_some_and(|last| Run::new(self.len - last.at, last.origin, last.start).is_continued_by(&run));
        if !continued {
            self.spans.push(Span {
                at: self.len,
                origin: run.origin,
                start: run.start,
            });
        }
        self.len += run.len;
    }

    pub(crate) fn finish(self) -> Provenance {
        match self.spans.as_slice() {
            [] => Provenance::Uniform {
                origin: Origin::Program,
                start: 0,
            },
            [only] => Provenance::Uniform {
                origin: only.origin,
                start: only.start,
            },
            spans => Provenance::Spans {
                kinds: spans.iter().fold(OriginKinds::NONE, |kinds, span| {
                    kinds.union(OriginKinds::from_kind(span.origin.kind()))
                }),
                spans: self.spans.into_boxed_slice(),
                shown_to: AtomicU64::new(0),
            },
        }
    }
}
