//! The modules of Sift's library that are written in Rust: `json`, `re`, `datetime`, `decimal` and
//! others.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

#[cfg(feature = "csv")]
pub mod csv;
#[cfg(feature = "datetime")]
pub mod datetime;
#[cfg(feature = "decimal")]
pub mod decimal;
#[cfg(feature = "difflib")]
pub mod difflib;
#[cfg(feature = "decimal")]
pub mod exact;
#[cfg(feature = "decimal")]
pub mod fractions;
pub mod json;
pub mod literals;
pub mod math;
pub mod regex;
#[cfg(feature = "unicode-names")]
pub mod unicodedata;
