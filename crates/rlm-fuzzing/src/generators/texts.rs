//! Texts that came about in every way, and what they should be.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use sift_text::{HoleId, Origin, ReplyId, Source, SourceBytes, SourceId, Text, TextBuilder};

/// One place of a text: a code point and the byte of its origin that it begins at, or a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A code point, where it comes from, and the byte of its origin that it begins at.
    Char(char, Origin, usize),
    /// A reply that has not arrived.
    Hole(HoleId),
}

/// How a random text comes about.
#[derive(Debug, Clone)]
pub enum Recipe {
    /// A text of the program's own.
    Literal(String),
    /// A text of the host.
    Host(String),
    /// The reply to a call.
    Reply(u32, String),
    /// A slice of a context source.
    Source {
        /// Which of them.
        number: u32,
        /// Where it begins, from 0 to 1.
        from: f64,
        /// Where it ends, from 0 to 1.
        to: f64,
    },
    /// A reply that has not arrived.
    Hole(u32),
    /// One behind the other.
    Concat(Box<Recipe>, Box<Recipe>),
    /// All in a row, each with a dot behind it.
    Built(Vec<Recipe>),
    /// One after the other put at the end.
    Appended(Vec<Recipe>),
    /// One, several times.
    Repeated(Box<Recipe>, usize),
}

/// Returns the sources that recipes cut from: ASCII, and three kinds of code points over several KiB.
#[must_use]
pub fn sources() -> Vec<Arc<Source>> {
    let texts = [
        "line of a log, nothing special\n".repeat(200),
        "grüße aus köln 😀 ".repeat(300),
        "漢字かな交じり文。\n".repeat(150),
    ];
    texts
        .into_iter()
        .enumerate()
        .map(|(number, text)| {
            let bytes: Arc<dyn SourceBytes> = Arc::new(text);
            Source::shared(bytes, Origin::Source(SourceId(number as u32)))
        })
        .collect()
}

/// Returns the places of a text of one origin, from a byte of that origin on.
#[must_use]
pub fn places(text: &str, origin: Origin, start: usize) -> Vec<Place> {
    text.char_indices()
        .map(|(byte, char)| Place::Char(char, origin, if origin.is_addressable() { start + byte } else { 0 }))
        .collect()
}

/// Makes a text, and a plain list of what it should be.
#[must_use]
pub fn cook(recipe: &Recipe, context: &[Arc<Source>]) -> (Text, Vec<Place>) {
    match recipe {
        Recipe::Literal(text) => (Text::new(text), places(text, Origin::Program, 0)),
        Recipe::Host(text) => (
            Text::with_origin(text.clone(), Origin::Host),
            places(text, Origin::Host, 0),
        ),
        Recipe::Reply(number, text) => {
            let origin = Origin::Reply(ReplyId(*number));
            (Text::with_origin(text.clone(), origin), places(text, origin, 0))
        }
        Recipe::Source { number, from, to } => {
            let source = &context[*number as usize % context.len()];
            let whole = source.as_str();
            let at = |share: f64| whole.floor_char_boundary((whole.len() as f64 * share) as usize);
            let range = at(from.min(*to))..at(from.max(*to));
            let origin = Origin::Source(SourceId(*number % context.len() as u32));
            let text = Text::from_source(source);
            let cut = text.settled().unwrap().slice_bytes(range.clone()).unwrap();
            (cut, places(&whole[range.clone()], origin, range.start))
        }
        Recipe::Hole(number) => (Text::hole(HoleId(*number)), vec![Place::Hole(HoleId(*number))]),
        Recipe::Concat(left, right) => {
            let ((left, mut model), (right, more)) = (cook(left, context), cook(right, context));
            model.extend(more);
            (Text::concat(&left, &right).unwrap(), model)
        }
        Recipe::Built(parts) => {
            let mut builder = TextBuilder::new();
            let mut model = Vec::new();
            for part in parts {
                let (text, places) = cook(part, context);
                builder.push_text(&text);
                builder.push_char('·');
                model.extend(places);
                model.push(Place::Char('·', Origin::Program, 0));
            }
            (builder.finish().unwrap(), model)
        }
        Recipe::Appended(parts) => {
            let mut text = Text::EMPTY;
            let mut model = Vec::new();
            for part in parts {
                let (more, places) = cook(part, context);
                text = Text::concat(&text, &more).unwrap();
                model.extend(places);
            }
            (text, model)
        }
        Recipe::Repeated(part, times) => {
            let (text, model) = cook(part, context);
            (text.repeat(*times).unwrap(), model.repeat(*times))
        }
    }
}

/// Draws short strings of code points of every length.
pub fn letters() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c ]{0,12}",
        "[aé漢😀\\n]{0,40}",
        "\\PC{0,8}",
        ("[abü]{1,30}", 1_usize..80).prop_map(|(part, times)| part.repeat(times)),
    ]
}

/// Draws recipes of texts that are all there.
pub fn recipe() -> impl Strategy<Value = Recipe> {
    recipe_of(0)
}

/// Draws recipes of texts that wait for replies.
pub fn recipe_with_holes() -> impl Strategy<Value = Recipe> {
    recipe_of(2)
}

fn recipe_of(weight_of_holes: u32) -> impl Strategy<Value = Recipe> {
    let leaf = prop_oneof![
        4 => letters().prop_map(Recipe::Literal),
        1 => letters().prop_map(Recipe::Host),
        2 => (0..3_u32, letters()).prop_map(|(number, text)| Recipe::Reply(number, text)),
        3 => (0..3_u32, 0.0..1.0, -0.1..0.1).prop_map(|(number, from, len): (u32, f64, f64)| Recipe::Source {
            number,
            from,
            to: (from + len).clamp(0.0, 1.0),
        }),
        weight_of_holes => (0..5_u32).prop_map(Recipe::Hole),
    ];
    leaf.prop_recursive(4, 200, 70, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| Recipe::Concat(left.into(), right.into())),
            vec(inner.clone(), 0..20).prop_map(Recipe::Built),
            vec(inner.clone(), 0..70).prop_map(Recipe::Appended),
            (inner, 0..6_usize).prop_map(|(part, times)| Recipe::Repeated(part.into(), times)),
        ]
    })
}
