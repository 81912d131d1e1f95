//! The rules of Sift.
//!
//! One set of functions writes them twice. **For machines** every space is explicit, blocks are written out level by level,
//! and operators of all precedences are one rule, for a decoder need not know how an expression groups. **For people**
//! spaces are implied, indentation is a token, and precedences stand in order.

mod bracket;
mod expression;
mod field;
mod parameter;
mod statement;
mod string;
mod target;
mod word;

use crate::item::{Grammar, Item, Rule, RuleKind, Spaces, all, any, nothing, optional, rule, text};

/// For whom a grammar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Machines,
    People,
}

/// Where an expression stands. Machines get each rule of expressions once for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In code: what stands in brackets may be broken over lines.
    Code,
    /// In a field of an f-string: all of it on one line.
    Field,
}

/// Rules that are being written.
pub(crate) struct Rules {
    audience: Audience,
    grammar: Grammar,
}

/// Writes the rules of Sift.
pub(crate) fn sift(audience: Audience) -> Grammar {
    let mut rules = Rules {
        audience,
        grammar: Grammar {
            spaces: match audience {
                Audience::Machines => Spaces::Written,
                Audience::People => Spaces::Implied,
            },
            rules: Vec::new(),
        },
    };
    rules.statements();
    rules.expressions(Place::Code);
    if audience == Audience::Machines {
        rules.expressions(Place::Field);
    }
    rules.fields();
    rules.strings();
    rules.words();
    rules.grammar
}

impl Rules {
    const fn for_people(&self) -> bool {
        matches!(self.audience, Audience::People)
    }

    fn add(&mut self, name: &str, item: Item) {
        self.commented(name, "", item);
    }

    fn commented(&mut self, name: &str, comment: &'static str, item: Item) {
        self.push(name, RuleKind::Syntax, comment, item);
    }

    fn token(&mut self, name: &str, comment: &'static str, item: Item) {
        self.push(name, RuleKind::Token, comment, item);
    }

    fn push(&mut self, name: &str, kind: RuleKind, comment: &'static str, item: Item) {
        self.grammar.rules.push(Rule {
            name: name.to_owned(),
            kind,
            item,
            comment,
        });
    }

    /// A space that must be there.
    fn gap(&self) -> Item {
        if self.for_people() { nothing() } else { text(" ") }
    }

    /// A space that may be there.
    fn room(&self) -> Item {
        optional(self.gap())
    }

    /// A comma outside of brackets.
    fn comma(&self) -> Item {
        sequence_of_comma(self.room())
    }

    /// A comma within brackets: the line may end after it.
    fn comma_within(&self, place: Place) -> Item {
        sequence_of_comma(optional(self.gap_or_break(place)))
    }

    /// The end of a line within brackets, where it may be there.
    fn line_break(&self, place: Place) -> Item {
        if self.breaks(place) {
            optional(rule("BREAK"))
        } else {
            nothing()
        }
    }

    /// A space or the end of a line within brackets.
    fn gap_or_break(&self, place: Place) -> Item {
        if self.breaks(place) {
            any([text(" "), rule("BREAK")])
        } else {
            self.gap()
        }
    }

    /// Says whether lines may end within brackets. For people that is a rule of the whole, not of each bracket.
    fn breaks(&self, place: Place) -> bool {
        !self.for_people() && place == Place::Code
    }
}

fn sequence_of_comma(after: Item) -> Item {
    all([text(","), after])
}

impl Place {
    /// Returns the name that a rule of expressions has here.
    fn name(self, name: &str) -> String {
        match self {
            Self::Code => name.to_owned(),
            Self::Field => format!("f_{name}"),
        }
    }

    /// Refers to a rule of expressions.
    fn rule(self, name: &str) -> Item {
        Item::Rule(self.name(name))
    }
}
