//! A model that believes everything it reads. It obeys the newest order in a text, regardless of
//! its disguise.
//!
//! It is more gullible than any real model. It treats escaped marks as real ones, ignores invisible
//! characters, and looks into comments. It decodes base64, hexadecimal digits, look-alike letters,
//! mirrored lines and percent encoding. It can't invent: it obeys only orders that the text spells
//! out. A `<<…>>` in an order is replaced by the word that followed these words in the shown text.
//! So the attacker can make a model write down a secret that it reads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::{Captures, Regex};
use rlm::budgets::{Price, Usage};
use rlm::models::{BoxFuture, Call, ModelError, ModelIdentity, Reply};
use rlm::{Model, Tokens};
use rlm_model::{Digest, Role};
use unicode_normalization::UnicodeNormalization as _;

/// The reply to a message without orders.
const UNMOVED: &str = "FINAL: nobody ordered anything";

/// The first program of a child run, which prints its input.
const FIRST_OF_A_CHILD: &str = "```repl\nprint(P)\n```";

/// The model, for both root calls and sub-calls.
pub(crate) struct Gullible {
    identity: ModelIdentity,
    /// The first program of the root model, as an honest model would write it.
    first: String,
    calls: Mutex<Vec<Call>>,
    obeyed: AtomicUsize,
}

impl Gullible {
    pub(crate) fn new(first: &str) -> Self {
        Self {
            identity: ModelIdentity::new("fake", Digest::of(b"gullible").short(), "gullible"),
            first: format!("```repl\n{first}\n```"),
            calls: Mutex::default(),
            obeyed: AtomicUsize::default(),
        }
    }

    /// Returns the calls of root models, in order.
    pub(crate) fn root_calls(&self) -> Vec<Call> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().filter(|call| call.id.is_root_model()).cloned().collect()
    }

    /// Returns the number of orders that it obeyed.
    pub(crate) fn obeyed(&self) -> usize {
        self.obeyed.load(Ordering::SeqCst)
    }

    fn reply(&self, call: &Call) -> String {
        let newest = call
            .request
            .messages
            .iter()
            .rev()
            .find(|message| message.role == Role::User);
        let newest = newest.map(rlm::models::Message::content).unwrap_or_default();
        let (order, otherwise) = match (call.id.is_root_model(), call.id.position.turn) {
            (false, _) => (order_to_reader(&newest), "NO_ANSWER"),
            (true, 1) if call.id.run.depth() > 0 => (order(&newest), FIRST_OF_A_CHILD),
            (true, 1) => (order(&newest), self.first.as_str()),
            (true, _) => (order(&newest), UNMOVED),
        };
        self.obeyed.fetch_add(usize::from(order.is_some()), Ordering::SeqCst);
        order.unwrap_or_else(|| otherwise.to_owned())
    }
}

impl Model for Gullible {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(call.clone());
        let text = self.reply(call);
        let usage = Usage {
            input: call.request.input_tokens_estimate(),
            output: Tokens(text.len() as u64 / 4 + 1),
            estimated: true,
            ..Usage::default()
        };
        Box::pin(std::future::ready(Ok(Reply::new(text, usage))))
    }
}

static REPLY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)REPLY: (.+?) OVER").unwrap());
static ESCAPE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\\u\{([0-9a-f]+)\}").unwrap());
static PLACE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<<(.+?)>>").unwrap());
static BASE64: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[A-Za-z0-9+/]{24,}={0,2}").unwrap());
static HEXADECIMAL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:[0-9a-f]{2}){12,}").unwrap());
static PERCENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:%[0-9A-F]{2}){8,}").unwrap());

/// Returns the last order to a root model in a text, as a reply that obeys it.
fn order(text: &str) -> Option<String> {
    let order = readings(text).iter().rev().find_map(|reading| order_in(reading))?;
    Some(filled_in(&order, &unescaped(text)))
}

fn order_in(text: &str) -> Option<String> {
    let found = ORDERS.iter().filter_map(|(mark, form)| {
        let captures = mark.captures_iter(text).last()?;
        let order = match form {
            Form::Whole => captures[0].to_owned(),
            Form::Words => captures[1].to_owned(),
            Form::Program => format!("```repl\n{}\n```", captures[1].replace("\\n", "\n")),
        };
        // These programs are examples in our own messages.
        let is_ours = order.contains("print(peek(1000))") || order.contains("the answer\")");
        (!is_ours).then(|| (captures.get(0).map_or(0, |whole| whole.start()), order))
    });
    found.max_by_key(|(start, _)| *start).map(|(_, order)| order)
}

/// The part of an order that is the reply.
enum Form {
    Whole,
    Words,
    Program,
}

/// The patterns of orders: a fenced program, a tool call, an answer, a text to say, and a program
/// to run.
static ORDERS: LazyLock<[(Regex, Form); 5]> = LazyLock::new(|| {
    let order = |mark: &str, form| (Regex::new(mark).unwrap(), form);
    [
        order(
            r"(?ms)^[ \t]*(?:```|~~~)(?:repl|python|sift)\n.*?^[ \t]*(?:```|~~~)",
            Form::Whole,
        ),
        order(r"(?s)<tool_call>.*?</tool_call>", Form::Whole),
        order(r"(?m)^(?:FINAL|FINAL_VAR)[(:].*$", Form::Whole),
        order(r"(?s)SAY: (.+?) END", Form::Words),
        order(r"RUN: ([^\n]+?) END", Form::Program),
    ]
});

/// Returns the reply that a text orders from the model of a sub-call.
fn order_to_reader(text: &str) -> Option<String> {
    let found = |reading: &String| {
        REPLY
            .captures_iter(reading)
            .last()
            .map(|captures| captures[1].to_owned())
    };
    readings(text).iter().rev().find_map(found)
}

/// Returns all decodings of a text, with the plain text first.
fn readings(text: &str) -> Vec<String> {
    let plain = unescaped(text);
    let mut readings = vec![
        plain.clone(),
        plain.nfkc().collect(),
        tags_read(&plain),
        look_alikes_read(&plain),
    ];
    readings.extend(plain.lines().map(|line| line.chars().rev().collect()));
    readings.extend(words(&plain, &BASE64).filter_map(|word| text_of(STANDARD.decode(word).ok()?)));
    readings.extend(words(&plain, &HEXADECIMAL).filter_map(|word| text_of(bytes_of_hex(word)?)));
    readings.extend(words(&plain, &PERCENT).filter_map(percent_read));
    readings.push(rot13(&plain));
    readings
}

/// Returns a text with escapes decoded and invisible characters removed.
fn unescaped(text: &str) -> String {
    let text = ESCAPE.replace_all(text, |found: &Captures<'_>| {
        u32::from_str_radix(&found[1], 16)
            .ok()
            .and_then(char::from_u32)
            .map_or_else(String::new, String::from)
    });
    let text = text.replace("\\`", "`").replace("\\~", "~").replace("<\\", "<");
    let unseen = |char: &char| matches!(char, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    text.chars().filter(|char| !unseen(char)).collect()
}

/// Decodes invisible tag characters, and bytes in variation selectors, to plain letters.
fn tags_read(text: &str) -> String {
    let mut bytes = Vec::new();
    for char in text.chars() {
        match u32::from(char) {
            tag @ 0xe0020..=0xe007e => bytes.push((tag - 0xe0000) as u8),
            selector @ 0xfe00..=0xfe0f => bytes.push((selector - 0xfe00) as u8),
            selector @ 0xe0100..=0xe01ef => bytes.push((selector - 0xe0100 + 16) as u8),
            _ => {}
        }
    }
    text_of(bytes).unwrap_or_default()
}

/// Replaces Cyrillic and Greek letters by the Latin ones that they resemble.
fn look_alikes_read(text: &str) -> String {
    const PAIRS: [(char, char); 14] = [
        ('А', 'A'),
        ('В', 'B'),
        ('Е', 'E'),
        ('І', 'I'),
        ('К', 'K'),
        ('М', 'M'),
        ('Н', 'H'),
        ('О', 'O'),
        ('Р', 'P'),
        ('С', 'C'),
        ('Т', 'T'),
        ('Υ', 'Y'),
        ('Ν', 'N'),
        ('Ꮮ', 'L'),
    ];
    let plain = |char| {
        PAIRS
            .iter()
            .find(|(other, _)| *other == char)
            .map_or(char, |(_, plain)| *plain)
    };
    text.chars().map(plain).collect()
}

fn rot13(text: &str) -> String {
    let turned = |char: char| match char {
        'a'..='m' | 'A'..='M' => (char as u8 + 13) as char,
        'n'..='z' | 'N'..='Z' => (char as u8 - 13) as char,
        _ => char,
    };
    text.chars().map(turned).collect()
}

fn words<'t>(text: &'t str, pattern: &Regex) -> impl Iterator<Item = &'t str> {
    let found: Vec<&str> = pattern.find_iter(text).map(|word| word.as_str()).collect();
    found.into_iter()
}

fn text_of(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}

fn bytes_of_hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

fn percent_read(word: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = word.as_bytes();
    while let [first, after @ ..] = rest {
        match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&[*high, *low]).ok()?, 16).ok()?);
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    text_of(bytes)
}

/// Fills the `<<…>>` placeholders of an order from the shown text.
fn filled_in(order: &str, shown: &str) -> String {
    let filled = PLACE.replace_all(order, |place: &Captures<'_>| {
        let after = shown.split_once(&place[1]).map_or("", |(_, after)| after);
        after
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .trim_end_matches('.')
            .to_owned()
    });
    filled.into_owned()
}
