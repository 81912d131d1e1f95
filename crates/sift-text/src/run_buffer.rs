//! A buffer that copies small pieces together and keeps their origins.

use crate::origin::{Origin, Provenance, ProvenanceBuilder, Run};
use crate::segment::{SHORT_MAX, Segment};
use crate::source::Source;

/// The maximum length of a piece that is copied, in bytes. Copying a longer piece would cost more
/// than a reference to it.
pub(crate) const COPY_MAX: usize = 256;

/// A buffer that collects small pieces in one string and records their origins.
#[derive(Debug, Default)]
pub(crate) struct RunBuffer {
    text: String,
    provenance: ProvenanceBuilder,
}

impl RunBuffer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            provenance: ProvenanceBuilder::default(),
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(crate) const fn len_bytes(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn push_str(&mut self, text: &str, origin: Origin) {
        self.text.push_str(text);
        self.provenance.push(Run::new(text.len(), origin, 0));
    }

    pub(crate) fn push_segment(&mut self, segment: &Segment) {
        self.text.push_str(segment.as_str());
        segment.runs().for_each(|run| self.provenance.push(run));
    }

    /// Returns the content of the buffer as one segment.
    pub(crate) fn finish(self) -> Segment {
        match self.provenance.finish() {
            Provenance::Uniform { origin, start: 0 } if self.text.len() <= SHORT_MAX => {
                Segment::from_string(self.text, origin)
            }
            provenance => Segment::from_source(&Source::with_provenance(self.text, provenance)),
        }
    }
}

/// Copies adjacent small segments together, so that a rope has fewer segments.
pub(crate) fn gather_small(segments: Vec<Segment>) -> Vec<Segment> {
    let is_small = |segment: &Segment| segment.pending().is_none() && segment.len_bytes() <= COPY_MAX;
    segments
        .chunk_by(|left, right| is_small(left) && is_small(right))
        .map(|group| match group {
            [only] => only.clone(),
            small => {
                let mut buffer = RunBuffer::with_capacity(small.iter().map(Segment::len_bytes).sum());
                small.iter().for_each(|segment| buffer.push_segment(segment));
                buffer.finish()
            }
        })
        .collect()
}
