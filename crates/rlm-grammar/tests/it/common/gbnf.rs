//! A parser of GBNF, and a matcher that works like llama.cpp's: with a set of stacks, one for each
//! parse of the text so far.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A character class, or a reference to a rule.
#[derive(Debug, Clone)]
enum Symbol {
    Class { ranges: Vec<(char, char)>, negated: bool },
    Rule(usize),
}

/// A grammar: for each rule, the numbers of its alternatives.
#[derive(Debug, Default)]
pub(crate) struct Gbnf {
    names: BTreeMap<String, usize>,
    rules: Vec<Vec<usize>>,
    alternatives: Vec<Vec<Symbol>>,
}

/// A position in an alternative and the number of the stack below it. The empty stack is number 0.
type Frame = (usize, usize, usize);

/// Stacks by number, which share their lower parts.
#[derive(Debug, Default)]
struct Stacks {
    frames: Vec<Frame>,
    numbers: HashMap<Frame, usize>,
}

impl Stacks {
    fn push(&mut self, frame: Frame) -> usize {
        let next = self.frames.len() + 1;
        let number = *self.numbers.entry(frame).or_insert(next);
        if number == next {
            self.frames.push(frame);
        }
        number
    }
}

impl Gbnf {
    pub(crate) fn parse(text: &str) -> Self {
        let mut grammar = Self::default();
        let mut reader = Reader {
            grammar: &mut grammar,
            rest: text,
        };
        reader.space(true);
        while !reader.rest.is_empty() {
            reader.definition();
        }
        for (name, rule) in &grammar.names {
            assert!(!grammar.rules[*rule].is_empty(), "`{name}` is not defined");
        }
        grammar
    }

    /// Returns the name of a left-recursive rule, if any. llama.cpp wouldn't terminate on it.
    pub(crate) fn left_recursion(&self) -> Option<&str> {
        let mut nullable = BTreeSet::new();
        let is_nullable = |alternative: &[Symbol], nullable: &BTreeSet<usize>| {
            alternative
                .iter()
                .all(|symbol| matches!(symbol, Symbol::Rule(rule) if nullable.contains(rule)))
        };
        loop {
            let before = nullable.len();
            for (rule, alternatives) in self.rules.iter().enumerate() {
                if alternatives
                    .iter()
                    .any(|alternative| is_nullable(&self.alternatives[*alternative], &nullable))
                {
                    nullable.insert(rule);
                }
            }
            if nullable.len() == before {
                break;
            }
        }
        let firsts = |rule: usize| {
            let mut found = BTreeSet::new();
            for alternative in &self.rules[rule] {
                for symbol in &self.alternatives[*alternative] {
                    let Symbol::Rule(next) = symbol else { break };
                    found.insert(*next);
                    if !nullable.contains(next) {
                        break;
                    }
                }
            }
            found
        };
        let recursive = (0..self.rules.len()).find(|rule| {
            let mut seen = firsts(*rule);
            let mut open: Vec<usize> = seen.iter().copied().collect();
            while let Some(next) = open.pop() {
                open.extend(firsts(next).into_iter().filter(|first| seen.insert(*first)));
            }
            seen.contains(rule)
        })?;
        let named = self.names.iter().find(|(_, rule)| **rule == recursive);
        Some(named.map_or("a repetition", |(name, _)| name))
    }

    /// Matches a text. The error is the number of characters matched. The second number is the
    /// largest set of stacks.
    pub(crate) fn read(&self, text: &str) -> (Result<(), usize>, usize) {
        let mut stacks = Stacks::default();
        let mut current = BTreeSet::new();
        let mut seen = BTreeSet::new();
        self.expand(&mut stacks, self.names["root"], 0, &mut current, &mut seen);
        let mut most = current.len();
        for (index, c) in text.chars().enumerate() {
            let mut next = BTreeSet::new();
            let mut seen = BTreeSet::new();
            for stack in &current {
                let Some((alternative, at, below)) = stack.checked_sub(1).map(|top| stacks.frames[top]) else {
                    continue;
                };
                if self.matches(alternative, at, c) {
                    self.advance(&mut stacks, (alternative, at + 1, below), &mut next, &mut seen);
                }
            }
            if next.is_empty() {
                return (Err(index), most);
            }
            most = most.max(next.len());
            current = next;
        }
        let complete = current.contains(&0);
        (if complete { Ok(()) } else { Err(text.chars().count()) }, most)
    }

    fn matches(&self, alternative: usize, at: usize, c: char) -> bool {
        match &self.alternatives[alternative][at] {
            Symbol::Class { ranges, negated } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != *negated
            }
            Symbol::Rule(_) => false,
        }
    }

    /// Adds the positions reachable from a place without reading a character. At an alternative's
    /// end, it pops the stack.
    fn advance(&self, stacks: &mut Stacks, place: Frame, out: &mut BTreeSet<usize>, seen: &mut BTreeSet<Frame>) {
        if !seen.insert(place) {
            return;
        }
        let (alternative, at, below) = place;
        match self.alternatives[alternative].get(at) {
            None => match below.checked_sub(1).map(|top| stacks.frames[top]) {
                None => {
                    out.insert(0);
                }
                Some((alternative, at, below)) => self.advance(stacks, (alternative, at, below), out, seen),
            },
            Some(Symbol::Class { .. }) => {
                out.insert(stacks.push(place));
            }
            Some(Symbol::Rule(rule)) => {
                let rest = self.alternatives[alternative].len() > at + 1;
                let below = if rest {
                    stacks.push((alternative, at + 1, below))
                } else {
                    below
                };
                self.expand(stacks, *rule, below, out, seen);
            }
        }
    }

    fn expand(
        &self,
        stacks: &mut Stacks,
        rule: usize,
        below: usize,
        out: &mut BTreeSet<usize>,
        seen: &mut BTreeSet<Frame>,
    ) {
        for alternative in &self.rules[rule] {
            self.advance(stacks, (*alternative, 0, below), out, seen);
        }
    }

    fn rule(&mut self, name: &str) -> usize {
        let next = self.rules.len();
        let rule = *self.names.entry(name.to_owned()).or_insert(next);
        if rule == next {
            self.rules.push(Vec::new());
        }
        rule
    }

    /// Adds an anonymous rule.
    fn nameless(&mut self, alternatives: Vec<Vec<Symbol>>) -> usize {
        let rule = self.rules.len();
        self.rules.push(Vec::new());
        self.define(rule, alternatives);
        rule
    }

    fn define(&mut self, rule: usize, alternatives: Vec<Vec<Symbol>>) {
        for alternative in alternatives {
            self.rules[rule].push(self.alternatives.len());
            self.alternatives.push(alternative);
        }
    }
}

/// A parser of the notation, which panics at unknown syntax.
struct Reader<'g, 't> {
    grammar: &'g mut Gbnf,
    rest: &'t str,
}

impl Reader<'_, '_> {
    fn definition(&mut self) {
        let name = self.name();
        self.space(false);
        self.expect("::=");
        self.space(true);
        let alternatives = self.alternatives(false);
        let rule = self.grammar.rule(&name);
        assert!(self.grammar.rules[rule].is_empty(), "`{name}` is defined twice");
        self.grammar.define(rule, alternatives);
        self.space(true);
    }

    fn alternatives(&mut self, nested: bool) -> Vec<Vec<Symbol>> {
        let mut alternatives = vec![self.sequence(nested)];
        while self.eat("|") {
            self.space(true);
            alternatives.push(self.sequence(nested));
        }
        alternatives
    }

    fn sequence(&mut self, nested: bool) -> Vec<Symbol> {
        let mut sequence = Vec::new();
        loop {
            let item = match self.rest.chars().next() {
                Some('"') => self.literal(),
                Some('[') => vec![self.class()],
                Some('(') => {
                    self.expect("(");
                    self.space(true);
                    let alternatives = self.alternatives(true);
                    self.expect(")");
                    vec![Symbol::Rule(self.grammar.nameless(alternatives))]
                }
                Some(c) if c.is_ascii_alphanumeric() => {
                    let name = self.name();
                    vec![Symbol::Rule(self.grammar.rule(&name))]
                }
                _ => return sequence,
            };
            let item = self.repeated(item);
            sequence.extend(item);
            self.space(nested);
        }
    }

    fn repeated(&mut self, item: Vec<Symbol>) -> Vec<Symbol> {
        let (least, most) = if self.eat("*") {
            (0, None)
        } else if self.eat("+") {
            (1, None)
        } else if self.eat("?") {
            (0, Some(1))
        } else if self.eat("{") {
            let digits: String = self.rest.chars().take_while(char::is_ascii_digit).collect();
            self.expect(&digits);
            self.expect("}");
            let times = digits.parse().unwrap();
            (times, Some(times))
        } else {
            return item;
        };
        let mut symbols: Vec<Symbol> = (0..least).flat_map(|_| item.clone()).collect();
        if most.is_none() {
            let more = self.grammar.nameless(vec![Vec::new()]);
            let once = item.into_iter().chain([Symbol::Rule(more)]).collect();
            self.grammar.define(more, vec![once]);
            symbols.push(Symbol::Rule(more));
        } else if most == Some(1) && least == 0 {
            symbols.push(Symbol::Rule(self.grammar.nameless(vec![item, Vec::new()])));
        }
        symbols
    }

    fn literal(&mut self) -> Vec<Symbol> {
        self.expect("\"");
        let mut symbols = Vec::new();
        while !self.eat("\"") {
            let c = self.character();
            symbols.push(Symbol::Class {
                ranges: vec![(c, c)],
                negated: false,
            });
        }
        symbols
    }

    fn class(&mut self) -> Symbol {
        self.expect("[");
        let negated = self.eat("^");
        let mut ranges = Vec::new();
        while !self.eat("]") {
            let first = self.character();
            let last = if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.expect("-");
                self.character()
            } else {
                first
            };
            assert!(first <= last, "invalid range: {first:?} to {last:?}");
            ranges.push((first, last));
        }
        Symbol::Class { ranges, negated }
    }

    fn character(&mut self) -> char {
        let c = self.next();
        if c != '\\' {
            assert_ne!(c, '\n', "unterminated literal");
            return c;
        }
        let digits = match self.next() {
            'n' => return '\n',
            't' => return '\t',
            c @ ('\\' | '"') => return c,
            'x' => 2,
            'u' => 4,
            'U' => 8,
            c => panic!("unknown escape: \\{c}"),
        };
        let hex: String = (0..digits).map(|_| self.next()).collect();
        char::from_u32(u32::from_str_radix(&hex, 16).unwrap()).unwrap()
    }

    fn name(&mut self) -> String {
        let is_part = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        let name: String = self.rest.chars().take_while(is_part).collect();
        assert!(!name.is_empty(), "expected a name before {:.40}", self.rest);
        self.expect(&name);
        name
    }

    /// Skips spaces and comments, and line ends if they are insignificant.
    fn space(&mut self, newlines: bool) {
        loop {
            let trimmed = self.rest.trim_start_matches(' ');
            self.rest = match trimmed.chars().next() {
                Some('#') => trimmed.find('\n').map_or("", |end| &trimmed[end..]),
                Some('\n') if newlines => &trimmed[1..],
                _ => {
                    self.rest = trimmed;
                    return;
                }
            };
        }
    }

    fn next(&mut self) -> char {
        let c = self.rest.chars().next().unwrap();
        self.rest = &self.rest[c.len_utf8()..];
        c
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, text: &str) {
        assert!(self.eat(text), "expected `{text}` before {:.40}", self.rest);
    }
}
