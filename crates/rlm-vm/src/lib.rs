//! The Sift machine: a compiler to flat ops and a stepping evaluator that pays fuel for everything.

pub mod format;
pub mod regex;
pub mod text_methods;
