//! A model that believes all it reads: it does whatever the newest text that it was shown orders, however that is disguised.
//!
//! It is worse than any model there is: it takes escaped marks for the marks themselves, drops characters that can't be seen, reads base64,
//! hexadecimal digits, look-alikes, mirrored lines and percent signs, and looks into comments. What it can't do is invent: it orders nothing
//! that the text does not spell out. A `<<…>>` in an order is filled in with the word that followed these words in what it was shown,
//! which is how a model that reads a secret can be made to write it down.

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

/// What it replies where nothing is ordered.
const UNMOVED: &str = "FINAL: nobody ordered anything";

/// The first program of a child run, which looks at what it was given.
const FIRST_OF_A_CHILD: &str = "```repl\nprint(P)\n```";

/// The model, as root model and for sub-calls.
pub(crate) struct Gullible {
    identity: ModelIdentity,
    /// The first program of the root model, which an honest model would write.
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

    /// The calls of root models, in order.
    pub(crate) fn root_calls(&self) -> Vec<Call> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().filter(|call| call.id.is_root_model()).cloned().collect()
    }

    /// How often it did what it was ordered to do.
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

/// The last order to a root model in a text, as the reply that obeys it.
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
        // The programs that our own messages show as examples are none of theirs.
        let is_ours = order.contains("print(peek(1000))") || order.contains("the answer\")");
        (!is_ours).then(|| (captures.get(0).map_or(0, |whole| whole.start()), order))
    });
    found.max_by_key(|(start, _)| *start).map(|(_, order)| order)
}

/// What of an order is the reply.
enum Form {
    Whole,
    Words,
    Program,
}

/// A program in a fence, a call of a tool, an answer; what is to be said, or to be run.
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

/// What a text orders whoever answers a sub-call to reply.
fn order_to_reader(text: &str) -> Option<String> {
    let found = |reading: &String| {
        REPLY
            .captures_iter(reading)
            .last()
            .map(|captures| captures[1].to_owned())
    };
    readings(text).iter().rev().find_map(found)
}

/// All the ways in which a text may be meant; the plain one comes first.
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

/// What was escaped for showing, as it was; without what can't be seen.
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

/// Letters of tags, which no screen shows, and bytes in variation selectors, as plain letters.
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

/// Cyrillic and Greek letters that look like Latin ones, as these.
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

/// Puts what was shown into the places of an order that ask for it.
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
