//! Text as ropes of slices: code-point indexed, with holes and provenance.
