//! Numeric functions of Python that Rust's libraries lack: `decimal`, and correctly rounded
//! elementary functions.
//!
//! - [`decimal`]: decimal floating-point arithmetic with contexts, rounding modes, signals and
//!   formats.
//! - [`elementary`]: `exp`, `log` and powers of floats, with the same result on every machine.
//!
//! ```
//! use sift_numbers::decimal::{Context, Decimal};
//!
//! let mut context = Context::default();
//! let [price, count] = ["19.90", "3"].map(Decimal::parse);
//! let total = price?.multiply(&count?, &mut context)?;
//! assert_eq!(total.to_text(true), "59.70");
//! assert_eq!(sift_numbers::elementary::exp(1.0), std::f64::consts::E);
//! # Ok::<(), sift_numbers::decimal::Trap>(())
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod decimal;
pub mod elementary;
