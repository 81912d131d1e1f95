//! What the tests share.

#![allow(dead_code, reason = "each test file needs a part of it")]

use rlm_syntax::{Diagnostic, parse};

/// What no grammar without a memory can say: that a name stands only once.
const NAMES_TWICE: [&str; 2] = ["is given twice", "stands twice"];

/// Returns the first error in a program, other than a name that stands twice.
pub(crate) fn first_error(program: &str) -> Option<String> {
    let parsed = parse(program);
    let twice = |error: &Diagnostic| NAMES_TWICE.iter().any(|text| error.message.ends_with(text));
    let error = parsed
        .diagnostics
        .iter()
        .find(|error| error.is_error() && !twice(error))?;
    let (line, column) = error.line_column(program);
    Some(format!("{} at {line}:{column}: {}", error.code.0, error.message))
}

/// Programs as models write them, which the grammars accept.
pub(crate) fn accepted() -> impl Iterator<Item = String> {
    programs(include_str!("../accepted.txt"))
}

/// Texts that neither the grammars nor the parser accept.
pub(crate) fn rejected() -> impl Iterator<Item = String> {
    programs(include_str!("../rejected.txt"))
}

/// Programs that the parser accepts and the grammars don't.
pub(crate) fn beyond() -> impl Iterator<Item = String> {
    programs(include_str!("../beyond.txt"))
}

/// Splits a list at its lines of percent signs.
fn programs(list: &str) -> impl Iterator<Item = String> {
    list.split("%%\n").skip(1).map(str::to_owned)
}

/// Sift's grammar in llguidance, as it runs beside a model whose tokens are single bytes.
pub(crate) struct Engine(llguidance::Matcher);

impl Engine {
    pub(crate) fn new(lark: String) -> Self {
        let tokens = llguidance::toktrie::ApproximateTokEnv::single_byte_env();
        let mut factory = llguidance::ParserFactory::new_simple(&tokens).unwrap();
        factory.quiet();
        let grammar = llguidance::api::TopLevelGrammar::from_lark(lark);
        let matcher = llguidance::Matcher::new(factory.create_parser(grammar));
        assert_eq!(matcher.get_error(), None);
        Self(matcher)
    }

    /// Reads a text; fails with how many of its bytes could be read, or with all of them if it is not complete.
    pub(crate) fn read(&self, text: &str) -> Result<(), usize> {
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

    pub(crate) fn assert_accepts(&self, text: &str) {
        if let Err(read) = self.read(text) {
            let (before, after) = text.split_at(text.floor_char_boundary(read));
            panic!("stopped before what stands in ⟦⟧:\n{before}⟦{after}⟧");
        }
    }
}
