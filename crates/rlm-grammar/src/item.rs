//! What a grammar is made of: rules, and the items that they are written with.

use crate::charset::CharSet;

/// What a rule or a part of it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// These characters.
    Text(String),
    /// One character of a set.
    Char(CharSet),
    /// What the rule of this name stands for.
    Rule(String),
    /// One after the other.
    Sequence(Vec<Item>),
    /// One of them.
    Choice(Vec<Item>),
    /// An item several times.
    Repeat {
        /// What is repeated.
        item: Box<Item>,
        /// How often at least.
        least: usize,
        /// How often at most; without a bound where none is given.
        most: Option<usize>,
    },
    /// An item, but none of these texts.
    Except(Box<Item>, Vec<String>),
    /// The end of a line, or a change of the indentation; in a grammar for people only.
    Layout(Layout),
}

/// What a tokenizer makes of lines and indentations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The end of a logical line.
    Newline,
    /// The next line is indented deeper.
    Indent,
    /// The next line is indented less.
    Dedent,
}

/// How the parts of a rule stand beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleKind {
    /// A rule of syntax. In a grammar for people its parts may have spaces between them.
    Syntax,
    /// Parts that touch, rules of syntax among them: an f-string.
    Glued,
    /// A regular expression: parts that touch and other tokens, but no rule that holds itself.
    Token,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name; that of a [token](RuleKind::Token) is in capitals.
    pub name: String,
    /// How its parts stand beside each other.
    pub kind: RuleKind,
    /// What it stands for.
    pub item: Item,
    /// A word for the reader; empty if the rule says it all.
    pub comment: &'static str,
}

/// What stands between the parts of a rule of syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spaces {
    /// Nothing that is not written down.
    Written,
    /// Any number of spaces; those that two words need are not written down.
    Implied,
}

/// Rules that belong together; the first one is where a text begins.
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
    /// What stands between the parts of its rules.
    pub spaces: Spaces,
    /// The rules, in the order in which they are written down.
    pub rules: Vec<Rule>,
}

impl Grammar {
    /// Finds a rule by its name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }
}

impl Item {
    /// Returns the items that this one is made of.
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::Sequence(items) | Self::Choice(items) => items,
            Self::Repeat { item, .. } | Self::Except(item, _) => std::slice::from_ref(item),
            Self::Text(_) | Self::Char(_) | Self::Rule(_) | Self::Layout(_) => &[],
        }
    }
}

// Short names for writing rules.

pub(crate) fn text(text: &str) -> Item {
    Item::Text(text.to_owned())
}

pub(crate) fn rule(name: &str) -> Item {
    Item::Rule(name.to_owned())
}

/// One after the other. Nothing at all is left out, and what is alone stands alone.
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

/// The empty text.
pub(crate) const fn nothing() -> Item {
    Item::Sequence(Vec::new())
}

pub(crate) fn any<const N: usize>(items: [Item; N]) -> Item {
    choice(items.into_iter().collect())
}

/// One of them. Nothing at all is no choice of its own: the others are optional then.
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
