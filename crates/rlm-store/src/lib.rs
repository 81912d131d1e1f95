//! Runs kept on disk: one folder each, found by id.
