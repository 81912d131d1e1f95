//! Generators of rope texts that are built in every possible way, each with its expected content.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use sift_text::{Origin, PendingId, ReplyId, Source, SourceBytes, SourceId, Text, TextBuilder};

/// One position of a text in the plain model: a code point with its origin, or a pending reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A code point, with its origin and its byte offset in that origin.
    Char(char, Origin, usize),
    /// A placeholder for a reply that has not arrived.
    Pending(PendingId),
}

/// A description of how to build a random text, which [`cook`] executes.
#[derive(Debug, Clone)]
pub enum Recipe {
    /// A text that a program contains as a literal, so it has no origin.
    Literal(String),
    /// A text whose origin is the host.
    Host(String),
    /// The reply to a model call, with the number of the call.
    Reply(u32, String),
    /// A slice of a context source.
    Source {
        /// The number of the context source that is sliced.
        number: u32,
        /// The start of the slice as a fraction of the source, from 0 to 1.
        from: f64,
        /// The end of the slice as a fraction of the source, from 0 to 1.
        to: f64,
    },
    /// A placeholder for a reply that has not arrived, with its number.
    Pending(u32),
    /// The concatenation of two texts.
    Concat(Box<Recipe>, Box<Recipe>),
    /// A text that a builder joins from several texts, each followed by a dot.
    Built(Vec<Recipe>),
    /// A text to which several texts are appended one at a time.
    Appended(Vec<Recipe>),
    /// The text of a recipe, repeated a number of times.
    Repeated(Box<Recipe>, usize),
}

/// Returns the context sources of which recipes cut slices: one in ASCII and others in other
/// scripts, of several KiB each.
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

/// Returns the expected content of a text as a list of positions. The text has one origin, in which
/// its first byte is at `start`.
#[must_use]
pub fn places(text: &str, origin: Origin, start: usize) -> Vec<Place> {
    text.char_indices()
        .map(|(byte, char)| Place::Char(char, origin, if origin.is_addressable() { start + byte } else { 0 }))
        .collect()
}

/// Builds the text of a recipe. Also returns its expected content as a plain list of positions.
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
        Recipe::Pending(number) => (
            Text::pending(PendingId(*number)),
            vec![Place::Pending(PendingId(*number))],
        ),
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

/// Generates short strings with code points of every UTF-8 length.
pub fn letters() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c ]{0,12}",
        "[aé漢😀\\n]{0,40}",
        "\\PC{0,8}",
        ("[abü]{1,30}", 1_usize..80).prop_map(|(part, times)| part.repeat(times)),
    ]
}

/// Generates recipes of texts without pending replies.
pub fn recipe() -> impl Strategy<Value = Recipe> {
    recipe_of(0)
}

/// Generates recipes of texts that may contain pending replies.
pub fn recipe_with_pending() -> impl Strategy<Value = Recipe> {
    recipe_of(2)
}

fn recipe_of(pending_weight: u32) -> impl Strategy<Value = Recipe> {
    let leaf = prop_oneof![
        4 => letters().prop_map(Recipe::Literal),
        1 => letters().prop_map(Recipe::Host),
        2 => (0..3_u32, letters()).prop_map(|(number, text)| Recipe::Reply(number, text)),
        3 => (0..3_u32, 0.0..1.0, -0.1..0.1).prop_map(|(number, from, len): (u32, f64, f64)| Recipe::Source {
            number,
            from,
            to: (from + len).clamp(0.0, 1.0),
        }),
        pending_weight => (0..5_u32).prop_map(Recipe::Pending),
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
