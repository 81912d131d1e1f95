//! Mutation tests: the parser accepts every damaged program that the grammar accepts.

use crate::common::{Engine, accepted, first_error};
use rlm_grammar::{Notation, Sampler};

/// Texts to insert into programs: signs, quotes, significant spaces and keywords.
const PIECES: &[&str] = &[
    "(", ")", "[", "]", "{", "}", "{{", "}}", ":", ",", ".", "=", ":=", "+", "-", "*", "**", "/", "//", "'", "\"",
    "\"\"\"", "\\", " ", "    ", "\n", "#", "r", "f", "b", "x", "_", "0", "1", "e", "!", "!r", "<", ">", "@", "%", "~",
    ";", "->", "é", "not ", " in ", " is ", " if ", " for ", "lambda", "None", "yield", "await ", "async ", "else:",
    "pass",
];

/// Random numbers: the upper bits of Knuth's MMIX generator.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }

    /// Returns a random position at a character boundary of a text.
    fn place(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        text.floor_char_boundary(at)
    }

    /// Returns a copy of the text with a random deletion, insertion, replacement or move.
    fn damage(&mut self, text: &str) -> String {
        let from = self.place(text);
        let length = [1, 1, 2, 4, 9][self.below(5)];
        let to = text.ceil_char_boundary((from + length).min(text.len()));
        let (before, taken, after) = (&text[..from], &text[from..to], &text[to..]);
        let piece = PIECES[self.below(PIECES.len())];
        match self.below(4) {
            0 => [before, after].concat(),
            1 => [before, piece, taken, after].concat(),
            2 => [before, piece, after].concat(),
            _ => {
                let rest = [before, after].concat();
                let at = self.place(&rest);
                [&rest[..at], taken, &rest[at..]].concat()
            }
        }
    }
}

#[test]
fn mutated_programs_accepted_by_the_grammar_parse() {
    let engine = Engine::new(Notation::Lark.text());
    let grammar = Notation::Lark.grammar();
    let mut sampler = Sampler::new(&grammar, 4);
    let mut programs: Vec<String> = accepted().collect();
    programs.extend((0..300).map(|index| sampler.sample(10 + index % 120)));
    let mut random = Random(5);
    let (mut kept, mut refused) = (0, 0);
    for _ in 0..2_500 {
        let mut text = programs[random.below(programs.len())].clone();
        for _ in 0..=random.below(2) {
            text = random.damage(&text);
        }
        if engine.read(&text).is_ok() {
            kept += 1;
            assert_eq!(first_error(&text), None, "{text}");
        } else {
            refused += 1;
        }
    }
    assert!(kept > 300 && refused > 400, "{kept} accepted, {refused} rejected");
}
