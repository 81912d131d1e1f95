//! What hostile and other input is made of.
//!
//! Values that property tests draw too are strategies of `proptest`, from which [`drawn`] and [`drawn_each`] make values by the bytes of a fuzzer; what
//! is written statement by statement is written by [`Dice`].

mod dice;
mod drawn;
mod events;
mod patterns;
mod programs;
mod spending;
mod temptations;
mod texts;
mod tokens;
mod trees;
mod writer;

pub use dice::Dice;
pub use drawn::{drawn, drawn_each};
pub use events::{any_event, any_id};
pub use patterns::any_pattern;
pub use programs::{chunked_context, drawn_program, looking_program, looking_statement, reply};
pub use spending::{Call, Spending, SpendingStep, any_limits, any_overspending, any_spending, by_picks};
pub use temptations::{Flows, hostile_text, tempted_program};
pub use texts::{Place, Recipe, cook, letters, places, recipe, recipe_with_holes, sources};
pub use tokens::{PIECES, pieces};
pub use trees::statement;
pub use writer::Writer;
