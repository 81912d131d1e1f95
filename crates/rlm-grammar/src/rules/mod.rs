//! The rules of Sift's grammar.
//!
//! The same functions write two variants. **For machines,** every space is explicit, blocks are
//! expanded level by level, and operators of all precedences are one rule, because a decoder
//! doesn't need the grouping of an expression. **For people,** spaces are implied, indentation is a
//! token, and precedences are in order.

mod bracket;
mod expression;
mod field;
mod parameter;
mod statement;
mod string;
mod target;
mod word;

use crate::item::{Grammar, Item, Rule, RuleKind, Spaces, all, nothing, optional, rule, text};

/// The audience of a grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Machines,
    People,
}

/// The position of an expression. The grammars for machines have one copy of the operator rules for
/// each position, and two copies of the bracket rules, for code and for fields. The grammar for
/// people has one copy of all rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In code outside of brackets, on one line.
    Line,
    /// In code within brackets. Lines may end around operators and after commas.
    Bracket,
    /// In a field of an f-string. Brackets are on one line, too.
    Field,
}

/// The builder of a grammar's rules.
pub(crate) struct Rules {
    audience: Audience,
    grammar: Grammar,
}

/// Returns the grammar of Sift for an audience.
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

    /// Returns the item for a mandatory space.
    fn gap(&self) -> Item {
        if self.for_people() { nothing() } else { text(" ") }
    }

    /// Returns the item for an optional space.
    fn room(&self) -> Item {
        optional(self.gap())
    }

    /// Returns the item for an optional space or, within brackets, an optional end of line.
    fn room_or_break(&self, place: Place) -> Item {
        optional(self.gap_or_break(place))
    }

    /// Returns the position of expressions within brackets of code.
    const fn within_brackets(&self) -> Place {
        if self.for_people() { Place::Line } else { Place::Bracket }
    }

    /// Returns the item for a comma outside of brackets.
    fn comma(&self) -> Item {
        all([text(","), self.room()])
    }

    /// Returns the item for a comma within brackets, after which the line may end.
    fn comma_within(&self, place: Place) -> Item {
        if self.breaks(place) {
            rule("comma")
        } else {
            self.comma()
        }
    }

    /// Returns the item for an optional end of line if the position allows line breaks.
    fn line_break(&self, place: Place) -> Item {
        if self.breaks(place) {
            optional(rule("BREAK"))
        } else {
            nothing()
        }
    }

    /// Returns the item for a mandatory space or, within brackets, an end of line.
    fn gap_or_break(&self, place: Place) -> Item {
        if self.breaks(place) { rule("gap") } else { self.gap() }
    }

    /// Returns `true` if lines may end at this position. In the grammar for people, a general rule
    /// covers line breaks within brackets.
    fn breaks(&self, place: Place) -> bool {
        !self.for_people() && place == Place::Bracket
    }
}

impl Place {
    /// Returns the name of an expression rule's copy for this position.
    fn name(self, name: &str) -> String {
        match self {
            Self::Bracket if is_of_operators(name) => format!("b_{name}"),
            Self::Line | Self::Bracket => name.to_owned(),
            Self::Field => format!("f_{name}"),
        }
    }

    /// Returns the item for a reference to an expression rule's copy for this position.
    fn rule(self, name: &str) -> Item {
        Item::Rule(self.name(name))
    }
}

/// Returns `true` if the rule with this name has a separate copy for code in brackets.
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
