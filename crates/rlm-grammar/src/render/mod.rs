//! Printing of grammars in several notations.

mod ebnf;
mod gbnf;
mod lark;

use crate::charset::{CharSet, Wide};
use crate::item::{Grammar, Item, Layout, Rule};
use crate::rules::{Audience, sift};

/// The maximum width of a rule on one line, in characters. Wider rules get a line per alternative.
const WIDTH: usize = 116;

/// A notation for grammars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notation {
    /// The W3C's EBNF, for people.
    Ebnf,
    /// Lark as read by llguidance, and by OpenAI's custom tools and vLLM.
    Lark,
    /// GBNF as read by llama.cpp and xgrammar.
    Gbnf,
}

impl Notation {
    /// All notations.
    pub const ALL: [Self; 3] = [Self::Ebnf, Self::Lark, Self::Gbnf];

    /// Returns the name of the file with Sift's grammar in this notation.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Ebnf => "sift.ebnf",
            Self::Lark => "sift.lark",
            Self::Gbnf => "sift.gbnf",
        }
    }

    /// Returns Sift's grammar with the rules that this notation needs.
    #[must_use]
    pub fn grammar(self) -> Grammar {
        sift(match self {
            Self::Ebnf => Audience::People,
            Self::Lark | Self::Gbnf => Audience::Machines,
        })
    }

    /// Returns the text of Sift's grammar in this notation.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Ebnf => ebnf::render(&self.grammar()),
            Self::Lark => lark::render(&self.grammar()),
            Self::Gbnf => gbnf::render(&self.grammar()),
        }
    }
}

/// The spelling of items in a notation.
trait Spelling {
    /// The separator between two items, and around the bar between alternatives.
    const SPACE: &'static str = " ";

    fn text(&self, text: &str) -> String;
    fn set(&self, set: &CharSet) -> String;
    fn rule(&self, name: &str) -> String;

    fn layout(&self, _: Layout) -> String {
        String::new()
    }

    fn repeat(&self, least: usize, most: Option<usize>) -> String {
        match (least, most) {
            (0, Some(1)) => "?".to_owned(),
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (_, Some(most)) if most == least => format!("{{{least}}}"),
            (_, Some(most)) => format!("{{{least},{most}}}"),
            (_, None) => format!("{{{least},}}"),
        }
    }

    /// Returns `true` if a spelled text needs parentheses before a repetition operator.
    fn needs_group(&self, _: &str) -> bool {
        false
    }
}

/// How tightly the parts of a spelled item bind, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Choice,
    Sequence,
    Single,
}

fn spell<S: Spelling>(spelling: &S, item: &Item) -> String {
    spell_at_least(spelling, item, Tightness::Choice)
}

fn spell_at_least<S: Spelling>(spelling: &S, item: &Item, least: Tightness) -> String {
    let (text, tightness) = match item {
        Item::Text(text) => {
            let tightness = if spelling.needs_group(text) {
                Tightness::Sequence
            } else {
                Tightness::Single
            };
            (spelling.text(text), tightness)
        }
        Item::Char(set) => (spelling.set(set), Tightness::Single),
        Item::Rule(name) => (spelling.rule(name), Tightness::Single),
        Item::Layout(layout) => (spelling.layout(*layout), Tightness::Single),
        Item::Sequence(items) => (join(spelling, items, S::SPACE, Tightness::Single), Tightness::Sequence),
        Item::Choice(items) => (
            join(spelling, items, &bar::<S>(), Tightness::Sequence),
            Tightness::Choice,
        ),
        Item::Repeat { item, least, most } => {
            let item = spell_at_least(spelling, item, Tightness::Single);
            (item + &spelling.repeat(*least, *most), Tightness::Sequence)
        }
        Item::Except(item, texts) => {
            let texts: Vec<String> = texts.iter().map(|text| spelling.text(text)).collect();
            let item = spell_at_least(spelling, item, Tightness::Single);
            (format!("{item} - ({})", texts.join(" | ")), Tightness::Sequence)
        }
    };
    if tightness < least { format!("({text})") } else { text }
}

fn bar<S: Spelling>() -> String {
    format!("{0}|{0}", S::SPACE)
}

fn join<S: Spelling>(spelling: &S, items: &[Item], between: &str, least: Tightness) -> String {
    let texts: Vec<String> = items
        .iter()
        .map(|item| match item {
            // A repetition binds tightly enough within a sequence.
            Item::Repeat { .. } | Item::Text(_) => spell(spelling, item),
            _ => spell_at_least(spelling, item, least),
        })
        .collect();
    texts.join(between)
}

/// Returns the lines of a rule: one line, or a line per alternative if that is too long. `head`
/// precedes the first alternative and `next` the others.
fn lines<S: Spelling>(spelling: &S, rule: &Rule, head: &str, next: &str) -> String {
    let whole = format!("{head}{}", spell(spelling, &rule.item));
    match &rule.item {
        Item::Choice(items) if whole.chars().count() > WIDTH => {
            let ways: Vec<String> = items
                .iter()
                .map(|item| spell_at_least(spelling, item, Tightness::Sequence))
                .collect();
            format!("{head}{}", ways.join(next))
        }
        _ => whole,
    }
}

/// Writes a rule's comment on a line of its own, if it has one.
fn comment(out: &mut String, rule: &Rule, open: &str, close: &str) {
    if !rule.comment.is_empty() {
        out.push_str(&format!("\n{open}{}{close}", rule.comment));
    }
}

/// Returns a set as a class in brackets. The non-ASCII letters become a reference to a rule.
fn class(set: &CharSet, escaped: fn(char) -> String, wide_rule: fn(Wide) -> &'static str) -> String {
    if let Some(wide) = set.wide() {
        return format!("([{}] | {})", ranges_of(set.ranges(), escaped), wide_rule(wide));
    }
    match set.left_out() {
        Some(ranges) => format!("[^{}]", ranges_of(&ranges, escaped)),
        None => format!("[{}]", ranges_of(set.ranges(), escaped)),
    }
}

/// Returns ranges in the syntax of a character class.
fn ranges_of(ranges: &[(char, char)], escaped: fn(char) -> String) -> String {
    ranges
        .iter()
        .map(|(first, last)| {
            let (from, to) = (escaped(*first), escaped(*last));
            match u32::from(*last) - u32::from(*first) {
                0 => from,
                1 => from + &to,
                _ => format!("{from}-{to}"),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::{all, any, many, optional, rule, some, text};

    #[test]
    fn parentheses_are_printed_only_if_required() {
        let item = all([
            optional(any([text("a"), text("b")])),
            many(all([text(","), rule("x")])),
            some(optional(rule("y"))),
        ]);
        assert_eq!(spell(&lark::Rules, &item), r#"("a" | "b")? ("," x)* (y?)+"#);
    }
}
