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

use crate::item::{Grammar, Item, Rule, RuleKind, Spaces, all, nothing, optional, rule, text};

/// For whom a grammar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Machines,
    People,
}

/// Where an expression stands. Machines get the rules of operators once for each, those of brackets once for code and once
/// for fields. People get all of them once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In code, in no bracket: on one line.
    Line,
    /// In code, within brackets: lines may end around operators and after commas.
    Bracket,
    /// In a field of an f-string: all of it on one line, brackets too.
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
    rules.operators(Place::Line);
    if audience == Audience::Machines {
        rules.operators(Place::Bracket);
        rules.operators(Place::Field);
        rules.operands(Place::Field);
    }
    rules.operands(rules.within_brackets());
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

    /// A space that may be there, or the end of a line within brackets.
    fn room_or_break(&self, place: Place) -> Item {
        optional(self.gap_or_break(place))
    }

    /// Where the expressions in brackets of code stand.
    const fn within_brackets(&self) -> Place {
        if self.for_people() { Place::Line } else { Place::Bracket }
    }

    /// A comma outside of brackets.
    fn comma(&self) -> Item {
        all([text(","), self.room()])
    }

    /// A comma within brackets: the line may end after it.
    fn comma_within(&self, place: Place) -> Item {
        if self.breaks(place) {
            rule("comma")
        } else {
            self.comma()
        }
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
        if self.breaks(place) { rule("gap") } else { self.gap() }
    }

    /// Says whether lines may end within brackets. For people that is a rule of the whole, not of each bracket.
    fn breaks(&self, place: Place) -> bool {
        !self.for_people() && place == Place::Bracket
    }
}

impl Place {
    /// Returns the name that a rule of expressions has here.
    fn name(self, name: &str) -> String {
        match self {
            Self::Bracket if is_of_operators(name) => format!("b_{name}"),
            Self::Line | Self::Bracket => name.to_owned(),
            Self::Field => format!("f_{name}"),
        }
    }

    /// Refers to a rule of expressions.
    fn rule(self, name: &str) -> Item {
        Item::Rule(self.name(name))
    }
}

/// Says whether a rule is one of those that are not the same on a line and within brackets.
fn is_of_operators(name: &str) -> bool {
    const NAMES: [&str; 12] = [
        "yield",
        "bare",
        "item",
        "star",
        "walrus",
        "named",
        "test",
        "or",
        "not",
        "comparison",
        "sum",
        "signed",
    ];
    NAMES.contains(&name) || name.starts_with("lambda")
}
