//! The rules of brackets and their contents.
//!
//! The text already read decides what each bracket is. Alternatives with a common prefix would
//! double the work of some engines for every open bracket.

use super::{Place, Rules};
use crate::item::{Item, all, any, many, nothing, optional, rule, some, text};

impl Rules {
    pub(super) fn atoms(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let words = ["None", "True", "False", "..."].map(text);
        let plain = any([any(words), r("strings"), r("parentheses"), r("list")]);
        self.add(&place.name("atom"), any([rule("NAME"), r("literal_atom")]));
        if place == Place::Field {
            // A field can't begin with a brace, so atoms without one are a separate rule.
            self.add(&place.name("literal_atom"), any([r("plain_atom"), r("braces")]));
            self.add(&place.name("plain_atom"), plain);
        } else {
            self.add(&place.name("literal_atom"), any([plain, r("braces")]));
        }
        let more = many(all([self.gap(), rule("string")]));
        self.add(&place.name("strings"), all([rule("string"), more]));
    }

    pub(super) fn brackets(&mut self, place: Place) {
        self.parentheses(place);
        self.list(place);
        self.braces(place);
        self.elements(place);
        self.clause(place);
        self.targets(place);
        self.subscript(place);
        self.call(place);
        if self.breaks(place) {
            self.breaks_of_brackets();
        }
    }

    fn parentheses(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let tuple = || {
            any([
                all([text(","), self.line_break(place)]),
                all([some(self.next(place, "element")), self.end(place)]),
            ])
        };
        let content = any([
            all([r("yield"), self.line_break(place)]),
            all([r("star"), tuple()]),
            all([
                r("named"),
                any([self.generator(place), self.line_break(place), tuple()]),
            ]),
        ]);
        self.commented(
            &place.name("parentheses"),
            "a value in parentheses, a tuple, or a generator",
            self.bracket(place, "(", optional(content), ")"),
        );
    }

    fn list(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let more = || self.more(place, "element");
        let content = any([
            all([r("star"), more()]),
            all([r("named"), any([self.generator(place), more()])]),
        ]);
        self.add(&place.name("list"), self.bracket(place, "[", optional(content), "]"));
    }

    fn braces(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let pairs = || self.more(place, "pair");
        let elements = || self.more(place, "element");
        let content = any([
            all([r("spread"), pairs()]),
            all([r("star"), elements()]),
            all([
                place.rule("test"),
                any([
                    all([self.colon_value(place), any([self.generator(place), pairs()])]),
                    self.generator(place),
                    elements(),
                ]),
            ]),
            all([r("walrus"), any([self.generator(place), elements()])]),
        ]);
        self.commented(
            &place.name("braces"),
            "a dict or a set",
            self.bracket(place, "{", optional(content), "}"),
        );
        self.add(
            &place.name("pair"),
            any([r("spread"), all([r("test"), self.colon_value(place)])]),
        );
        self.add(&place.name("spread"), all([text("**"), r("sum")]));
    }

    fn colon_value(&self, place: Place) -> Item {
        all([text(":"), self.room(), place.rule("test")])
    }

    fn elements(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        self.add(&place.name("element"), any([r("star"), r("named")]));
    }

    fn clause(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let condition = all([self.gap_or_break(place), text("if"), self.gap(), r("or")]);
        self.add(
            &place.name("clause"),
            all([
                self.gap_or_break(place),
                text("for"),
                self.gap(),
                r("targets"),
                self.gap(),
                text("in"),
                self.gap(),
                r("or"),
                many(condition),
            ]),
        );
    }

    fn subscript(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let part = || optional(r("test"));
        let rest = || all([text(":"), part(), optional(all([text(":"), part()]))]);
        let more = || some(self.next(place, "item"));
        let content = any([
            rest(),
            all([r("star"), many(self.next(place, "item"))]),
            all([r("test"), optional(any([rest(), more()]))]),
        ]);
        let content = all([content, self.line_break(place)]);
        self.add(&place.name("subscript"), self.bracket(place, "[", content, "]"));
    }

    fn call(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let star = || all([text("*"), r("test")]);
        let spread = || all([text("**"), r("test")]);
        let (comma, end) = (self.comma_within(place), self.end(place));
        let then = |item: Item| all([comma.clone(), item]);
        let more = || {
            all([
                many(then(any([r("named"), star()]))),
                optional(then(r("keywords"))),
                end.clone(),
            ])
        };
        let content = any([
            all([r("named"), any([self.generator(place), more()])]),
            all([star(), more()]),
            all([r("keywords"), end.clone()]),
        ]);
        self.add(&place.name("call"), self.bracket(place, "(", optional(content), ")"));
        self.commented(
            &place.name("keywords"),
            "after the first name no value stands without one, after the first `**` no star",
            any([
                all([
                    r("keyword"),
                    many(then(any([r("keyword"), star()]))),
                    optional(then(r("spreads"))),
                ]),
                r("spreads"),
            ]),
        );
        self.add(
            &place.name("spreads"),
            all([spread(), many(then(any([spread(), r("keyword")])))]),
        );
        self.add(
            &place.name("keyword"),
            all([rule("NAME"), text("="), place.rule("test")]),
        );
    }

    /// Returns the item for brackets whose content may be broken over lines. The content includes
    /// the line break before the closing bracket.
    pub(super) fn bracket(&self, place: Place, open: &str, content: Item, close: &str) -> Item {
        all([text(open), self.line_break(place), content, text(close)])
    }

    fn generator(&self, place: Place) -> Item {
        all([some(place.rule("clause")), self.line_break(place)])
    }

    /// Returns the item for a comma and another item.
    fn next(&self, place: Place, name: &str) -> Item {
        all([self.comma_within(place), place.rule(name)])
    }

    /// Returns the item for all items after the first one, and the end of the list.
    fn more(&self, place: Place, name: &str) -> Item {
        all([many(self.next(place, name)), self.end(place)])
    }

    /// Returns the item for the optional trailing comma and line break of a list.
    pub(super) fn end(&self, place: Place) -> Item {
        if self.breaks(place) { rule("end") } else { nothing() }
    }

    /// Adds the rules for spaces, commas and closing brackets at which lines may end.
    fn breaks_of_brackets(&mut self) {
        self.add("gap", any([text(" "), rule("BREAK")]));
        self.add("comma", all([text(","), optional(rule("gap"))]));
        self.commented(
            "end",
            "a comma may stand last where the bracket closes on a line of its own",
            optional(all([optional(text(",")), rule("BREAK")])),
        );
    }
}
