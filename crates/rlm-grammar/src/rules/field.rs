//! How a field of an f-string begins, for machines.
//!
//! A field can't begin with a brace, for two braces are plain text; and a lambda needs parentheses in it, for its colon
//! would begin the format specification. So the way down to the first atom of a field is written out once more.

use super::expression::signs;
use super::{Place, Rules};
use crate::item::{Item, all, any, many, optional, rule, some, text};

impl Rules {
    pub(super) fn field_heads(&mut self) {
        let f = |name: &str| Place::Field.rule(name);
        let next = all([self.comma(), rule("field_item")]);
        let more = || many(next.clone());
        self.commented(
            "field_value",
            "after a space it may begin with a brace",
            any([
                rule("field_yield"),
                all([rule("head_test"), more()]),
                all([text(" "), rule("field_test"), more()]),
                all([f("star"), some(next.clone())]),
            ]),
        );
        let from = all([text("from"), text(" "), rule("field_test")]);
        let values = any([from, all([rule("field_test"), more()])]);
        self.add("field_yield", all([text("yield"), optional(all([text(" "), values]))]));
        self.add("field_item", any([f("star"), rule("field_test")]));
        let conditional = optional(self.conditional(f("or"), rule("field_test")));
        self.add("field_test", all([f("or"), conditional.clone()]));
        self.add("head_test", all([rule("head_or"), conditional]));
        let chain = |first: &str, op: Item, next: &str| all([rule(first), many(all([op, f(next)]))]);
        self.add("head_or", chain("head_not", self.logical(), "not"));
        let not = all([some(self.not()), f("comparison")]);
        self.add("head_not", any([rule("head_comparison"), not]));
        self.add("head_comparison", chain("head_sum", self.comparison(), "sum"));
        self.add("head_sum", chain("head_signed", self.binary(), "signed"));
        self.add(
            "head_signed",
            all([
                any([
                    rule("NUMBER"),
                    all([f("plain_atom"), many(f("postfix"))]),
                    all([self.awaiting(), f("postfixed")]),
                    all([some(signs()), optional(self.awaiting()), f("postfixed")]),
                ]),
                optional(self.power(Place::Field)),
            ]),
        );
    }
}
