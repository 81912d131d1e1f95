//! Tests of completion.

use rlm_repl::{Names, complete};

/// Formats the completions at the end of a text: the replaced part, and the first candidates.
fn offered(text: &str) -> String {
    let names = Names::new([
        ("context", "str"),
        ("ctx", "Context"),
        ("counts", "Counter"),
        ("day", "datetime"),
        ("double", "function"),
        ("queue", "deque"),
        ("report", "str"),
        ("re", "module"),
        ("rows", "list"),
        ("_hidden", "int"),
        // This variable shadows the library's function.
        ("lines", "dict"),
    ]);
    let found = complete(text, text.len(), &names);
    let shown = found
        .candidates
        .iter()
        .take(6)
        .map(|candidate| format!("\n    {}  ({})", candidate.text, candidate.about));
    let rest = found.candidates.len().saturating_sub(6);
    let rest = if rest > 0 {
        format!("\n    and {rest} more")
    } else {
        String::new()
    };
    let replaced = text.get(found.replaces).unwrap_or_default();
    format!("{text}\n  `{replaced}`{}{rest}\n", shown.collect::<String>())
}

fn all(texts: &[&str]) -> String {
    texts.iter().map(|text| offered(text)).collect()
}

#[test]
fn names() {
    insta::assert_snapshot!(all(&[
        "re",
        "x = cont",
        "print(rep",
        "llm_q",
        "_h",
        "lin",
        "imp",
        "for row in ro"
    ]));
}

#[test]
fn members_are_completed_by_type() {
    insta::assert_snapshot!(all(&[
        "report.sp",
        "rows.",
        "'a b'.spl",
        "f'{x}'.upp",
        "report.strip().repl",
        "report[2:].fi",
        "{'a': 1}.it",
        "[x for x in rows].app",
        "queue.pop",
        "counts.most",
        "ctx.",
        "day.iso",
        "re.fin",
        "json.lo",
        "Counter(rows).most",
        "print(report.",
        "unknown.",
        "double.",
    ]));
}

#[test]
fn argument_names_are_completed() {
    insta::assert_snapshot!(all(&[
        "sorted(rows, k",
        "report.split(s",
        "grep(",
        "sorted(rows)[",
        "print(len(re"
    ]));
}

#[test]
fn imports_and_commands_are_completed() {
    insta::assert_snapshot!(all(&[
        "import js",
        "from math import sq",
        ":",
        ":h",
        ":help sor",
        ":show r",
        ":load x",
        ":nothing x"
    ]));
}

#[test]
fn strings_and_comments_have_no_completions() {
    for text in ["x = 'repo", "# repo", "x = '''a\nrepo", "1 # repo"] {
        assert!(
            complete(text, text.len(), &Names::new([("report", "str")]))
                .candidates
                .is_empty(),
            "{text}"
        );
    }
}
