//! Where the bytes of a text were first written down.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::AtomicU64;

/// The number of a source of the context, in the order of the run's manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// The number that the host gave to a reply of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyId(pub u32);

/// The name of a hole: a reply that was asked for and has not arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoleId(pub u32);

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

impl fmt::Display for HoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hole {}", self.0)
    }
}

/// Who wrote a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The program: a literal, or something that it computed.
    Program,
    /// The host: document names, error texts, and whatever else it hands in.
    Host,
    /// A source of the context.
    Source(SourceId),
    /// A reply of a model.
    Reply(ReplyId),
}

impl Origin {
    /// Returns what sort of origin it is.
    #[must_use]
    pub const fn kind(self) -> OriginKind {
        match self {
            Self::Program => OriginKind::Program,
            Self::Host => OriginKind::Host,
            Self::Source(_) => OriginKind::Source,
            Self::Reply(_) => OriginKind::Reply,
        }
    }

    /// Tells whether places in this origin have numbers: sources and replies can be cited by byte, programs and the host
    /// cannot, and every place in them is 0.
    #[must_use]
    pub const fn is_addressable(self) -> bool {
        match self {
            Self::Program | Self::Host => false,
            Self::Source(_) | Self::Reply(_) => true,
        }
    }
}

/// What sort of origin it is, whichever source or reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OriginKind {
    /// The program.
    Program,
    /// The host.
    Host,
    /// Some source of the context.
    Source,
    /// Some reply of a model.
    Reply,
}

/// A set of sorts of origins.
///
/// ```
/// use sift_text::{Origin, OriginKind, OriginKinds, ReplyId, SourceId, Text};
///
/// let page = Text::with_origin("It rained. ".to_owned(), Origin::Source(SourceId(0)));
/// let reply = Text::with_origin("So it did.".to_owned(), Origin::Reply(ReplyId(3)));
/// let both = Text::concat(&page, &reply)?.origin_kinds();
/// assert!(both.contains(OriginKind::Source) && both.contains(OriginKind::Reply));
/// assert!(!both.contains(OriginKind::Program));
/// assert_eq!(both, OriginKinds::of(OriginKind::Source).union(OriginKinds::of(OriginKind::Reply)));
/// # Ok::<(), sift_text::TextTooLong>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OriginKinds(u8);

impl OriginKinds {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Returns the set of one.
    #[must_use]
    pub const fn of(kind: OriginKind) -> Self {
        Self(match kind {
            OriginKind::Program => 1,
            OriginKind::Host => 2,
            OriginKind::Source => 4,
            OriginKind::Reply => 8,
        })
    }

    /// Returns all that are in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Tells whether `kind` is in the set.
    #[must_use]
    pub const fn contains(self, kind: OriginKind) -> bool {
        self.0 & Self::of(kind).0 != 0
    }
}

/// A stretch of a text that came from one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginSpan {
    /// The bytes of this text.
    pub range: Range<usize>,
    /// Who wrote them.
    pub origin: Origin,
    /// The byte in the origin at which the stretch begins; 0 for origins that are not addressable.
    pub start: usize,
}

/// A number of bytes that came from one place, wherever they stand now.
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

    /// Tells whether `next`, standing right after this run, continues it in its origin too.
    fn is_continued_by(&self, next: &Self) -> bool {
        self.origin == next.origin && (!self.origin.is_addressable() || self.start + self.len == next.start)
    }
}

/// Joins runs that continue each other.
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

/// The origins of all bytes of an owned text: one entry where they are of one kind, else a sorted table.
#[derive(Debug)]
pub(crate) enum Provenance {
    Uniform {
        origin: Origin,
        start: usize,
    },
    Spans {
        spans: Box<[Span]>,
        kinds: OriginKinds,
        /// The reader to whom all of them were shown last: see [`Text::for_each_source`](crate::Text::for_each_source).
        shown_to: AtomicU64,
    },
}

/// From `at` on, up to the next entry, the bytes come from `origin`, there beginning with `start`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    at: usize,
    origin: Origin,
    start: usize,
}

impl Provenance {
    /// Yields the runs of `range`, which is never past the end of the text.
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

    /// Returns the sorts of origins of the whole text.
    pub(crate) const fn kinds(&self) -> OriginKinds {
        match self {
            Self::Uniform { origin, .. } => OriginKinds::of(origin.kind()),
            Self::Spans { kinds, .. } => *kinds,
        }
    }

    /// Counts the entries of the table; 0 where no table is needed.
    pub(crate) fn span_count(&self) -> usize {
        match self {
            Self::Uniform { .. } => 0,
            Self::Spans { spans, .. } => spans.len(),
        }
    }
}

/// The runs of a range of an owned text, in order.
#[derive(Debug, Clone)]
pub(crate) struct Runs<'a> {
    first: Option<Run>,
    rest: &'a [Span],
    range: Range<usize>,
}

impl Runs<'_> {
    pub(crate) const fn of_one(run: Option<Run>) -> Self {
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

/// Gathers the runs of a text that is being written out.
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
                    kinds.union(OriginKinds::of(span.origin.kind()))
                }),
                spans: self.spans.into_boxed_slice(),
                shown_to: AtomicU64::new(0),
            },
        }
    }
}
