//! Generators of random sequences of program tokens.

use super::Dice;

/// Tokens of Sift that change the meaning of the text around them, such as quotes and brackets.
pub const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "'''",
    "\"\"\"",
    "f'",
    "f\"\"\"{",
    "{{",
    "}}",
    ":",
    ":=",
    "=",
    "==",
    "!",
    "!r",
    "\n",
    "\r\n",
    "\r",
    "    ",
    "\t",
    "\u{c}",
    "\\",
    "\\\n",
    "#",
    "```\n",
    "lambda",
    "lambda x:",
    " if ",
    " else ",
    " for ",
    " in ",
    " not ",
    "await ",
    "async ",
    "yield ",
    "class ",
    "with ",
    "def f(",
    "return ",
    "*",
    "**",
    "@",
    ",",
    ";",
    ".",
    "...",
    "0x",
    "1_",
    "1e",
    "\\N{",
    "\\x",
    "\\u12",
    "é",
    "“",
    "\u{feff}",
    "\0",
    "match x:\n",
    "case y:\n",
    "import ",
    "from ",
    "except ",
    "try:\n",
    "elif ",
    "global x",
];

/// The maximum number of tokens in a generated text.
const MOST: usize = 200;

/// Returns a random sequence of program tokens, names and numbers, chosen by `dice`. It is rarely a
/// valid program.
///
/// ```
/// use rlm_fuzzing::generators::{Dice, pieces};
///
/// assert_eq!(pieces(Dice::of(b"")), "", "no bytes, no pieces");
/// assert!(!pieces(Dice::of(b"bytes")).is_empty());
/// ```
#[must_use]
pub fn pieces(mut dice: Dice<'_>) -> String {
    const WORDS: &[&str] = &[
        "x", "items", "print", "len", "None", "1", "2.5", "'a'", " ", " + ", "(x)", "[0]", "\n    ",
    ];
    let mut text = String::new();
    for _ in 0..MOST {
        if dice.is_spent() {
            break;
        }
        text.push_str(match dice.roll(3) {
            0 => dice.pick(PIECES),
            1 => dice.pick(WORDS),
            _ => dice.pick(&["\n", "x = ", "(", ")", ": ", ", "]),
        });
    }
    text
}
