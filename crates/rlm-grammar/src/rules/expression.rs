//! The rules of expressions.

use sift_syntax::ast::{BinaryOp, CompareOp, LogicalOp, Precedence, UnaryOp};

use super::{Place, Rules};
use crate::item::{Item, all, any, choice, many, optional, rule, sequence, some, text};

impl Rules {
    /// Adds the rules from tuples without parentheses down to signed values.
    pub(super) fn operators(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let name = |text: &str| place.name(text);
        if place == Place::Line {
            self.add("value", any([r("yield"), r("bare")]));
        }
        self.yields(place);
        let more = || all([self.comma(), r("item")]);
        self.commented(
            &name("bare"),
            "a tuple needs no parentheses here; a star never stands alone",
            any([all([r("test"), many(more())]), all([r("star"), some(more())])]),
        );
        self.add(&name("item"), any([r("star"), r("test")]));
        self.add(&name("star"), all([text("*"), r("sum")]));
        let walrus = all([rule("NAME"), self.room(), text(":="), self.room(), r("test")]);
        self.add(&name("walrus"), walrus);
        self.add(&name("named"), any([r("test"), r("walrus")]));
        let conditional = optional(self.conditional(place, r("or"), r("test")));
        self.add(&name("test"), any([all([r("or"), conditional]), r("lambda")]));
        let parameters = optional(all([self.gap(), r("lambda_parameters")]));
        self.add(
            &name("lambda"),
            all([text("lambda"), parameters, text(":"), self.room(), r("test")]),
        );
        self.parameters("lambda_parameter", place, None);
        self.chains(place);
    }

    /// Adds the rules of atoms with their postfixes, and of brackets.
    pub(super) fn operands(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let name = |text: &str| place.name(text);
        self.add(
            &name("postfixed"),
            any([rule("NUMBER"), all([r("atom"), many(r("postfix"))])]),
        );
        if self.breaks(place) {
            let strings = all([rule("string"), some(all([rule("BREAK"), rule("string")]))]);
            self.commented(
                "broken_strings",
                "strings on lines of their own are one string",
                all([strings, many(r("postfix"))]),
            );
        }
        self.add(&name("postfix"), any([r("attribute"), r("subscript"), r("call")]));
        self.add(&name("attribute"), all([text("."), rule("NAME")]));
        self.atoms(place);
        self.brackets(place);
    }

    fn yields(&mut self, place: Place) {
        let from = all([text("from"), self.gap(), place.rule("test")]);
        let values = optional(all([self.gap(), any([from, place.rule("bare")])]));
        self.add(&place.name("yield"), all([text("yield"), values]));
    }

    /// Returns the item for the end of a conditional expression: ` if … else …`.
    pub(super) fn conditional(&self, place: Place, test: Item, orelse: Item) -> Item {
        let before = || self.gap_or_break(place);
        let after = || self.gap();
        all([
            before(),
            text("if"),
            after(),
            test,
            before(),
            text("else"),
            after(),
            orelse,
        ])
    }

    /// Adds the rules from `or` to signs: a single chain for machines, a rule for each precedence
    /// for people.
    fn chains(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let name = |text: &str| place.name(text);
        if self.for_people() {
            self.add("or", chain(r("and"), text(LogicalOp::Or.as_str())));
            self.add("and", chain(r("not"), text(LogicalOp::And.as_str())));
        } else {
            self.add(&name("or"), chain(r("not"), self.logical(place)));
        }
        self.add(&name("not"), all([many(self.not()), r("comparison")]));
        self.add(&name("comparison"), chain(r("sum"), self.comparison(place)));
        if self.for_people() {
            self.precedences();
        } else {
            self.add(&name("sum"), chain(r("signed"), self.binary(place)));
        }
        let operand = if self.breaks(place) {
            any([r("postfixed"), rule("broken_strings")])
        } else {
            r("postfixed")
        };
        self.add(
            &name("signed"),
            all([
                many(signs()),
                optional(self.awaiting()),
                operand,
                optional(self.power(place)),
            ]),
        );
    }

    /// Adds a rule for each precedence, loosest first. A starred expression takes the loosest one.
    fn precedences(&mut self) {
        let chained: Vec<Precedence> = Precedence::ALL
            .into_iter()
            .filter(|precedence| *precedence != Precedence::Power)
            .collect();
        for (index, precedence) in chained.iter().enumerate() {
            let tighter = chained.get(index + 1).map_or("signed", |next| rule_name(*next));
            let ops = BinaryOp::ALL.iter().filter(|op| op.precedence() == *precedence);
            let ops = choice(ops.map(|op| text(op.as_str())).collect());
            self.add(rule_name(*precedence), chain(rule(tighter), ops));
        }
    }

    /// Returns the item for `and` or `or` with spaces around it.
    pub(super) fn logical(&self, place: Place) -> Item {
        let words = LogicalOp::ALL.iter().map(|op| text(op.as_str())).collect();
        all([self.gap_or_break(place), choice(words), self.gap_or_break(place)])
    }

    pub(super) fn not(&self) -> Item {
        all([text(UnaryOp::Not.as_str()), self.gap()])
    }

    pub(super) fn awaiting(&self) -> Item {
        all([text("await"), self.gap()])
    }

    /// Returns the item for `**` and its right operand.
    pub(super) fn power(&self, place: Place) -> Item {
        let op = text(BinaryOp::Power.as_str());
        all([
            self.room_or_break(place),
            op,
            self.room_or_break(place),
            place.rule("signed"),
        ])
    }

    /// Returns the item for a comparison operator with its spaces, which are mandatory for words.
    pub(super) fn comparison(&self, place: Place) -> Item {
        let (words, signs): (Vec<CompareOp>, Vec<CompareOp>) = CompareOp::ALL
            .into_iter()
            .partition(|op| op.as_str().starts_with(|c: char| c.is_ascii_alphabetic()));
        let signs = signs.iter().map(|op| text(op.as_str())).collect();
        let spaced = |op: &CompareOp| {
            // Each word is a separate token, because a lexer that has begun to read two words
            // doesn't backtrack to one.
            let words = op.as_str().split(' ');
            sequence(words.flat_map(|word| [text(word), self.gap()]).collect())
        };
        let words = words.iter().map(spaced).collect();
        any([
            all([self.room_or_break(place), choice(signs), self.room_or_break(place)]),
            all([self.gap_or_break(place), choice(words)]),
        ])
    }

    /// Returns the item for an arithmetic operator other than `**`, with its spaces.
    pub(super) fn binary(&self, place: Place) -> Item {
        let ops = BinaryOp::ALL.iter().filter(|op| **op != BinaryOp::Power);
        let ops = choice(ops.map(|op| text(op.as_str())).collect());
        all([self.room_or_break(place), ops, self.room_or_break(place)])
    }
}

/// Returns the item for a sign in front of a value.
pub(super) fn signs() -> Item {
    let signs = UnaryOp::ALL.iter().filter(|op| **op != UnaryOp::Not);
    choice(signs.map(|op| text(op.as_str())).collect())
}

/// Returns the item for operands separated by operators.
pub(super) fn chain(operand: Item, op: Item) -> Item {
    all([operand.clone(), many(all([op, operand]))])
}

/// Returns the name of the rule for a precedence. Other rules refer to the loosest one as `sum`, in
/// the grammars for machines too.
const fn rule_name(precedence: Precedence) -> &'static str {
    match precedence {
        Precedence::BitOr => "sum",
        Precedence::BitXor => "bit_xor",
        Precedence::BitAnd => "bit_and",
        Precedence::Shift => "shift",
        Precedence::Sum => "addition",
        Precedence::Term => "term",
        Precedence::Power => "power",
    }
}
