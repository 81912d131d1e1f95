//! The rules of replacement fields in f-strings.
//!
//! A lambda in a field needs parentheses, because its colon would start the format specification. A
//! field can't begin with a brace, because two braces are plain text. The grammars for machines
//! therefore repeat the rules down to the first atom of a field.

use super::expression::signs;
use super::{Place, Rules};
use crate::item::{Item, all, any, many, optional, rule, some, text};

impl Rules {
    pub(super) fn fields(&mut self) {
        let place = if self.for_people() { Place::Line } else { Place::Field };
        let next = all([self.comma(), rule("field_item")]);
        let stars = all([place.rule("star"), some(next.clone())]);
        let (comment, values) = if self.for_people() {
            let values = all([rule("field_test"), many(next.clone())]);
            ("a lambda needs parentheses here", any([values, stars]))
        } else {
            let values = any([
                all([rule("head_test"), many(next.clone())]),
                all([text(" "), rule("field_test"), many(next.clone())]),
                stars,
            ]);
            (
                "after a space it may begin with a brace; a lambda needs parentheses",
                values,
            )
        };
        self.commented("field_value", comment, any([rule("field_yield"), values]));
        let from = all([text("from"), self.gap(), rule("field_test")]);
        let values = any([from, all([rule("field_test"), many(next)])]);
        self.add("field_yield", all([text("yield"), optional(all([self.gap(), values]))]));
        self.add("field_item", any([place.rule("star"), rule("field_test")]));
        let conditional = optional(self.conditional(place, place.rule("or"), rule("field_test")));
        self.add("field_test", all([place.rule("or"), conditional.clone()]));
        if !self.for_people() {
            self.add("head_test", all([rule("head_or"), conditional]));
            self.heads_of_fields();
        }
    }

    /// Adds the rules from a conditional expression down to an atom that doesn't begin with a
    /// brace.
    fn heads_of_fields(&mut self) {
        let f = |name: &str| Place::Field.rule(name);
        let chain = |first: &str, op: Item, next: &str| all([rule(first), many(all([op, f(next)]))]);
        self.add("head_or", chain("head_not", self.logical(Place::Field), "not"));
        let not = all([some(self.not()), f("comparison")]);
        self.add("head_not", any([rule("head_comparison"), not]));
        self.add(
            "head_comparison",
            chain("head_sum", self.comparison(Place::Field), "sum"),
        );
        self.add("head_sum", chain("head_signed", self.binary(Place::Field), "signed"));
        self.add(
            "head_signed",
            all([
                any([
                    rule("NUMBER"),
                    all([any([rule("NAME"), f("plain_atom")]), many(f("postfix"))]),
                    all([self.awaiting(), f("postfixed")]),
                    all([some(signs()), optional(self.awaiting()), f("postfixed")]),
                ]),
                optional(self.power(Place::Field)),
            ]),
        );
    }
}
