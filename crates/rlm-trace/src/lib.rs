//! The journal of a run, and everything that is folded from it.
