//! The modules of Sift's library that are written in Rust: `json`, `re`, `datetime`, `decimal` and others.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod csv;
pub mod datetime;
pub mod decimal;
pub mod difflib;
pub mod exact;
pub mod fractions;
pub mod json;
pub mod literals;
pub mod math;
pub mod regex;
pub mod unicodedata;
