//! The loop: it composes the other crates and computes nothing itself.
