//! Checks rope texts against a plain model: a list of code points with their origins, and pending
//! replies between them.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::collection::vec;
use sift_text::{Origin, OriginKinds, OriginSpan, PendingId, Piece, ReplyId, Text, TextBuilder};

use crate::generators::{Place, Recipe, cook, drawn, letters, places, recipe, recipe_with_pending, sources};

/// Runs all text operations on texts that are built in every possible way.
///
/// # Panics
/// If a text differs from the list of its code points.
pub fn text_ops(data: &[u8]) {
    let whole = (
        recipe(),
        vec((0.0_f64..1.1, 0.0_f64..1.1), 1..4),
        "[abcü漢😀\\n]{0,4}",
        0.0_f64..1.0,
        1_usize..200,
    );
    if let Some((recipe, cuts, needle, place, len)) = drawn(&whole, data) {
        content_and_origins(&recipe);
        flattening(&recipe);
        neighbouring_spans(&recipe);
        offsets_and_slices(&recipe, &cuts);
        searching(&recipe, &needle, place, len);
    }
    if let Some((first, second, reply)) = drawn(&(recipe_with_pending(), recipe_with_pending(), letters()), data) {
        fill_pending(&first, &reply);
        comparing(&first, &second);
        counting(&second);
    }
}

/// Compares the content and the origins of a recipe's text with the expected code points.
///
/// # Panics
/// If the text differs from its expected code points.
pub fn content_and_origins(recipe: &Recipe) {
    let (text, model) = cook(recipe, &sources());
    let mut expected = content(&model);
    let settled = text.settled().unwrap();
    assert_eq!(settled.to_flat(), expected.as_str());
    assert_eq!(settled.len_bytes(), expected.len());
    assert_eq!(settled.len_chars(), model.len());
    assert_eq!(settled.is_empty(), expected.is_empty());
    assert_eq!(settled.is_ascii(), expected.is_ascii());
    assert!(settled.chars().eq(expected.chars()));
    assert_eq!(&text, expected.as_str());
    assert!(text != *format!("{expected}."), "longer");
    assert_eq!(origin_of_bytes(settled.origins()), model_origins(&model));
    let kinds = settled.origins().fold(OriginKinds::NONE, |kinds, span| {
        kinds.union(OriginKinds::from_kind(span.origin.kind()))
    });
    assert_eq!(text.origin_kinds().union(kinds), text.origin_kinds(), "none is missing");
    assert_eq!(
        text.pieces()
            .map(|piece| match piece {
                Piece::Str { text, .. } => text,
                Piece::Pending(_) => "a pending value",
            })
            .collect::<String>(),
        expected.as_str()
    );
    assert!(expected.pop().is_none() || text != expected.as_str(), "shorter");
}

/// Flattens the text of a recipe, which must not change anything observable.
///
/// # Panics
/// If the text differs from its expected code points.
pub fn flattening(recipe: &Recipe) {
    let (text, _) = cook(recipe, &sources());
    let mut flat = text.clone();
    let content = flat.flatten().unwrap().to_owned();
    assert_eq!(flat.as_str(), Some(content.as_str()));
    assert_eq!(&flat, &text);
    assert_eq!(hash(&flat), hash(&text));
    assert_eq!(hash(&flat), hash(&Text::new(&content)));
    let (flat, text) = (flat.settled().unwrap(), text.settled().unwrap());
    assert_eq!(flat.origins().collect::<Vec<_>>(), text.origins().collect::<Vec<_>>());
}

/// Checks that adjacent spans of a text with the same origin are merged.
///
/// # Panics
/// If adjacent spans could be merged.
pub fn neighbouring_spans(recipe: &Recipe) {
    let (text, _) = cook(recipe, &sources());
    let spans: Vec<_> = text.settled().unwrap().origins().collect();
    for pair in spans.windows(2) {
        let continued = pair[0].origin == pair[1].origin
            && (!pair[0].origin.is_addressable() || pair[0].start + pair[0].range.len() == pair[1].start);
        assert!(!continued, "{pair:?}");
    }
}

/// Slices the text of a recipe at fractions of its length, from 0 to 1.1, and converts offsets
/// between characters and bytes.
///
/// # Panics
/// If a slice or an offset differs from that of the expected code points.
pub fn offsets_and_slices(recipe: &Recipe, cuts: &[(f64, f64)]) {
    let (text, model) = cook(recipe, &sources());
    let expected = content(&model);
    let settled = text.settled().unwrap();
    for &(from, to) in cuts {
        let at = |share: f64| (model.len() as f64 * share) as usize;
        let (from, to) = (at(from), at(to));
        let chars = from.min(model.len())..to.min(model.len());
        let cut = settled.slice_chars(from..to);
        let kept = model.get(chars.clone()).unwrap_or_default();
        assert_eq!(cut.settled().unwrap().to_flat(), content(kept));
        assert_eq!(cut.settled().unwrap().len_chars(), kept.len());
        assert_eq!(origin_of_bytes(cut.settled().unwrap().origins()), model_origins(kept));

        let byte = settled.byte_of_char(from);
        let expected_byte = expected
            .char_indices()
            .nth(from)
            .map_or(expected.len(), |(byte, _)| byte);
        assert_eq!(byte, expected_byte);
        assert_eq!(settled.char_of_byte(byte), from.min(model.len()));
        assert_eq!(settled.char_at(from), expected.chars().nth(from));
        assert_eq!(
            settled
                .char_text(from)
                .map(|text| text.settled().unwrap().to_flat().into_owned()),
            expected.chars().nth(from).map(String::from)
        );

        let bytes = (expected.len() as f64 * 0.37) as usize..expected.len().min(byte + 1);
        assert_eq!(settled.is_boundary(bytes.end), expected.is_char_boundary(bytes.end));
        assert_eq!(
            settled
                .slice_bytes(bytes.clone())
                .map(|cut| cut.settled().unwrap().to_flat().into_owned()),
            expected.get(bytes).map(str::to_owned)
        );
    }
}

/// Searches the text of a recipe for a needle, and for the `len` characters at `place`, a fraction
/// of the text's length.
///
/// # Panics
/// If a result differs from that of a search in the expected code points.
pub fn searching(recipe: &Recipe, needle: &str, place: f64, len: usize) {
    let (text, model) = cook(recipe, &sources());
    let expected = content(&model);
    let settled = text.settled().unwrap();
    let at = (model.len() as f64 * place) as usize;
    // A random needle, and one that occurs in the text and may cross segments.
    let present = content(&model[at..model.len().min(at + len)]);
    for needle in [needle, present.as_str()] {
        assert_eq!(settled.find(needle, 0), expected.find(needle));
        assert_eq!(settled.rfind(needle, expected.len()), expected.rfind(needle));
        assert_eq!(settled.count(needle), expected.matches(needle).count());
        assert_eq!(settled.contains(needle), expected.contains(needle));
        assert_eq!(settled.starts_with(needle), expected.starts_with(needle));
        assert_eq!(settled.ends_with(needle), expected.ends_with(needle));
        let from = settled.byte_of_char(at);
        assert_eq!(
            settled.find(needle, from),
            expected[from..].find(needle).map(|found| from + found)
        );
        assert_eq!(settled.rfind(needle, from), expected[..from].rfind(needle));
        if !needle.is_empty() {
            let places: Vec<_> = expected.match_indices(needle).map(|(at, _)| at).collect();
            assert_eq!(settled.matches(needle).collect::<Vec<_>>(), places);
        }
    }
    assert!(settled.starts_with(&content(&model[..at])));
    assert!(settled.ends_with(&content(&model[at..])));
    assert_eq!(settled.find("a", expected.len() + 1), None);
}

/// Fills the pending replies of a text in two steps: all but one, then the last one.
///
/// # Panics
/// If the text differs from its expected code points after either step.
pub fn fill_pending(recipe: &Recipe, reply: &str) {
    let (text, model) = cook(recipe, &sources());
    let pending: Vec<_> = model
        .iter()
        .filter_map(|place| match place {
            Place::Pending(pending) => Some(*pending),
            Place::Char(..) => None,
        })
        .collect();
    assert_eq!(text.pending_ids().collect::<Vec<_>>(), pending.clone());
    assert_eq!(text.first_pending(), pending.first().copied());
    assert_eq!(text.settled().err(), pending.first().copied());
    assert_eq!(text.clone().flatten().err(), pending.first().copied());
    assert_eq!(text.to_flat().err(), pending.first().copied());
    assert_eq!(text.known_bytes(), content(&model).len());

    let reply_to = |pending: PendingId| format!("{}{reply}", pending.0);
    let origin = |pending: PendingId| Origin::Reply(ReplyId(pending.0));
    // All but one are filled, then that one.
    let partly = text
        .fill(|pending| (pending.0 != 2).then(|| Text::with_origin(reply_to(pending), origin(pending))))
        .unwrap();
    assert!(partly.pending_ids().all(|pending| pending.0 == 2));
    assert_eq!(partly.has_pending(), pending.contains(&PendingId(2)));
    let filled = partly
        .fill(|pending| Some(Text::with_origin(reply_to(pending), origin(pending))))
        .unwrap();
    let expected: Vec<_> = model
        .iter()
        .flat_map(|place| match place {
            Place::Pending(pending) => places(&reply_to(*pending), origin(*pending), 0),
            char @ Place::Char(..) => vec![*char],
        })
        .collect();
    let filled = filled.settled().unwrap();
    assert_eq!(filled.to_flat(), content(&expected));
    assert_eq!(origin_of_bytes(filled.origins()), model_origins(&expected));
}

/// Compares the texts of two recipes, and each with an equal text that is built differently.
///
/// # Panics
/// If a comparison or a hash differs from that of the expected code points.
pub fn comparing(first: &Recipe, second: &Recipe) {
    // The observable content of a text: its code points and its pending values.
    let seen = |model: &[Place]| {
        model
            .iter()
            .map(|place| match place {
                Place::Char(char, ..) => (u32::from(*char), None),
                Place::Pending(pending) => (u32::MAX, Some(*pending)),
            })
            .collect::<Vec<_>>()
    };
    let ((first, first_model), (second, second_model)) = (cook(first, &sources()), cook(second, &sources()));
    let (first_seen, second_seen) = (seen(&first_model), seen(&second_model));
    assert_eq!(first.cmp(&second), first_seen.cmp(&second_seen));
    assert_eq!(first == second, first_seen == second_seen);
    // The same content, built at once and built code point by code point.
    let mut builder = TextBuilder::new();
    let mut appended = Text::EMPTY;
    for place in &first_model {
        let piece = match place {
            Place::Char(char, ..) => Text::new(char.encode_utf8(&mut [0; 4])),
            Place::Pending(pending) => Text::pending(*pending),
        };
        builder.push_text(&piece);
        appended = Text::concat(&appended, &piece).unwrap();
    }
    for same in [builder.finish().unwrap(), appended] {
        assert_eq!(&same, &first);
        assert_eq!(hash(&same), hash(&first));
        assert_eq!(same.cmp(&second), first.cmp(&second));
    }
}

/// Builds the text of a recipe twice and compares the accounted memory and the numbers of pieces.
///
/// # Panics
/// If the memory sizes or the numbers of pieces differ.
pub fn counting(recipe: &Recipe) {
    let count = |text: &Text| {
        let mut seen = HashSet::new();
        let mut bytes = text.header_bytes();
        text.for_each_owned(|key, nominal| {
            if !seen.insert(key) {
                return sift_text::VisitOutcome::Again;
            }
            bytes += nominal;
            sift_text::VisitOutcome::First
        });
        bytes
    };
    let context = sources();
    let (first, _) = cook(recipe, &context);
    let (second, _) = cook(recipe, &context);
    assert_eq!(count(&first), count(&second));
    assert_eq!(first.piece_count(), second.piece_count());
}

fn content(model: &[Place]) -> String {
    model
        .iter()
        .filter_map(|place| match place {
            Place::Char(char, ..) => Some(*char),
            Place::Pending(_) => None,
        })
        .collect()
}

/// Returns the origin of every byte of a text, with the offset in that origin.
fn origin_of_bytes(spans: impl Iterator<Item = OriginSpan>) -> Vec<(Origin, usize)> {
    let mut bytes = Vec::new();
    for span in spans {
        assert_eq!(span.range.start, bytes.len(), "spans follow each other without gaps");
        bytes.extend(span.range.enumerate().map(|(offset, _)| {
            (
                span.origin,
                if span.origin.is_addressable() {
                    span.start + offset
                } else {
                    0
                },
            )
        }));
    }
    bytes
}

fn model_origins(model: &[Place]) -> Vec<(Origin, usize)> {
    model
        .iter()
        .flat_map(|place| match *place {
            Place::Char(char, origin, start) => (0..char.len_utf8())
                .map(|offset| (origin, if origin.is_addressable() { start + offset } else { 0 }))
                .collect(),
            Place::Pending(_) => Vec::new(),
        })
        .collect()
}

fn hash(text: &Text) -> u64 {
    let mut hasher = PickyHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A hasher whose result depends on how the bytes are split over calls, as the contract of `Hasher`
/// allows.
#[derive(Default)]
struct PickyHasher(DefaultHasher);

impl Hasher for PickyHasher {
    fn finish(&self) -> u64 {
        self.0.finish()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write_usize(bytes.len());
        self.0.write(bytes);
    }
}
