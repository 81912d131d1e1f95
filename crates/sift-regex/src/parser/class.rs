//! Parsing of character sets in brackets.

use std::sync::Arc;

use super::escape::category;
use super::tokens::Token;
use super::{Parser, case_mode};
use crate::ast::Node;
use crate::charset::{Category, CharSet};
use crate::{Flags, PatternError};

/// An item of a bracketed character set: a code point or a class such as `\d`. Only a code point
/// can start or end a range.
#[derive(Debug, Clone, Copy)]
enum Item {
    Code(u32),
    Category(Category),
}

impl Parser {
    /// Parses a character set in brackets, after its opening bracket.
    pub(super) fn class(&mut self, flags: Flags) -> Result<Node, PatternError> {
        let open = self.tokens.position().saturating_sub(1);
        let negated = self.tokens.take('^')?;
        let mut ranges = Vec::new();
        let mut categories = Vec::new();
        loop {
            let token = self.class_token(open)?;
            let empty = ranges.is_empty() && categories.is_empty();
            if token == Token::Char(']') && !empty {
                break;
            }
            let item = self.class_item(token, flags)?;
            if !self.tokens.take('-')? {
                push(item, &mut ranges, &mut categories);
                continue;
            }
            let end = self.class_token(open)?;
            if end == Token::Char(']') {
                push(item, &mut ranges, &mut categories);
                push(Item::Code(u32::from('-')), &mut ranges, &mut categories);
                break;
            }
            match (item, self.class_item(end, flags)?) {
                (Item::Code(low), Item::Code(high)) if low <= high => ranges.push((low, high)),
                _ => {
                    let message = format!("bad character range {token}-{end}");
                    return Err(self.tokens.error(message, token.len() + 1 + end.len()));
                }
            }
        }
        Ok(single_char(negated, flags, &ranges, &categories)
            .unwrap_or_else(|| Node::Set(Arc::new(CharSet::new(negated, case_mode(flags), ranges, categories)))))
    }

    fn class_token(&mut self, open: usize) -> Result<Token, PatternError> {
        match self.tokens.next()? {
            Some(token) => Ok(token),
            None => Err(self.tokens.error_at("unterminated character set", open)),
        }
    }

    fn class_item(&mut self, token: Token, flags: Flags) -> Result<Item, PatternError> {
        match token {
            Token::Char(char) => Ok(Item::Code(u32::from(char))),
            Token::Escaped(char) => match category(char, flags) {
                Some(category) => Ok(Item::Category(category)),
                None => self.class_escape(char).map(Item::Code),
            },
        }
    }
}

fn push(item: Item, ranges: &mut Vec<(u32, u32)>, categories: &mut Vec<Category>) {
    match item {
        Item::Code(code) => ranges.push((code, code)),
        Item::Category(category) => categories.push(category),
    }
}

/// Returns the literal node for a set that contains a single character; `None` for other sets.
fn single_char(negated: bool, flags: Flags, ranges: &[(u32, u32)], categories: &[Category]) -> Option<Node> {
    match (negated, ranges, categories) {
        (false, &[(low, high)], []) if low == high => Some(super::code_node(low, flags)),
        _ => None,
    }
}
