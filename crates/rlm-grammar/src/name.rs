//! Identifiers: all words except the keywords, without lookaround.
//!
//! The rule is a trie of the keywords' letters. At each node, a word continues with a letter of the
//! trie, leaves it with another character, or ends if the node is no keyword.

use std::collections::BTreeSet;

use crate::charset::{CharSet, Wide};
use crate::item::{Item, all, any, choice, many, optional, text};

/// Returns the item that matches all identifiers except the keywords.
pub(crate) fn name(keywords: &[&str]) -> Item {
    node("", keywords)
}

/// Returns the item that matches the rest of an identifier after `prefix`, a prefix of some
/// keywords.
fn node(prefix: &str, keywords: &[&str]) -> Item {
    let wide = if prefix.is_empty() { Wide::Start } else { Wide::Continue };
    let next: BTreeSet<char> = keywords
        .iter()
        .filter_map(|word| word.strip_prefix(prefix)?.chars().next())
        .collect();
    let others = CharSet::of_names(wide, &next.iter().collect::<String>());
    let leaves = all([
        Item::Char(others),
        many(Item::Char(CharSet::of_names(Wide::Continue, ""))),
    ]);
    let mut ways: Vec<Item> = next
        .iter()
        .map(|letter| {
            let longer = format!("{prefix}{letter}");
            all([text(&letter.to_string()), node(&longer, keywords)])
        })
        .collect();
    ways.push(leaves);
    let is_name = !prefix.is_empty() && !keywords.contains(&prefix);
    if is_name {
        optional(choice(ways))
    } else {
        any([choice(ways)])
    }
}
