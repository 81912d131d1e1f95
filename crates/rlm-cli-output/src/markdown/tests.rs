use super::*;

const ANSWER: &str = "## Summary\n\nThe database was slow in **30 incidents**. Half of them had a *full disk* as their cause, \
see [the log](logs/db.md).\n\n| who | incidents | what was done about it |\n|---|---:|---|\n| **Tomas** | 20 | the disk was \
cleared, and a monitor was set up for `/var` |\n| Ines | 10 | nothing |\n\n1. First\n   - nested\n   - also\n2. Second\n\n> On day \
1 the database\n> was slow.\n\n```python\nprint(1)\n```\n\n---\nEnd: __init__.py, <b>no</b> 5 * 3\n";

#[test]
fn markdown_is_rendered_in_colors_and_without() {
    let shown = |columns, console| rendered(ANSWER, columns, console).replace('\u{1b}', "^");
    insta::assert_snapshot!(shown(70, Console::colored()));
    insta::assert_snapshot!(shown(44, Console::plain()));
}

#[test]
fn texts_without_markdown_stay_as_they_are() {
    let texts = [
        "Lisbon",
        "a: 1\nb: 2\n\nc: a long line that is longer than the terminal is wide",
        "{\"when\": [\"*2026*\"]}",
        "<answer>\n5 * 3 * 2\n</answer>",
        "snake_case_name and [0: 20..180]",
    ];
    for text in texts {
        assert_eq!(rendered(text, 20, Console::colored()), text);
    }
    assert_eq!(rendered("a\u{1b}[2Jb", 20, Console::colored()), "a\\u{1b}[2Jb");
    assert!(!rendered("**a\u{1b}[2Jb** `\u{202e}`", 20, Console::plain()).contains(['\u{1b}', '\u{202e}']));
}

proptest::proptest! {
    #[test]
    fn lines_fit_and_no_word_is_lost(
        words in proptest::collection::vec("[a-z]{1,14}", 1..40),
        marks in proptest::collection::vec(0_usize..9, 40),
        columns in 20_usize..90,
    ) {
        let blocks = words.chunks(3).zip(&marks).map(|(words, mark)| {
            let text = words.join(" ");
            match mark {
                0 => format!("# {text}\n"),
                1 => format!("- {text}\n"),
                2 => format!("1. {text}\n"),
                3 => format!("> {text}\n"),
                4 => format!("| {} |\n|---|\n| {text} |\n", words.first().map_or("", String::as_str)),
                5 => format!("**{text}**\n"),
                6 => format!("a `{text}` b\n"),
                7 => format!("| {} | x |\n|---|--:|\n| {text} | {text} |\n", words.first().map_or("", String::as_str)),
                _ => format!("{text}\n"),
            }
        });
        let text = blocks.collect::<Vec<_>>().join("\n");
        let shown = rendered(&text, columns, Console::plain());
        if has_markdown(&text) {
            for line in shown.lines() {
                proptest::prop_assert!(inline::columns(line) <= columns, "{line:?} in {shown}");
            }
        }
        let letters = |text: &str| {
            let mut letters: Vec<char> = text.chars().filter(char::is_ascii_lowercase).collect();
            letters.sort_unstable();
            letters
        };
        proptest::prop_assert_eq!(letters(&text), letters(&shown));
    }
}
