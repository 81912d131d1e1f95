//! Checks of the grammar files against the limits of engines, and of the rules' structure.

use std::collections::BTreeSet;

use rlm_grammar::{Grammar, Item, Notation, RuleKind};

/// Returns the regular expressions in the Lark file, with the names of their tokens.
fn expressions(lark: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut name = String::new();
    for line in lark.lines().filter(|line| !line.starts_with("//")) {
        let definition = line.split_once(": ").filter(|_| !line.starts_with(' '));
        let rest = definition.map_or(line, |(_, rest)| rest);
        name = definition.map_or(name, |(name, _)| name.to_owned());
        let mut chars = rest.chars();
        while let Some(c) = chars.next() {
            let mut text = String::new();
            while let '"' | '/' = c
                && let Some(next) = chars.next().filter(|next| *next != c)
            {
                text.push(next);
                if next == '\\' {
                    text.extend(chars.next());
                }
            }
            if c == '/' {
                found.push((name.clone(), text));
            }
        }
    }
    found
}

/// Removes escapes and classes from a regular expression, so that only its operators remain.
fn operators(expression: &str) -> String {
    let mut out = String::new();
    let mut chars = expression.chars();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' if !in_class => in_class = true,
            ']' => in_class = false,
            _ if in_class => {}
            _ => out.push(c),
        }
    }
    out
}

#[test]
fn token_regexes_use_only_portable_syntax() {
    let text = Notation::Lark.text();
    let expressions = expressions(&text);
    assert!(expressions.len() > 8);
    for (name, expression) in expressions {
        let operators = operators(&expression);
        for refused in ["(?", "*?", "+?", "??", "}?", "^", "$", "."] {
            assert!(!operators.contains(refused), "{name} holds {refused}");
        }
        assert!(!expression.contains("\\b") && !expression.contains("&&"), "{name}");
    }
}

#[test]
fn lark_file_contains_only_rules() {
    let text = Notation::Lark.text();
    for line in text.lines() {
        assert!(!line.starts_with('%'), "{line}");
    }
    assert!(!text.contains("%ignore") && !text.contains("%import"));
    assert!(text.contains("\nstart: "));
}

/// A token is bounded if the text that can follow it can't be a part of it: it ends at its line or
/// its quotes.
#[test]
fn tokens_end_at_line_ends_or_closing_quotes() {
    let lark = Notation::Lark.text();
    for (name, expression) in expressions(&lark) {
        let spans_lines =
            expression.contains("\\n") && !expression.contains("\\n-\\x1f") || expression.contains("\\x0b-\\x1f");
        let may = [
            "STRING",
            "TEXT_TRIPLE_DOUBLE",
            "TEXT_TRIPLE_SINGLE",
            "NEWLINE",
            "BLANK",
            "BREAK",
        ];
        assert!(
            !spans_lines || may.contains(&name.as_str()),
            "{name} must not span lines"
        );
    }
}

#[test]
fn grammar_files_stay_below_size_limits() {
    for (notation, most) in [
        (Notation::Ebnf, 12_000),
        (Notation::Lark, 29_000),
        (Notation::Gbnf, 36_000),
    ] {
        let size = notation.text().len();
        assert!(size <= most, "{} has {size} bytes", notation.file_name());
    }
}

fn references<'g>(item: &'g Item, found: &mut BTreeSet<&'g str>) {
    if let Item::Rule(name) = item {
        found.insert(name);
    }
    item.parts().iter().for_each(|part| references(part, found));
}

fn holds_rules_of_syntax(grammar: &Grammar, item: &Item) -> bool {
    let mut found = BTreeSet::new();
    references(item, &mut found);
    found
        .iter()
        .any(|name| grammar.rule(name).is_some_and(|rule| rule.kind != RuleKind::Token))
}

#[test]
fn every_rule_is_defined_once_and_used() {
    for notation in Notation::ALL {
        let grammar = notation.grammar();
        let mut used = BTreeSet::from(["start"]);
        grammar.rules.iter().for_each(|rule| references(&rule.item, &mut used));
        let defined: BTreeSet<&str> = grammar.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(defined.len(), grammar.rules.len());
        assert_eq!(used, defined, "{}", notation.file_name());
    }
}

#[test]
fn tokens_are_regular_and_in_capitals() {
    for notation in Notation::ALL {
        let grammar = notation.grammar();
        for rule in &grammar.rules {
            let is_token = rule.kind == RuleKind::Token;
            assert_eq!(
                is_token,
                rule.name.starts_with(|c: char| c.is_ascii_uppercase()),
                "{}",
                rule.name
            );
            assert!(
                !is_token || !holds_rules_of_syntax(&grammar, &rule.item),
                "{}",
                rule.name
            );
        }
    }
}
