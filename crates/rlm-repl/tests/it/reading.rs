//! Tests of complete, open and unfinished inputs.

use proptest::prelude::*;
use rlm_repl::{Reader, Reading, reading};

#[test]
fn unfinished_input_continues_and_invalid_input_does_not() {
    let unfinished = [
        "total = (1 +",
        "print([1, 2",
        "f(a, {'b': (1,",
        "text = '''one\n\n",
        "for x in y:",
        "if a:\n    if b:",
        "def f(x):",
        "try:\n    x = 1",
        "while True: # forever",
        "x = 1 + \\",
        // An error before the bracket is reported once the bracket is closed.
        "x = = (1",
    ];
    for text in unfinished {
        assert_eq!(reading(text), Reading::Unfinished, "{text}");
    }
    let open = [
        "for x in y:\n    print(x)",
        "if a:\n    b = 1\nelse:\n    b = 2",
        "def f():\n    return 1\n    ",
    ];
    for text in open.iter().take(2) {
        assert_eq!(reading(text), Reading::Open, "{text}");
    }
    let whole = [
        "x = 1",
        "for x in y: print(x)",
        "for x in y:\n    print(x)\n",
        "for x in y:\n    print(x)\nprint(1)",
        open[2],
        // No further input corrects these.
        "foo(]",
        "print('it",
        "what is the answer to all of this",
        // An empty line marks the end of the input.
        "print((1)\n",
        "for x in y:\n",
        "",
    ];
    for text in whole {
        assert_eq!(reading(text), Reading::Whole, "{text}");
    }
}

#[test]
fn piped_lines_are_grouped_into_programs() {
    let text = "x = 1\n\ndef double(n):\n    return 2 * n\ndouble(x)\n:vars\nfor i in range(2):\n    if i:\n        print(i)\n    else:\n        print(0)\nelse:\n    print('end')\n\ntext = '''a\n\nb'''\nprint((1)\n";
    let mut reader = Reader::default();
    let mut programs: Vec<String> = text.lines().flat_map(|line| reader.take(line)).collect();
    programs.extend(reader.finish());
    insta::assert_debug_snapshot!(programs);
    assert!(!reader.is_waiting());
}

/// Fragments of programs, in valid and invalid order.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "x",
        "y = 1",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'a'",
        "'",
        "'''",
        "\n",
        "\n    ",
        "\n        ",
        ":",
        "for x in y:",
        "if x:",
        "else:",
        "try:",
        "except:",
        "finally:",
        "def f(a):",
        "return 1",
        "pass",
        "print(x)",
        " ",
        ",",
        "+",
        "\\",
        "#",
        "f'{x}'",
        ".split()",
        "lambda: 1",
        "not",
    ]);
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn accepted_program_is_never_unfinished(text in text()) {
        if sift_syntax::parse(&text).is_accepted() {
            prop_assert_ne!(reading(&text), Reading::Unfinished);
        }
    }

    #[test]
    fn piped_lines_are_never_lost(text in text()) {
        let mut reader = Reader::default();
        let mut programs: Vec<String> = text.lines().flat_map(|line| reader.take(line)).collect();
        programs.extend(reader.finish());
        let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(without_blanks(&programs.join("\n")), without_blanks(&text));
    }
}
