//! Random texts generated from a grammar.

use std::collections::BTreeMap;

use crate::charset::CharSet;
use crate::item::{Grammar, Item, Layout, RuleKind, Spaces};

/// Sample characters for non-ASCII sets: letters, a space, symbols, a combining mark and a
/// character of four bytes.
const WIDE: &[char] = &['é', 'ß', 'Ж', '数', '名', '\u{a0}', '→', '😀', '\u{301}'];

/// The maximum number of attempts to generate a text of sufficient length.
const DRAWS: usize = 16;

/// A generator of random texts from a grammar. The same seed gives the same texts.
///
/// ```
/// use rlm_grammar::{Notation, Sampler};
///
/// let grammar = Notation::Lark.grammar();
/// let (mut one, mut same) = (Sampler::new(&grammar, 7), Sampler::new(&grammar, 7));
/// let drawn = [one.sample(100), one.sample(100)];
/// assert_eq!([same.sample(100), same.sample(100)], drawn, "the same texts for the same seed");
/// assert_ne!(drawn[0], drawn[1]);
/// ```
#[derive(Debug, Clone)]
pub struct Sampler<'g> {
    grammar: &'g Grammar,
    /// The nesting depth of the shortest derivation of each rule, by the rule's name.
    heights: BTreeMap<&'g str, usize>,
    random: Random,
    out: String,
    /// The length in bytes at which the sampler switches to the shortest derivations.
    budget: usize,
    depth: usize,
}

impl<'g> Sampler<'g> {
    /// Creates a sampler for a grammar with a seed.
    #[must_use]
    pub fn new(grammar: &'g Grammar, seed: u64) -> Self {
        Self {
            grammar,
            heights: heights(grammar),
            random: Random(seed),
            out: String::new(),
            budget: 0,
            depth: 0,
        }
    }

    /// Returns a random text. From about `budget` bytes on, it is completed by the shortest
    /// derivation. Texts shorter than half of that are discarded and generated again, a few times.
    pub fn sample(&mut self, budget: usize) -> String {
        let mut longest = String::new();
        for _ in 0..DRAWS {
            let text = self.draw(budget);
            if text.len() >= longest.len() {
                longest = text;
            }
            if longest.len() * 2 >= budget {
                break;
            }
        }
        longest
    }

    fn draw(&mut self, budget: usize) -> String {
        self.out.clear();
        self.budget = budget;
        self.depth = 0;
        if let Some(start) = self.grammar.rules.first() {
            self.expand(&start.item, self.grammar.spaces);
        }
        std::mem::take(&mut self.out)
    }

    fn is_spent(&self) -> bool {
        self.out.len() >= self.budget
    }

    fn expand(&mut self, item: &'g Item, spaces: Spaces) {
        match item {
            Item::Text(text) => {
                self.begin_word(spaces);
                self.out.push_str(text);
            }
            Item::Char(set) => {
                let c = self.character(set);
                self.out.push(c);
            }
            Item::Rule(name) => self.expand_rule(name, spaces),
            Item::Sequence(items) => items.iter().for_each(|item| self.expand(item, spaces)),
            Item::Choice(items) => {
                let chosen = if self.is_spent() {
                    items.iter().min_by_key(|item| height(item, &self.heights))
                } else {
                    items.get(self.random.below(items.len()))
                };
                if let Some(item) = chosen {
                    self.expand(item, spaces);
                }
            }
            Item::Repeat { item, least, most } => {
                let mut times = 0;
                while times < *least
                    || (!self.is_spent() && most.is_none_or(|most| times < most) && self.random.below(5) < 2)
                {
                    self.expand(item, spaces);
                    times += 1;
                }
            }
            Item::Except(item, texts) => {
                let start = self.out.len();
                self.expand(item, spaces);
                while texts.iter().any(|text| self.out.get(start..) == Some(text)) {
                    self.out.truncate(start);
                    self.expand(item, spaces);
                }
            }
            Item::Layout(Layout::Newline) => self.out.push('\n'),
            Item::Layout(Layout::Indent) => self.depth += 1,
            Item::Layout(Layout::Dedent) => self.depth = self.depth.saturating_sub(1),
        }
    }

    fn expand_rule(&mut self, name: &str, spaces: Spaces) {
        let Some(rule) = self.grammar.rule(name) else { return };
        if rule.kind == RuleKind::Syntax {
            self.expand(&rule.item, self.grammar.spaces);
        } else {
            self.begin_word(spaces);
            self.expand(&rule.item, Spaces::Written);
        }
    }

    /// Writes the implied space before a word, or the implied indentation of a line.
    fn begin_word(&mut self, spaces: Spaces) {
        if spaces == Spaces::Written {
            return;
        }
        if self.out.is_empty() || self.out.ends_with('\n') {
            self.out.push_str(&"    ".repeat(self.depth));
        } else {
            self.out.push(' ');
        }
    }

    fn character(&mut self, set: &CharSet) -> char {
        let wide = WIDE
            .get(self.random.below(WIDE.len()))
            .copied()
            .filter(|c| set.contains(*c));
        let ascii: Vec<char> = ('\0'..='\u{7f}').filter(|c| set.contains(*c)).collect();
        let ascii = ascii.get(self.random.below(ascii.len())).copied();
        let wanted = if self.random.below(16) == 0 {
            wide.or(ascii)
        } else {
            ascii.or(wide)
        };
        wanted.unwrap_or('_')
    }
}

/// Returns the nesting depth of an item's shortest derivation, or `usize::MAX` if none is known
/// yet.
fn height(item: &Item, heights: &BTreeMap<&str, usize>) -> usize {
    match item {
        Item::Text(_) | Item::Char(_) | Item::Layout(_) => 0,
        Item::Rule(name) => heights
            .get(name.as_str())
            .map_or(usize::MAX, |height| height.saturating_add(1)),
        Item::Sequence(items) => items.iter().map(|item| height(item, heights)).max().unwrap_or(0),
        Item::Choice(items) => items.iter().map(|item| height(item, heights)).min().unwrap_or(0),
        Item::Repeat { least: 0, .. } => 0,
        Item::Repeat { item, .. } | Item::Except(item, _) => height(item, heights),
    }
}

/// Computes the depths of all rules by fixed-point iteration, lowest first.
fn heights(grammar: &Grammar) -> BTreeMap<&str, usize> {
    let mut heights: BTreeMap<&str, usize> = BTreeMap::new();
    loop {
        let mut changed = false;
        for rule in &grammar.rules {
            let height = height(&rule.item, &heights);
            if height < heights.get(rule.name.as_str()).copied().unwrap_or(usize::MAX) {
                heights.insert(&rule.name, height);
                changed = true;
            }
        }
        if !changed {
            return heights;
        }
    }
}

/// The SplitMix64 generator (Steele, Lea and Flood 2014), which is small and sufficient for
/// sampling.
#[derive(Debug, Clone)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// Returns a random number below `bound`, or 0 if `bound` is 0.
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }
}
