//! Comparison of a command's output with the book.

use std::sync::LazyLock;

use regex::Regex;

/// Patterns of output that differs between runs: run ids, dates, durations, digests, ports, and
/// sizes of files that contain these.
static VARYING: LazyLock<[(Regex, &str); 6]> = LazyLock::new(|| {
    let pattern = |pattern| Regex::new(pattern).expect("valid regex");
    [
        (pattern(r"\d{8}-\d{6}-[a-z0-9]{6}"), "RUN"),
        (
            pattern(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?Z?)?"),
            "MOMENT",
        ),
        (pattern(r"\b\d+(\.\d+)? (ms|s|min \d\d s|min)\b"), "TIME"),
        (
            pattern(r"(the journal of run RUN \(|wrote \S+, )\d+\.\d kB"),
            "${1}SIZE",
        ),
        (pattern(r"127\.0\.0\.1:\d+"), "SERVER"),
        (pattern(r" {2,}"), "  "),
    ]
});

/// Returns `true` if a text matches the expected one. `…` matches any text in a line, and a line
/// that contains only `…` matches any lines.
pub(crate) fn matches(shown: &str, expected: &str) -> bool {
    let mut pattern = String::from(r"\A");
    for line in steady(expected).trim_end().lines() {
        if line.trim() == "…" {
            pattern.push_str(r"(?:.*\n)*?");
            continue;
        }
        let parts: Vec<String> = line.trim_end().split('…').map(regex::escape).collect();
        pattern.push_str(&parts.join(".*"));
        pattern.push('\n');
    }
    pattern.push_str(r"\z");
    let shown: String = steady(shown)
        .trim_end()
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect();
    Regex::new(&pattern).is_ok_and(|pattern| pattern.is_match(&shown))
}

fn steady(text: &str) -> String {
    VARYING.iter().fold(text.to_owned(), |text, (pattern, name)| {
        pattern.replace_all(&text, *name).into_owned()
    })
}

#[test]
fn book_output_matching_ignores_variable_and_omitted_text() {
    assert!(matches(
        "run 20261123-111344-kuc265: 12 ms\n",
        "run 20260101-000000-abcdef: 3.2 s"
    ));
    assert!(matches("a\nb\nc\n", "a\n…\nc"));
    assert!(matches("a\nb\n", "a\nb\n…"));
    assert!(matches("one two three", "one … three"));
    assert!(!matches("one two", "one"));
    assert!(!matches("a\nb", "a"));
}
