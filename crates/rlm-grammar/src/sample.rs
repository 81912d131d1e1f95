//! Texts drawn from a grammar.

use std::collections::BTreeMap;

use crate::charset::CharSet;
use crate::item::{Grammar, Item, Layout, RuleKind, Spaces};

/// Characters beyond ASCII that are drawn now and then: letters, a space, a symbol, one of four bytes.
const WIDE: &[char] = &['é', 'ß', 'Ж', '数', '名', '\u{a0}', '→', '😀', '\u{301}'];

/// How often a text that is too short is drawn again.
const DRAWS: usize = 16;

/// Draws texts from a grammar, the same ones for the same seed.
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
    /// How many rules the shortest way through a rule nests, by its name.
    heights: BTreeMap<&'g str, usize>,
    random: Random,
    out: String,
    /// From this length on, the shortest way is taken everywhere.
    budget: usize,
    depth: usize,
}

impl<'g> Sampler<'g> {
    /// Makes a sampler.
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

    /// Draws a text. From about `budget` bytes on it is brought to its end as shortly as possible; what ends before half of
    /// that is drawn again, a few times.
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

    /// Writes the space before a word, or the indentation of a line, where the grammar implies it.
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

/// Returns how many rules the shortest way through an item nests; the largest number if no way is known yet.
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

/// Works the heights out, lowest first, until none is new.
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

/// SplitMix64 (Steele, Lea and Flood 2014): small, and good enough to draw with.
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

    /// Returns a number below `bound`; 0 where there is none.
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }
}
