//! Generators of random and hostile inputs for fuzz targets.
//!
//! Values that property tests also use are `proptest` strategies, which [`drawn`] and
//! [`drawn_each`] evaluate with a fuzzer's bytes. Programs that are generated statement by
//! statement use [`Dice`].

mod dice;
mod drawn;
#[cfg(feature = "trace")]
mod events;
#[cfg(feature = "vm")]
mod flows;
mod patterns;
mod programs;
#[cfg(feature = "policy")]
mod spending;
mod temptations;
#[cfg(feature = "text")]
mod texts;
mod tokens;
#[cfg(feature = "syntax")]
mod trees;
mod writer;

pub use dice::Dice;
pub use drawn::{drawn, drawn_each};
#[cfg(feature = "trace")]
pub use events::{any_event, any_id};
#[cfg(feature = "vm")]
pub use flows::{label_forms, label_program};
pub use patterns::any_pattern;
pub use programs::{chunked_context, drawn_program, looking_program, looking_statement, reply};
#[cfg(feature = "policy")]
pub use spending::{Call, Spending, SpendingStep, any_limits, any_overspending, any_spending, by_picks};
pub use temptations::{Flows, hostile_text, tempted_program};
#[cfg(feature = "text")]
pub use texts::{Place, Recipe, cook, letters, places, recipe, recipe_with_pending, sources};
pub use tokens::{PIECES, pieces};
#[cfg(feature = "syntax")]
pub use trees::statement;
pub use writer::Writer;
