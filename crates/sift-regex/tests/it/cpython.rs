//! Compares patterns with CPython's results in `data/` (see `data/regex_cases.py`).

use proptest::prelude::*;
use rlm_fuzzing::generators::any_pattern;
use rlm_fuzzing::oracles::regex::{answers, engines_agree, tank};
use serde_json::Value;
use sift_regex::{Engine, Flags, Pattern, PatternError, Scan, Template, escape};

fn rows(data: &str) -> Vec<Vec<Value>> {
    serde_json::from_str(data).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn compile(pattern: &Value, flags: &Value) -> Result<Pattern, PatternError> {
    // JSON can't contain lone surrogates, so the data has them as escapes.
    Pattern::compile(text(pattern), Flags::from_bits(flags.as_i64().unwrap())?)
}

/// Compiles the pattern unrestricted, and once for each engine that supports it.
fn with_each_engine(pattern: &Value, flags: &Value) -> Result<Vec<(Option<Engine>, Pattern)>, PatternError> {
    let mut patterns = vec![(None, compile(pattern, flags)?)];
    for engine in [Engine::Bounded, Engine::Automaton, Engine::Backtracker] {
        patterns.extend(
            compile(pattern, flags)?
                .only(engine)
                .map(|pattern| (Some(engine), pattern)),
        );
    }
    Ok(patterns)
}

#[test]
fn every_engine_matches_cpython() {
    let mut pairs = [0; 4];
    let mut wrong = Vec::new();
    for row in rows(include_str!("../data/regex_matches.json")) {
        let patterns = match with_each_engine(&row[0], &row[1]) {
            Ok(patterns) => patterns,
            Err(error) => {
                wrong.push(format!("{} {}: refused: {error}", row[0], row[1]));
                continue;
            }
        };
        for (engine, pattern) in patterns {
            for expected in row[2].as_array().unwrap() {
                pairs[engine.map_or(0, |engine| 1 + engine as usize)] += 1;
                let found = answers(&pattern, text(&expected[0])).unwrap();
                if found != *expected {
                    wrong.push(format!(
                        "{} {} with {engine:?}\n  expected {expected}\n  found    {found}",
                        row[0], row[1]
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {pairs:?} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(pairs.iter().all(|&pairs| pairs >= 2_000), "only {pairs:?} pairs");
}

/// Patterns with word boundaries, which have a special code path for non-ASCII texts.
const WORDS: &[&str] = &[
    r"\bwort\b",
    r"(?i)\bGRÖSSE\b|\bgröße\b",
    r"\b\w{3}\b",
    r"\w+\b.",
    r"\B\w\b",
    r"\b(?:a|ab)\b\s?",
    r"(\w)\b(\W)",
    r"\b\d+$",
    r"(?m)^\w+\b",
    r"\b\w\b\w",
    r"\Bß\B.\b|条约",
    r"\b",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    /// All engines find the same word boundaries in long texts of many scripts.
    #[test]
    fn word_boundaries_agree_across_engines_in_any_script(
        pattern in prop::sample::select(WORDS),
        words in prop::collection::vec(
            "(wort|Größe|größe|GRÖSSE|ab|a|條約|条约|договор|e\u{301}|é|12|\u{200d}|नमस्ते|x{1,40})[ ,.\n]?", 1..900),
    ) {
        let text = words.concat();
        let compiled = || Pattern::compile(pattern, Flags::NONE).unwrap();
        let (fast, exact) = (compiled(), compiled().only(Engine::Backtracker).unwrap());
        let all = |pattern: &Pattern| {
            let (mut scan, mut found) = (Scan::new(0), Vec::new());
            while let Some(captures) = pattern.next_match(&text, &mut scan, &mut tank()).unwrap().captures {
                found.push(captures);
            }
            found
        };
        prop_assert_eq!(all(&fast), all(&exact));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// All engines that support a pattern find the same matches and groups.
    #[test]
    fn engines_agree_with_each_other(pattern in any_pattern(), text in "(a|b|é|1| |\n|_|\u{301}){0,12}") {
        engines_agree(&pattern, &text);
    }
}

#[test]
fn regex_errors_match_cpython() {
    let mut wrong = Vec::new();
    let rows = rows(include_str!("../data/regex_errors.json"));
    for row in &rows {
        let expected = (text(&row[2]).to_owned(), text(&row[3]).to_owned());
        match compile(&row[0], &row[1]) {
            Ok(_) => wrong.push(format!("{} {}\n  expected {expected:?}\n  accepted", row[0], row[1])),
            Err(error) => {
                let found = (error.kind.exception().to_owned(), error.to_string());
                if found != expected {
                    wrong.push(format!(
                        "{} {}\n  expected {expected:?}\n  found    {found:?}",
                        row[0], row[1]
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
    assert!(rows.len() >= 300);
}

#[test]
fn templates_expand_as_in_cpython() {
    let pattern = Pattern::compile(r"(?P<n>[a-c])(\d)?", Flags::NONE).unwrap();
    let subject = "a1 b x c3";
    for row in rows(include_str!("../data/regex_templates.json")) {
        let found = Template::parse(text(&row[0]), &pattern).map(|template| {
            let (mut out, mut copied) = (String::new(), 0);
            let mut scan = Scan::new(0);
            while let Some(found) = pattern.next_match(subject, &mut scan, &mut tank()).unwrap().captures {
                out.push_str(&subject[copied..found.whole().start]);
                let expanded = template.expand(&found, subject);
                assert_eq!(expanded.len(), template.expanded_len(&found));
                out.push_str(&expanded);
                copied = found.whole().end;
            }
            out + &subject[copied..]
        });
        let shown = match found {
            Ok(expanded) => serde_json::json!([row[0], expanded, null]),
            Err(error) => serde_json::json!([row[0], error.kind.exception(), error.to_string()]),
        };
        assert_eq!(shown, Value::Array(row));
    }
}

#[test]
fn regex_escape_matches_cpython() {
    for row in rows(include_str!("../data/regex_escapes.json")) {
        assert_eq!(escape(text(&row[0])), text(&row[1]));
    }
}
