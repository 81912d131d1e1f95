use proptest::prelude::*;
use regex::Regex;

use super::*;

fn rendered(text: &str, marks: &[Mark]) -> String {
    let mut html = Html::default();
    render(&mut html, text, marks);
    html.finish()
}

fn cited(text: &str, words: &str, number: usize) -> Mark {
    let start = text.find(words).unwrap();
    Mark {
        piece: start..start + words.len(),
        kind: MarkKind::Source(number),
    }
}

#[test]
fn answers_are_rendered_from_markdown() {
    let text = "## Summary\n\nThe **roof** leaks; *nobody* ~~cares~~ reads `a < b`.\nSecond line.\n\n\
        1. one\n2. two\n   - inner\n\n> quoted\n> words\n\n| who | cost |\n|---|--:|\n| Tomas | 41 |\n\n```py\nprint(\"<b>\")\n```\n\n\
        - [x] done\n\n---\n[site](https://example.org) <https://example.org> ![plan](plan.png) <b>raw</b>\n\n<script>x</script>\n";
    insta::assert_snapshot!(rendered(text, &[]).replace("><", ">\n<"));
}

#[test]
fn marks_keep_their_place_across_markup() {
    let text = "He said **it is _late_ now** and left.\n\n- one\n- two &amp; three";
    let marks = [
        cited(text, "said **it is _la", 1),
        cited(text, "left.\n\n- one\n- tw", 2),
    ];
    let page = rendered(text, &marks);
    insta::assert_snapshot!(page);
    let text = "a &amp; b [c](http://d)";
    let marks = [cited(text, "&", 1), cited(text, "http", 2)];
    insta::assert_snapshot!(rendered(text, &marks));
}

#[test]
fn plain_texts_keep_their_layout() {
    let text = "{\n  \"a\": \"*b*\"\n}";
    let mut html = Html::default();
    render_plain(&mut html, text, &[cited(text, "*b*", 1)]);
    insta::assert_snapshot!(html.finish());
}

#[test]
fn deep_nesting_is_bounded() {
    for deep in [
        "> ".repeat(20_000),
        "* ".repeat(20_000),
        "[".repeat(20_000),
        "**_".repeat(7_000),
    ] {
        let page = rendered(&format!("{deep}x"), &[]);
        assert!(page.matches("<blockquote>").count() <= DEPTH, "{}", page.len());
        checked(&page);
    }
}

/// Checks that a text is well-formed HTML of the allowed elements and attributes.
fn checked(page: &str) {
    let tag = Regex::new(concat!(
        "^(?:</(?P<end>[a-z0-9]+)>",
        "|<(?P<void>br|hr)>",
        "|<(?P<start>p|h3|h4|h5|blockquote|pre|code|ul|ol|li|div|table|thead|tbody|tr|th|td|em|strong|del|span|a|b)",
        "(?: class=\"(?:verbatim|output|wide|right|center|cited|address|unfound|plain)\")?",
        "(?: title=\"not found in the context\")?",
        "(?: start=\"[0-9]+\")?",
        "(?: href=\"#source-[0-9]+\")?(?: id=\"cite-[0-9]+\")?>)"
    ))
    .unwrap();
    let mut open = Vec::new();
    let mut rest = page;
    while let Some((_, from)) = rest.find(['<', '>']).and_then(|at| rest.split_at_checked(at)) {
        let found = tag
            .captures(from)
            .unwrap_or_else(|| panic!("not allowed: {}\n{page}", from));
        if let Some(start) = found.name("start") {
            open.push(start.as_str().to_owned());
        }
        if let Some(end) = found.name("end") {
            assert_eq!(open.pop().as_deref(), Some(end.as_str()), "{page}");
        }
        rest = from.get(found[0].len()..).unwrap();
    }
    assert!(open.is_empty(), "{open:?} is not closed in {page}");
    let ampersands = Regex::new("&(amp|lt|gt|quot|#39);").unwrap();
    assert!(!ampersands.replace_all(page, "").contains('&'), "{page}");
}

const SYNTAX: &[&str] = &[
    "*",
    "**",
    "_",
    "__",
    "`",
    "```\n",
    "~~",
    "# ",
    "\n## ",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "7) ",
    "    ",
    "\t",
    "|",
    "\n|---|:-:|\n",
    "| a | b |\n|---|--:|\n| c | d |\n",
    "[",
    "]",
    "(",
    ")",
    "](javascript:alert(1))",
    "![",
    "<javascript:x>",
    "<https://e.example/>",
    "<script>",
    "</script>",
    "<img src=x onerror=y>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<?php",
    "<b",
    " onclick=\"x\"",
    "style='",
    "\"",
    "'",
    "&",
    "&lt;",
    "&#60;",
    "&#x3c;script&#x3e;",
    "\\",
    "\\<",
    "\r\n",
    "\0",
    "\u{202e}",
    "[a]: javascript:x 'y'\n",
    "[x] ",
    "^",
    "$",
    "===\n",
    "---\n",
    "+++\n",
    ":::",
    "word",
    "ä",
    "🦀",
    " ",
];

fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(SYNTAX).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_markdown_yields_other_tags_or_attributes(text in markdown(), ends in proptest::collection::vec(0_usize..400, 0..8)) {
        let mut ends: Vec<usize> = ends.into_iter().filter(|end| text.is_char_boundary(*end)).collect();
        ends.sort_unstable();
        ends.dedup();
        let marks: Vec<Mark> = ends.chunks_exact(2).zip(1..).map(|(range, number)| Mark {
            piece: range[0]..range[1],
            kind: if number == 3 { MarkKind::Unfound } else { MarkKind::Source(number) },
        }).collect();
        for page in [rendered(&text, &marks), {
            let mut html = Html::default();
            render_plain(&mut html, &text, &marks);
            html.finish()
        }] {
            checked(&page);
            for mark in &marks {
                if let MarkKind::Source(number) = mark.kind {
                    prop_assert_eq!(page.matches(&format!(" id=\"cite-{number}\"")).count(), 1, "{}", page);
                    prop_assert_eq!(page.matches(&format!("<b>{number}</b>")).count(), 1, "{}", page);
                }
            }
        }
    }
}
