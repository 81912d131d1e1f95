//! Tests of the costs and limits of searches, and of texts on which the engines could differ.

use sift_regex::{
    Budget, Captures, Engine, Flags, Haystack, MAX_DEPTH, MAX_PATTERN_BYTES, Pattern, PatternError, PatternErrorKind,
    Scan, SearchMode, Searched, Stop,
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
    compile(pattern)
        .search(text, start, mode, &mut |_: u64| Ok(()))
        .unwrap()
}

fn span(searched: &Searched) -> Option<(usize, usize)> {
    searched
        .captures
        .as_ref()
        .map(Captures::whole)
        .map(|span| (span.start, span.end))
}

/// A budget that records the fuel paid and the peak of the memory held.
#[derive(Default)]
struct Ledger {
    paid: u64,
    largest: u64,
    held: usize,
    room: usize,
}

impl Budget for Ledger {
    fn pay(&mut self, units: u64) -> Result<(), Stop> {
        self.paid += units;
        self.largest = self.largest.max(units);
        Ok(())
    }

    fn hold(&mut self, bytes: usize) -> Result<(), Stop> {
        self.held = self.held.max(bytes);
        if bytes > self.room {
            Err(Stop::OutOfMemory)
        } else {
            Ok(())
        }
    }
}

impl Ledger {
    fn with_room(room: usize) -> Self {
        Self {
            room,
            ..Self::default()
        }
    }
}

/// Returns the units of fuel that a search consumes.
fn cost(pattern: &Pattern, text: &str, mode: SearchMode) -> u64 {
    let mut ledger = Ledger::with_room(usize::MAX);
    let searched = pattern.search(text, 0, mode, &mut ledger).unwrap();
    ledger.paid - searched.unused
}

/// Runs a scan to its end. Returns the spans of the matches and the consumed units of fuel.
fn scan_with<'t>(pattern: &Pattern, text: impl Into<Haystack<'t>>) -> (Vec<(usize, usize)>, u64) {
    let text = text.into();
    let (mut units, mut spans) = (0, Vec::new());
    let mut state = Scan::new(0);
    loop {
        let mut ledger = Ledger::with_room(usize::MAX);
        let searched = pattern.next_match(text, &mut state, &mut ledger).unwrap();
        units += ledger.paid - searched.unused;
        match span(&searched) {
            Some(span) => spans.push(span),
            None => return (spans, units),
        }
    }
}

fn scan(pattern: &str, text: &str) -> (Vec<(usize, usize)>, u64) {
    scan_with(&compile(pattern), text)
}

#[test]
fn group_nesting_depth_is_bounded() {
    let nested = |open: &str, depth: usize| {
        Pattern::compile(&format!("(a){}b{}", open.repeat(depth), ")".repeat(depth)), Flags::NONE)
    };
    for open in ["(", "(?:", "(?=", "(?>", "(?(1)", "(?i:", "(?:x|"] {
        // The pattern itself counts as one level.
        assert_eq!(kind(nested(open, MAX_DEPTH - 1)), None, "{open}");
        assert_eq!(
            kind(nested(open, MAX_DEPTH)),
            Some(PatternErrorKind::TooLarge),
            "{open}"
        );
        assert_eq!(kind(nested(open, 100_000)), Some(PatternErrorKind::TooLarge), "{open}");
    }
    let deepest = nested("(", MAX_DEPTH - 1).unwrap();
    let found = deepest
        .search("ab", 0, SearchMode::Fullmatch, &mut |_: u64| Ok(()))
        .unwrap();
    assert_eq!(found.captures.map(|captures| captures.groups()), Some(MAX_DEPTH));
}

#[test]
fn pattern_length_is_bounded() {
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
fn character_name_escapes_are_resolved() {
    assert!(Pattern::compile(r"a\N{EM DASH}[\N{EN DASH}-\N{EM DASH}]", Flags::NONE).is_ok());
    for (pattern, message) in [
        (r"a\N{EM DSH}", "undefined character name 'EM DSH' at position 1"),
        (r"a\Nb", "missing { at position 3"),
        (r"a\N{EM", "missing }, unterminated name at position 4"),
        (r"[\N{}]", "missing character name at position 4"),
    ] {
        let error = Pattern::compile(pattern, Flags::NONE).unwrap_err();
        assert_eq!(
            (error.kind, error.to_string().as_str()),
            (PatternErrorKind::Syntax, message),
            "{pattern}"
        );
    }
}

#[test]
fn unknown_regex_flags_are_rejected() {
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
fn exponential_patterns_run_out_of_fuel() {
    let pattern = compile(r"(a+)+\1b");
    let mut left = 1_000_000_u64;
    let mut pay = |steps: u64| {
        left = left.checked_sub(steps).ok_or(Stop::OutOfFuel)?;
        Ok(())
    };
    assert_eq!(
        pattern.search("a".repeat(64).as_str(), 0, SearchMode::Search, &mut pay),
        Err(Stop::OutOfFuel)
    );
}

#[test]
fn matching_charges_fuel_in_small_batches() {
    let text = "x".repeat(100_000);
    for pattern in [r"(?=(.*))\1$", r"(?s).*\w$", r"(?s)(?:..)*"] {
        let mut ledger = Ledger::with_room(usize::MAX);
        let found = compile(pattern).search(text.as_str(), 0, SearchMode::Search, &mut ledger);
        assert!(found.unwrap().captures.is_some());
        assert!(
            ledger.largest < 20_000,
            "{pattern}: {} units in one charge",
            ledger.largest
        );
    }
}

#[test]
fn backtracking_stack_memory_is_charged() {
    let pattern = compile(r"(?:(a)|b|\1)*c");
    let text = "ab".repeat(200_000);
    let mut ledger = Ledger::with_room(1 << 20);
    assert_eq!(
        pattern.search(text.as_str(), 0, SearchMode::Match, &mut ledger),
        Err(Stop::OutOfMemory)
    );
    assert!(ledger.held < 4 << 20, "{} bytes", ledger.held);
    assert!(!Stop::OutOfMemory.code().is_empty());
    let mut ledger = Ledger::with_room(usize::MAX);
    let found = compile("(?:(a)|b(?=.))*")
        .search(text.as_str(), 0, SearchMode::Match, &mut ledger)
        .unwrap();
    assert_eq!(span(&found), Some((0, text.len() - 1)));
    assert!(ledger.held > 16 << 20, "{} bytes", ledger.held);
}

#[test]
fn many_loop_iterations_need_no_native_recursion() {
    let pattern = compile(r"(?:ab(?=.))+");
    let text = "ab".repeat(200_000);
    let found = pattern
        .search(text.as_str(), 0, SearchMode::Match, &mut |_: u64| Ok(()))
        .unwrap();
    assert_eq!(span(&found), Some((0, text.len() - 2)));
}

#[test]
fn exponential_regular_patterns_are_linear() {
    for (pattern, text) in [
        (r"(?:a|aa)+b", "a".repeat(100_000)),
        (r"(?:a|aa)+$", "a".repeat(100_000) + "\nb"),
        // The crate `regex` would find other matches in these texts.
        (r"(?:a|aa)+c?$", "a".repeat(3_000) + "b\n"),
        (r"(?:a|aa)+\b!", "a".repeat(3_000) + "e\u{301}"),
        (r"(?s)(?:.|..)+\Zb", "é\n".repeat(20_000)),
    ] {
        let units = cost(&compile(pattern), &text, SearchMode::Match);
        assert!(units < 200_000 + 40 * text.len() as u64, "{pattern}: {units} units");
    }
}

#[test]
fn scan_with_long_lookahead_charges_every_rescan() {
    let pattern = |engine| compile(".*[^A-Z]|[A-Z]").only(engine).unwrap();
    let cost = |engine, len: usize| scan_with(&pattern(engine), "A".repeat(len).as_str()).1;
    // A text five times as long is read 25 times as much.
    let long = cost(Engine::Automaton, 5_000);
    assert!(long > 12 * cost(Engine::Automaton, 1_000), "{long}");
    assert!(long >= 5_000 * 5_000 / 2 / 16, "{long}");
    assert!(cost(Engine::Bounded, 5_000) >= 5_000 * 5_000 / 2 / 16);
    // Lines of usual length keep the pattern cheap.
    let lines = "ABCDEFGH, IJKLMNOP\n".repeat(5_000);
    let (spans, units) = scan(".*[^A-Z\\n]|[A-Z]", &lines);
    assert!(spans.len() >= 5_000);
    assert!(units < 20 * lines.len() as u64, "{units} units");
}

#[test]
fn windows_are_prepaid_and_unread_bytes_refunded() {
    let text = "key=value\n".repeat(100_000);
    let mut left = 1_000_u64;
    let mut pay = |units: u64| {
        left = left.checked_sub(units).ok_or(Stop::OutOfFuel)?;
        Ok(())
    };
    let nowhere = compile("[^a-z=\n]{2,9}");
    assert_eq!(
        nowhere.search(text.as_str(), 0, SearchMode::Search, &mut pay),
        Err(Stop::OutOfFuel)
    );
    assert!(left > 0, "the search stopped before the end of the text");
    assert!(cost(&compile("[^=]{3,9}="), &text, SearchMode::Search) < 16);
    assert!(cost(&compile("k.*e"), &text, SearchMode::Search) < 16);
    assert!(cost(&compile("k[^x]*x|key"), &text, SearchMode::Search) >= text.len() as u64 / 16);
}

#[test]
fn automaton_states_are_charged() {
    // Each byte of this text requires a new state, as long as the cache has room.
    let mut seed = 88_172_645_463_325_252_u64;
    let bits: String = std::iter::repeat_with(|| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        if seed & 1 == 1 { '1' } else { '0' }
    })
    .take(20_000)
    .collect();
    let many = compile("(?s)[01]*1[01]{14}2.*x|3").only(Engine::Automaton).unwrap();
    let few = compile("(?s)[01]*12.*x|3").only(Engine::Automaton).unwrap();
    assert!(scan_with(&many, bits.as_str()).1 > 20 * scan_with(&few, bits.as_str()).1);
}

#[test]
fn scans_over_many_matches_stay_linear() {
    let text = "word, ".repeat(4_000);
    for pattern in [
        r"\w+",
        r"[^,]+",
        r"\b[a-z]+\b",
        r"\s*,\s*",
        r"\w+,\s",
        r"(\w)(\w+)",
        r"(?s)w(.*?),",
        r"[\s\S]+?,",
    ] {
        let (spans, units) = scan(pattern, &text);
        assert!(spans.len() >= 4_000, "{pattern}");
        assert!(units <= 24 * text.len() as u64, "{pattern}: {units} units");
    }
}

#[test]
fn scan_with_long_lookahead_agrees_across_engines() {
    let text = "Ab\n".repeat(1_500);
    let pattern = || compile(r"(?s)A.*[^A-Zb\n]|[Ab]");
    let (spans, _) = scan_with(&pattern(), text.as_str());
    assert_eq!(spans.len(), 3_000);
    for engine in [Engine::Bounded, Engine::Automaton, Engine::Backtracker] {
        let pattern = pattern().only(engine).unwrap();
        assert_eq!(scan_with(&pattern, text.as_str()).0, spans, "{engine:?}");
    }
}

#[test]
fn windowed_scans_match_a_single_pass() {
    // Includes matches that cross the ends of windows, and some that are longer than a window.
    let text = (0..500)
        .map(|at| format!("item {at}: {}\n", "é-".repeat(at % 97)))
        .collect::<String>();
    for source in [
        r"item \d+: [é-]{30,}",
        r"\d+: .*\n",
        r".*-$",
        r"(?m)^.*-$",
        r"-\nitem",
        r"(?:é-){90,96}\nitem \d*7",
        r"\b\d*9:",
        r"(?:.*\n){3}item",
        r"\n.*\n.*\n",
        r"é\B",
        r"(?m)$",
        r"\Z",
        r"(?m:^)item 49\d",
        r"[^\n]*",
    ] {
        let engine = |engine| compile(source).only(engine).unwrap();
        let bounded = scan_with(&compile(source), text.as_str()).0;
        assert_eq!(
            bounded,
            scan_with(&engine(Engine::Bounded), text.as_str()).0,
            "{source}"
        );
        assert_eq!(
            bounded,
            scan_with(&engine(Engine::Backtracker), text.as_str()).0,
            "{source}"
        );
        assert_eq!(
            bounded,
            scan_with(&engine(Engine::Automaton), text.as_str()).0,
            "{source}"
        );
    }
}

#[test]
fn text_before_the_start_offset_affects_anchors() {
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
fn ambiguous_cases_match_python_semantics() {
    // `$` matches before a final newline.
    assert_eq!(span(&search("b$", "ab\n", 0, SearchMode::Search)), Some((1, 2)));
    assert_eq!(span(&search("[^c]+$", "ab\n", 0, SearchMode::Search)), Some((0, 3)));
    // A combining mark ends a word in Python, but continues it in the crate `regex`.
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
        .search("XY", 0, SearchMode::Match, &mut |_: u64| Ok(()))
        .unwrap()
        .captures
        .unwrap();
    assert_eq!(
        (found.span(1), found.span(3), found.span(9), found.last_group()),
        (Some(0..1), None, None, Some(2))
    );
}
