//! Large, degenerate and hostile texts.

use std::collections::HashSet;
use std::sync::Arc;

use sift_text::nominal;
use sift_text::{
    MAX_TEXT_BYTES, Origin, OriginSpan, PendingId, ReplyId, Source, SourceBytes, SourceId, Text, TextBuilder,
    TextTooLong, VisitOutcome,
};

/// Returns the nominal bytes of several texts together, counting shared parts once.
fn nominal_bytes(texts: &[Text]) -> usize {
    let mut seen = HashSet::new();
    let mut bytes = 0;
    for text in texts {
        bytes += text.header_bytes();
        text.for_each_owned(|key, nominal| {
            if !seen.insert(key) {
                return VisitOutcome::Again;
            }
            bytes += nominal;
            VisitOutcome::First
        });
    }
    bytes
}

#[test]
fn million_appends_stay_shallow_and_drop_without_overflow() {
    let line = Text::with_origin("a line of a reply".to_owned(), Origin::Reply(ReplyId(1)));
    let end = Text::new("\n");
    let mut text = Text::EMPTY;
    for _ in 0..500_000 {
        text = Text::concat(&text, &line).unwrap();
        text = Text::concat(&text, &end).unwrap();
    }
    assert_eq!(text.known_bytes(), 500_000 * 18);
    assert!(text.piece_count() < 40_000, "{} pieces", text.piece_count());
    let settled = text.settled().unwrap();
    assert_eq!(settled.count("\n"), 500_000);
    assert_eq!(settled.slice_chars(18 * 250_000..18 * 250_000 + 6), "a line");
    assert_eq!(settled.origins().count(), 1_000_000);
}

#[test]
fn million_pending_values_stay_shallow_and_can_be_filled() {
    let mut text = Text::EMPTY;
    for number in 0..200_000 {
        text = Text::concat(&Text::pending(PendingId(number)), &text).unwrap();
    }
    for number in 200_000..1_000_000 {
        text = Text::concat(&text, &Text::pending(PendingId(number))).unwrap();
    }
    assert_eq!(text.first_pending(), Some(PendingId(199_999)));
    assert_eq!(text.pending_ids().count(), 1_000_000);
    let filled = text
        .fill(|pending| Some(Text::new(if pending.0 < 200_000 { "a" } else { "b" })))
        .unwrap();
    let filled = filled.settled().unwrap();
    assert_eq!((filled.count("a"), filled.count("b")), (200_000, 800_000));
    assert_eq!(filled.find("ab", 0), Some(199_999));
}

#[test]
fn prefixes_of_a_growing_text_share_memory() {
    let line = "x".repeat(300);
    let source = Source::owned(line.repeat(1_000), Origin::Program);
    let whole = Text::from_source(&source);
    let mut prefixes = vec![Text::EMPTY];
    for index in 0..1_000 {
        // Not adjacent in the source, so each stays a piece.
        let start = (index * 7_919) % 299_000;
        let piece = whole.settled().unwrap().slice_bytes(start..start + 300).unwrap();
        prefixes.push(Text::concat(prefixes.last().unwrap(), &piece).unwrap());
    }
    let together = nominal_bytes(&prefixes);
    let apart: usize = prefixes
        .iter()
        .map(|prefix| nominal_bytes(std::slice::from_ref(prefix)))
        .sum();
    assert!(together < 3_000_000, "{together}");
    assert!(together < apart / 50, "{together} of {apart}");
}

#[test]
fn nominal_bytes_match_the_cost_table() {
    let short = Text::new("up to 23 bytes in place");
    assert_eq!(nominal_bytes(&[short.clone(), short]), 2 * nominal::TEXT_BYTES);
    let longer = Text::new("24 bytes are not in place");
    assert_eq!(nominal_bytes(&[longer]), nominal::TEXT_BYTES + 25);
    let reply = Text::with_origin("a".repeat(10), Origin::Reply(ReplyId(0)));
    let both = [reply.clone(), reply.settled().unwrap().slice_chars(2..4)];
    assert_eq!(
        nominal_bytes(&both),
        2 * nominal::TEXT_BYTES + nominal::SOURCE_BYTES + 10
    );
    let rope = Text::concat(&reply, &Text::new("!")).unwrap();
    assert_eq!(
        nominal_bytes(std::slice::from_ref(&rope)),
        nominal::TEXT_BYTES + nominal::ROPE_BYTES + 2 * nominal::PIECE_BYTES + nominal::SOURCE_BYTES + 10
    );
    let mut flat = rope;
    flat.flatten().unwrap();
    assert_eq!(
        nominal_bytes(&[flat]),
        nominal::TEXT_BYTES + nominal::SOURCE_BYTES + 11 + 2 * nominal::SPAN_BYTES
    );
}

#[test]
fn shared_context_adds_no_nominal_bytes() {
    let bytes: Arc<dyn SourceBytes> = Arc::new("a".repeat(1 << 20));
    let context = Text::from_source(&Source::shared(bytes, Origin::Source(SourceId(0))));
    assert_eq!(nominal_bytes(&[context]), nominal::TEXT_BYTES);
}

#[test]
fn text_length_may_exceed_memory_up_to_a_limit() {
    let text = Text::new("0123456789").repeat(100_000_000_000).unwrap();
    let settled = text.settled().unwrap();
    assert_eq!(settled.len_chars(), 1_000_000_000_000);
    assert_eq!(settled.slice_chars(999_999_999_995..2_000_000_000_000), "56789");
    assert_eq!(settled.byte_of_char(500_000_000_003), 500_000_000_003);
    assert!(nominal_bytes(std::slice::from_ref(&text)) < 1_000_000);

    let error = Text::concat(&text, &text).unwrap_err();
    assert_eq!(
        error,
        TextTooLong {
            bytes: 2_000_000_000_000
        }
    );
    assert_eq!(error.code(), "text_too_long");
    assert_eq!(
        format!("{error}; {}", error.hint()),
        "a text of 2000000000000 bytes is longer than any can be (1099511627776 bytes); \
         work on parts of the text, or join fewer copies of it"
    );
    let mut builder = TextBuilder::new();
    builder.push_text(&text);
    builder.push_text(&text);
    builder.push_str("more");
    assert_eq!(builder.finish().unwrap_err(), error);
    assert!(text.repeat(usize::MAX).is_err());
    assert!(Text::pending(PendingId(0)).repeat(MAX_TEXT_BYTES + 1).is_err());
    let two = Text::concat(&Text::pending(PendingId(0)), &Text::new("-")).unwrap();
    assert!(two.repeat(1_000).unwrap().fill(|_| Some(text.clone())).is_err());
    assert_eq!(Text::EMPTY.repeat(usize::MAX), Ok(Text::EMPTY));
}

#[test]
fn adjacent_slices_are_merged() {
    let source = Source::owned("one two three".repeat(100), Origin::Source(SourceId(3)));
    let whole = Text::from_source(&source);
    let settled = whole.settled().unwrap();
    let joined = Text::concat(&settled.slice_chars(0..700), &settled.slice_chars(700..1_300)).unwrap();
    assert_eq!(joined.piece_count(), 1);
    assert_eq!(joined.as_str(), whole.as_str());
}

#[test]
fn built_bytes_count_a_rope_slice() {
    let source = Source::owned("x".repeat(1_000), Origin::Program);
    let stretches = Text::from_source(&source);
    let mut ropes = vec![Text::new("plain words without end\n").repeat(200_000).unwrap()];
    for piece_bytes in [1, 40, 300, 700] {
        let mut rope = Text::EMPTY;
        for start in 0..3_000 {
            let start = start * 7 % 300;
            let piece = stretches
                .settled()
                .unwrap()
                .slice_bytes(start..start + piece_bytes)
                .unwrap();
            let reply = Text::with_origin("a reply".repeat(start % 5), Origin::Reply(ReplyId(start as u32)));
            rope = Text::concat(&Text::concat(&rope, &piece).unwrap(), &reply).unwrap();
        }
        ropes.push(rope);
    }
    for rope in &ropes {
        let settled = rope.settled().unwrap();
        let whole = nominal_bytes(std::slice::from_ref(rope));
        let bytes = rope.known_bytes();
        for cut in [
            5..bytes - 5,
            bytes / 3..bytes,
            0..bytes / 2,
            bytes / 2..bytes / 2 + 2_000,
            7..9,
        ] {
            let slice = settled.slice_bytes(cut.clone()).unwrap();
            let built = slice.built_bytes();
            let both = nominal_bytes(&[rope.clone(), slice.clone()]);
            let expected = match slice.as_str() {
                Some(_) => 0,
                None => both - whole - nominal::TEXT_BYTES,
            };
            assert_eq!(built, expected, "{cut:?} of {bytes}");
        }
        let all = settled.slice_bytes(0..bytes).unwrap();
        assert_eq!(all.built_bytes(), 0, "the result is the rope itself");
    }
}

#[test]
fn slices_keep_their_origin() {
    let origin = Origin::Source(SourceId(0));
    let source = Source::owned("größer ".repeat(1_000), origin);
    let whole = Text::from_source(&source);
    let middle = whole.settled().unwrap().slice_chars(3_500..3_507);
    let mut prompt = TextBuilder::new();
    prompt.push_str("« ");
    prompt.push_text(&middle);
    prompt.push_str(" »");
    let prompt = prompt.finish().unwrap();
    let cut = prompt.settled().unwrap().slice_chars(3..7);
    assert_eq!(cut, "röße");
    let start = 500 * "größer ".len() + 1;
    assert_eq!(
        cut.settled().unwrap().origins().collect::<Vec<_>>(),
        [OriginSpan {
            range: 0..6,
            origin,
            start
        }]
    );
}

#[test]
fn search_crosses_piece_boundaries_with_long_needles() {
    let parts: Vec<String> = (0..200).map(|number| format!("{number:04}").repeat(80)).collect();
    let mut text = Text::EMPTY;
    for (number, part) in parts.iter().enumerate() {
        let piece = Text::with_origin(part.clone(), Origin::Reply(ReplyId(number as u32)));
        text = Text::concat(&text, &piece).unwrap();
    }
    let flat = parts.concat();
    let settled = text.settled().unwrap();
    assert!(text.piece_count() > 100);
    for len in [2, 319, 320, 321, 1_000, 4_096, 4_097, 20_000] {
        let needle = &flat[30_001..30_001 + len];
        assert_eq!(settled.find(needle, 0), flat.find(needle), "{len}");
        assert_eq!(
            settled.find(needle, 500),
            flat[500..].find(needle).map(|at| at + 500),
            "{len}"
        );
        assert_eq!(settled.rfind(needle, flat.len()), flat.rfind(needle), "{len}");
        assert_eq!(settled.count(needle), flat.matches(needle).count(), "{len}");
        assert_eq!(settled.matches(needle).next(), flat.find(needle), "{len}");
    }
}

#[test]
fn source_that_changes_while_read_yields_empty_text() {
    struct Fickle(std::sync::atomic::AtomicUsize);
    impl SourceBytes for Fickle {
        fn as_str(&self) -> &str {
            match self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                0 => "a text of some length",
                looks if looks % 2 == 0 => "ü",
                _ => "",
            }
        }
    }
    let source = Source::shared(Arc::new(Fickle(0.into())), Origin::Source(SourceId(0)));
    let text = Text::from_source(&source);
    let settled = text.settled().unwrap();
    assert_eq!(settled.slice_bytes(1..3), None);
    assert_eq!(settled.find("t", 0), None);
    assert_eq!(text.as_str(), Some(""));
    assert_eq!(settled.char_at(5), None);
}

#[test]
fn texts_have_readable_debug_output() {
    let text = Text::concat(&Text::new("a\n\"b\""), &Text::pending(PendingId(7))).unwrap();
    assert_eq!(format!("{text:?}"), r#""a\n\"b\"<pending 7>""#);
    assert_eq!(format!("{:?}", Text::new("x").settled()), r#"Ok("x")"#);
    assert_eq!(Text::from("ab"), Text::from(String::from("ab")));
    assert_eq!(Text::default(), "");
}

#[test]
fn origin_kinds_are_cached() {
    use sift_text::OriginKind::{Host, Program, Reply, Source as FromSource};
    let kinds = |text: &Text| [Program, Host, FromSource, Reply].map(|kind| text.origin_kinds().contains(kind));
    let reply = Text::with_origin("yes".to_owned(), Origin::Reply(ReplyId(4)));
    let mut both = Text::concat(&Text::new("reply: "), &reply).unwrap();
    assert_eq!(kinds(&Text::EMPTY), [false; 4]);
    assert_eq!(kinds(&Text::pending(PendingId(1))), [false; 4]);
    assert_eq!(kinds(&reply), [false, false, false, true]);
    assert_eq!(kinds(&both), [true, false, false, true]);
    both.flatten().unwrap();
    assert_eq!(kinds(&both), [true, false, false, true]);
    let source = Source::owned("a".to_owned(), Origin::Source(SourceId(0)));
    assert_eq!(kinds(&Text::from_source(&source)), [false, false, true, false]);
    assert_eq!(
        kinds(&Text::with_origin("n".to_owned(), Origin::Host)),
        [false, true, false, false]
    );
}
