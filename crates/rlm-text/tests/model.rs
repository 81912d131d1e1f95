//! Every operation against a plain model: a list of code points with their origins, and holes between them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops at once when something is not as it says"
)]

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use rlm_text::{
    HoleId, Origin, OriginKinds, OriginSpan, Piece, ReplyId, Source, SourceBytes, SourceId, Text, TextBuilder,
};

/// One place of a text: a code point and the byte of its origin that it begins at, or a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Char(char, Origin, usize),
    Hole(HoleId),
}

/// How a random text comes about.
#[derive(Debug, Clone)]
enum Recipe {
    Literal(String),
    Host(String),
    Reply(u32, String),
    /// A slice of a context source.
    Source {
        number: u32,
        from: f64,
        to: f64,
    },
    Hole(u32),
    Concat(Box<Recipe>, Box<Recipe>),
    Built(Vec<Recipe>),
    Appended(Vec<Recipe>),
    Repeated(Box<Recipe>, usize),
}

/// The context that recipes cut from: ASCII, and three kinds of code points over several KiB.
fn context() -> Vec<Arc<Source>> {
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

fn places(text: &str, origin: Origin, start: usize) -> Vec<Place> {
    text.char_indices()
        .map(|(byte, char)| Place::Char(char, origin, if origin.is_addressable() { start + byte } else { 0 }))
        .collect()
}

/// Cooks the text and what it should be.
fn cook(recipe: &Recipe, context: &[Arc<Source>]) -> (Text, Vec<Place>) {
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

fn letters() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c ]{0,12}",
        "[aé漢😀\\n]{0,40}",
        "\\PC{0,8}",
        ("[abü]{1,30}", 1_usize..80).prop_map(|(part, times)| part.repeat(times)),
    ]
}

fn recipe(holes: bool) -> impl Strategy<Value = Recipe> {
    let leaf = prop_oneof![
        4 => letters().prop_map(Recipe::Literal),
        1 => letters().prop_map(Recipe::Host),
        2 => (0..3_u32, letters()).prop_map(|(number, text)| Recipe::Reply(number, text)),
        3 => (0..3_u32, 0.0..1.0, -0.1..0.1).prop_map(|(number, from, len): (u32, f64, f64)| Recipe::Source {
            number,
            from,
            to: (from + len).clamp(0.0, 1.0),
        }),
        u32::from(holes) * 2 => (0..5_u32).prop_map(Recipe::Hole),
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

fn content(model: &[Place]) -> String {
    model
        .iter()
        .filter_map(|place| match place {
            Place::Char(char, ..) => Some(*char),
            Place::Hole(_) => None,
        })
        .collect()
}

/// Where every byte came from, one entry a byte.
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
            Place::Hole(_) => Vec::new(),
        })
        .collect()
}

fn hash(text: &Text) -> u64 {
    let mut hasher = PickyHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A hasher that tells apart how bytes are spread over calls, as hashers may.
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

proptest! {
    #[test]
    fn content_and_origins_are_those_of_the_model(recipe in recipe(false)) {
        let (text, model) = cook(&recipe, &context());
        let mut expected = content(&model);
        let settled = text.settled().unwrap();
        prop_assert_eq!(settled.to_flat(), expected.as_str());
        prop_assert_eq!(settled.len_bytes(), expected.len());
        prop_assert_eq!(settled.len_chars(), model.len());
        prop_assert_eq!(settled.is_empty(), expected.is_empty());
        prop_assert_eq!(settled.is_ascii(), expected.is_ascii());
        prop_assert!(settled.chars().eq(expected.chars()));
        prop_assert_eq!(&text, expected.as_str());
        prop_assert!(text != *format!("{expected}."), "longer");
        prop_assert_eq!(origin_of_bytes(settled.origins()), model_origins(&model));
        let kinds = settled.origins().fold(OriginKinds::NONE, |kinds, span| {
            kinds.union(OriginKinds::of(span.origin.kind()))
        });
        prop_assert_eq!(text.origin_kinds().union(kinds), text.origin_kinds(), "none is missing");
        prop_assert_eq!(text.pieces().map(|piece| match piece {
            Piece::Str { text, .. } => text,
            Piece::Hole(_) => "a hole",
        }).collect::<String>(), expected.as_str());
        prop_assert!(expected.pop().is_none() || text != expected.as_str(), "shorter");
    }

    #[test]
    fn flattening_changes_nothing_that_can_be_seen(recipe in recipe(false)) {
        let (text, _) = cook(&recipe, &context());
        let mut flat = text.clone();
        let content = flat.flatten().unwrap().to_owned();
        prop_assert_eq!(flat.as_str(), Some(content.as_str()));
        prop_assert_eq!(&flat, &text);
        prop_assert_eq!(hash(&flat), hash(&text));
        prop_assert_eq!(hash(&flat), hash(&Text::new(&content)));
        let (flat, text) = (flat.settled().unwrap(), text.settled().unwrap());
        prop_assert_eq!(flat.origins().collect::<Vec<_>>(), text.origins().collect::<Vec<_>>());
    }

    #[test]
    fn neighbouring_spans_are_joined(recipe in recipe(false)) {
        let (text, _) = cook(&recipe, &context());
        let spans: Vec<_> = text.settled().unwrap().origins().collect();
        for pair in spans.windows(2) {
            let continued = pair[0].origin == pair[1].origin
                && (!pair[0].origin.is_addressable() || pair[0].start + pair[0].range.len() == pair[1].start);
            prop_assert!(!continued, "{pair:?}");
        }
    }

    #[test]
    fn offsets_and_slices(recipe in recipe(false), cuts in vec((0.0..1.1, 0.0..1.1), 1..8)) {
        let (text, model) = cook(&recipe, &context());
        let expected = content(&model);
        let settled = text.settled().unwrap();
        for (from, to) in cuts {
            let at = |share: f64| (model.len() as f64 * share) as usize;
            let (from, to) = (at(from), at(to));
            let chars = from.min(model.len())..to.min(model.len());
            let cut = settled.slice_chars(from..to);
            let kept = model.get(chars.clone()).unwrap_or_default();
            prop_assert_eq!(cut.settled().unwrap().to_flat(), content(kept));
            prop_assert_eq!(cut.settled().unwrap().len_chars(), kept.len());
            prop_assert_eq!(origin_of_bytes(cut.settled().unwrap().origins()), model_origins(kept));

            let byte = settled.byte_of_char(from);
            let expected_byte = expected.char_indices().nth(from).map_or(expected.len(), |(byte, _)| byte);
            prop_assert_eq!(byte, expected_byte);
            prop_assert_eq!(settled.char_of_byte(byte), from.min(model.len()));
            prop_assert_eq!(settled.char_at(from), expected.chars().nth(from));
            prop_assert_eq!(settled.char_text(from).map(|text| text.settled().unwrap().to_flat().into_owned()),
                expected.chars().nth(from).map(String::from));

            let bytes = (expected.len() as f64 * 0.37) as usize..expected.len().min(byte + 1);
            prop_assert_eq!(settled.is_boundary(bytes.end), expected.is_char_boundary(bytes.end));
            prop_assert_eq!(
                settled.slice_bytes(bytes.clone()).map(|cut| cut.settled().unwrap().to_flat().into_owned()),
                expected.get(bytes).map(str::to_owned)
            );
        }
    }

    #[test]
    fn search(recipe in recipe(false), needle in "[abcü漢😀\\n]{0,4}", place in 0.0..1.0, len in 1_usize..200) {
        let (text, model) = cook(&recipe, &context());
        let expected = content(&model);
        let settled = text.settled().unwrap();
        let at = (model.len() as f64 * place) as usize;
        // One needle at random, and one that is there, across seams if it is long.
        let present = content(&model[at..model.len().min(at + len)]);
        for needle in [needle.as_str(), present.as_str()] {
            prop_assert_eq!(settled.find(needle, 0), expected.find(needle));
            prop_assert_eq!(settled.rfind(needle, expected.len()), expected.rfind(needle));
            prop_assert_eq!(settled.count(needle), expected.matches(needle).count());
            prop_assert_eq!(settled.contains(needle), expected.contains(needle));
            prop_assert_eq!(settled.starts_with(needle), expected.starts_with(needle));
            prop_assert_eq!(settled.ends_with(needle), expected.ends_with(needle));
            let from = settled.byte_of_char(at);
            prop_assert_eq!(settled.find(needle, from), expected[from..].find(needle).map(|found| from + found));
            prop_assert_eq!(settled.rfind(needle, from), expected[..from].rfind(needle));
            if !needle.is_empty() {
                let places: Vec<_> = expected.match_indices(needle).map(|(at, _)| at).collect();
                prop_assert_eq!(settled.matches(needle).collect::<Vec<_>>(), places);
            }
        }
        prop_assert_eq!(settled.starts_with(&content(&model[..at])), true);
        prop_assert_eq!(settled.ends_with(&content(&model[at..])), true);
        prop_assert_eq!(settled.find("a", expected.len() + 1), None);
    }

    #[test]
    fn holes_are_named_and_filled(recipe in recipe(true), reply in letters()) {
        let (text, model) = cook(&recipe, &context());
        let holes: Vec<_> = model.iter().filter_map(|place| match place {
            Place::Hole(hole) => Some(*hole),
            Place::Char(..) => None,
        }).collect();
        prop_assert_eq!(text.holes().collect::<Vec<_>>(), holes.clone());
        prop_assert_eq!(text.first_hole(), holes.first().copied());
        prop_assert_eq!(text.settled().err(), holes.first().copied());
        prop_assert_eq!(text.clone().flatten().err(), holes.first().copied());
        prop_assert_eq!(text.to_flat().err(), holes.first().copied());
        prop_assert_eq!(text.known_bytes(), content(&model).len());

        let reply_to = |hole: HoleId| format!("{}{reply}", hole.0);
        let origin = |hole: HoleId| Origin::Reply(ReplyId(hole.0));
        // All but one are filled, then that one.
        let partly = text.fill(|hole| (hole.0 != 2).then(|| Text::with_origin(reply_to(hole), origin(hole)))).unwrap();
        prop_assert!(partly.holes().all(|hole| hole.0 == 2));
        prop_assert_eq!(partly.has_holes(), holes.contains(&HoleId(2)));
        let filled = partly.fill(|hole| Some(Text::with_origin(reply_to(hole), origin(hole)))).unwrap();
        let expected: Vec<_> = model.iter().flat_map(|place| match place {
            Place::Hole(hole) => places(&reply_to(*hole), origin(*hole), 0),
            char @ Place::Char(..) => vec![*char],
        }).collect();
        let filled = filled.settled().unwrap();
        prop_assert_eq!(filled.to_flat(), content(&expected));
        prop_assert_eq!(origin_of_bytes(filled.origins()), model_origins(&expected));
    }

    #[test]
    fn equal_texts_compare_and_hash_equal(first in recipe(true), second in recipe(true)) {
        // What can be seen of a text: its code points and its holes.
        let seen = |model: &[Place]| model.iter().map(|place| match place {
            Place::Char(char, ..) => (u32::from(*char), None),
            Place::Hole(hole) => (u32::MAX, Some(*hole)),
        }).collect::<Vec<_>>();
        let ((first, first_model), (second, second_model)) = (cook(&first, &context()), cook(&second, &context()));
        let (first_seen, second_seen) = (seen(&first_model), seen(&second_model));
        prop_assert_eq!(first.cmp(&second), first_seen.cmp(&second_seen));
        prop_assert_eq!(first == second, first_seen == second_seen);
        // The same content, built in one go, and built code point by code point.
        let mut builder = TextBuilder::new();
        let mut appended = Text::EMPTY;
        for place in &first_model {
            let piece = match place {
                Place::Char(char, ..) => Text::new(char.encode_utf8(&mut [0; 4])),
                Place::Hole(hole) => Text::hole(*hole),
            };
            builder.push_text(&piece);
            appended = Text::concat(&appended, &piece).unwrap();
        }
        for same in [builder.finish().unwrap(), appended] {
            prop_assert_eq!(&same, &first);
            prop_assert_eq!(hash(&same), hash(&first));
            prop_assert_eq!(same.cmp(&second), first.cmp(&second));
        }
    }

    #[test]
    fn making_a_text_in_the_same_way_counts_the_same(recipe in recipe(true)) {
        let count = |text: &Text| {
            let mut seen = HashSet::new();
            let mut bytes = text.header_bytes();
            text.for_each_owned(|key, nominal| {
                if !seen.insert(key) {
                    return rlm_text::Sighting::Again;
                }
                bytes += nominal;
                rlm_text::Sighting::First
            });
            bytes
        };
        let context = context();
        let (first, _) = cook(&recipe, &context);
        let (second, _) = cook(&recipe, &context);
        prop_assert_eq!(count(&first), count(&second));
        prop_assert_eq!(first.piece_count(), second.piece_count());
    }
}
