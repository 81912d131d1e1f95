//! The data model of a grammar: rules and the items they consist of.

use crate::charset::CharSet;

/// An expression of the grammar: a terminal, a reference or a combination of items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A literal text.
    Text(String),
    /// One character of a set.
    Char(CharSet),
    /// A reference to the rule with this name.
    Rule(String),
    /// A sequence of items.
    Sequence(Vec<Item>),
    /// A choice between items.
    Choice(Vec<Item>),
    /// A repetition of an item.
    Repeat {
        /// The repeated item.
        item: Box<Item>,
        /// The minimum number of repetitions.
        least: usize,
        /// The maximum number of repetitions, or `None` if it is unbounded.
        most: Option<usize>,
    },
    /// Any text that the item matches, except the listed ones.
    Except(Box<Item>, Vec<String>),
    /// The end of a line or a change of the indentation. Used only in the grammar for people.
    Layout(Layout),
}

/// A layout token that the tokenizer emits for lines and indentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The end of a logical line.
    Newline,
    /// The next line is indented deeper.
    Indent,
    /// The next line is indented less.
    Dedent,
}

/// The kind of a rule, which determines if spaces may separate its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleKind {
    /// A rule of syntax. In a grammar for people, spaces may separate its parts.
    Syntax,
    /// A rule whose parts are adjacent and include rules of syntax, such as an f-string.
    Glued,
    /// A regular expression. Its parts are adjacent and can be other tokens, but not recursive.
    Token,
}

/// A rule of the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The rule's name. Names of [tokens](RuleKind::Token) are in capitals.
    pub name: String,
    /// The kind of rule.
    pub kind: RuleKind,
    /// The item that the rule matches.
    pub item: Item,
    /// A comment for the reader. Empty if the rule needs none.
    pub comment: &'static str,
}

/// The notation of spaces between the parts of a syntax rule: explicit or implied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spaces {
    /// Every space is an explicit item.
    Written,
    /// Any number of spaces may separate parts. Mandatory spaces between two words aren't written
    /// in the rules.
    Implied,
}

/// A list of rules. The first one is the start rule.
///
/// ```
/// use rlm_grammar::{Grammar, Item, Rule, RuleKind, Sampler, Spaces};
///
/// let rule = |name: &str, item| Rule { name: name.to_owned(), kind: RuleKind::Token, item, comment: "" };
/// let words = Item::Choice(vec![Item::Text("late".to_owned()), Item::Text("early".to_owned())]);
/// let more = Item::Sequence(vec![Item::Text(", ".to_owned()), Item::Rule("word".to_owned())]);
/// let more = Item::Repeat { item: Box::new(more), least: 0, most: Some(3) };
/// let list = Item::Sequence(vec![Item::Rule("word".to_owned()), more]);
/// let grammar = Grammar { spaces: Spaces::Written, rules: vec![rule("list", list), rule("word", words)] };
///
/// assert_eq!(grammar.rule("word").map(|rule| rule.item.parts().len()), Some(2));
/// let drawn = Sampler::new(&grammar, 7).sample(20);
/// assert!(drawn.split(", ").all(|word| word == "late" || word == "early"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grammar {
    /// Whether spaces between the parts of rules are explicit or implied.
    pub spaces: Spaces,
    /// The rules, in the order in which they are printed.
    pub rules: Vec<Rule>,
}

impl Grammar {
    /// Returns the rule with this name, or `None` if there is none.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }
}

impl Item {
    /// Returns the direct sub-items of an item.
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::Sequence(items) | Self::Choice(items) => items,
            Self::Repeat { item, .. } | Self::Except(item, _) => std::slice::from_ref(item),
            Self::Text(_) | Self::Char(_) | Self::Rule(_) | Self::Layout(_) => &[],
        }
    }
}

// Short constructors for writing rules.

pub(crate) fn text(text: &str) -> Item {
    Item::Text(text.to_owned())
}

pub(crate) fn rule(name: &str) -> Item {
    Item::Rule(name.to_owned())
}

/// Creates a sequence. Omits empty items, and returns a single item itself.
pub(crate) fn all<const N: usize>(items: [Item; N]) -> Item {
    sequence(items.into_iter().collect())
}

pub(crate) fn sequence(items: Vec<Item>) -> Item {
    let mut flat = Vec::new();
    for item in items {
        match item {
            Item::Sequence(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match <[Item; 1]>::try_from(flat) {
        Ok([only]) => only,
        Err(flat) => Item::Sequence(flat),
    }
}

/// Creates the item for the empty text.
pub(crate) const fn nothing() -> Item {
    Item::Sequence(Vec::new())
}

pub(crate) fn any<const N: usize>(items: [Item; N]) -> Item {
    choice(items.into_iter().collect())
}

/// Creates a choice between items. An empty item makes the choice of the others optional.
pub(crate) fn choice(items: Vec<Item>) -> Item {
    let count = items.len();
    let items: Vec<Item> = items.into_iter().filter(|item| *item != nothing()).collect();
    if items.len() < count {
        return optional(choice(items));
    }
    let mut flat = Vec::new();
    for item in items {
        match item {
            Item::Choice(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match <[Item; 1]>::try_from(flat) {
        Ok([only]) => only,
        Err(flat) => Item::Choice(flat),
    }
}

pub(crate) fn optional(item: Item) -> Item {
    repeat(item, 0, Some(1))
}

pub(crate) fn many(item: Item) -> Item {
    repeat(item, 0, None)
}

pub(crate) fn some(item: Item) -> Item {
    repeat(item, 1, None)
}

pub(crate) fn exactly(item: Item, times: usize) -> Item {
    repeat(item, times, Some(times))
}

fn repeat(item: Item, least: usize, most: Option<usize>) -> Item {
    if item == nothing() {
        return item;
    }
    Item::Repeat {
        item: Box::new(item),
        least,
        most,
    }
}
