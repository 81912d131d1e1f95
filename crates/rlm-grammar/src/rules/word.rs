//! The rules of identifiers, numbers and the separators of statements.

use sift_syntax::KEYWORDS;

use super::Rules;
use crate::charset::{CharSet, Wide};
use crate::item::{Item, all, any, many, optional, some, text};
use crate::name::name;

impl Rules {
    pub(super) fn words(&mut self) {
        self.number();
        let pair = |word: &&str| word.contains(' ');
        let keywords: Vec<&str> = KEYWORDS.iter().copied().filter(|word| !pair(word)).collect();
        if self.for_people() {
            let word = all([
                Item::Char(CharSet::of_names(Wide::Start, "")),
                many(Item::Char(CharSet::of_names(Wide::Continue, ""))),
            ]);
            let keywords = keywords.iter().map(|word| (*word).to_owned()).collect();
            self.token(
                "NAME",
                "a word that is no keyword",
                Item::Except(Box::new(word), keywords),
            );
        } else {
            self.token("NAME", "all words but the keywords", name(&keywords));
            self.line_ends();
        }
    }

    fn line_ends(&mut self) {
        let comment = || all([text("#"), many(Item::Char(CharSet::all_but("")))]);
        let spaces = || many(text(" "));
        let line_end = || text("\n");
        self.token(
            "NEWLINE",
            "the end of a line, perhaps with a comment, and empty lines after it",
            all([spaces(), optional(comment()), some(line_end())]),
        );
        self.token(
            "BLANK",
            "what is left of a line that says nothing: perhaps a comment, and empty lines after it",
            all([optional(comment()), some(line_end())]),
        );
        self.token(
            "BREAK",
            "the end of a line within brackets",
            all([some(all([spaces(), optional(comment()), line_end()])), spaces()]),
        );
    }

    fn number(&mut self) {
        let set = |ranges: &[(char, char)]| Item::Char(CharSet::of(ranges));
        let underscore = || optional(text("_"));
        let more = || many(all([underscore(), set(&[('0', '9')])]));
        let digits = || all([set(&[('0', '9')]), more()]);
        let whole = any([text("0"), all([set(&[('1', '9')]), more()])]);
        let sign = optional(any([text("+"), text("-")]));
        let exponent = all([set(&[('E', 'E'), ('e', 'e')]), sign, digits()]);
        let fraction = all([text("."), digits()]);
        let based = |prefix: &str, ranges: &[(char, char)]| all([text(prefix), some(all([underscore(), set(ranges)]))]);
        self.token(
            "NUMBER",
            "underscores may stand between digits",
            any([
                all([
                    any([all([whole, optional(fraction.clone())]), fraction]),
                    optional(exponent),
                ]),
                based("0x", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
                based("0o", &[('0', '7')]),
                based("0b", &[('0', '1')]),
            ]),
        );
    }
}
