//! Dictionaries of tokens that a fuzzer inserts, because random bytes would rarely produce them.

use std::fmt::Write as _;

use rlm_trace::Event;
use sift_syntax::KEYWORDS;
use sift_vm::library_scope;

use crate::generators::PIECES;

/// A set of tokens for fuzzing one kind of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dictionary {
    /// Tokens for Sift programs: keywords, library names and operators.
    Sift,
    /// Tokens for journals: event kinds and field names.
    Journal,
    /// Tokens for responses of model providers, such as JSON keys and stream prefixes.
    Provider,
    /// Tokens for regular expressions: their syntax.
    Pattern,
    /// Tokens for files of other formats: magic bytes and typical content.
    File,
}

impl Dictionary {
    /// Returns the tokens of the dictionary.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Sift => {
                let names = library_scope().names.keys().map(|name| name.as_str());
                KEYWORDS.iter().chain(PIECES).copied().chain(names).collect()
            }
            Self::Journal => Event::KINDS.iter().chain(JOURNAL).copied().collect(),
            Self::Provider => PROVIDER.to_vec(),
            Self::Pattern => PATTERN.to_vec(),
            Self::File => FILE.to_vec(),
        }
    }

    /// Formats the tokens as a libFuzzer dictionary, one per line.
    ///
    /// ```
    /// use rlm_fuzzing::Dictionary;
    ///
    /// let lines = Dictionary::Sift.to_libfuzzer();
    /// assert!(lines.lines().any(|line| line == "\"lambda\"") && lines.contains(r#""\x22\x22\x22""#));
    /// ```
    #[must_use]
    pub fn to_libfuzzer(self) -> String {
        let mut lines = String::new();
        for word in self.words() {
            lines.push('"');
            for byte in word.bytes() {
                match byte {
                    b'"' | b'\\' | 0..=31 | 127..=255 => {
                        let _ = write!(lines, "\\x{byte:02x}");
                    }
                    _ => lines.push(char::from(byte)),
                }
            }
            lines.push_str("\"\n");
        }
        lines
    }
}

const JOURNAL: &[&str] = &[
    "{\"rlm_journal\":1,",
    "\"seq\":",
    "\"ms\":",
    "\"prev\":\"b3:",
    "\"event\":{\"kind\":\"",
    "\"hash\":\"b3:",
    "\"id\":\"1.0.0\"",
    "\"turn\":",
    "\"run\":\"1.1.0\"",
    "\"outcome\":",
    "\"reply\":",
    "\"failed\":",
    "\"usage\":",
    "\"messages\":",
    "\"parts\":",
    "\"source\":",
    "\"start\":",
    "\"end\":",
    "\"settings\":",
    "\"limits\":",
    "\"fuel\":",
    "18446744073709551615",
    "-1",
    "null",
];

const PROVIDER: &[&str] = &[
    "data: ",
    "data:",
    "event: ",
    "\n\n",
    "\r\n",
    "\r",
    ": comment",
    "[DONE]",
    "id: ",
    "retry: ",
    "\u{feff}",
    "$KEY",
    "{\"choices\":[{\"delta\":{\"content\":\"",
    "\"finish_reason\":\"stop\"",
    "\"message\":{\"content\":",
    "\"tool_calls\":[{\"index\":0,",
    "\"function\":{\"name\":",
    "\"arguments\":",
    "\"usage\":{\"prompt_tokens\":",
    "\"completion_tokens\":",
    "\"error\":{\"message\":",
    "\"code\":\"context_length_exceeded\"",
    "{\"type\":\"message_start\"",
    "\"type\":\"content_block_delta\"",
    "\"text_delta\"",
    "\"type\":\"message_stop\"",
    "\"stop_reason\":\"end_turn\"",
    "\"type\":\"response.completed\"",
    "\"output_text\"",
    "{\"message\":{\"content\":",
    "\"done\":true",
    "\"eval_count\":",
    "\"candidates\":[",
    "\"refusal\":",
    "1e309",
    "\"\\ud800\"",
];

const PATTERN: &[&str] = &[
    "(?:",
    "(?P<n>",
    "(?P=n)",
    "(?=",
    "(?!",
    "(?<=",
    "(?<!",
    "(?>",
    "(?(1)",
    "(?i)",
    "(?x)",
    "(?s:",
    "(?-i:",
    "*?",
    "+?",
    "??",
    "*+",
    "{2,3}",
    "{,2}",
    "[^",
    "[]",
    "[[:",
    "\\b",
    "\\B",
    "\\A",
    "\\Z",
    "\\1",
    "\\d",
    "\\w",
    "\\s",
    "\\u00e9",
    "\\N{BULLET}",
    "|",
    "^",
    "$",
    ".",
];

const FILE: &[&str] = &[
    "%PDF-1.7",
    "1 0 obj",
    "endobj",
    "stream\n",
    "endstream",
    "xref",
    "trailer",
    "startxref",
    "%%EOF",
    "/Type /Page",
    "/Length ",
    "/Filter",
    "/FlateDecode",
    "BT",
    "ET",
    "Tj",
    "PK\u{3}\u{4}",
    "word/document.xml",
    "[Content_Types].xml",
    "<w:t>",
    "\u{1f}",
    "\u{feff}",
    "<html>",
    "<table>",
    "<script>",
    "&lt;",
    "<!--",
    "\",\"",
    "\"\"",
    "\t",
    "\r\n",
    "\u{c}",
    "\0",
    "{\"a\":",
    "[1,",
];
