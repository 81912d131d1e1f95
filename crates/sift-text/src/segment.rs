//! Segments, which texts and ropes consist of: contiguous text or one pending value.

use std::ops::Range;
use std::sync::Arc;

use smol_str::{SmolStr, SmolStrBuilder};

use crate::char_index::{self, MARK_BYTES};
use crate::nominal::{self, OwnedKey, VisitOutcome};
use crate::origin::{Origin, OriginKinds, PendingId, Run, Runs};
use crate::run_buffer::COPY_MAX;
use crate::source::Source;

/// The maximum length of a text that is copied instead of shared, in bytes. It bounds every scan of
/// such a text, which therefore needs no index.
pub(crate) const SHORT_MAX: usize = MARK_BYTES;

#[derive(Debug, Clone)]
pub(crate) enum Segment {
    /// A short text of at most `SHORT_MAX` bytes, written by the program or the host.
    Short {
        text: SmolStr,
        origin: ShortOrigin,
    },
    /// A slice of a longer text: a range of a source, on code point boundaries.
    Slice {
        source: Arc<Source>,
        start: usize,
        end: usize,
    },
    Pending(PendingId),
}

/// The origins that a short text can have: the program and the host, whose bytes have no addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShortOrigin {
    Program,
    Host,
}

impl ShortOrigin {
    pub(crate) const fn from_origin(origin: Origin) -> Option<Self> {
        match origin {
            Origin::Program => Some(Self::Program),
            Origin::Host => Some(Self::Host),
            Origin::Source(_) | Origin::Reply(_) => None,
        }
    }

    const fn origin(self) -> Origin {
        match self {
            Self::Program => Origin::Program,
            Self::Host => Origin::Host,
        }
    }
}

impl Segment {
    pub(crate) const EMPTY: Self = Self::Short {
        text: SmolStr::new_static(""),
        origin: ShortOrigin::Program,
    };

    pub(crate) fn from_source(source: &Arc<Source>) -> Self {
        match source.len_bytes() {
            0 => Self::EMPTY,
            end => Self::Slice {
                source: Arc::clone(source),
                start: 0,
                end,
            },
        }
    }

    #[inline]
    pub(crate) fn from_str_slice(text: &str) -> Self {
        if text.len() <= SHORT_MAX {
            Self::Short {
                text: SmolStr::new(text),
                origin: ShortOrigin::Program,
            }
        } else {
            Self::from_string(text.to_owned(), Origin::Program)
        }
    }

    /// Creates a segment from a string: a short text if possible, otherwise a slice of a new
    /// source.
    pub(crate) fn from_string(text: String, origin: Origin) -> Self {
        match ShortOrigin::from_origin(origin) {
            Some(origin) if text.len() <= SHORT_MAX => Self::Short {
                text: text.into(),
                origin,
            },
            _ => Self::from_source(&Source::owned(text, origin)),
        }
    }

    #[inline]
    pub(crate) fn len_bytes(&self) -> usize {
        match self {
            Self::Short { text, .. } => text.len(),
            Self::Slice { start, end, .. } => end - start,
            Self::Pending(_) => 0,
        }
    }

    /// Returns the text of the segment; empty for a pending value.
    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Short { text, .. } => text,
            Self::Slice { source, start, end } => source.as_str().get(*start..*end).unwrap_or_default(),
            Self::Pending(_) => "",
        }
    }

    #[inline]
    pub(crate) const fn pending(&self) -> Option<PendingId> {
        match self {
            Self::Short { .. } | Self::Slice { .. } => None,
            Self::Pending(pending) => Some(*pending),
        }
    }

    /// Returns the origin kinds of the segment. A slice has those of its whole source; an empty
    /// text or a pending value has none.
    pub(crate) fn kinds(&self) -> OriginKinds {
        match self {
            Self::Short { text, .. } if text.is_empty() => OriginKinds::NONE,
            Self::Short { origin, .. } => OriginKinds::from_kind(origin.origin().kind()),
            Self::Slice { source, .. } => source.kinds(),
            Self::Pending(_) => OriginKinds::NONE,
        }
    }

    pub(crate) fn runs(&self) -> Runs<'_> {
        match self {
            Self::Short { text, origin } => Runs::single(Some(Run::new(text.len(), origin.origin(), 0))),
            Self::Slice { source, start, end } => source.runs(*start..*end),
            Self::Pending(_) => Runs::single(None),
        }
    }

    pub(crate) fn len_chars(&self) -> usize {
        match self {
            Self::Slice { source, start, end } if source.is_known_ascii() => end - start,
            Self::Slice { source, start, end } if end - start > MARK_BYTES => {
                source.char_of_byte(*end) - source.char_of_byte(*start)
            }
            Self::Short { .. } | Self::Slice { .. } | Self::Pending(_) => {
                char_index::count_starts(self.as_str().as_bytes())
            }
        }
    }

    /// Returns the byte of the segment at which code point `char` starts, or the length if there
    /// are fewer code points.
    pub(crate) fn byte_of_char(&self, char: usize) -> usize {
        match self {
            Self::Slice { source, start, end } if source.is_known_ascii() => char.min(end - start),
            Self::Slice { source, start, end } if end - start > MARK_BYTES => {
                let from = source.char_of_byte(*start);
                source.byte_of_char(from.saturating_add(char)).min(*end) - start
            }
            Self::Short { .. } | Self::Slice { .. } | Self::Pending(_) => {
                char_index::byte_of_start(self.as_str().as_bytes(), char)
            }
        }
    }

    /// Returns the bytes of the segment at which two code points start.
    pub(crate) fn bytes_of_chars(&self, chars: [usize; 2]) -> [usize; 2] {
        match self {
            Self::Slice { source, start, end } if end - start > MARK_BYTES && !source.is_known_ascii() => {
                let from = source.char_of_byte(*start);
                let bytes = source.bytes_of_chars(chars.map(|char| from.saturating_add(char)));
                bytes.map(|byte| byte.min(*end) - start)
            }
            _ => chars.map(|char| self.byte_of_char(char)),
        }
    }

    /// Returns the number of code points of the segment that start before byte `byte`.
    pub(crate) fn char_of_byte(&self, byte: usize) -> usize {
        match self {
            Self::Slice { source, start, end } if source.is_known_ascii() => byte.min(end - start),
            Self::Slice { source, start, end } if byte > MARK_BYTES => {
                source.char_of_byte((start + byte).min(*end)) - source.char_of_byte(*start)
            }
            Self::Short { .. } | Self::Slice { .. } | Self::Pending(_) => {
                let bytes = self.as_str().as_bytes();
                char_index::count_starts(bytes.get(..byte).unwrap_or(bytes))
            }
        }
    }

    /// Returns a range of bytes of the segment; `None` if the range is past the end or either end
    /// is inside a code point.
    #[inline]
    pub(crate) fn slice(&self, range: Range<usize>) -> Option<Self> {
        match self {
            Self::Short { text, origin } => {
                let piece = text.get(range)?;
                Some(match piece.len() {
                    0 => Self::EMPTY,
                    all if all == text.len() => self.clone(),
                    _ => Self::Short {
                        text: SmolStr::new(piece),
                        origin: *origin,
                    },
                })
            }
            Self::Slice { source, start, end } => {
                let (from, to) = (start.checked_add(range.start)?, start.checked_add(range.end)?);
                // ASCII is not read: each access to a large text is a cache miss.
                let cuts = from <= to && to <= *end;
                if !cuts || !source.is_known_ascii() && source.as_str().get(from..to).is_none() {
                    return None;
                }
                if from == to {
                    return Some(Self::EMPTY);
                }
                Some(Self::Slice {
                    source: Arc::clone(source),
                    start: from,
                    end: to,
                })
            }
            Self::Pending(_) => range.is_empty().then_some(Self::EMPTY).filter(|_| range.start == 0),
        }
    }

    /// Merges two segments if possible: short texts of one origin that are at most `short_max` long
    /// together, or adjacent slices of one source.
    pub(crate) fn try_merge(&self, next: &Self, short_max: usize) -> Option<Self> {
        match (self, next) {
            (
                Self::Short { text, origin },
                Self::Short {
                    text: more,
                    origin: other,
                },
            ) if origin == other && text.len() + more.len() <= short_max.min(SHORT_MAX) => Some(Self::Short {
                text: concat_short(text, more),
                origin: *origin,
            }),
            (
                Self::Slice { source, start, end },
                Self::Slice {
                    source: other,
                    start: other_start,
                    end: other_end,
                },
            ) if end == other_start && Arc::ptr_eq(source, other) => Some(Self::Slice {
                source: Arc::clone(source),
                start: *start,
                end: *other_end,
            }),
            _ => None,
        }
    }

    /// Calls `visit` with the owned source that the segment is a slice of, if any, and the source's
    /// nominal bytes.
    pub(crate) fn for_each_owned(&self, visit: &mut dyn FnMut(OwnedKey, usize) -> VisitOutcome) {
        if let Self::Slice { source, .. } = self
            && let Some(bytes) = source.nominal_bytes()
        {
            let _ = visit(OwnedKey::from_arc(source), bytes);
        }
    }

    /// Returns the nominal bytes of the owned source that the segment is a slice of; 0 unless the
    /// segment is all of the source.
    pub(crate) fn owned_bytes(&self) -> usize {
        match self {
            Self::Slice { source, start, end } if end - start == source.len_bytes() => {
                source.nominal_bytes().unwrap_or(0)
            }
            Self::Short { .. } | Self::Slice { .. } | Self::Pending(_) => 0,
        }
    }

    /// Returns the nominal bytes of the owned source that the segment is a slice of; 0 if anything
    /// else refers to the source.
    pub(crate) fn built_bytes(&self) -> usize {
        match self {
            Self::Slice { source, .. } if Arc::strong_count(source) == 1 => source.nominal_bytes().unwrap_or(0),
            Self::Short { .. } | Self::Slice { .. } | Self::Pending(_) => 0,
        }
    }

    /// Returns an upper bound of the nominal bytes that a text grows by when this segment is
    /// appended: those of a copy with its origins, or of a piece.
    pub(crate) fn copied_bytes(&self) -> usize {
        let piece = nominal::PIECE_BYTES + nominal::NODE_BYTES;
        match self {
            Self::Short { text, .. } if text.len() <= COPY_MAX => piece + text.len(),
            Self::Slice { start, end, .. } if end - start <= COPY_MAX => {
                // An origin of its own, and one for the text behind it.
                piece + (end - start) + 2 * nominal::SPAN_BYTES
            }
            Self::Short { text, .. } => piece + nominal::SOURCE_BYTES + text.len(),
            Self::Slice { .. } | Self::Pending(_) => piece + nominal::SOURCE_BYTES,
        }
    }

    /// Returns the nominal bytes that the segment doesn't share with others: those of a short text
    /// that is not stored inline.
    #[inline]
    pub(crate) fn private_bytes(&self) -> usize {
        match self {
            Self::Short { text, .. } if text.len() > nominal::INLINE_BYTES => text.len(),
            Self::Short { .. } | Self::Slice { .. } | Self::Pending(_) => 0,
        }
    }
}

/// Concatenates two short texts with at most one allocation. The result must fit into `SHORT_MAX`.
fn concat_short(left: &str, right: &str) -> SmolStr {
    let len = left.len() + right.len();
    if len > nominal::INLINE_BYTES {
        let mut buffer = [0_u8; SHORT_MAX];
        if let Some(both) = buffer.get_mut(..len)
            && let Some((into_left, into_right)) = both.split_at_mut_checked(left.len())
        {
            into_left.copy_from_slice(left.as_bytes());
            into_right.copy_from_slice(right.as_bytes());
            if let Ok(both) = str::from_utf8(both) {
                return SmolStr::new(both);
            }
        }
    }
    let mut builder = SmolStrBuilder::new();
    builder.push_str(left);
    builder.push_str(right);
    builder.finish()
}
