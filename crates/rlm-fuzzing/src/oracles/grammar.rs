//! Compares Sift's grammars for constrained decoding with the parser. The parser must accept
//! generated programs, and the grammars must accept printed programs.

use rlm_grammar::{MAX_BLOCK_DEPTH, Notation, Sampler};
use sift_syntax::ast::Program;
use sift_syntax::{Diagnostic, parse, print};

use super::syntax::diagnose;
use crate::generators::{Dice, drawn_each, pieces, statement};

/// The endings of the parser's errors about duplicate names, which a context-free grammar can't
/// detect.
const NAMES_TWICE: [&str; 2] = ["is given twice", "stands twice"];

/// The longest text, in bytes, that is checked with the grammar engine. The engine takes noticeable
/// time for each byte.
const LONGEST: usize = 2_000;

/// Generates a program from the grammars and mutates it. The parser must accept it if a grammar
/// does.
///
/// # Panics
/// If the parser rejects such a program.
pub fn grammar_implies_parser(data: &[u8]) {
    let mut dice = Dice::of(data);
    let seed = dice
        .bytes(8)
        .into_iter()
        .fold(0, |seed, byte| (seed << 8) | u64::from(byte));
    let budget = 10 + dice.roll(300);
    let mut drawn = String::new();
    for notation in [Notation::Ebnf, Notation::Lark] {
        drawn = Sampler::new(&notation.grammar(), seed).sample(budget);
        assert_eq!(first_error(&drawn), None, "drawn from {notation:?}: {drawn:?}");
    }
    while !dice.is_spent() {
        let at = drawn.floor_char_boundary(dice.roll(drawn.len() + 1));
        let end = drawn.ceil_char_boundary((at + dice.roll(6)).min(drawn.len()));
        drawn.replace_range(at..end, dice.pick(crate::generators::PIECES));
    }
    for text in [
        drawn,
        pieces(Dice::of(data)),
        String::from_utf8_lossy(data).into_owned(),
    ] {
        if text.len() <= LONGEST && Engine::lark(|engine| engine.read(&text).is_ok()) {
            assert_eq!(first_error(&text), None, "the grammar takes {text:?}");
        }
    }
}

/// Prints the program that parses from the input bytes, and a generated tree. The grammar must
/// accept both, up to its limit on nested blocks.
///
/// # Panics
/// If the grammar rejects one of them.
pub fn printer_in_grammar(data: &[u8]) {
    let source = String::from_utf8_lossy(data);
    let parsed = parse(&source);
    // Stars in invalid positions are reported only by the checker.
    let is_accepted = !diagnose(&source).iter().any(Diagnostic::is_error);
    let body = drawn_each(&statement(), data, 3);
    for program in is_accepted
        .then_some(parsed.program)
        .into_iter()
        .chain([Program { body }])
    {
        let printed = print(&program);
        if printed.len() <= LONGEST && block_depth(&printed) <= MAX_BLOCK_DEPTH {
            Engine::lark(|engine| engine.assert_accepts(&printed));
        }
    }
}

/// Returns the first error in a program, except for duplicate names.
#[must_use]
pub fn first_error(program: &str) -> Option<String> {
    let parsed = parse(program);
    let twice = |error: &Diagnostic| NAMES_TWICE.iter().any(|text| error.message.ends_with(text));
    let error = parsed
        .diagnostics
        .iter()
        .find(|error| error.is_error() && !twice(error))?;
    let (line, column) = error.line_column(program);
    Some(format!("{} at {line}:{column}: {}", error.code.0, error.message))
}

/// Returns the nesting depth of the blocks in a printed program.
#[must_use]
pub fn block_depth(printed: &str) -> usize {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    printed.lines().map(|line| indent(line) / 4).max().unwrap_or(0)
}

/// The matcher of a grammar, which uses llguidance as constrained decoding does. Its tokens are
/// single bytes.
pub struct Engine(llguidance::Matcher);

impl Engine {
    /// Creates an engine for a grammar in Lark's notation.
    ///
    /// # Panics
    /// If the grammar is invalid.
    #[must_use]
    pub fn new(lark: String) -> Self {
        let tokens = llguidance::toktrie::ApproximateTokEnv::single_byte_env();
        let mut factory = llguidance::ParserFactory::new_simple(&tokens).unwrap();
        factory.quiet();
        let grammar = llguidance::api::TopLevelGrammar::from_lark(lark);
        let matcher = llguidance::Matcher::new(factory.create_parser(grammar));
        assert_eq!(matcher.get_error(), None);
        Self(matcher)
    }

    /// Runs a closure with an engine for Sift's grammar, which is created once per thread.
    fn lark<R>(look: impl FnOnce(&Self) -> R) -> R {
        thread_local!(static OWN: Engine = Engine::new(Notation::Lark.text()));
        OWN.with(look)
    }

    /// Checks whether the grammar accepts a text.
    ///
    /// # Errors
    /// The length of the accepted prefix in bytes; the full length if the text is incomplete.
    ///
    /// # Panics
    /// If the engine fails.
    pub fn read(&self, text: &str) -> Result<(), usize> {
        let mut matcher = self.0.deep_clone();
        let bytes: Vec<u32> = text.bytes().map(u32::from).collect();
        let read = matcher.try_consume_tokens(&bytes).unwrap();
        assert_eq!(matcher.get_error(), None, "{text}");
        if read == bytes.len() && matcher.is_accepting().unwrap() {
            Ok(())
        } else {
            Err(read)
        }
    }

    /// Asserts that the grammar accepts a whole text.
    ///
    /// # Panics
    /// If it doesn't. The message shows the position of the error.
    pub fn assert_accepts(&self, text: &str) {
        if let Err(read) = self.read(text) {
            let (before, after) = text.split_at(text.floor_char_boundary(read));
            panic!("stopped before what stands in ⟦⟧:\n{before}⟦{after}⟧");
        }
    }
}
