//! What searches cost, where they stop, and on which texts the two engines could have differed.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop at once, like tests")]

use rlm_vm::regex::{
    Captures, Flags, MAX_DEPTH, MAX_PATTERN_BYTES, Pattern, PatternError, PatternErrorKind, Scan, SearchMode, Searched,
    Stop,
};

fn compile(pattern: &str) -> Pattern {
    Pattern::compile(pattern, Flags::NONE).unwrap()
}

fn kind(result: Result<Pattern, PatternError>) -> Option<PatternErrorKind> {
    result.err().map(|error| {
        assert!(!error.kind.code().is_empty() && !error.kind.hint().is_empty());
        error.kind
    })
}

fn search(pattern: &str, text: &str, start: usize, mode: SearchMode) -> Searched {
    compile(pattern).search(text, start, mode, &mut |_| Ok(())).unwrap()
}

fn span(searched: &Searched) -> Option<(usize, usize)> {
    searched
        .captures
        .as_ref()
        .map(Captures::whole)
        .map(|span| (span.start, span.end))
}

/// Runs a scan to its end; returns the spans, the bytes that the linear engine may have read, and the steps paid.
fn scan(pattern: &str, text: &str) -> (Vec<(usize, usize)>, usize, u64) {
    let pattern = compile(pattern);
    let (mut steps, mut scanned, mut spans) = (0, 0, Vec::new());
    let mut state = Scan::new(0);
    loop {
        let mut pay = |more| {
            steps += more;
            Ok(())
        };
        let searched = pattern.next_match(text, &mut state, &mut pay).unwrap();
        scanned += searched.scanned;
        match span(&searched) {
            Some(span) => spans.push(span),
            None => return (spans, scanned, steps),
        }
    }
}

#[test]
fn groups_are_nested_to_a_bounded_depth() {
    let nested = |open: &str, depth: usize| {
        Pattern::compile(&format!("(a){}b{}", open.repeat(depth), ")".repeat(depth)), Flags::NONE)
    };
    for open in ["(", "(?:", "(?=", "(?>", "(?(1)", "(?i:", "(?:x|"] {
        // The whole pattern is a level of its own.
        assert_eq!(kind(nested(open, MAX_DEPTH - 1)), None, "{open}");
        assert_eq!(
            kind(nested(open, MAX_DEPTH)),
            Some(PatternErrorKind::TooLarge),
            "{open}"
        );
        assert_eq!(kind(nested(open, 100_000)), Some(PatternErrorKind::TooLarge), "{open}");
    }
    let deepest = nested("(", MAX_DEPTH - 1).unwrap();
    let found = deepest.search("ab", 0, SearchMode::Fullmatch, &mut |_| Ok(())).unwrap();
    assert_eq!(found.captures.map(|captures| captures.groups()), Some(MAX_DEPTH));
}

#[test]
fn patterns_have_a_greatest_length() {
    assert_eq!(
        kind(Pattern::compile(&"a".repeat(MAX_PATTERN_BYTES), Flags::NONE)),
        None
    );
    let error = Pattern::compile(&"a".repeat(MAX_PATTERN_BYTES + 1), Flags::NONE).unwrap_err();
    assert_eq!(error.kind, PatternErrorKind::TooLarge);
    assert_eq!(
        error.to_string(),
        "pattern is too long (1048577 bytes, at most 1048576)"
    );
}

#[test]
fn names_of_characters_are_refused_by_name() {
    let error = Pattern::compile(r"a\N{EM DASH}", Flags::NONE).unwrap_err();
    assert_eq!(error.kind, PatternErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "character name 'EM DASH' is not known here, use the character itself at position 1"
    );
    assert_eq!(
        kind(Pattern::compile(r"[\N{EM DASH}]", Flags::NONE)),
        Some(PatternErrorKind::Unsupported)
    );
}

#[test]
fn unknown_flags_are_refused() {
    assert_eq!(
        Flags::from_bits(512).map_err(|error| error.kind),
        Err(PatternErrorKind::Flags)
    );
    assert_eq!(
        Flags::from_bits(-1).map_err(|error| error.kind),
        Err(PatternErrorKind::Flags)
    );
    assert_eq!(Flags::from_bits(2 | 8), Ok(Flags::IGNORECASE | Flags::MULTILINE));
}

#[test]
fn exponential_patterns_end_for_want_of_fuel() {
    let pattern = compile(r"(a+)+\1b");
    let mut left = 1_000_000_u64;
    let mut pay = |steps| {
        left = left.checked_sub(steps).ok_or(Stop::OutOfFuel)?;
        Ok(())
    };
    assert_eq!(
        pattern.search(&"a".repeat(64), 0, SearchMode::Search, &mut pay),
        Err(Stop::OutOfFuel)
    );
}

#[test]
fn fuel_is_asked_for_in_small_batches() {
    let pattern = compile(r"(?=(.*))\1$");
    let mut largest = 0;
    let mut pay = |steps| {
        largest = largest.max(steps);
        Ok(())
    };
    let text = "x".repeat(100_000);
    assert!(
        pattern
            .search(&text, 0, SearchMode::Match, &mut pay)
            .unwrap()
            .captures
            .is_some()
    );
    assert!(largest < 10_000, "{largest} steps at once");
}

#[test]
fn ways_back_are_bounded() {
    let pattern = compile(r"(?:(a)|b|\1)*c");
    let text = "ab".repeat(2_000_000);
    assert_eq!(
        pattern.search(&text, 0, SearchMode::Match, &mut |_| Ok(())),
        Err(Stop::OutOfMemory)
    );
    assert!(!Stop::OutOfMemory.code().is_empty());
}

#[test]
fn a_million_rounds_need_no_native_stack() {
    let pattern = compile(r"(?:ab(?=.))+");
    let text = "ab".repeat(200_000);
    let found = pattern.search(&text, 0, SearchMode::Match, &mut |_| Ok(())).unwrap();
    assert_eq!(span(&found), Some((0, text.len() - 2)));
}

#[test]
fn exponential_regular_patterns_are_linear() {
    let text = "a".repeat(10_000);
    let mut no_fuel = |_| Err(Stop::OutOfFuel);
    let found = compile(r"(?:a|aa)+b")
        .search(&text, 0, SearchMode::Search, &mut no_fuel)
        .unwrap();
    assert_eq!(
        found,
        Searched {
            captures: None,
            scanned: 10_000
        }
    );
}

#[test]
fn only_what_may_have_been_read_is_counted() {
    let line = "key=value\n".repeat(1_000);
    // The match, the character that must be and the one behind: each could be the last.
    assert_eq!(search("[^=]+", &line, 0, SearchMode::Search).scanned, 3 + 2 * 4);
    // A fixed length behind the start of a match.
    assert!(search("key|keys?=x", &line, 0, SearchMode::Search).scanned < 40);
    // As long as there are word characters, and up to one other for each of the three that are not in the loop.
    assert_eq!(
        search(r"k\w*xy|key", &line, 0, SearchMode::Search).scanned,
        "key=value\nkey=value\n".len()
    );
    // To the end of the line, and of as many more as other parts of the pattern may cross.
    assert_eq!(search("k.*x|key", &line, 0, SearchMode::Search).scanned, 4 * 10);
    // To the end of the text.
    assert_eq!(search("k[^x]*x|key", &line, 0, SearchMode::Search).scanned, line.len());
    // Not at all: the other engine was paid by the step.
    assert_eq!(search(r"k(?=e)", &line, 0, SearchMode::Search).scanned, 0);
}

#[test]
fn scans_over_many_matches_stay_linear() {
    let text = "word, ".repeat(20_000);
    for pattern in [r"\w+", r"[^,]+", r"\b[a-z]+\b", r"\s*,\s*", r"\w+,\s"] {
        let (spans, scanned, steps) = scan(pattern, &text);
        assert!(spans.len() >= 20_000, "{pattern}");
        assert!(
            scanned + steps as usize <= 40 * text.len(),
            "{pattern}: {scanned} bytes and {steps} steps"
        );
    }
}

#[test]
fn a_scan_that_reads_far_ahead_switches_engines_and_finds_the_same() {
    // After each match of one letter the linear engine would read to the end of the text.
    let text = "Ab\n".repeat(5_000);
    let (spans, scanned, steps) = scan(r"(?s)A.*[^A-Zb\n]|[Ab]", &text);
    assert_eq!(spans.len(), 10_000);
    assert!(
        spans
            .iter()
            .enumerate()
            .all(|(at, &(start, end))| start == at / 2 * 3 + at % 2 && end == start + 1)
    );
    assert!(scanned <= 10 * text.len(), "{scanned} bytes");
    assert!(steps > 0);
}

#[test]
fn what_stands_before_the_start_is_seen() {
    let text = "ab\ncd";
    assert_eq!(span(&search("^b", text, 1, SearchMode::Search)), None);
    assert_eq!(span(&search("(?m)^c", text, 1, SearchMode::Search)), Some((3, 4)));
    assert_eq!(span(&search("(?m)^c", text, 3, SearchMode::Match)), Some((3, 4)));
    assert_eq!(span(&search(r"\bb", text, 1, SearchMode::Match)), None);
    assert_eq!(span(&search("(?<=a)b", text, 1, SearchMode::Match)), Some((1, 2)));
    assert_eq!(span(&search("b", text, 9, SearchMode::Search)), None);
    assert_eq!(span(&search("", text, 5, SearchMode::Search)), Some((5, 5)));
    assert_eq!(span(&search("", text, 6, SearchMode::Search)), None);
}

#[test]
fn texts_on_which_engines_would_differ_are_matched_as_in_python() {
    // A final newline.
    assert_eq!(span(&search("b$", "ab\n", 0, SearchMode::Search)), Some((1, 2)));
    assert_eq!(span(&search("[^c]+$", "ab\n", 0, SearchMode::Search)), Some((0, 3)));
    // A combining mark ends a word; the crate `regex` takes it into the word.
    assert_eq!(span(&search(r"\be\b", "e\u{301}", 0, SearchMode::Search)), Some((0, 1)));
    assert_eq!(span(&search(r"\B", "", 0, SearchMode::Search)), None);
}

#[test]
fn groups_are_known_by_number_and_name() {
    let pattern = Pattern::compile("(?P<a>x)(y)(?P<b>z)?", Flags::IGNORECASE).unwrap();
    assert_eq!((pattern.source(), pattern.groups()), ("(?P<a>x)(y)(?P<b>z)?", 3));
    assert_eq!(pattern.flags().bits(), 34);
    assert_eq!(pattern.group_names().collect::<Vec<_>>(), [("a", 1), ("b", 3)]);
    assert_eq!((pattern.group_index("b"), pattern.group_index("c")), (Some(3), None));
    assert_eq!((pattern.group_name(1), pattern.group_name(2)), (Some("a"), None));
    assert!(pattern.is_regular() && !compile("(?!a)").is_regular());
    let found = pattern
        .search("XY", 0, SearchMode::Match, &mut |_| Ok(()))
        .unwrap()
        .captures
        .unwrap();
    assert_eq!(
        (found.span(1), found.span(3), found.span(9), found.last_group()),
        (Some(0..1), None, None, Some(2))
    );
}
